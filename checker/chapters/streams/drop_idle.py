from checker.chapters.streams.shared import drawn_lines
from checker.exercise import Exercise
from checker.judge import observe
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


def _visited(answer, plan, seconds):
    steps = [f"{pause:g} s {'end' if text is None else text.decode()!r}" for pause, text in plan]
    call = f"drop_idle(reader, writer, {seconds:g}), where the client sends after "
    run = observe(scenes.visited, answer, plan, seconds, call=call + ", ".join(steps))
    run.check(run.part(1).value != "still open", "the end of the connection", "it was still open")
    return run


@drop_idle.rule("Each line comes back in capitals; when the client ends, so does the visit.")
def idle_answers(answer, inputs):
    one, two = drawn_lines(inputs, 2)
    run = _visited(answer, [(1, one), (1, two), (1, None)], 9)
    run.whole.returned([[[1.0, one.upper()], [2.0, two.upper()]], 3.0])
    run.left_nothing_behind(after_error=True)


@drop_idle.rule("A client that sends a line now and then stays as long as it likes.")
def idle_active(answer, inputs):
    seconds = inputs.randint(6, 9)
    lines = drawn_lines(inputs, 4)
    pause = seconds - 1.25
    run = _visited(answer, [*((pause, line) for line in lines), (pause, None)], seconds)
    run.time_is(run.part(1).value, pause * 5, "dropped the client at", whole=True)
    run.part(0).returned([[pause * n, line.upper()] for n, line in enumerate(lines, 1)])


@drop_idle.rule("A client that sends nothing for `seconds` is dropped then, without an error.")
def idle_dropped(answer, inputs):
    for seconds in (inputs.randint(7, 9), inputs.randint(4, 6)):
        run = _visited(answer, [(1.5, b"whole\n"), (3, b"half"), (50, None)], seconds)
        run.shows(run.part(0).value[:1], [[1.5, b"WHOLE\n"]])
        run.time_is(run.part(1).value, 1.5 + seconds, "dropped it at", limit=True, whole=True)
        due = 1.5 + seconds
        run.check(run.part(1).value >= due, f"the end at {due:g} s", "it came sooner")
        run.left_nothing_behind(after_error=True)
