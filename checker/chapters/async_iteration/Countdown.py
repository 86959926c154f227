from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import async_iteration as scenes

countdown = Exercise(
    "Countdown",
    kind="write",
    is_async=False,
    hints=[
        "Which of the two methods is an `async def`: the one that gives the iterator, or the one "
        "that takes a step?",
        "Which exception says that nothing comes any more? It is not the one of plain iterators.",
        "Where does an object keep how far it has counted, so that two of them do not share it?",
    ],
)


@countdown.rule("It is its own iterator, and each step can be awaited.")
def protocol(answer, inputs):
    start = inputs.randint(2, 4)
    call = f"Countdown({start}, 1), its `__aiter__()`, and then its `__anext__()`"
    run = observe(scenes.protocol, answer, start, 1, call=call)
    run.ended()
    for method, plain in (("__aiter__", "__iter__"), ("__anext__", "__next__")):
        why = f"`async for` calls `{method}`"
        if plain in run.value["methods"]:
            why += f", and not `{plain}`"
        there = method in run.value["methods"]
        line = answer.method_line(plain)
        run.check(there, f"a method `{method}`", "there is none", why=why, line=line)
    iterator, line = run.value["iterator"], answer.method_line("__aiter__")
    why = "`async for` calls it without `await`, so it gets a coroutine for an iterator"
    seen = "it is an `async def`"
    run.check(iterator != "coroutine", "`__aiter__` to be a plain method", seen, why=why, line=line)
    why = "`__aiter__` returns something else than the object itself"
    run.check(iterator == "itself", "the object itself", "it was not", why=why, line=line)
    why, line = "What it gives cannot be awaited", answer.method_line("__anext__")
    run.check(run.value["awaits"], "`__anext__` to be awaited", "it cannot", why=why, line=line)


@countdown.rule("It gives the numbers from start down to 1, and then it is over.")
def numbers(answer, inputs):
    for start in (inputs.randint(3, 5), 1, 0):
        run = observe(scenes.walked, answer, [], start, 2, call=f"Countdown({start}, 2)")
        run.ended()
        wanted = list(range(start, 0, -1))
        seen = run.value["items"]
        more = seen[: len(wanted)] == wanted and len(seen) > len(wanted)
        run.check(
            not more,
            f"StopAsyncIteration after {start} numbers",
            f"{seen[-1]!r} came as one more" if more else "",
            why="It never says that it is over; it must raise StopAsyncIteration",
            line=answer.method_line("__anext__"),
            in_turn=True,
        )
        run.part("items").returned(wanted)


@countdown.rule("Each number comes after so many seconds, and the end right after the last one.")
def moments(answer, inputs):
    start = inputs.randint(3, 5)
    [seconds] = inputs.odd_seconds(1)
    run = observe(
        scenes.walked, answer, [], start, seconds, call=f"Countdown({start}, {seconds:g})"
    )
    times = [round(seconds * n, 6) for n in range(1, start + 1)]
    run.part("times").equals(times, in_turn=True)
    ended = run.value["ended"]
    seen = f"it was at {ended:g} s"
    why = "It waits once more before it says that it is over"
    end = f"the end at {times[-1]:g} s"
    line = _last_wait(run)
    run.check(ended == times[-1], end, seen, why=why, line=line, in_turn=True)
    held = "A blocking wait holds the loop"
    line = run.blocked[0].line if run.blocked else None
    run.check(not run.blocked, "the loop to be free meanwhile", "it was held", held=held, line=line)
    run.left_nothing_behind()


def _last_wait(run):
    waits = [(s.end, s.line) for t in run.own_tasks for s in t.spans if s.line]
    return max(waits)[1] if waits else None


@countdown.rule("Two objects do not share their numbers, and over is over.")
def apart(answer, inputs):
    start = inputs.randint(2, 4)
    call = f"two objects of Countdown({start}, 1), stepped by anext in turn"
    run = observe(scenes.by_hand, answer, start, 1, call=call)
    numbers = list(range(start, 0, -1))
    first, second = run.part("items").value
    expected = f"{numbers} from each of them"
    seen = f"{first} and {second} came"
    why = "Both objects change the same number: it must be an attribute of each, `self.…`"
    line = answer.line_with("Countdown.") or answer.method_line("__init__")
    run.check(first == second == numbers, expected, seen, why=why, line=line, in_turn=True)
    run.part("over").equals(
        2,
        "StopAsyncIteration from each further step",
        "it came {} times of 2",
        why="It begins anew after it has said that it is over",
        line=answer.method_line("__anext__"),
        in_turn=True,
    )
