"""What several exercises of 01_why_asyncio use."""

from checker.judge.unmet import Took


def lasts(run, seconds):
    """It took so many seconds. A little more has a reason of its own."""
    # The waits are those of threads: the record knows when they were, and not in which line.
    try:
        run.took(seconds)
    except Took as unmet:
        late = "It ends a little late: does it look now and then, where it could wait for the end"
        why = late if 0 < run.seconds - seconds < 1 else None
        run.check(False, unmet.expected, unmet.seen, why=why)
