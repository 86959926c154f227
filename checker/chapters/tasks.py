"""Exercises of 03_tasks: waits that share the same second."""

from checker import lab
from checker.exercise import Exercise
from checker.judge import counted, moments, observe
from checker.lab import scenes

morning = Exercise(
    "morning",
    kind="predict",
    hints=[
        "Which code runs until it first waits: that of `morning`, or that of the two tasks?",
        "When `morning` sleeps for 1 s, what do the two tasks do meanwhile?",
        "Each task waits from 0 s on. At which second does each of the three waits end?",
    ],
)

both = Exercise(
    "both",
    kind="write",
    hints=[
        "When you write `await first`, what does `second` do meanwhile?",
        "What does `asyncio.create_task` do with a coroutine, and when does it return?",
        "Can you make the tasks in one line each, and await them in the lines after?",
    ],
)


def _observe_both(answer, inputs, longer_first=False):
    fetch = lab.pages(inputs, 2, odd=longer_first)
    if longer_first:
        fetch = lab.Pages(dict(reversed(list(zip(fetch, fetch.delays, strict=True)))))
    one, two = fetch
    call = f"both(fetch({one!r}), fetch({two!r})), where {fetch}"
    return observe(scenes.start_both, answer, fetch, one, two, call=call), fetch


@both.rule("It returns the two results, the first one first.")
def both_in_order(answer, inputs):
    for longer_first in (False, True) * 3:  # more than once: a set may happen to be in order
        run, fetch = _observe_both(answer, inputs, longer_first)
        run.returned(fetch.bodies)


@both.rule("The waits overlap: it takes as long as the longer one.")
def both_overlap(answer, inputs):
    for longer_first in (False, True):
        run, fetch = _observe_both(answer, inputs, longer_first)
        run.took(max(fetch.delays))
        run.left_nothing_behind()


fetch_all = Exercise(
    "fetch_all",
    kind="rewrite",
    shipped="one_after_the_other",
    hints=[
        "Which line makes the second page wait for the first?",
        "A task starts at the loop's next turn, whether or not anybody awaits it. Who makes them?",
        "What if one loop makes all the tasks, and a second loop awaits them?",
    ],
)


@fetch_all.rule("The results come back in the order of the names.")
def pages_in_order(answer, inputs):
    fetch = lab.pages(inputs, 3)
    run = observe(answer, fetch, list(fetch))
    run.returned(fetch.bodies)


@fetch_all.rule("The waits overlap: the total is the slowest page, not the sum.")
def pages_overlap(answer, inputs):
    for count, odd in ((4, False), (7, True)):
        fetch = lab.pages(inputs, count, odd=odd)
        run = observe(answer, fetch, list(fetch))
        run.took(max(fetch.delays))
        run.at_least(count, "fetch")
        run.left_nothing_behind()


@fetch_all.rule("If a page fails, the caller is told.")
def page_fails(answer, inputs):
    fetch = lab.pages(inputs, 3, {0: "LookupError: no page"})
    run = observe(answer, fetch, list(fetch))
    run.raised("LookupError", or_group=True)


@fetch_all.rule("Each page is fetched once; without names, nothing is.")
def pages_once(answer, inputs):
    fetch = lab.pages(inputs, 3)
    observe(answer, fetch, list(fetch)).called("fetch", *(f"fetch({n!r})" for n in fetch))
    observe(answer, fetch, []).returned([])


save_all = Exercise(
    "save_all",
    kind="repair",
    shipped="left_running",
    hints=[
        "What has happened to the tasks at the moment of `return`?",
        "Who keeps the tasks, so that somebody can wait for them?",
        "What if you keep them in a list, and await each one before you return?",
    ],
)


def _observe_save_all(answer, inputs, count=4, odd=False):
    items = inputs.words(count)
    seconds = inputs.odd_seconds(count) if odd else inputs.seconds(count)
    return observe(answer, lab.Saves(items, seconds), items), items, seconds


@save_all.rule("Every item is saved when it returns.")
def all_saved(answer, inputs):
    run, items, _ = _observe_save_all(answer, inputs)
    run.called("save", *(f"save({item!r})" for item in items))


@save_all.rule("The saves overlap: it takes as long as the longest.")
def saves_overlap(answer, inputs):
    for count, odd in ((4, False), (7, True)):
        run, _, seconds = _observe_save_all(answer, inputs, count, odd)
        run.took(max(seconds))
        run.at_least(count, "save")
        run.left_nothing_behind()


@save_all.rule("It returns how many items there are, also if there are none.")
def saves_counted(answer, inputs):
    for count in (inputs.randint(2, 6), 0):
        run, items, _ = _observe_save_all(answer, inputs, count)
        run.returned(len(items))


