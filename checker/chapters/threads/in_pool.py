from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.threads import Loads
from checker.lab.scenes import threads as scenes

in_pool = Exercise(
    "in_pool",
    kind="write",
    hints=[
        "Which call hands a function to an executor of your own? What does it not take?",
        "`functools.partial` binds arguments. Can it also bind the context in which to call?",
        "`context.run(function, ...)` calls it there. Which context, and made by which thread?",
    ],
)


LATE = 0.2  # seconds that a tick may come late


@in_pool.rule("It returns what the function returns, and passes on all arguments.")
def pool_results(answer, inputs):
    load = _drawn_load(inputs)
    run = _observe_pool(answer, load)
    results = run.part("results")
    futures = "<future" in repr(results.value)
    results.equals(
        [f"{name}.png!" for name in load],
        seen="it returned {!r}",
        why="A future is returned, and not what comes of it: await it" if futures else None,
    )


def _drawn_load(inputs):
    names = inputs.words(3)
    return Loads(dict(zip(names, inputs.odd_seconds(3), strict=True)))


def _observe_pool(answer, load):
    call = "in_pool(pool, loaded, name, end='!'), three at once"
    return observe(scenes.pooled, answer, load, 3, call=call)


@in_pool.rule("An error of the function comes out.")
def pool_errors(answer, inputs):
    [name] = inputs.words(1)
    load = Loads({name: 5}, {name: "ValueError: no such file"})
    run = observe(scenes.pooled_failing, answer, load, name, call=f"in_pool(pool, load, {name!r})")
    run.raised("ValueError", "no such file")


@in_pool.rule("The function runs in a thread of this pool, and the loop stays free.")
def pool_threads(answer, inputs):
    load = _drawn_load(inputs)
    run = _observe_pool(answer, load)
    in_pool = run.part("in_pool").value
    run.check(
        in_pool,
        "a thread of the pool",
        "it ran in another thread",
        line=answer.line_with("run_in_executor(") or answer.line_with("to_thread("),
        why="This hands it to another pool",
    )
    run.check(
        run.part("default_kept").value,
        "a default pool as before",
        "`asyncio.to_thread` uses this pool from now on",
        line=answer.line_with("set_default_executor("),
        why="This changes the default pool for the whole loop, and for good",
    )
    run.loop_was_free(run.part("ticks").value, late=LATE)
    run.took(max(load.seconds))


@in_pool.rule(
    "The function sees the caller's context variables; what it sets, the caller never sees."
)
def pool_context(answer, inputs):
    colours = inputs.sample(["red", "green", "blue", "white"], 2)
    call = f"in_pool(pool, paint, 'wet'), where colour is {' and then '.join(colours)}"
    run = observe(scenes.context_seen, answer, colours, call=call)
    seen = run.part("seen")
    lost = "none" in (seen.value or [])
    why = "The function does not run in a copy of the caller's context" if lost else None
    seen.equals(colours, f"{colours}, as the caller has it", "the function sees {}", why=why)
    run.part("kept").equals(colours, f"{colours} for the caller afterwards", "it has {}")
    seen = "a later call without a colour finds {!r}"
    run.part("later").equals("none", "nothing left in the thread", seen)
