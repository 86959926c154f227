from checker.chapters.keeping_the_loop_free.shared import reported_exactly
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.blocking import Delays
from checker.lab.scenes import keeping_the_loop_free as scenes

make_factory = Exercise(
    "make_factory",
    kind="build",
    is_async=False,
    hints=[
        "The loop calls your factory as `factory(loop, coroutine, **options)`. What must it give "
        "back, and who makes it?",
        "Who tells you that a task has ended, however it was awaited and however it ended?",
        "On Python 3.12 and before, a task gets its name after the factory. When can you read it?",
    ],
)


def _ended_reports(run, names, seconds):
    pairs = zip(names, map(float, seconds), strict=True)
    reported_exactly(run, [f"report({name!r}, {each!r})" for name, each in pairs])


@make_factory.rule("Every task reports its name and seconds, whoever waits for it, or nobody.")
def factory_reports(answer, inputs):
    names = inputs.words(4)
    seconds = inputs.odd_seconds(4)
    call = "set_task_factory(make_factory(report)), and four tasks"
    run = observe(scenes.tasks_reported, answer, Delays(), names, seconds, call=call)
    _ended_reports(run, names, seconds)


@make_factory.rule("Results come out as without it.")
def factory_results(answer, inputs):
    names = inputs.words(4)
    seconds = inputs.odd_seconds(4)
    call = "set_task_factory(make_factory(report)), and four tasks"
    observe(scenes.tasks_reported, answer, Delays(), names, seconds, call=call).returned(
        seconds[:3]
    )


@make_factory.rule("A task that fails or is cancelled reports, too, and ends as it would.")
def factory_bad_ends(answer, inputs):
    names = inputs.words(3)
    [seconds] = inputs.odd_seconds(1)
    call = (
        "set_task_factory(make_factory(report)), and tasks that fail, are cancelled on their way, "
    )
    call += "and are cancelled at once"
    run = observe(scenes.bad_ends_reported, answer, Delays(), names, seconds, call=call)
    run.returned(["LookupError('no page')", True, True])
    _ended_reports(run, names, [60, seconds, 0])


@make_factory.rule("Options of a task, such as its context, are passed on.")
def factory_options(answer, inputs):
    [name] = inputs.words(1)
    call = f"create_task(coroutine, name={name!r}, context=context), made by make_factory(report)"
    observe(scenes.options_used, answer, Delays(), name, call=call).returned(["red", name])
