from checker.chapters.cancellation.shared import observe_jobs
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.jobs import Jobs
from checker.lab.scenes import cancellation as scenes

cancel_all = Exercise(
    "cancel_all",
    kind="rewrite",
    shipped="one_after_the_other",
    hints=[
        "While the first task cleans up, has anybody asked the second to stop?",
        "How many loops do you need: one that asks and waits, or one that asks before you wait?",
        "`asyncio.wait` waits for many tasks at once. What does it say to an empty list?",
    ],
)


def _observe_cancel_all(answer, inputs, count, ends=()):
    names = inputs.words(count)
    clean_up = dict(zip(names, inputs.odd_seconds(count), strict=True))
    job = Jobs(dict.fromkeys(names, 300), clean_up, dict(zip(names, ends, strict=False)))
    run = observe_jobs(scenes.start_cancel_all, answer, job, call="cancel_all(tasks)")
    return run, names, max(clean_up.values())


@cancel_all.rule("It returns how many tasks ended as cancelled.")
def all_counted(answer, inputs):
    run, _, _ = _observe_cancel_all(answer, inputs, 5, ("returns", "OSError: no space left"))
    running = "still running" in run.part(1).value
    run.check(not running, "all tasks to have ended", "some were still running")
    run.part(0).equals(3, seen="it returned {!r}")


@cancel_all.rule("The clean-ups overlap, undisturbed: it takes as long as the longest.")
def all_overlap(answer, inputs):
    for count in (4, 7):
        run, names, seconds = _observe_cancel_all(answer, inputs, count)
        run.time_is(run.part(2).value, seconds, "returned after")
        run.called("job", *(f"clean_up({name!r})" for name in names))
        run.left_nothing_behind()


@cancel_all.rule("Without tasks, it returns 0.")
def all_of_none(answer, inputs):
    observe(answer, []).returned(0)
