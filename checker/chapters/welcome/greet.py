from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import welcome as scenes

greet = Exercise(
    "greet",
    kind="write",
    hints=[
        "Two things happen, one after the other: which comes first?",
        "`asyncio.sleep(seconds)` only describes a wait. Which word makes `greet` wait for it?",
        'How do you put a name into a text? With an f-string: `f"Hello, {name}"`, after `return`.',
    ],
)


@greet.rule("It returns the greeting.")
def greeting(answer, inputs):
    name = inputs.name()
    [seconds] = inputs.seconds(1)
    run = observe(answer, name, seconds)
    run.returned(f"Hello, {name}")


@greet.rule("It waits as long as it is told to.")
def waits(answer, inputs):
    for seconds in (*inputs.seconds(1), *inputs.odd_seconds(1)):
        run = observe(answer, inputs.name(), seconds)
        run.took(seconds)
        run.left_nothing_behind()


@greet.rule("While it waits, others can run.")
def lets_others_run(answer, inputs):
    first = inputs.name()
    second = inputs.name()
    [seconds] = inputs.seconds(1, least=2)
    call = f"greet({first!r}, {seconds}) and greet({second!r}, {seconds}) at the same time"
    run = observe(scenes.greet_two, answer, first, second, seconds, call=call)
    run.took(seconds)
    run.returned([f"Hello, {first}", f"Hello, {second}"])
