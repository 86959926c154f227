"""Exercises of 06_futures_and_callbacks: from callbacks to something that one can await."""

from checker.exercise import Exercise
from checker.judge import observe
from checker.lab import Reports
from checker.lab import scenes_callbacks as scenes
from checker.lab.callbacks import Calling, Radio
from checker.lab.old_code import FINE, OLD, in_order, program

ledger = Exercise(
    "ledger",
    kind="predict",
    hints=[
        "`set_result` makes the future done. Does it call anybody, or put calls into a queue?",
        "Which lines stand between `set_result` and the next `await` that suspends?",
        "Callbacks run in the order in which they were added, in a turn of the loop that comes "
        "after the running code has given way. Where is that for the third one?",
    ],
)

live = Exercise(
    "live",
    kind="write",
    hints=[
        "Who is told when a task ends, whether it returned, failed or was cancelled?",
        "A done callback gets the task. What else must it know, and where can it keep that?",
        "When may `live` return? All jobs must be over, and all callbacks must have run: does the "
        "last callback run before or after you are woken?",
    ],
)


def _observe_live(answer, inputs, ends, together=False):
    seconds = sorted(inputs.odd_seconds(len(ends))) if together else inputs.odd_seconds(len(ends))
    if together:
        seconds[1] = seconds[0]
    jobs = ", ".join(f"{end} after {s:g} s" for end, s in zip(ends, seconds, strict=True))
    call = f"live(jobs, report), where {f'the jobs {jobs}' if jobs else 'there are no jobs'}"
    return observe(scenes.live_reports, answer, seconds, ends, Reports(), call=call), seconds


def _counts(run, many):
    run.ended()
    run.calls_of("report").are([f"report({n})" for n in reversed(range(many))])


@live.rule("Each time a job ends, it reports how many are still running.")
def counted(answer, inputs):
    run, _ = _observe_live(answer, inputs, ["return"] * 4)
    _counts(run, 4)
    run.returned(None)


@live.rule("It reports at the moment when a job ends, and the jobs run at the same time.")
def counted_in_time(answer, inputs):
    run, seconds = _observe_live(answer, inputs, ["return"] * 4)
    run.took(max(seconds))
    for seen, expected in zip(run.calls_of("report").times, sorted(seconds), strict=False):
        run.time_is(seen, expected, "reported at")


@live.rule("A job that fails or is cancelled counts like the others, and does not stop it.")
def counted_all_ends(answer, inputs):
    ends = ["return", "fail", "are cancelled", "return"]
    run, seconds = _observe_live(answer, inputs, ends)
    _counts(run, 4)
    run.took(max(seconds))
    run.left_nothing_behind()


@live.rule("Jobs that end together are reported one by one.")
def counted_one_by_one(answer, inputs):
    run, _ = _observe_live(answer, inputs, ["return"] * 3, together=True)
    run.ended()
    seen = run.calls_of("report").texts
    # Of two that have ended together, the first may still count as running, or no more.
    together = [[f"report({n})" for n in counts] for counts in ((2, 1, 0), (1, 1, 0))]
    run.check(seen in together, "one report for each job", f"it was {seen}", in_turn=True)


@live.rule("Without jobs, it returns at once and reports nothing.")
def counted_none(answer, inputs):
    run, _ = _observe_live(answer, inputs, [])
    _counts(run, 0)
    run.took(0)


alarm = Exercise(
    "alarm",
    kind="repair",
    shipped="never_ended",
    hints=[
        "Which clock does `call_at` mean? Which clock does `time.time()` read?",
        "What does `loop.time()` give, and from where does it count?",
        "If you know how many seconds from now: which of the three `call_` methods takes that?",
    ],
)


@alarm.rule("It returns the word after so many seconds; two alarms run at the same time.")
def rings(answer, inputs):
    times = inputs.odd_seconds(2)
    words = inputs.words(2)
    call = f"alarm({times[0]}, {words[0]!r}) and alarm({times[1]}, {words[1]!r}) at once"
    run = observe(scenes.alarms, answer, times, words, call=call)
    _, seconds, touched = run.value
    run.part(0).equals(words, seen="{}")
    run.time_is(seconds, max(times))
    _not_from_outside(run, touched, "a thread of its own")
    run.left_nothing_behind()


