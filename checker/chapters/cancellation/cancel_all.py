from checker.chapters.cancellation.shared import observe_jobs
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.jobs import Jobs
from checker.lab.scenes import cancellation as scenes

LONG = 300  # seconds that each job would work

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


def _clean_ups(inputs, count):
    """The names of so many jobs → the seconds that their clean-ups take."""
    return dict(zip(inputs.words(count), inputs.odd_seconds(count), strict=True))


def _cancel_all(answer, clean_ups, ends=None):
    job = Jobs(dict.fromkeys(clean_ups, LONG), clean_ups, ends)
    return observe_jobs(scenes.start_cancel_all, answer, job, call="cancel_all(tasks)")


@cancel_all.rule("It returns how many tasks ended as cancelled.")
def all_counted(answer, inputs):
    clean_ups = _clean_ups(inputs, 5)
    first, second, *_ = clean_ups
    run = _cancel_all(answer, clean_ups, {first: "returns", second: "OSError: no space left"})
    running = run.part("tasks").value.count("is still running")
    seen = f"{running} of 5 are still running"
    why = "It returns before the clean-ups are over"
    run.check(not running, "all tasks to have ended", seen, why=why)
    run.part("result").equals(3, seen="it returned {!r}")


@cancel_all.rule("The clean-ups overlap, undisturbed: it takes as long as the longest.")
def all_overlap(answer, inputs):
    for count in (4, 7):
        clean_ups = _clean_ups(inputs, count)
        run = _cancel_all(answer, clean_ups)
        run.time_is(run.part("seconds").value, max(clean_ups.values()), "returned after")
        run.called("job", *(f"clean_up({name!r})" for name in clean_ups))
        run.left_nothing_behind()


@cancel_all.rule("Without tasks, it returns 0.")
def all_of_none(answer, inputs):
    observe(answer, []).returned(0)
