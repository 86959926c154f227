"""What several exercises of 06_futures_and_callbacks use."""


def not_from_outside(run, whose):
    """No other thread than the loop's made the future done, or asked the loop for a call.

    Args:
        run: of a scene that returns, as "touched", the lines at which another thread did.
        whose: who that thread is: "the radio's own thread".
    """
    touched = run.part("touched").value
    # A line is None where the answer's code did not run: then the call that began it is named.
    lines = [*touched, *(call.line for call in run.calls)]
    run.check(
        not touched,
        "a future that only the loop's thread touches",
        f"{whose} touched it",
        why="This runs in another thread than the loop, which nobody wakes",
        line=next((line for line in lines if line), None),
    )