def _not_from_outside(run, touched, whose):
    why = "This runs in another thread than the loop, which nobody wakes"
    lines = [*touched, *(call.line for call in run.calls)]
    line = next(filter(None, lines), None)
    wanted = "a future that only the loop's thread touches"
    run.check(not touched, wanted, f"{whose} touched it", why=why, line=line)


@alarm.rule("It rings at once if the seconds are 0.")
def rings_at_once(answer, inputs):
    word = inputs.words(1)[0]
    run = observe(answer, 0, word)
    run.returned(word)
    run.took(0)


fetch_page = Exercise(
    "fetch_page",
    kind="write",
    hints=[
        "The two functions that you hand to `get` are called later. Where do they put what they "
        "were told, so that you can await it?",
        "A future has two ways to be done that you can call. Which of them is for `on_page`, and "
        "which for `on_error`?",
        "When you are cancelled, your `await` raises. Which block runs on the way out, whatever "
        "happens, and who has `cancel()`? And if a call still comes: is the future done already?",
    ],
)


def _client(inputs, count, error=None, deaf=False):
    names = inputs.words(count)
    seconds = dict(zip(names, inputs.odd_seconds(count), strict=True))
    return Calling(seconds, {names[0]: error} if error else None, deaf)


@fetch_page.rule("It returns the text of the page, when the page is there.")
def page_comes(answer, inputs):
    get = _client(inputs, 1)
    [name] = get
    run = observe(answer, get, name)
    run.returned(get.body(name))
    run.took(get.delays[0])


@fetch_page.rule("If the client reports an error, it raises that error.")
def page_fails(answer, inputs):
    text = f"no {inputs.words(1)[0]} here"
    for kind in ("LookupError", "OSError"):
        get = _client(inputs, 1, f"{kind}: {text}")
        run = observe(answer, get, *get)
        run.raised(kind, text)


@fetch_page.rule("Two pages are fetched at the same time.")
def pages_overlap(answer, inputs):
    get = _client(inputs, 2)
    first, second = get
    call = f"fetch_page(get, {first!r}) and fetch_page(get, {second!r}) at once, where get={get}"
    run = observe(scenes.fetch_two, answer, get, first, second, call=call)
    run.returned(get.bodies)
    run.took(max(get.delays))


@fetch_page.rule(
    "Cancelled, it hangs up and is cancelled; a page that comes all the same does no harm."
)
def page_not_wanted(answer, inputs):
    for error, deaf in ((None, False), (None, True), ("OSError: too late", True)):
        get = _client(inputs, 1, error, deaf)
        [name] = get
        call = f"fetch_page(get, {name!r}), cancelled after 2 s, where get={get}"
        run = observe(scenes.fetch_and_hang_up, answer, get, name, 2, call=call)
        cancelled, heard = run.value
        run.check(cancelled, "the task to be cancelled", "it ended in another way")
        hung_up = bool(run.calls) and run.calls[0].outcome == "cancelled"
        run.check(hung_up, "a call of request.cancel()", "nobody hung up")
        seen = f"a callback raised {heard[0] if heard else 'nothing'}"
        run.check(not heard, "callbacks that raise nothing", seen)


later = Exercise(
    "later",
    kind="write",
    is_async=False,
    hints=[
        "`later` is a plain function: it returns at once. What can it return that is done later?",
        "Which method of the loop calls a plain function after some seconds? And who puts the "
        "value into the future: `function`, or a small function of your own that calls it?",
        "Two things can go wrong: `function` raises, or the future was cancelled before its time. "
        "What does your small function ask first, and what does it do with an exception?",
    ],
)


@later.rule("It calls the function after so many seconds; awaiting gives the value.")
def later_gives(answer, inputs):
    seconds = inputs.odd_seconds(1)[0]
    word = inputs.words(1)[0]
    call = f"await later({seconds}, str.upper, {word!r})"
    run = observe(scenes.later_value, answer, seconds, word, call=call)
    run.returned(word.upper())
    run.took(seconds)


@later.rule("It returns at once, so several calls wait at the same time.")
def later_overlap(answer, inputs):
    times = inputs.odd_seconds(3)
    words = inputs.words(3)
    call = f"later(…) three times at once, with {times} s"
    run = observe(scenes.later_many, answer, times, words, call=call)
    happened = sorted(([w, t] for t, w in zip(times, words, strict=True)), key=lambda p: p[1])
    made, seen = run.value
    run.check(made == 0, "it returns at once", f"it took {made:g} s")
    early = "The function is called when `later` is, and not when its time has come"
    run.check(
        [list(pair) for pair in seen] == happened,
        f"calls at {', '.join(f'{t:g} s' for _, t in happened)}",
        f"calls at {', '.join(f'{t:g} s' for _, t in seen)}",
        why=early if not any(t for _, t in seen) else None,
    )
    run.took(scenes.LONG_AGO + max(times))