watch = Exercise(
    "watch",
    kind="write",
    hints=[
        "The job must run while you count the seconds. What makes it run on its own?",
        "What ends first each time: the job, or `every` seconds? Which call waits for either?",
        "`asyncio.wait({task}, timeout=every)` comes back at the first of the two. How do you tell "
        "which one it was?",
    ],
)


def _observe_watch(answer, inputs, error=None):
    name = inputs.words(1)[0]
    every = inputs.randint(2, 5)
    rounds = inputs.randint(2, 4)
    seconds = every * rounds + inputs.randint(1, every - 1) + 0.37
    fetch = lab.Pages({name: seconds}, {name: error} if error else None)
    call = f"watch(fetch({name!r}), {every}, report), where {fetch}"
    run = observe(scenes.start_watch, answer, fetch, name, every, lab.Reports(), call=call)
    return run, fetch, seconds, [every * n for n in range(1, rounds + 1)]


@watch.rule("It returns what the job returns.")
def watched_result(answer, inputs):
    run, fetch, _, _ = _observe_watch(answer, inputs)
    run.returned(fetch.bodies[0])


@watch.rule("It reports every so many seconds, as long as the job is not done.")
def watched_reports(answer, inputs):
    run, _, _, times = _observe_watch(answer, inputs)
    run.ended()
    seen = run.calls_of("report").times
    came = f"they came at {moments(seen)}" if seen else "there was none"
    run.check(seen == times, f"reports at {moments(times)}", came)


@watch.rule("It returns at the moment the job ends, and leaves nothing behind.")
def watched_end(answer, inputs):
    run, _, seconds, _ = _observe_watch(answer, inputs)
    run.took(seconds)
    run.left_nothing_behind()


@watch.rule("If the job fails, its error comes out, and nothing is left behind.")
def watched_failure(answer, inputs):
    for error in ("LookupError: no page", "TimeoutError: too slow"):
        run, _, seconds, _ = _observe_watch(answer, inputs, error)
        run.raised(*error.split(": "), or_group=True)
        run.left_nothing_behind(after_error=True)
        run.took(seconds, after_error=True)


outcomes = Exercise(
    "outcomes",
    kind="write",
    hints=[
        "Do all jobs run before you ask the first one how it ended?",
        "Which way of waiting raises nothing, whatever the tasks do?",
        "Of a task that is done you can ask three things: `cancelled()`, `exception()`, "
        "`result()`. Which of them must come first?",
    ],
)


def _observe_outcomes(answer, inputs, count, errors=None, odd=False):
    fetch = lab.pages(inputs, count, errors, odd)
    return _run_outcomes(answer, fetch), fetch


def _run_outcomes(answer, fetch):
    shown = ", ".join(f"{name!r}: fetch({name!r})" for name in fetch)
    call = f"outcomes({{{shown}}}), where {fetch}"
    return observe(scenes.start_outcomes, answer, fetch, list(fetch), call=call)


@outcomes.rule("Every job's value is in the result.")
def outcome_values(answer, inputs):
    for value in (None, 0, "", [1]):
        fetch = lab.pages(inputs, 3)
        names = list(fetch)
        fetch = lab.Pages(dict(zip(names, fetch.delays, strict=True)), values={names[1]: value})
        run = _run_outcomes(answer, fetch)
        run.returned(dict(zip(fetch, fetch.bodies, strict=True)))


@outcomes.rule("All jobs run at the same time.")
def outcomes_overlap(answer, inputs):
    for count, odd in ((4, False), (7, True)):
        run, fetch = _observe_outcomes(answer, inputs, count, odd=odd)
        run.took(max(fetch.delays))
        run.at_least(count, "fetch")


@outcomes.rule("A job that fails stops nobody; the text of its error is in the result.")
def outcome_errors(answer, inputs):
    run, fetch = _observe_outcomes(
        answer, inputs, 4, {0: "LookupError: no page", 2: "OSError: gone"}
    )
    expected = dict(zip(fetch, fetch.bodies, strict=True))
    names = list(fetch)
    expected[names[0]] = "LookupError: no page"
    expected[names[2]] = "OSError: gone"
    run.returned(expected)
    run.took(max(fetch.delays))


@outcomes.rule('A job that was cancelled is "cancelled".')
def outcome_cancelled(answer, inputs):
    run, fetch = _observe_outcomes(answer, inputs, 3, {0: "cancelled"})
    expected = dict(zip(fetch, fetch.bodies, strict=True))
    expected[next(iter(fetch))] = "cancelled"
    run.returned(expected)


@outcomes.rule("Without jobs, the result is an empty dict.")
def outcomes_empty(answer, inputs):
    observe(answer, {}).returned({})


