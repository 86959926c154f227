"""What several exercises of 01_why_asyncio use."""

from checker.judge.unmet import Took


def lasts(run, answer, seconds):
    """It took so many seconds; if it took a little longer, the verdict says why that may be.

    The waits are those of threads: the record knows when they were, and not in which line. So no
    line of a last wait is named, as a broken `took` would have it.
    """
    try:
        run.took(seconds)
    except Took as unmet:
        why = None
        line = answer.line_with("sleep(")
        if 0 < run.seconds - seconds < 1:
            why = "It ends a little late, as if it looked now and then where it could wait"
        elif run.seconds < seconds:
            why, line = "It returns before all waits are over", answer.line_with("break")
        run.check(False, unmet.expected, unmet.seen, why=why, line=line)
