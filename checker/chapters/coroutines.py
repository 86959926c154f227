"""Exercises of 02_coroutines: calling, awaiting, chains, sleep, and coroutines by hand."""

from checker.exercise import Exercise
from checker.judge import observe
from checker.judge.rhythm import made_in_turn, on_beats
from checker.lab import scenes_coroutines as scenes
from checker.lab.scenes_coroutines import Named, Priced, Steps

open_shop = Exercise(
    "open_shop",
    kind="repair",
    shipped="never_awaited",
    hints=[
        "What does a call of a coroutine function give you: its value, or something else?",
        "Is a coroutine object true or false, when `if` looks at it?",
        "Three coroutine functions are called here. How many of these calls are awaited?",
    ],
)


def _observe_shop(answer, inputs, is_open):
    seconds = inputs.seconds(3)
    sold = inputs.words(1)[0]
    services = [
        Named("is_open", seconds[:1], [is_open, True]),
        Named("unlock", seconds[1:2], [None]),
        Named("sell", seconds[2:], [sold]),
    ]
    call = f"open_shop(is_open, unlock, sell), where is_open() gives {is_open}"
    return observe(answer, *services, call=call), seconds, sold


@open_shop.rule("A shop that is shut is unlocked, and then it sells.")
def shut_shop(answer, inputs):
    run, seconds, sold = _observe_shop(answer, inputs, False)
    run.ended()
    why = "The shop was shut, and nobody unlocked it"
    line = answer.line_with("unlock()")
    unlocked = run.calls_of("unlock")
    run.check(unlocked, "a call of unlock()", "there was none", line=line, why=why)
    starts = [run.calls_of(name).times for name in ("is_open", "unlock", "sell")]
    in_order = starts == [[0], [seconds[0]], [sum(seconds[:2])]]
    seen = ", ".join(f"{call.what} at {call.start:g} s" for call in run.calls)
    run.check(in_order, "is_open(), unlock(), sell(), one after the other", seen, in_turn=True)
    run.returned(sold)


@open_shop.rule("A shop that is open is not unlocked; it sells at once.")
def open_already(answer, inputs):
    run, _, sold = _observe_shop(answer, inputs, True)
    run.called("unlock")
    run.returned(sold)


@open_shop.rule("It returns what was sold, whatever that is.")
def what_was_sold(answer, inputs):
    for value in (None, 0, "", [inputs.words(1)[0]]):
        services = [Named("is_open", [1], [True]), Named("unlock", [1], [None])]
        run = observe(answer, *services, Named("sell", [2], [value]))
        run.returned(value)
        run.left_nothing_behind()


total_price = Exercise(
    "total_price",
    kind="write",
    hints=[
        "What does `price(item)` give you, and what does `await price(item)` give you?",
        "Where do you keep the sum while you ask for the next price?",
        "A `for` loop may stand in an `async def`, and `await` in its body. What is added each "
        "time?",
    ],
)


def _priced(inputs, count, broken=None):
    items = inputs.words(count)
    prices = dict(zip(items, inputs.sample(range(2, 60), count), strict=True))
    if broken is not None:
        prices[items[broken]] = f"LookupError: no {items[broken]}"
    return Priced(prices, inputs.seconds(count)), items, prices


