from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import the_event_loop as scenes

loop_runs = Exercise(
    "loop_runs",
    kind="write",
    is_async=False,
    hints=[
        "Which function gives you the loop that runs, and never makes one?",
        "What does it do in a thread where none runs?",
        "Around which single line do you put a `try`, and what do you return in each case?",
    ],
)


MAIN = "Any thread may run a loop, and the main thread need not have one"
MAKERS = {
    "new_event_loop(": "`new_event_loop` makes a loop, where one is only to be asked for",
    "asyncio.run(": "`asyncio.run` makes a loop, where one is only to be asked for",
    "Runner(": "A `Runner` makes a loop, where one is only to be asked for",
    "get_event_loop(": "`get_event_loop` may make a loop, and gives one that need not run",
}


def _told(answer, tells):
    """(why, line): the first of these that the answer holds, a text → what is wrong with it."""
    return next(
        ((why, answer.line_with(text)) for text, why in tells.items() if answer.line_with(text)),
        (None, None),
    )


def _is(run, part, value, answer, tells):
    """This part of what the scene saw is `value`; `tells`: as for `_told`."""
    seen = run.part(part)
    why, line = _told(answer, tells)
    expected = str(value) if part == "returned" else f"{value} {part}"
    if type(seen.value) is not bool:  # its kind is what is wrong
        why = line = None
    seen.returned(value, expected, "it was {!r}", why=why, line=line)


@loop_runs.rule("In a coroutine and in a callback it returns True.")
def runs_inside(answer, inputs):
    call = "loop_runs() in a coroutine and in a callback"
    run = observe(scenes.asked_inside, answer, call=call)
    _is(run, "in a coroutine", True, answer, MAKERS)
    tells = {
        "current_task(": "In a callback a loop runs, but no task: there `current_task()` is None",
        "main_thread(": MAIN,
    }
    _is(run, "in a callback", True, answer, tells)


@loop_runs.rule("In a thread without a loop it returns False, and makes none.")
def runs_in_thread(answer, inputs):
    call = "loop_runs() in a thread without a loop"
    run = observe(scenes.asked_in_thread, answer, call=call)
    tells = {"main_thread(": MAIN} | MAKERS
    _is(run, "returned", False, answer, tells)
    why, line = _told(answer, MAKERS)
    run.part("loops_made").equals(0, "no new loop", "it made one", why=why, line=line)


@loop_runs.rule("A loop that is there but does not run does not count.")
def runs_at_rest(answer, inputs):
    call = "loop_runs() before, while and after the loop of its thread runs"
    run = observe(scenes.asked_at_rest, answer, call=call)
    tells = {
        "get_event_loop(": "`get_event_loop` gives the loop that is set, whether it runs or not",
        "current_task(": "A loop may run without any task: then `current_task()` is None",
        "main_thread(": MAIN,
    }
    for when, runs in {
        "before": False,
        "while": True,
        "after": False,
        "without a task": True,
    }.items():
        _is(run, when, runs, answer, tells)
