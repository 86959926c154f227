"""Exercises of 08_keeping_the_loop_free: what holds the loop, and where to put it."""

from collections import Counter

from checker.exercise import Exercise
from checker.judge import counted, observe
from checker.judge.unmet import Called
from checker.lab import scenes_blocking as scenes
from checker.lab.blocking import ELSEWHERE, Converts, Delays, Works

breakfast = Exercise(
    "breakfast",
    kind="predict",
    hints=[
        "Who can run while `toast` is in `time.sleep`?",
        "A tick was due at 2 s. At which moment does the loop get to it?",
        "From when on does the ticker count its next second: from 2 s, or from when it ran?",
    ],
)

convert_all = Exercise(
    "convert_all",
    kind="rewrite",
    shipped="blocked_the_loop",
    hints=[
        "In which thread does `convert` run now? Which one should it not run in?",
        "`to_thread` gives a coroutine. What happens at once if you only make it, and what makes "
        "it start beside others?",
        "If a task for each name has been started first, in which order do you await them?",
    ],
)


def _files(inputs, count, errors=None):
    names = inputs.words(count)
    ends = {names[position]: error for position, error in (errors or {}).items()}
    return Converts(dict(zip(names, inputs.odd_seconds(count), strict=True)), ends), names


def _call(answer, convert, *args):
    seconds = ", ".join(f"{s:g}" for s in convert.seconds)
    return f"{answer.name}(convert, {', '.join(map(repr, args))}), which take {seconds} s"


def _observe_convert(answer, convert, *args):
    call = _call(answer, convert, *args)
    return observe(scenes.beside_ticks, answer, convert, *args, call=call)


def _returned(run, names):
    run.part(0).returned([f"{name}.png" for name in names])


@convert_all.rule("It returns the results in the order of the names.")
def all_in_order(answer, inputs):
    convert, names = _files(inputs, 4)
    _returned(_observe_convert(answer, convert, names), names)


@convert_all.rule("The conversions overlap: it takes as long as the longest.")
def all_at_once(answer, inputs):
    convert, names = _files(inputs, 4)
    _observe_convert(answer, convert, names).took(max(convert.seconds))


@convert_all.rule("A ticker beside it is never late.")
def all_beside_ticker(answer, inputs):
    convert, names = _files(inputs, 4)
    run = _observe_convert(answer, convert, names)
    run.loop_was_free(run.part(1).value)


@convert_all.rule("If a conversion fails, its error comes out.")
def all_failing(answer, inputs):
    convert, names = _files(inputs, 3, {inputs.randint(0, 2): "ValueError: no picture"})
    run = observe(answer, convert, names, call=_call(answer, convert, names))
    run.raised("ValueError", "no picture", or_group=True)


early_or_late = Exercise(
    "early_or_late",
    kind="predict",
    hints=[
        "Which of the two calls hands `work` to a thread on the spot?",
        "What does a coroutine do that nobody awaits yet?",
        "From which moment on does the second of `to_thread` count: its making, or its await?",
    ],
)

convert_few = Exercise(
    "convert_few",
    kind="write",
    hints=[
        "How many threads does the default pool have? Who decides how many yours has?",
        "`loop.run_in_executor(pool, function, argument)` starts at the call. What do you keep, to "
        "have the results in order?",
        "Where does `with ThreadPoolExecutor(...)` wait, if the block ends before the work does?",
    ],
)


def _few(answer, inputs, workers=None):
    workers = workers or inputs.randint(2, 3)
    convert, names = _files(inputs, 7)
    return _observe_convert(answer, convert, names, workers), convert, names, workers


@convert_few.rule("It returns the results in the order of the names.")
def few_in_order(answer, inputs):
    run, _, names, _ = _few(answer, inputs)
    _returned(run, names)


@convert_few.rule("Never more than `workers` conversions go on at once.")
def few_at_most(answer, inputs):
    run, _, _, workers = _few(answer, inputs)
    run.at_most(workers, "convert")