@total_price.rule("It returns the sum of the prices, a whole number.")
def summed(answer, inputs):
    for count in (3, 1, 5):
        price, items, prices = _priced(inputs, count)
        again = items[: count // 2]
        run = observe(answer, price, items + again)
        run.returned(sum(prices[item] for item in items + again))
        run.left_nothing_behind()


@total_price.rule("Each item is asked for once; without items, the sum is 0.")
def asked_once(answer, inputs):
    price, items, _ = _priced(inputs, 4)
    observe(answer, price, items).called("price", *(f"price({item!r})" for item in items))
    observe(answer, price, []).returned(0)


@total_price.rule("If there is no price for an item, the error comes out.")
def no_price(answer, inputs):
    price, items, _ = _priced(inputs, 3, broken=1)
    observe(answer, price, items).raised("LookupError", or_group=True)


errands = Exercise(
    "errands",
    kind="predict",
    hints=[
        'Which line of `letter` runs when `letter("bill")` is called?',
        "During the first second, who runs and who waits? Has anybody begun to read?",
        "Which of the two coroutines is awaited first, and when does the other one begin?",
    ],
)

ask_again = Exercise(
    "ask_again",
    kind="repair",
    shipped="raised",
    hints=[
        "How often may one coroutine object be awaited?",
        "Which line makes the coroutine object, and how often does that line run?",
        "What must stand inside the loop, so that there is a new coroutine for each round?",
    ],
)


def _observe_asked(answer, inputs, times):
    seconds = inputs.odd_seconds(times) if times else [1]
    said = inputs.words(max(times, 1))
    said[1:2] = said[:1] if times > 1 else []  # the same answer twice
    ask = Named("ask", seconds, said)
    return observe(answer, ask, times), seconds, said


@ask_again.rule("It returns all answers, in the order in which they came.")
def answers_in_order(answer, inputs):
    for times in (3, 1):
        run, _, said = _observe_asked(answer, inputs, times)
        run.returned(said)


@ask_again.rule("It asks so many times, and only when the last answer is there.")
def asked_in_turn(answer, inputs):
    run, seconds, _ = _observe_asked(answer, inputs, 4)
    run.called("ask", *["ask()"] * 4)
    run.at_most(1, "ask")
    run.took(sum(seconds))


@ask_again.rule("Asked for 0 times, it returns an empty list and leaves no coroutine behind.")
def not_asked(answer, inputs):
    run, _, _ = _observe_asked(answer, inputs, 0)
    run.returned([])
    run.called("ask")
    run.left_nothing_behind()


pass_on = Exercise(
    "pass_on",
    kind="write",
    hints=[
        "What is the value that goes into the second step?",
        "You call a step and hold what it returned. How can you find out whether that must be "
        "awaited?",
        "`inspect` has three tests: `iscoroutinefunction`, `iscoroutine`, `isawaitable`. Which of "
        "them is right for whatever a step may return?",
    ],
)


def _observe_passed(answer, inputs, kinds):
    value, *words = inputs.words(len(kinds) + 1)
    steps = Steps(kinds, words, inputs.odd_seconds(len(kinds)))
    call = f"pass_on({value!r}, steps), where the steps are {', '.join(kinds) or 'none'}"
    run = observe(scenes.passed_on, answer, value, steps, call=call)
    return run, " ".join([value, *words]), steps


@pass_on.rule("What comes out of one step goes into the next, in their order.")
def chained(answer, inputs):
    run, expected, steps = _observe_passed(answer, inputs, ["async"] * 3)
    run.returned(expected)
    run.took(sum(steps.seconds))
    run.left_nothing_behind()


@pass_on.rule("A step may be a plain function; each step is called once.")
def plain_steps(answer, inputs):
    for kinds in (["async", "plain", "async"], ["plain", "async", "plain"]):
        run, expected, steps = _observe_passed(answer, inputs, kinds)
        run.ended()
        run.called("step", *steps.calls)
        run.returned(expected)


@pass_on.rule("A step may return anything that can be awaited.")
def other_awaitables(answer, inputs):
    for kinds in (["async", "lambda", "plain"], ["plain", "awaitable"], ["awaitable", "async"]):
        run, expected, _ = _observe_passed(answer, inputs, kinds)
        run.returned(expected)


@pass_on.rule("None is a value like others; without steps, the value comes back.")
def nothing_special(answer, inputs):
    run, _, steps = _observe_passed(answer, inputs, ["async", "empty", "async"])
    run.returned(steps.words[-1])
    run.called("step", *steps.calls)
    run, expected, _ = _observe_passed(answer, inputs, [])
    run.returned(expected)


@pass_on.rule("If a step fails, its error comes out.")
def failing_step(answer, inputs):
    value, *words = inputs.words(3)
    for kind in ("async", "plain"):
        for error in ("ValueError: bad step", "TypeError: bad step"):
            call = f"pass_on({value!r}, steps), where the first one, {kind}, raises {error}"
            steps = Steps([kind, "async"], words, [3, 4], error)
            run = observe(scenes.passed_on, answer, value, steps, call=call)
            run.raised(*error.split(": "))


copy_page = Exercise(
    "copy_page",
    kind="rewrite",
    shipped="wrong_result",
    hints=[
        "Which word stood, before there was `await`, where a coroutine waits?",
        "Which two words make a coroutine function, and is the decorator still needed then?",
        "`yield from read(name)` has a value. Which expression has the same value in an "
        "`async def`?",
    ],
)


def _observe_copied(answer, inputs, text):
    name = inputs.words(1)[0]
    seconds = inputs.seconds(2)
    read = Named("read", seconds[:1], [text])
    write = Named("write", seconds[1:], [None])
    call = f"copy_page(read, write, {name!r}), where read gives {text!r}"
    run = observe(scenes.copied, answer, read, write, name, call=call)
    return run, name, seconds


@copy_page.rule("It reads the page, writes it in capitals, and returns how many letters it has.")
def page_copied(answer, inputs):
    for text in (" and ".join(inputs.words(3)), ""):
        run, name, seconds = _observe_copied(answer, inputs, text)
        run.returned(len(text))
        run.called("read", f"read({name!r})")
        run.called("write", f"write({text.upper()!r})")
        run.took(sum(seconds))
        run.left_nothing_behind()


@copy_page.rule("If the page cannot be read, the error comes out, and nothing is written.")
def page_not_read(answer, inputs):
    run, _, _ = _observe_copied(answer, inputs, "LookupError: no page")
    run.raised("LookupError", "no page")
    writes = run.calls_of("write")
    why = "Nothing was read, and this writes all the same"
    run.check(
        not writes, "no call of write", "there was one", may_raise=True, why=why, line=writes.line
    )


@copy_page.rule("It is a coroutine function, as `inspect.iscoroutinefunction` tells.")
def page_native(answer, inputs):
    call = "inspect.iscoroutinefunction(copy_page)"
    run = observe(scenes.is_native, answer, call=call)
    native = "a coroutine function"
    why = "It is `async def` that makes one"
    run.whole.equals(native, native, "it is {}", why=why, line=answer.line_of("copy_page"))


step_in_turns = Exercise(
    "step_in_turns",
    kind="build",
    is_async=False,
    hints=[
        "`send(None)` runs a coroutine to its next pause. How do you learn that it has ended, and "
        "where is its result then?",
        "You go round and round over those that are not at their end. What if one ends while you "
        "are going over the very list from which you take it out?",
        "The results are wanted in the order of `coroutines`, and they come in another one. What "
        "if each coroutine keeps its number?",
    ],
)


def _stepping(answer, names, steps, results):
    """What it returns and in which order the steps were made, each in a run of its own."""
    jobs = [list(job) for job in zip(names, steps, results, strict=True)]
    shown = ", ".join(f"{name}: {many}" for name, many in zip(names, steps, strict=True))
    call = f"step_in_turns(coroutines), which pause so many times: {shown or 'there are none'}"
    kind = observe(scenes.is_native, answer, call="inspect.iscoroutinefunction(step_in_turns)")
    why = "Nobody awaits it: write `def`, without `async`"
    if kind.value == "a generator function":
        why = "A `yield` makes it a generator: return a list"
    plain = "a plain function"
    kind.whole.equals(plain, plain, "it is {}", why=why, line=answer.line_of("step_in_turns"))
    scenarios = (scenes.stepped_results, scenes.stepped_order)
    return [observe(scenario, answer, jobs, call=call) for scenario in scenarios]


@step_in_turns.rule("It returns the results in the order of the list.")
def results_in_order(answer, inputs):
    names = inputs.words(4)
    results = inputs.sample(range(10, 99), 4)
    for steps in ((1, 1, 1, 1), (3, 1, 4, 2), (2, inputs.randint(120, 180), 1, 3)):
        returned, _ = _stepping(answer, names, steps, results)
        returned.returned(results)


@step_in_turns.rule("They go in turns, one step each; whoever has ended drops out.")
def steps_in_turns(answer, inputs):
    names = inputs.words(5)
    for steps in ((3, 3, 3, 3, 3), (4, 1, 1, 5, 2)):
        _, order = _stepping(answer, names, steps, [None] * 5)
        made_in_turn(order, answer, names, steps)


@step_in_turns.rule("Some may never pause, they may return anything, and the list may be empty.")
def no_steps(answer, inputs):
    names = inputs.words(4)
    steps = (2, 0, 1, 0)
    results = [0, "", names, None]
    returned, order = _stepping(answer, names, steps, results)
    returned.returned(results)
    made_in_turn(order, answer, names, steps)
    returned, _ = _stepping(answer, [], [], [])
    returned.returned([])


on_the_beat = Exercise(
    "on_the_beat",
    kind="build",
    hints=[
        "If you sleep for `every` seconds after each call, at which second does the third call "
        "come?",
        "Which clock tells how long it is since the start? How long is it from now to a moment "
        "that you know?",
        "How many whole beats have passed when a call ends? Which beat is the next one, and must "
        "you wait for it after the last call?",
    ],
)


def _observe_beats(answer, every, seconds, inputs, start=0):
    job = Named("job", seconds, inputs.words(len(seconds)))
    shown = ", ".join(f"{second:g}" for second in seconds)
    call = f"on_the_beat({every:g}, job, {len(seconds)}), where the calls take {shown} s"
    call += f", begun at {start:g} s" if start else ""
    return observe(scenes.begun_at, start, answer, every, job, len(seconds), call=call)


@on_the_beat.rule("It returns what the calls returned, in their order; an error comes out.")
def beat_results(answer, inputs):
    every = inputs.odd_seconds(1)[0]
    count = inputs.randint(3, 4)
    job = Named("job", [1], inputs.words(count))
    observe(answer, every, job, count).returned(job.values)
    observe(answer, every, job, 0).returned([])
    fails = Named("job", [1], [*inputs.words(1), "ValueError: no beat"])
    call = f"on_the_beat({every:g}, job, 3), where the second call raises ValueError"
    observe(answer, every, fails, 3, call=call).raised("ValueError", "no beat", or_group=True)


@on_the_beat.rule("The calls come on the beat, also if each takes time, and others can run.")
def beats_kept(answer, inputs):
    every = inputs.odd_seconds(1)[0]
    for start in (0, round(every * 1.4, 3)):
        seconds = [every * share for share in (0.3, 0.7, 0.2, 0.4)]
        run = _observe_beats(answer, every, seconds, inputs, start)
        on_beats(run, "job", [start + every * number for number in range(4)])


@on_the_beat.rule("A beat that comes while a call goes on is left out.")
def beats_left_out(answer, inputs):
    every = inputs.odd_seconds(1)[0]
    for shares, beats in (
        ((1.4, 0.3, 0.3), (0, 2, 3)),
        ((0.5, 3.6, 0.2, 2.2, 0.1), (0, 1, 5, 6, 9)),
    ):
        run = _observe_beats(answer, every, [every * share for share in shares], inputs)
        on_beats(run, "job", [every * beat for beat in beats])


@on_the_beat.rule("It returns as soon as the last call has ended.")
def beats_end(answer, inputs):
    every = inputs.odd_seconds(1)[0]
    run = _observe_beats(answer, every, [every * share for share in (0.3, 0.6)], inputs)
    run.took(every * 1.6, in_turn=True)
    run.left_nothing_behind()