@later.rule("If the function raises, whoever awaits gets the exception.")
def later_raises(answer, inputs):
    text = inputs.words(1)[0]
    seconds = inputs.odd_seconds(1)[0]
    call = f"await later({seconds}, fails), which raises LookupError({text!r})"
    run = observe(scenes.later_failing, answer, seconds, text, call=call)
    run.raised("LookupError", text)


@later.rule("If what it returned is cancelled before its time, the function is not called.")
def later_not_called(answer, inputs):
    word = inputs.words(1)[0]
    seconds = inputs.odd_seconds(1)[0]
    call = f"later({seconds}, …), cancelled after {seconds / 2} s"
    run = observe(scenes.later_cancelled, answer, seconds, word, call=call)
    cancelled, happened, heard = run.value
    run.check(cancelled, "it is cancelled", "it cannot be cancelled")
    why = "It was cancelled, and nobody asked before the function was called"
    run.check(not happened, "no call", "the function was called", why=why)
    run.check(not heard, "nothing raised in a callback", f"{heard[0] if heard else ''} was raised")


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


hear = Exercise(
    "hear",
    kind="repair",
    shipped="wrong_result",
    hints=[
        "In which thread does `done` run?",
        "Does the loop notice when another thread makes a future done? Who would wake it?",
        "Which one of the loop's methods may be called from any thread, and what does it do with "
        "the function that you hand over?",
    ],
)


@hear.rule("It returns the message when it comes, and is woken for it.")
def heard(answer, inputs):
    seconds = inputs.odd_seconds(1)[0]
    text = inputs.words(1)[0]
    run = observe(answer, Radio(seconds, text))
    run.returned(text)
    # A thread makes the figures vary, so a short poll is not seen by its time.
    sleeps = [span for task in run.own_tasks for span in task.spans if span.is_sleep]
    run.check(not sleeps, "a wait for the message itself", "it slept meanwhile", polls=True)
    held = [b for b in run.blocked if b.what != "work" and b.line]
    run.check(not held, "a loop that is free meanwhile", "it was held")
    run.took(seconds)


@hear.rule("It touches the future in the loop's own thread only.")
def heard_safely(answer, inputs):
    seconds = inputs.odd_seconds(1)[0]
    text = inputs.words(1)[0]
    radio = Radio(seconds, text)
    run = observe(scenes.hear_watched, answer, radio, call=f"hear({radio!r})")
    _not_from_outside(run, run.part(1).value, "the radio's own thread")
    run.part(0).equals(text, seen="{!r}")


find_old = Exercise(
    "find_old",
    kind="build",
    is_async=False,
    hints=[
        "`ast.walk(ast.parse(source))` gives every node. Which kind of node is a call, and how "
        "does it hold its keywords?",
        "`ast.dump(ast.parse('asyncio.wait(a)'), indent=1)` shows how `asyncio.wait` looks in the "
        "tree. Which attributes do you have to compare?",
        "Nodes know their `lineno`. Do two finds in one line give one entry or two? Read the task.",
    ],
)


def _finds(answer, inputs, lines):
    source, at = program(inputs, lines)
    expected = sorted((at[line], what) for line in lines for what in OLD.get(line, ()))
    call = f"find_old(source), where source is\n{source}"
    return observe(scenes.find_in, answer, source, call=call), expected


def _found(run, expected):
    run.shows(in_order(run.value), expected)


@find_old.rule("It finds each of the old forms, with its line.")
def finds_each(answer, inputs):
    for line in OLD:
        _found(*_finds(answer, inputs, [line, FINE[2]]))


@find_old.rule("It finds them all, in the order of their lines.")
def finds_all(answer, inputs):
    _found(*_finds(answer, inputs, [*OLD, *FINE]))


@find_old.rule("It is not deceived by strings, comments and names that only look alike.")
def not_deceived(answer, inputs):
    run, _ = _finds(answer, inputs, list(FINE))
    run.returned([])