@convert_few.rule(
    "They begin in the order of the names; as soon as one has ended, the next begins."
)
def few_at_least(answer, inputs):
    for many in (2, 3):
        run, convert, names, workers = _few(answer, inputs, many)
        run.ended()
        wanted = [f"convert({name!r})" for name in names]
        place = {text: number for number, text in enumerate(wanted)}
        # Which of two threads comes first is chance.
        calls = sorted((call.start, place.get(call.what, -1), call.what) for call in run.calls)
        run.shows([text for *_, text in calls], wanted)
        run.kept_busy(workers, "convert", convert.seconds)


@convert_few.rule("A ticker beside it is never late.")
def few_beside_ticker(answer, inputs):
    run, *_ = _few(answer, inputs)
    run.loop_was_free(run.part(1).value)


digest = Exercise(
    "digest",
    kind="repair",
    shipped="blocked_the_loop",
    hints=[
        "`await breathe()` looks like a pause. Does anything inside `breathe` suspend?",
        "What is the shortest await that gives the loop a turn?",
        "How long is nobody else served: `every` items, or all of them?",
    ],
)


def _observe_digest(answer, inputs, every=None):
    every = every or inputs.randint(2, 4)
    rounds = inputs.randint(3, 4)
    items = inputs.sample(range(2, 60), every * rounds + 1)
    call = f"digest({items}, work, {every})"
    return observe(scenes.digested, answer, Works(0.25), items, every, call=call), items, every


@digest.rule("It returns the results in the order of the items.")
def digest_in_order(answer, inputs):
    run, items, _ = _observe_digest(answer, inputs)
    run.part(0).returned([item * item for item in items])


@digest.rule("After every `every` items, at the latest, the others have had a turn.")
def digest_turns(answer, inputs):
    for wanted in (None, 1):  # a fixed number hits one of them at most
        run, items, every = _observe_digest(answer, inputs, wanted)
        ends = [0, *run.part(1).value, len(items)]
        longest = max(later - earlier for earlier, later in zip(ends, ends[1:], strict=False))
        seen = f"it was after {longest}"
        held = f"One step held the loop for {longest} items, and `every` is {every}"
        turn = f"a turn for the others after {counted(every, 'item')}"
        line = run.calls_of("work").line
        run.check(longest <= every, turn, seen, held=held, line=line)


@digest.rule("`work` is called once for each item, in the loop's own thread.")
def digest_thread(answer, inputs):
    run, items, _ = _observe_digest(answer, inputs)
    why = "`work` may not leave its thread, so the loop has to be given turns between the items"
    expected = "work() in the loop's own thread"
    run.calls_of("work").never(ELSEWHERE, expected, "it was called in another one", why=why)
    run.called("work", *(f"work({item!r})" for item in items))


watch_lag = Exercise(
    "watch_lag",
    kind="build",
    hints=[
        "You ask to sleep for `every` seconds. How can you tell when you should have woken?",
        "Which clock do you read before and after? A sleep goes by `loop.time()`.",
        "Late is what the sleep took beyond `every`. Which delays do you keep to yourself?",
    ],
)


def _observe_watch(answer, inputs, *held):
    """The loop is held until the watch is late by so much, from the second half of a period on."""
    every = inputs.randint(2, 4)
    limit = inputs.randint(2, 6) / 10
    blocks = []
    pause = every * 1.6
    lags = []
    for lag in held:
        late = lag(limit)
        blocks.append([round(pause, 3), round(every * 0.4 + late, 3)])
        lags.append(round(late, 3))
        pause = every * 2.6
    call = f"watch_lag({every}, {limit}, report), where the loop is held {_held(blocks)}"
    run = observe(scenes.start_watch, answer, every, limit, Delays(), blocks, call=call)
    return run, lags


def _held(blocks):
    return " and ".join(f"for {held:g} s" for _, held in blocks)


def _reports(run, lags):
    seen, how = run.value
    wanted = [float(lag) for lag in lags]
    over = how == "returned"
    why = "It ends after this, and is to go on until it is cancelled" if over else None
    lines = run.calls_of("report").lines
    pairs = enumerate(zip(seen, wanted, strict=False))
    first = next((n for n, (got, want) in pairs if got != want), len(wanted))
    line = lines[first] if first < len(lines) and not over else None
    reported = f"it reported {_list(seen)}"
    run.check(seen == wanted, _list(wanted), reported, why=why, line=line, in_turn=True)


