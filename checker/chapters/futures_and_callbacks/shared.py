"""What several exercises of 06_futures_and_callbacks use."""


def not_from_outside(run, touched, whose):
    """No other thread than the loop's touched the future of `whose`; `touched`: lines that did."""
    why = "This runs in another thread than the loop, which nobody wakes"
    lines = [*touched, *(call.line for call in run.calls)]
    line = next(filter(None, lines), None)
    wanted = "a future that only the loop's thread touches"
    run.check(not touched, wanted, f"{whose} touched it", why=why, line=line)
