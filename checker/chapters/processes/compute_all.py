from checker.chapters.processes.shared import drawn_work, in_processes, kept_busy, observe_pool
from checker.exercise import Exercise
from checker.lab.fakes.processes import Pool
from checker.lab.scenes import processes as scenes

compute_all = Exercise(
    "compute_all",
    kind="write",
    hints=[
        "Which call hands a function to a pool and gives you something to await?",
        "`loop.run_in_executor(pool, work, item)` starts at the call. What do you keep?",
        "If a future for each item has been made first, in which order do you await them?",
    ],
)


def _left_open(run):
    """Nobody has shut down the pool."""
    shutdowns = run.calls_of("pool")
    why = "The caller may have more work for the pool"
    expected = "a pool that is still open"
    run.check(not shutdowns, expected, "it was shut down", line=shutdowns.line, why=why)


@compute_all.rule("It returns the results in the order of the items.")
def computed_in_order(answer, inputs):
    work, items = drawn_work(inputs)
    run = observe_pool(None, answer, Pool(2), work, items)
    run.returned([item * item for item in items])
    _left_open(run)


@compute_all.rule("`work` runs in the pool, and a ticker beside it is never late.")
def computed_there(answer, inputs):
    work, items = drawn_work(inputs, 4)
    run = observe_pool(scenes.beside_ticks, answer, Pool(2), work, items)
    run.loop_was_free(run.part("ticks").value)
    in_processes(run, "work")


@compute_all.rule("All processes of the pool have work until there is none left.")
def computed_at_once(answer, inputs):
    for workers in (3, 2):
        work, items = drawn_work(inputs, 7)
        run = observe_pool(None, answer, Pool(workers), work, items)
        kept_busy(run, answer, work, workers)


@compute_all.rule("If `work` fails for an item, its error comes out.")
def computed_with_error(answer, inputs):
    work, items = drawn_work(inputs, 3, {inputs.randrange(3): "ValueError: no number"})
    run = observe_pool(None, answer, Pool(3), work, items)
    run.raised("ValueError", "no number")
