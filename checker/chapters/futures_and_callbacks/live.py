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


def _observe_live(answer, ends, seconds):
    """Run it with jobs that end in these ways: "return", "fail", "are cancelled"; `seconds` says
    after how long each does.
    """
    pairs = zip(ends, seconds, strict=True)
    jobs = ", ".join(f"{end} after {each:g} s" for end, each in pairs)
    where = f"the jobs {jobs}" if jobs else "there are no jobs"
    call = f"live(jobs, report), where {where}"
    return observe(scenes.live_reports, answer, seconds, ends, Reports(), call=call)


def _reports(*counts):
    return [f"report({count})" for count in counts]


def _reported_down_from(run, many):
    """It has reported `many` minus 1, then one less each time, and 0 in the end."""
    run.ended()
    run.calls_of("report").are(_reports(*reversed(range(many))))


@live.rule("Each time a job ends, it reports how many are still running.")
def counted(answer, inputs):
    run = _observe_live(answer, ["return"] * 4, inputs.odd_seconds(4))
    _reported_down_from(run, 4)
    run.returned(None)


@live.rule("It reports at the moment when a job ends, and the jobs run at the same time.")
def counted_in_time(answer, inputs):
    seconds = inputs.odd_seconds(4)
    run = _observe_live(answer, ["return"] * 4, seconds)
    run.took(max(seconds))
    for seen, expected in zip(run.calls_of("report").times, sorted(seconds), strict=False):
        run.time_is(seen, expected, "reported at")


@live.rule("A job that fails or is cancelled counts like the others, and does not stop it.")
def counted_all_ends(answer, inputs):
    seconds = inputs.odd_seconds(4)
    run = _observe_live(answer, ["return", "fail", "are cancelled", "return"], seconds)
    _reported_down_from(run, 4)
    run.took(max(seconds))
    run.left_nothing_behind()


@live.rule("Jobs that end together are reported one by one.")
def counted_one_by_one(answer, inputs):
    seconds = sorted(inputs.odd_seconds(3))
    seconds[1] = seconds[0]
    run = _observe_live(answer, ["return"] * 3, seconds)
    run.ended()
    # Of two that have ended together, the first may still count as running, or no more.
    right = [_reports(2, 1, 0), _reports(1, 1, 0)]
    reports = run.calls_of("report").texts
    seen = f"it was {', '.join(reports)}" if reports else "there was none"
    run.check(reports in right, "one report for each job", seen, in_turn=True)


@live.rule("Without jobs, it returns at once and reports nothing.")
def counted_none(answer, inputs):
    run = _observe_live(answer, [], [])
    _reported_down_from(run, 0)
    run.took(0)
