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


@in_pool.rule("It returns what the function returns, and passes on all arguments.")
def pool_results(answer, inputs):
    run, names, _ = _observe_pool(answer, inputs)
    wanted = [f"{name}.png!" for name in names]
    run.part(0).equals(wanted, seen="it returned {!r}")


def _observe_pool(answer, inputs):
    names = inputs.words(3)
    load = Loads(dict(zip(names, inputs.odd_seconds(3), strict=True)))
    call = "in_pool(pool, loaded, name, end='!'), three at once"
    return observe(scenes.pooled, answer, load, names, 3, call=call), names, load


@in_pool.rule("An error of the function comes out.")
def pool_errors(answer, inputs):
    [name] = inputs.words(1)
    load = Loads({name: 5}, {name: "ValueError: no such file"})
    run = observe(scenes.pooled_failing, answer, load, name, call=f"in_pool(pool, load, {name!r})")
    run.raised("ValueError", "no such file")


@in_pool.rule("The function runs in a thread of this pool, and the loop stays free.")
def pool_threads(answer, inputs):
    run, _, load = _observe_pool(answer, inputs)
    _, ticks, ours, others = run.value
    run.check(ours, "a thread of the pool", "it ran in another thread")
    run.check(others, "a default pool as before", "`asyncio.to_thread` uses this pool from now on")
    run.loop_was_free(ticks, late=0.2)
    run.took(max(load.seconds))


@in_pool.rule("The function sees the caller's context variables, and cannot change them for him.")
def pool_context(answer, inputs):
    colours = inputs.sample(["red", "green", "blue", "white"], 2)
    call = f"in_pool(pool, paint, 'wet'), where colour is {' and then '.join(colours)}"
    run = observe(scenes.context_seen, answer, colours, call=call)
    seen = run.value
    run.shows(seen[:-1], [colour for colour in colours for _ in range(2)])
    found = f"a later call without a colour finds {seen[-1]!r}"
    run.check(seen[-1] == "none", "nothing left in the thread", found)
