"""What a ticker tells that lives in the loop beside an answer, as in `lab.scenes_blocking`."""

LATE = 0.8  # seconds; time that is charged on a loaded machine is no fault of the answer's


def loop_was_free(run, ticks, late=LATE):
    """A tick came each second: nobody held the loop.

    Args:
        run: the `Observed` run.
        ticks: the seconds of the ticks; the first is due at 1 s.
        late: seconds by which a tick may come after its time.

    Raises:
        Unmet: if a tick came later than that, or never.
    """
    wanted = int(run.run.took - late)
    first = next((n for n, at in enumerate(ticks[:wanted], 1) if at - n > late), None)
    first = first or (len(ticks) + 1 if len(ticks) < wanted else None)
    seen = f"the tick at {first or 0} s was late or never came"
    run.so(first is None, "a tick each second", seen)
