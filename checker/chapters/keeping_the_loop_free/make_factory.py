from checker.chapters.keeping_the_loop_free.shared import reported_exactly
from checker.exercise import Exercise
from checker.judge import counted, observe
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
        "On Python 3.13 and before, a task gets its name after the factory. When can you read it?",
    ],
)


def _tasks_reported(run, names, seconds):
    """Each of these tasks reported its name and its seconds, once, and nothing else was."""
    pairs = zip(names, map(float, seconds), strict=True)
    reported_exactly(run, [f"report({name!r}, {each!r})" for name, each in pairs])


def _observe_tasks(answer, names, seconds):
    tasks = ", ".join(f"{name} ({each:g} s)" for name, each in zip(names, seconds, strict=True))
    call = f"loop.set_task_factory(make_factory(report)), then the tasks {tasks}"
    return observe(scenes.tasks_reported, answer, Delays(), names, seconds, call=call)


@make_factory.rule(
    "Every task reports its name and its seconds when it ends, whether somebody awaits it or not."
)
def factory_reports(answer, inputs):
    names = inputs.words(4)
    seconds = inputs.odd_seconds(4)
    run = _observe_tasks(answer, names, seconds)
    unnamed = any("'Task-" in text for text in run.calls_of("report").texts)
    run.check(
        not unnamed,
        "reports with the names of the tasks",
        "a name that asyncio has made up came",
        why="The name is read before the task has got it",
        line=answer.line_with("get_name("),
    )
    line, many = answer.line_with("__await__"), len(run.calls_of("report"))
    run.check(
        not line or many >= len(names),
        counted(len(names), "report"),
        f"there {'was' if many == 1 else 'were'} {many or 'none'}",
        why="`__await__` is called only by who awaits the task itself, not by `asyncio.wait`",
        line=line,
    )
    _tasks_reported(run, names, seconds)


@make_factory.rule("The results of tasks come out as they do without the factory.")
def factory_results(answer, inputs):
    names = inputs.words(4)
    seconds = inputs.odd_seconds(4)
    run = _observe_tasks(answer, names, seconds)
    run.returned(seconds[:3])  # nobody awaits the fourth one


@make_factory.rule(
    "A task that fails or is cancelled reports, too, and ends as it does without the factory."
)
def factory_bad_ends(answer, inputs):
    names = inputs.words(3)
    [seconds] = inputs.odd_seconds(1)
    call = (
        f"loop.set_task_factory(make_factory(report)), then the tasks {names[0]}, which fails, "
        f"{names[1]}, cancelled after {seconds:g} s, and {names[2]}, cancelled at once"
    )
    run = observe(scenes.bad_ends_reported, answer, Delays(), names, seconds, call=call)
    run.returned(
        {
            "the error of the first": "LookupError('no page')",
            "the second is cancelled": True,
            "the third is cancelled": True,
        }
    )
    reported = run.calls_of("report").texts
    run.check(
        any(f"({names[2]!r}" in text for text in reported)
        or not any(f"({names[1]!r}" in text for text in reported),
        f"a report of {names[2]}",
        "it never came",
        why="A task that is cancelled before its first step runs no line of its coroutine: only a "
        "done callback hears of it",
        line=answer.line_with("finally:") or answer.line_with("try:"),
    )
    _tasks_reported(run, names, [scenes.UNTIL_IT_FAILS, seconds, 0])


@make_factory.rule("Options of a task, such as its context, are passed on.")
def factory_options(answer, inputs):
    [name] = inputs.words(1)
    call = f"create_task(coroutine, name={name!r}, context=context), made by make_factory(report)"
    run = observe(scenes.options_used, answer, Delays(), name, call=call)
    run.returned({"the value in its context": "red", "its name": name})


@make_factory.rule("An error that nobody asks for is told to the loop's handler, as without it.")
def factory_errors_told(answer, inputs):
    [name] = inputs.words(1)
    call = f"loop.set_task_factory(make_factory(report)), then the task {name}, which fails, and "
    call += "which nobody awaits"
    run = observe(scenes.failure_told, answer, Delays(), name, call=call)
    run.whole.equals(
        True,
        "the loop's handler to be told of the error",
        "it heard nothing of it",
        line=answer.line_with(".exception()"),
        why="A task that somebody has asked for its error is done with it",
    )
