from checker.chapters.async_context_managers.shared import came_out
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.pages import Saves
from checker.lab.scenes import async_context_managers as scenes

reported = Exercise(
    "reported",
    kind="write",
    is_async=False,
    hints=[
        "Where does the body's error arrive: in a generator, and in a class?",
        "How do you say that an error is dealt with, in a generator, and in a class?",
        "Which errors must go on, and what do you have to do for that?",
    ],
)


def _observe(answer, kind, error):
    save = Saves([], [])
    ends = f"fails with a {error}" if error else "is done"
    call = f"async with reported(save, {kind}):, and the body {ends}"
    return observe(scenes.guarded, answer, save, kind, error, call=call)


@reported.rule("An error of that type is saved as a text, and does not come out.")
def caught(answer, inputs):
    for kind, error in (("LookupError", "LookupError"), ("LookupError", "KeyError")):
        run = _observe(answer, kind, error)
        below = error != kind
        why = f"A {error} is a {kind}, too: it belongs to a class below it" if below else None
        came_out(run, "", why=why)
        text = "'from the body'" if error == "KeyError" else "from the body"
        run.called("save", f"save({text!r})")
        run.took(3)


@reported.rule("Any other error comes out, and nothing is saved.")
def others(answer, inputs):
    for kind, error in (("LookupError", "ValueError"), ("KeyError", "LookupError")):
        run = _observe(answer, kind, error)
        came_out(run, error)
        run.called("save")


@reported.rule("A cancellation comes out.")
def cancellation(answer, inputs):
    run = _observe(answer, "LookupError", "CancelledError")
    came_out(run, "CancelledError")
    run.called("save")


@reported.rule("If the body is done, nothing happens.")
def well(answer, inputs):
    run = _observe(answer, "LookupError", "")
    run.part("went_on").equals(True, "the body to be run to its end", "it was not")
    came_out(run, "")
    run.called("save")
    run.left_nothing_behind()
