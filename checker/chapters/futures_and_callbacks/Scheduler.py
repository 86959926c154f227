from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import futures_and_callbacks as scenes

scheduler = Exercise(
    "Scheduler",
    kind="build",
    is_async=False,
    hints=[
        "`wait` has to give the results in the order of the calls. What do you keep for each call, "
        "so that you can await it later?",
        "You have written `later`. What does the method `later` have to remember besides?",
        "A call may schedule another one while you wait. When is nothing left to wait for?",
    ],
)


def _observe_scheduler(answer, inputs, broken=None):
    times = inputs.odd_seconds(4)
    words = inputs.words(4)
    run = observe(
        scenes.scheduled,
        answer,
        times,
        words,
        words[broken] if broken is not None else "",
        call=f"four calls of later(…) with {times} s; 2 s after that, await wait()",
    )
    return run, times, words


@scheduler.rule("`wait` returns the values of all calls, in the order of scheduling.")
def waits_for_all(answer, inputs):
    run, _, words = _observe_scheduler(answer, inputs)
    run.part(0).returned([word.upper() for word in words])


@scheduler.rule("Each call happens at its own time; the waits overlap.")
def calls_in_time(answer, inputs):
    run, times, _ = _observe_scheduler(answer, inputs)
    _, happened = run.value
    shown = ", ".join(f"{t:g} s" for t in happened)
    run.check(happened == sorted(times), f"calls at {sorted(times)} s", f"calls at {shown}")
    run.took(max(times))


@scheduler.rule("For a call that raises, the exception stands in its place.")
def error_in_its_place(answer, inputs):
    run, times, words = _observe_scheduler(answer, inputs, broken=1)
    expected = [w.upper() for w in words]
    expected[1] = ["raised", f"LookupError({words[1]!r})"]
    run.part(0).returned(expected)
    run.took(max(times))


@scheduler.rule("A call that is scheduled while it waits is waited for, too.")
def calls_from_calls(answer, inputs):
    first, second = inputs.odd_seconds(2)
    call = f"a call after {first} s that schedules another one {second} s later; await wait()"
    run = observe(scenes.scheduled_from_inside, answer, first, second, call=call)
    run.returned(["outer", "middle", "inner"])
    run.took(first + 2 * second)


@scheduler.rule("After a `wait` it can be used again, and starts a new list.")
def used_again(answer, inputs):
    [seconds] = inputs.odd_seconds(1)
    run = observe(scenes.scheduled_twice, answer, seconds, call="later, wait, later, wait")
    run.returned([[0], ["two"], [], ["of another one"]])
