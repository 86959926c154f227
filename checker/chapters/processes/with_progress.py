import math

from checker import lab
from checker.chapters.processes.shared import drawn_work, kept_busy, observe_pool
from checker.exercise import Exercise
from checker.judge import counted, duration
from checker.judge.inputs import shortest
from checker.lab.fakes.processes import Pool

with_progress = Exercise(
    "with_progress",
    kind="build",
    hints=[
        "Who can count, each second, how many of your futures are `done()`?",
        "A task that sleeps and reports for ever: who ends it, and when?",
        "What if `work` fails? Put the end of the reporter where the function passes in any case.",
    ],
)


def _observe_progress(answer, work, items, workers, every):
    return observe_pool(None, answer, Pool(workers), work, items, every, lab.Reports())


@with_progress.rule("It returns the results in the order of the items, as soon as all are there.")
def progress_results(answer, inputs):
    workers = 2
    work, items = drawn_work(inputs, 6)
    # Who looks for the results only when it reports has them at the fifth report. That is 5 % late
    # at least, more than what a loaded machine adds.
    every = math.ceil(shortest(work.seconds, workers) / 4.6)
    run = _observe_progress(answer, work, items, workers, every)
    run.returned([item * item for item in items])
    kept_busy(run, answer, work, workers)


@with_progress.rule("Every `every` seconds it reports how many are done, of how many.")
def progress_reports(answer, inputs):
    every = inputs.randint(3, 6)
    work, items = drawn_work(inputs, 6)
    run = _observe_progress(answer, work, items, 2, every)
    run.ended()
    ends = [call.end for call in run.calls_of("work")]
    last_end = int(max(ends, default=0))
    moments = range(every, last_end + 1, every)
    reports = run.calls_of("report")
    for number, (moment, report) in enumerate(zip(moments, reports, strict=False), 1):
        done = sum(end < moment for end in ends)
        text = f"report({done}, {len(items)})"
        came = f"`{report.what}` came at {duration(report.start)}"
        why = "The first report comes after `every` seconds" if number == 1 else None
        too_soon = report.start < moment
        run.check(
            report.what == text,
            f"{text} at {moment} s",
            came,
            line=report.line,
            why=why if too_soon else None,
            in_turn=True,
        )
        run.time_is(
            report.start,
            moment,
            "reported at",
            expected=f"a report at {moment} s",
            line=report.line,
            why=why or "It comes beside its moment",
            in_turn=True,
        )
    run.check(
        len(reports) == len(moments),
        counted(len(moments), "report"),
        f"there were {len(reports)}",
        line=reports[-1].line if reports else None,
    )


@with_progress.rule("If `work` fails, its error comes out, and nothing goes on.")
def progress_with_error(answer, inputs):
    work, items = drawn_work(inputs, 3, {0: "ValueError: no number"})
    run = _observe_progress(answer, work, items, workers=3, every=3)
    run.raised("ValueError", "no number")
    run.left_nothing_behind(after_error=True)