timed = Exercise(
    "timed",
    kind="build",
    is_async=False,
    hints=[
        "How many functions are there, one inside the other? What does each of them get?",
        "Which block runs however the call ends, and leaves result and error as they are?",
        "Must the innermost function be an `async def`, so that it can wait for the call?",
    ],
)


def _observe_timed(scenario, answer, inputs, count=1, errors=None):
    fetch = lab.pages(inputs, count, errors, odd=True)
    called = inputs.choice(["load", "read", "get"])
    names = list(fetch)
    calls = " and ".join(f"{called}({name!r})" for name in names)
    call = f"{calls}, where {called} is decorated with @timed(report), and {fetch}"
    return observe(scenario, answer, fetch, called, *names, call=call), fetch, called


@timed.rule("Arguments and result go through unchanged.")
def timed_result(answer, inputs):
    run, fetch, _ = _observe_timed(scenes.timed_value, answer, inputs)
    run.returned(fetch.bodies[0].upper())


@timed.rule("It reports the name and the seconds of each call when the call has ended.")
def timed_reports(answer, inputs):
    run, fetch, called = _observe_timed(scenes.timed_two, answer, inputs, count=2)
    _reported(run, called, sorted(fetch.delays))


@timed.rule("An error goes through unchanged too.")
def timed_error(answer, inputs):
    run, _, _ = _observe_timed(
        scenes.timed_value, answer, inputs, errors={0: "LookupError: no page"}
    )
    run.raised("LookupError", "no page")


@timed.rule("It reports also a call that fails or is cancelled.")
def timed_failure(answer, inputs):
    for end in ("LookupError: no page", "cancelled"):
        run, fetch, called = _observe_timed(scenes.timed_failing, answer, inputs, errors={0: end})
        _reported(run, called, fetch.delays)


@timed.rule("The function keeps its name.")
def timed_name(answer, inputs):
    run, _, called = _observe_timed(scenes.timed_name, answer, inputs)
    run.returned(called)


def _reported(run, called, times):
    reports = run.value
    run.check(
        len(reports) == len(times), counted(len(times), "report"), f"there were {len(reports)}"
    )
    for values, seconds in zip(reports, times, strict=True):
        expected = f"report({called!r}, {seconds:g})"
        fits = len(values) == 2 and values[0] == called and type(values[1]) in (int, float)
        run.check(fits, expected, f"it was report({', '.join(map(repr, values))})")
        run.time_is(values[1], seconds, "reported")


drain = Exercise(
    "drain",
    kind="build",
    hints=[
        "Where do you find the tasks that are not done, and their names?",
        "Who is in that set, too, and must not be waited for?",
        "Which way of waiting is not stopped by a task that fails, and what does it do if there "
        "is none to wait for?",
    ],
)


def _observe_drain(answer, inputs, named_alike=False, error=None):
    prefix = inputs.choice(["job", "copy", "load"])
    seconds = inputs.odd_seconds(4)
    own_name = f"{prefix} me" if named_alike else "me"
    names = inputs.words(5)
    first_name = own_name if named_alike else f"{prefix} {names[0]}"
    fetch = lab.Pages(
        dict(zip(names, [*seconds, 60], strict=True)), {names[0]: error} if error else None
    )
    shown = [first_name, *(f"{prefix} {name}" for name in names[1:4]), f"other {prefix}"]
    call = f"drain({prefix!r}) in a task named {own_name!r}, beside the tasks {shown}"
    return observe(scenes.start_drain, answer, fetch, prefix, own_name, first_name, call=call), max(
        seconds
    )


@drain.rule("It waits until all those tasks are done, and returns how many.")
def drained(answer, inputs):
    run, _ = _observe_drain(answer, inputs)
    run.returned([4, [True] * 4])


@drain.rule("It does not wait for tasks with other names.")
def drained_in_time(answer, inputs):
    run, seconds = _observe_drain(answer, inputs)
    run.took(seconds)


@drain.rule("It leaves out its own task, whatever its name.")
def drained_without_itself(answer, inputs):
    run, _ = _observe_drain(answer, inputs, named_alike=True)
    run.returned([4, [True] * 4])


@drain.rule("A task that fails or is cancelled does not stop it, and counts too.")
def drained_failures(answer, inputs):
    for error in ("ValueError: bad", "cancelled"):
        run, seconds = _observe_drain(answer, inputs, error=error)
        run.returned([4, [True] * 4])
        run.took(seconds)


@drain.rule("Without such tasks, it returns 0 at once.")
def drained_nothing(answer, inputs):
    run = observe(answer, inputs.name())
    run.returned(0)
    run.took(0)
