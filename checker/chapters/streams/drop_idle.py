from checker.chapters.streams.shared import drawn_lines
from checker.exercise import Exercise
from checker.judge import duration, observe
from checker.lab.scenes import streams as scenes

drop_idle = Exercise(
    "drop_idle",
    kind="repair",
    shipped="wrong_time",
    hints=[
        "When does the limit begin, and when should it?",
        "What has to be done within `seconds`: the whole visit, or one step of it?",
        "Where does `async with asyncio.timeout(seconds)` stand, if it begins anew for each line?",
    ],
)


def _longest_wait(run):
    """The line in which the answer waited longest, None if it did not wait."""
    waits = [span for task in run.run.own_tasks for span in task.spans if span.line]
    longest = max(waits, key=lambda span: span.end - span.start, default=None)
    return longest.line if longest else None


def _observe_visit(answer, plan, seconds):
    """Serve a client that is dropped when it is idle for so many seconds.

    Args:
        plan: pairs (seconds of a pause, what the client sends then); None is its end.
    """
    steps = []
    for pause, data in plan:
        what = "its end" if data is None else repr(data.decode())
        steps.append(f"{pause:g} s {what}")
    call = f"drop_idle(reader, writer, {seconds:g}), where the client sends after "
    run = observe(scenes.visited, answer, plan, seconds, call=call + ", after ".join(steps))
    ended = run.part("ended").value
    run.check(
        ended is not None,
        "the end of the connection",
        "it was still open",
        why="Nothing closes the connection after this",
    )
    return run


@drop_idle.rule("Each line comes back in capitals; when the client ends, so does the visit.")
def idle_answers(answer, inputs):
    first, second = drawn_lines(inputs, 2)
    run = _observe_visit(answer, [(1, first), (1, second), (1, None)], 9)
    answers = [[1.0, first.upper()], [2.0, second.upper()]]
    all_came = [at for at, _ in run.part("answers").value] == [at for at, _ in answers]
    writes = answer.line_with(".write(") if all_came else None
    run.part("answers").returned(answers, line=writes)
    run.part("ended").returned(3.0)
    run.left_nothing_behind()


@drop_idle.rule("A client that sends a line now and then stays as long as it likes.")
def idle_active(answer, inputs):
    seconds = inputs.randint(6, 9)
    lines = drawn_lines(inputs, 4)
    pause = seconds - 1.25
    plan = [(pause, data) for data in (*lines, None)]
    run = _observe_visit(answer, plan, seconds)
    leaves = pause * len(plan)
    run.time_is(
        run.part("ended").value,
        leaves,
        "dropped the client at",
        expected=f"the client to stay until {leaves:g} s",
        whole=True,
    )
    answers = [[pause * number, line.upper()] for number, line in enumerate(lines, 1)]
    run.part("answers").returned(answers)


@drop_idle.rule("A client that sends nothing for `seconds` is dropped then, without an error.")
def idle_dropped(answer, inputs):
    for seconds in (inputs.randint(7, 9), inputs.randint(4, 6)):
        run = _observe_visit(answer, [(1.5, b"whole\n"), (3, b"half"), (50, None)], seconds)
        run.shows(run.part("answers").value[:1], [[1.5, b"WHOLE\n"]])
        ended = run.part("ended").value
        due = 1.5 + seconds
        expected = f"the client to be dropped at {due:g} s"
        run.time_is(ended, due, "dropped it at", expected=expected, limit=True, whole=True)
        run.check(ended >= due, expected, "it was dropped sooner")
        run.left_nothing_behind()


@drop_idle.rule("A client that takes no answer is dropped, too: nothing waits for it without end.")
def idle_deaf(answer, inputs):
    seconds = inputs.randint(4, 9)
    call = f"drop_idle(reader, writer, {seconds}), where the client sends much and never reads"
    run = observe(scenes.visited_by_the_deaf, answer, seconds, 20 * seconds, call=call)
    took = run.part("took").value
    run.check(
        took is not None and took <= 3 * seconds,
        f"the client to be dropped about {seconds} s after it took the last answer",
        f"it was still served after {duration(20 * seconds if took is None else took)}",
        line=_longest_wait(run) or answer.line_with(".drain("),
        why="This waits for a client that does not read, and has no limit",
    )
    run.check(
        run.part("gone").value,
        "a connection that is gone",
        "it still waits to send the rest",
        line=answer.line_with(".close("),
        why="To close sends the rest first, which nobody takes. To abort does not",
    )
