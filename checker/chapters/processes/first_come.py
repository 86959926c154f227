from checker import lab
from checker.chapters.processes.shared import drawn_work, in_processes, kept_busy, observe_pool
from checker.exercise import Exercise
from checker.lab.fakes.processes import Pool, Work
from checker.lab.scenes import processes as scenes

first_come = Exercise(
    "first_come",
    kind="rewrite",
    shipped="blocked_the_loop",
    hints=[
        "In which order does `pool.map` give its results? In which thread does it wait for them?",
        "`run_in_executor` gives futures of asyncio. Which function takes many and gives them back "
        "as they become ready?",
        "`for future in asyncio.as_completed(futures)`: what do you await in the loop's body?",
    ],
)


@first_come.rule("`work` runs in the pool, and a ticker beside it is never late.")
def first_come_there(answer, inputs):
    work, items = drawn_work(inputs, 4)
    run = observe_pool(scenes.beside_ticks, answer, Pool(2), work, items, lab.Reports())
    run.loop_was_free(run.part("ticks").value)
    in_processes(run, "work")


@first_come.rule("Each result is reported as soon as it is there.")
def reported_when_ready(answer, inputs):
    work, items = drawn_work(inputs, 4)
    run = observe_pool(None, answer, Pool(4), work, items, lab.Reports())
    run.ended()
    ready = sorted(zip(work.seconds, items, strict=True))
    reports = run.calls_of("report")
    wanted = [f"report({item * item})" for _, item in ready]
    run.check(
        sorted(reports.texts) == sorted(wanted),
        f"{len(wanted)} reports: {', '.join(wanted)}",
        f"there were {', '.join(reports.texts) or 'none'}",
        line=reports.line,
        why="It reports a future, not the result" if "Future" in "".join(reports.texts) else None,
    )
    for number, (seconds, item) in enumerate(ready, 1):
        text = f"report({item * item})"
        expected = f"a report at {seconds:g} s"
        run.time_is(reports.times[number - 1], seconds, "reported at", expected=expected)
        reports.is_written(number, text, f"{text} at {seconds:g} s", "{} came first")
    _several_at_once(answer, inputs)


def _several_at_once(answer, inputs):
    """Of several results that are there at the same moment, all are reported.

    They come from threads: whether two of them are there in the same turn of the loop is chance.
    With eight it is nearly certain.
    """
    items = inputs.sample(range(2, 90), 8)
    [seconds] = inputs.odd_seconds(1)
    work = Work(dict.fromkeys(items, seconds))
    run = observe_pool(None, answer, Pool(8), work, items, lab.Reports())
    run.ended()
    reports = run.calls_of("report")
    wanted = sorted(f"report({item * item})" for item in items)
    run.check(
        sorted(reports.texts) == wanted,
        f"{len(wanted)} reports: {', '.join(wanted)}",
        # Which of them are dropped, and how many, is chance.
        "there were fewer" if len(reports) < len(wanted) else f"there were {len(reports)}",
        line=reports.line,
        why="Results were there at the same moment, and not all of them are reported",
    )


@first_come.rule("All processes of the pool have work until there is none left.")
def first_come_at_once(answer, inputs):
    work, items = drawn_work(inputs, 7)
    run = observe_pool(None, answer, Pool(3), work, items, lab.Reports())
    kept_busy(run, answer, work, 3)
