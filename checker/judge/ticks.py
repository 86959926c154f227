"""What a ticker tells that lives in the loop beside an answer, as in `lab.scenes_blocking`."""


def loop_was_free(run, ticks):
    """A tick came each second: nobody held the loop.

    Args:
        run: the `Observed` run.
        ticks: the seconds of the ticks; the first is due at 1 s.

    Raises:
        Unmet: if a tick was late, or never came.
    """
    wanted = range(1, int(run.run.took) + 1)
    # Time that is charged on a loaded machine is no fault of the answer's.
    late = next((n for n, at in zip(wanted, ticks, strict=False) if at - n > 0.8), None)
    late = late or (len(ticks) + 1 if len(ticks) < len(wanted) - 1 else None)
    run.so(
        late is None, "a tick each second", f"the tick at {late or 0:g} s was late or never came"
    )
