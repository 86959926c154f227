from checker import lab
from checker.chapters.processes.shared import drawn_work, kept_busy, observe_pool
from checker.exercise import Exercise
from checker.judge.inputs import shortest
from checker.lab.fakes.processes import Pool

with_progress = Exercise(
    "with_progress",
    kind="build",
    hints=[
        "Who can count, each second, how many of your futures are `done()`?",
        "A task that sleeps and reports for ever: who ends it, and when?",
        "What if `work` fails? Put the end of the reporter where every way out comes by.",
    ],
)


def _progress(answer, inputs, every=None, errors=None, count=6, workers=2):
    work, items = drawn_work(inputs, count, errors)
    # Who looks only then is 5 % late at least, more than what a loaded machine adds.
    every = every or -(-shortest(work.seconds, workers) // 4.6)
    pool = Pool(workers)
    report = lab.Reports()
    return observe_pool(None, answer, pool, work, items, every, report), work, items, workers


@with_progress.rule("It returns the results in the order of the items, as soon as all are there.")
def progress_results(answer, inputs):
    run, work, items, workers = _progress(answer, inputs)
    run.returned([item * item for item in items])
    kept_busy(run, work, workers)


@with_progress.rule("Every `every` seconds it reports how many are done, of how many.")
def progress_reports(answer, inputs):
    every = inputs.randint(3, 6)
    run, _, items, _ = _progress(answer, inputs, every)
    run.ended()
    ends = [call.end for call in run.calls_of("work")]
    moments = range(every, int(max(ends, default=0)) + 1, every)
    wanted = [f"report({sum(end < m for end in ends)}, {len(items)})" for m in moments]
    seen = run.calls_of("report")
    for number, (moment, text, call) in enumerate(zip(moments, wanted, seen, strict=False), 1):
        seen.is_written(number, text, f"{text} at {moment} s", "{} came")
        run.time_is(call.start, moment, "reported")
    many = len(seen)
    line = seen[-1].line if seen else None
    run.check(many == len(wanted), f"reports: {len(wanted)}", f"there were: {many}", line=line)


@with_progress.rule("If `work` fails, its error comes out, and nothing goes on.")
def progress_with_error(answer, inputs):
    run, *_ = _progress(answer, inputs, 3, {0: "ValueError: no number"}, count=3, workers=3)
    run.raised("ValueError", "no number", or_group=True)
    run.left_nothing_behind(after_error=True)
