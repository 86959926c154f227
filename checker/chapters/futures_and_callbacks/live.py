from checker.exercise import Exercise
from checker.judge import observe
from checker.lab import Reports
from checker.lab.scenes import futures_and_callbacks as scenes

live = Exercise(
    "live",
    kind="write",
    hints=[
        "Who is told when a task ends, whether it returned, failed or was cancelled?",
        "A done callback gets the task. What else must it know, and where can it keep that?",
        "When may `live` return? All jobs must be over, and all callbacks must have run: does the "
        "last callback run before or after you are woken?",
    ],
)


def _observe_live(answer, inputs, ends, together=False):
    seconds = sorted(inputs.odd_seconds(len(ends))) if together else inputs.odd_seconds(len(ends))
    if together:
        seconds[1] = seconds[0]
    jobs = ", ".join(f"{end} after {s:g} s" for end, s in zip(ends, seconds, strict=True))
    call = f"live(jobs, report), where {f'the jobs {jobs}' if jobs else 'there are no jobs'}"
    return observe(scenes.live_reports, answer, seconds, ends, Reports(), call=call), seconds


def _counts(run, many):
    run.ended()
    run.calls_of("report").are([f"report({n})" for n in reversed(range(many))])


@live.rule("Each time a job ends, it reports how many are still running.")
def counted(answer, inputs):
    run, _ = _observe_live(answer, inputs, ["return"] * 4)
    _counts(run, 4)
    run.returned(None)


@live.rule("It reports at the moment when a job ends, and the jobs run at the same time.")
def counted_in_time(answer, inputs):
    run, seconds = _observe_live(answer, inputs, ["return"] * 4)
    run.took(max(seconds))
    for seen, expected in zip(run.calls_of("report").times, sorted(seconds), strict=False):
        run.time_is(seen, expected, "reported at")


@live.rule("A job that fails or is cancelled counts like the others, and does not stop it.")
def counted_all_ends(answer, inputs):
    ends = ["return", "fail", "are cancelled", "return"]
    run, seconds = _observe_live(answer, inputs, ends)
    _counts(run, 4)
    run.took(max(seconds))
    run.left_nothing_behind()


@live.rule("Jobs that end together are reported one by one.")
def counted_one_by_one(answer, inputs):
    run, _ = _observe_live(answer, inputs, ["return"] * 3, together=True)
    run.ended()
    seen = run.calls_of("report").texts
    # Of two that have ended together, the first may still count as running, or no more.
    together = [[f"report({n})" for n in counts] for counts in ((2, 1, 0), (1, 1, 0))]
    run.check(seen in together, "one report for each job", f"it was {seen}", in_turn=True)


@live.rule("Without jobs, it returns at once and reports nothing.")
def counted_none(answer, inputs):
    run, _ = _observe_live(answer, inputs, [])
    _counts(run, 0)
    run.took(0)