def _list(lags):
    return ", ".join(map(str, lags)) or "nothing"


@watch_lag.rule("When it wakes late by more than `limit`, it reports how late, each time.")
def lag_reported(answer, inputs):
    late = inputs.randint(2, 9)
    run, lags = _observe_watch(
        answer, inputs, lambda limit: late + limit, lambda limit: limit + 0.37
    )
    _reports(run, lags)


@watch_lag.rule("Up to `limit`, it says nothing.")
def lag_within_limit(answer, inputs):
    run, lags = _observe_watch(answer, inputs, lambda limit: limit / 2, lambda limit: limit + 0.41)
    _reports(run, lags[1:])


@watch_lag.rule("It goes on until it is cancelled, and ends as cancelled.")
def lag_cancelled(answer, inputs):
    run, _ = _observe_watch(answer, inputs, lambda limit: limit + 1.3)
    seen = "it {}" if run.part(1).value == "returned" else "it was {}"
    run.part(1).equals("cancelled", "cancelled", seen)
    run.left_nothing_behind()


def _reported(run, wanted):
    """These reports came, once each, in any order, and no other."""
    run.ended()
    reports = run.calls_of("report")
    missing = Counter(wanted) - Counter(reports.texts)
    extra = Counter(reports.texts) - Counter(wanted)
    other = next(iter(extra), None)
    line = reports.line_of(other)
    if missing:
        seen = f"it was {other}" if extra else "it never came"
        raise Called(run, next(iter(missing)), seen, line=line)
    if extra:
        raise Called(run, "no other reports", f"{other} came", line=line)


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
    _reported(run, [f"report({name!r}, {each!r})" for name, each in pairs])


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


guard = Exercise(
    "guard",
    kind="write",
    hints=[
        "Nobody awaits a callback. Who hears of its exception, and how do you become that?",
        "`get_exception_handler()` tells who it was before. When do you need to know?",
        "`main()` may fail. Which block runs however it ends, and lets its error go on?",
    ],
)


def _observe_guard(scene, answer, inputs):
    texts = inputs.words(3)
    seconds = inputs.odd_seconds(1)[0]
    call = f"guard(main, report), where three callbacks fail in {seconds:g} s"
    return observe(scene, answer, Delays(), seconds, texts, call=call), texts, seconds


@guard.rule("While `main()` runs, each exception that reaches the loop's handler is reported.")
def guard_reports(answer, inputs):
    run, texts, _ = _observe_guard(scenes.guarded, answer, inputs)
    _reported(run, [f"report({text!r})" for text in texts])


@guard.rule("The result of `main()` comes out, or its error, which is not reported.")
def guard_result(answer, inputs):
    run, _, seconds = _observe_guard(scenes.guarded, answer, inputs)
    run.returned(seconds)
    run, texts, _ = _observe_guard(scenes.guarded_failing, answer, inputs)
    run.part(0).equals("LookupError('no page')", "LookupError: no page", "{} came out")
    run.part(1).equals(texts, f"reports of {texts}", "it reported {}")


@guard.rule("Afterwards the handler from before is back, also if `main()` has failed.")
def guard_restores(answer, inputs):
    for error in (None, "no page"):
        call = f"guard(main, report), where main() {'fails' if error else 'returns'}"
        run = observe(scenes.handler_after, answer, Delays(), error, call=call)
        heard, back = run.value
        why = "Not on every way out is the handler from before set again"
        right = back and heard == ["afterwards"]
        run.check(right, "the handler from before", "it is not back", why=why)


@guard.rule("What reaches the handler without an exception is not reported, and does no harm.")
def guard_without_exception(answer, inputs):
    call = "guard(main, report), where the handler gets {'message': 'no more memory'}"
    run = observe(scenes.guarded_without_exception, answer, Delays(), call=call)
    heard, broken = run.value
    run.check(
        not heard, "no report without an exception", f"it reported {', '.join(map(str, heard))}"
    )
    why = "A context need not have an `exception`: ask with `context.get`"
    run.check(not broken, "a handler that works", f"the handler raised {broken}", why=why)
