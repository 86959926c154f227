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


@loop_runs.rule("In a coroutine and in a callback it returns True.")
def runs_inside(answer, inputs):
    call = "loop_runs() in a coroutine and in a callback"
    run = observe(scenes.asked_inside, answer, call=call)
    run.part("in a coroutine").returned(True)
    run.part("in a callback").returned(True)


@loop_runs.rule("In a thread without a loop it returns False, and makes none.")
def runs_in_thread(answer, inputs):
    call = "loop_runs() in a thread without a loop"
    run = observe(scenes.asked_in_thread, answer, call=call)
    run.part("returned").equals(False, seen="it returned {!r}")
    run.part("loops_made").equals(0, "no new loop", "it made one")


@loop_runs.rule("A loop that is there but does not run does not count.")
def runs_at_rest(answer, inputs):
    call = "loop_runs() before, while and after the loop of its thread runs"
    run = observe(scenes.asked_at_rest, answer, call=call)
    run.returned({"before": False, "while": True, "after": False, "without a task": True})
