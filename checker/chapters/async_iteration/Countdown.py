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


@countdown.rule("It gives the numbers from start down to 1, and then it is over.")
def numbers(answer, inputs):
    for start in (inputs.randint(3, 5), 1, 0):
        run = observe(scenes.walked, answer, [], start, 2, call=f"Countdown({start}, 2)")
        run.part("items").returned(list(range(start, 0, -1)))


@countdown.rule("Each number comes after so many seconds, and the end right after the last one.")
def moments(answer, inputs):
    start = inputs.randint(3, 5)
    [seconds] = inputs.odd_seconds(1)
    run = observe(
        scenes.walked, answer, [], start, seconds, call=f"Countdown({start}, {seconds:g})"
    )
    times = [round(seconds * n, 6) for n in range(1, start + 1)]
    run.part("times").equals(times, in_turn=True)
    why = "The end comes later than the last number"
    run.part("ended").equals(times[-1], f"the end at {times[-1]:g} s", why=why, in_turn=True)
    held = "A blocking wait holds the loop"
    run.check(not run.blocked, "the loop to be free meanwhile", "it was held", held=held)
    run.left_nothing_behind()


@countdown.rule("An object is its own iterator, two do not share their numbers, and over is over.")
def protocol(answer, inputs):
    start = inputs.randint(2, 4)
    call = f"two objects of Countdown({start}, 1), stepped by anext"
    run = observe(scenes.by_hand, answer, start, 1, call=call)
    why = "`__aiter__` is a plain method, which returns the object itself"
    is_own = run.part("is_own_iterator")
    is_own.equals(True, "aiter(object) to be the object itself", "it is not", why=why)
    numbers = list(range(start, 0, -1))
    run.part("items").returned([numbers, numbers])
    run.part("over").equals(2, "StopAsyncIteration from each further step", "it came {} times of 2")
