"""What several exercises of 07_the_event_loop use."""

OPEN = "it is still open"


def took(run, answer, seconds, why="It goes on when it could end"):
    """It took so long. If it took longer, the line that sleeps or waits is the likely one."""
    line = answer.line_with("sleep(") or answer.line_with("wait(")
    why = why if line and run.seconds > seconds else None
    run.time_is(run.seconds, seconds, whole=True, line=line, why=why)


def begin_and_end(names):
    """What happens if one begins and ends after the other."""
    return [f"{what} {name}" for name in names for what in ("begin", "end")]
