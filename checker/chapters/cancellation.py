"""Exercises of 04_cancellation: asking a task to stop, and being asked."""

from checker import lab
from checker.exercise import Exercise
from checker.judge import moments, observe
from checker.lab import scenes_cancellation as scenes
from checker.lab.jobs import Act, Jobs, one_job


def _run(scene, answer, job, *args, call):
    """Run a scene with pretended jobs; `call` is how a learner would write it."""
    return observe(scene, answer, job, *args, call=f"{call}, where {job}")


power_cut = Exercise(
    "power_cut",
    kind="predict",
    hints=[
        "At 2 s, `soup` has just been made. Has it run a line when it is asked to stop?",
        "What does `cancel()` return for a task that is done? Which of the two is done at 2 s?",
        "Does `tea` run inside `cancel()`, or when `power_cut` next suspends?",
    ],
)

cancel_and_wait = Exercise(
    "cancel_and_wait",
    kind="write",
    hints=[
        "When `cancel()` returns, has the task ended?",
        "Which way of waiting raises nothing, however the task ends?",
        "Which method of a task that is done tells whether it ended as cancelled?",
    ],
)


def _cancel_one(answer, inputs, clean_up=None, end=None, before=True, asked=False):
    moment = inputs.seconds(1, least=2)[0] - 0.63 if before else None
    job = one_job(inputs, 55, clean_up=clean_up, ends=end)
    when = f"after {moment:g} s" if before else "that has not begun"
    call = f"cancel_and_wait(task) {when}{', cancelled already' if asked else ''}"
    run = _run(scenes.start_cancel_and_wait, answer, job, moment, asked, call=call)
    return run, (moment or 0) + (clean_up or 0)


def _stopped(run, value, how, seconds):
    """The answer returned `value` after so many seconds, when the tasks had ended like this."""
    run.part(1).equals(how, f"{how} when it returns", "{}")
    run.part(0).equals(value, seen="it returned {!r}")
    run.time_is(run.part(2).value, seconds, "returned after")


@cancel_and_wait.rule("A task that ends as cancelled, or has done so before, gives True.")
def one_cancelled(answer, inputs):
    for before, asked in ((True, False), (False, False), (True, True)):
        run, seconds = _cancel_one(answer, inputs, before=before, asked=asked)
        _stopped(run, True, "cancelled", seconds)


@cancel_and_wait.rule("It waits until the clean-up is over, and does not disturb it.")
def one_cleaned_up(answer, inputs):
    run, seconds = _cancel_one(answer, inputs, inputs.odd_seconds(1)[0])
    whole = all(call.outcome != "cancelled" for call in run.calls)
    run.check(whole, "a full clean-up", "it was cancelled")
    _stopped(run, True, "cancelled", seconds)


@cancel_and_wait.rule("A task that ends with a value or an error gives False.")
def one_declines(answer, inputs):
    for end, how in (("returns", "returned"), ("OSError: no space left", "failed")):
        run, seconds = _cancel_one(answer, inputs, inputs.seconds(1)[0], end)
        _stopped(run, False, how, seconds)


heartbeat = Exercise(
    "heartbeat",
    kind="repair",
    shipped="cancellation_swallowed",
    hints=[
        "After `break`, what is left of the request?",
        "Which block runs however the loop is left, and lets the exception go on?",
        "In `try … finally`, where does the loop stand, and where does `await close()`?",
    ],
)


def _observe_heartbeat(answer, inputs, in_send, fails_at=None):
    """`in_send`: whether it is cancelled within a `send`, or else while it sleeps."""
    every = inputs.randint(2, 6)
    beats = inputs.randint(2, 4)
    busy = inputs.randint(1, 3) + 0.25
    send = Act("send", busy, fails_at)
    close = Act("close", inputs.odd_seconds(1)[0])
    period = every + busy
    seconds = beats * period + (busy * 0.4 if in_send else busy + every / 2)
    moment = None if fails_at else seconds
    end = f"whose send no. {fails_at} fails" if fails_at else f"cancelled after {seconds:g} s"
    call = f"heartbeat(send, close, {every}), {end}; a send takes {busy:g} s"
    run = observe(scenes.start_heartbeat, answer, send, close, every, moment, call=call)
    return run, [round(n * period, 6) for n in range(beats + 1)], seconds + close.seconds


@heartbeat.rule("It closes once, and ends when that is done.")
def beats_closed(answer, inputs):
    for in_send in (False, True):
        run, _, seconds = _observe_heartbeat(answer, inputs, in_send)
        run.called("close", "close()")
        run.took(seconds)
        run.left_nothing_behind()


@heartbeat.rule("Until it is cancelled it sends, and waits `every` seconds after each.")
def beats_sent(answer, inputs):
    for in_send in (False, True):
        run, times, _ = _observe_heartbeat(answer, inputs, in_send)
        run.ended()
        run.called_at("send", times)


@heartbeat.rule("It ends as cancelled.")
def beats_cancelled(answer, inputs):
    for in_send in (False, True):
        _observe_heartbeat(answer, inputs, in_send)[0].returned("cancelled")


@heartbeat.rule("If `send` fails, it closes too, and the error comes out.")
def beats_failing(answer, inputs):
    run = _observe_heartbeat(answer, inputs, False, inputs.randint(1, 3))[0]
    run.called("close", "close()")
    run.returned("failed: the line is dead")


cancel_all = Exercise(
    "cancel_all",
    kind="rewrite",
    shipped="one_after_the_other",
    hints=[
        "While the first task cleans up, has anybody asked the second to stop?",
        "How many loops do you need: one that asks and waits, or one that asks before you wait?",
        "`asyncio.wait` waits for many tasks at once. What does it say to an empty list?",
    ],
)


def _observe_cancel_all(answer, inputs, count, ends=()):
    names = inputs.words(count)
    clean_up = dict(zip(names, inputs.odd_seconds(count), strict=True))
    job = Jobs(dict.fromkeys(names, 300), clean_up, dict(zip(names, ends, strict=False)))
    run = _run(scenes.start_cancel_all, answer, job, call="cancel_all(tasks)")
    return run, names, max(clean_up.values())


@cancel_all.rule("It returns how many tasks ended as cancelled.")
def all_counted(answer, inputs):
    run, _, _ = _observe_cancel_all(answer, inputs, 5, ("returns", "OSError: no space left"))
    running = "still running" in run.part(1).value
    run.check(not running, "all tasks to have ended", "some were still running")
    run.part(0).equals(3, seen="it returned {!r}")


@cancel_all.rule("The clean-ups overlap, undisturbed: it takes as long as the longest.")
def all_overlap(answer, inputs):
    for count in (4, 7):
        run, names, seconds = _observe_cancel_all(answer, inputs, count)
        run.time_is(run.part(2).value, seconds, "returned after")
        run.called("job", *(f"clean_up({name!r})" for name in names))
        run.left_nothing_behind()


@cancel_all.rule("Without tasks, it returns 0.")
def all_of_none(answer, inputs):
    observe(answer, []).returned(0)


result_or = Exercise(
    "result_or",
    kind="write",
    hints=[
        "A `CancelledError` comes out of `await task`. Which two stories may it tell?",
        "You are cancelled while you await a task: what happens to that task?",
        "Whose `cancelling()` tells them apart: that of the task, or that of your own task?",
    ],
)


def _observe_result_or(answer, inputs, *cancelled):
    job = one_job(inputs, 60)
    default = inputs.randint(10, 99)
    seconds = inputs.odd_seconds(1)[0]
    call = f"result_or(task, {default}), {' and '.join(cancelled)} cancelled after {seconds:g} s"
    run = _run(scenes.start_result_or, answer, job, default, cancelled, seconds, call=call)
    return run, default


@result_or.rule("As soon as the task has ended, its result or its error comes out.")
def task_result(answer, inputs):
    for error, value in (("", "a page"), ("", ""), ("LookupError: no page", "")):
        [name] = inputs.words(1)
        [seconds] = inputs.odd_seconds(1)
        default = inputs.randint(10, 99)
        args = lab.Pages({name: seconds}, {name: error}, {name: value}), default
        run = _run(scenes.own_result_or, answer, *args, call=f"result_or(task, {default})")
        if error:
            run.raised(*error.split(": "))
        else:
            run.returned(value)
        run.took(seconds, after_error=True)


@result_or.rule("If somebody cancels the task, it returns `default`.")
def task_cancelled(answer, inputs):
    run, default = _observe_result_or(answer, inputs, "task")
    run.returned(f"returned {default}")


@result_or.rule("If it is cancelled itself, at the same moment too, it ends as cancelled.")
def caller_cancelled(answer, inputs):
    for who in (["caller"], ["task", "caller"], ["caller", "task"]):
        run, _ = _observe_result_or(answer, inputs, *who)
        run.returned("cancelled")


until_pressed = Exercise(
    "until_pressed",
    kind="build",
    hints=[
        "How can you hear of the button while you wait for the job? How does `nap`?",
        "`add_done_callback` calls a function at the press. When must it no longer do so?",
        "After `uncancel()`, what does 0 tell you, and what 1?",
    ],
)


def _observe_until_pressed(answer, inputs, button, job):
    call = f"until_pressed(button, job({next(iter(job))!r})), pressed after {button:g} s"
    return _run(scenes.start_until_pressed, answer, job, button, call=call)


def _came_out(run, value, moment):
    _, ended, asked, late, button = run.value
    run.part(0).equals(value, seen="it returned {!r}")
    run.time_is(ended, moment, "returned after")
    run.check(not asked, "`cancelling()` to be 0 afterwards", f"it is {asked}")
    run.check(not late, "a later press to do nothing", "it cancelled the caller")
    run.check(button == "returned", "a button that nobody cancels", f"it was {button}")


@until_pressed.rule("A job that ends first: its result or error comes out; no later press counts.")
def job_first(answer, inputs):
    moment, button = sorted(inputs.odd_seconds(2))
    job = one_job(inputs, moment)
    run = _observe_until_pressed(answer, inputs, button, job)
    _came_out(run, job.result(*job), moment)
    failing = one_job(inputs, moment, errors="LookupError: no page")
    run = _observe_until_pressed(answer, inputs, button, failing)
    run.raised("LookupError", "no page", or_group=True)


@until_pressed.rule("If the button comes first, the job is stopped, and the result is None.")
def button_first(answer, inputs):
    button = inputs.odd_seconds(1)[0]
    clean_up = inputs.randint(2, 9)
    job = one_job(inputs, 90, clean_up=clean_up)
    run = _observe_until_pressed(answer, inputs, button, job)
    _came_out(run, None, button + clean_up)
    run.called("job", f"clean_up({next(iter(job))!r})")
    run.left_nothing_behind()


@until_pressed.rule("If it is cancelled itself, the job is stopped too, and it ends as cancelled.")
def caller_stopped(answer, inputs):
    moment = inputs.odd_seconds(1)[0]
    for pressed, first in ((moment + 20, True), (moment, True), (moment, False)):
        job = one_job(inputs, 90, clean_up=inputs.randint(2, 9))
        call = f"until_pressed(button, job({next(iter(job))!r})), cancelled after {moment:g} s"
        call += ", pressed at the same moment" if pressed == moment else ""
        run = _run(scenes.cancelled_until_pressed, answer, job, pressed, moment, first, call=call)
        run.returned("cancelled")
        run.left_nothing_behind()
        if pressed > moment:
            run.called("job", f"clean_up({next(iter(job))!r})")


finish_anyway = Exercise(
    "finish_anyway",
    kind="write",
    hints=[
        "Who runs `coro`, if your own task may be cancelled at any moment?",
        "You are cancelled, and the work goes on. What do you still wait for?",
        "Meanwhile you may be cancelled again. Which statement tries as often as it must?",
    ],
)


def _observe_finish_anyway(answer, inputs, cancels):
    [item] = inputs.words(1)
    [seconds] = inputs.odd_seconds(1)
    times = sorted(inputs.sample([round(seconds * n / 10, 2) for n in range(2, 9)], cancels))
    call = f"finish_anyway(save({item!r})), cancelled at {moments(times)}"
    args = scenes.start_finish_anyway, answer, lab.Saves([item], [seconds]), item, times
    run = observe(*args, call=f"{call}, where the save takes {seconds:g} s")
    return run, f"save({item!r})", seconds


@finish_anyway.rule("Its result comes out, or its error.")
def anyway_result(answer, inputs):
    for error in (None, "LookupError: no page"):
        fetch = lab.pages(inputs, 1, {0: error} if error else None, odd=True)
        call = f"finish_anyway(fetch({next(iter(fetch))!r})), where {fetch}"
        run = observe(scenes.own_finish_anyway, answer, fetch, call=call)
        if error:
            run.raised(*error.split(": "), or_group=True)
        else:
            run.returned(fetch.bodies[0])


@finish_anyway.rule("The work is not disturbed, however often it is cancelled.")
def anyway_finished(answer, inputs):
    for cancels in (1, 2, 3):
        run, call, _ = _observe_finish_anyway(answer, inputs, cancels)
        run.called("save", call)


@finish_anyway.rule("Cancelled, it ends as cancelled, and not before the work has ended.")
def anyway_cancelled(answer, inputs):
    for cancels in (1, 2, 3):
        run, _, seconds = _observe_finish_anyway(answer, inputs, cancels)
        run.returned("cancelled")
        run.took(seconds)
        run.left_nothing_behind()


cancel_monitor = Exercise(
    "cancel_monitor",
    kind="build",
    hints=[
        "Which call waits for the end of the job or for `every` seconds, whichever comes first?",
        "You have cancelled the job. What do you still wait for, and does anybody report then?",
        "You are cancelled in `asyncio.wait`. Does the job hear of it? Which block runs?",
    ],
)


def _observe_monitor(answer, inputs, job, every, most, seconds=None):
    [name] = job
    call = f"cancel_monitor({job.name}({name!r}), {every}, {most}, report)"
    call += f", cancelled after {seconds:g} s" if seconds else ""
    return _run(scenes.start_monitor, answer, job, every, most, lab.Reports(), seconds, call=call)


def _given_up(answer, inputs, end=None):
    every = inputs.randint(2, 5)
    most = inputs.randint(3, 5)
    clean_up = inputs.randint(6, 11) + 0.61
    job = one_job(inputs, 200, clean_up=clean_up, ends=end, work_noted=True)
    return _observe_monitor(answer, inputs, job, every, most), job, every, most, clean_up


def _reported(run, every, count):
    run.called_at("report", [every * n for n in range(1, count + 1)])
    for number in range(1, count + 1):
        run.calls_of("report").is_written(number, f"report({number})")


@cancel_monitor.rule("A job that ends in time: it reports until then; result or error comes out.")
def monitor_in_time(answer, inputs):
    every = inputs.randint(2, 5)
    rounds = inputs.randint(1, 3)
    for error, value in (("", "a page"), ("", ""), ("LookupError: no page", "")):
        [name] = inputs.words(1)
        seconds = every * rounds + 0.37
        fetch = lab.Pages({name: seconds}, {name: error}, {name: value})
        run = _observe_monitor(answer, inputs, fetch, every, rounds + 2)
        if error:
            run.raised(*error.split(": "), or_group=True)
        else:
            run.returned(value)
            run.took(seconds)
        _reported(run, every, rounds)
        run.left_nothing_behind(after_error=True)


@cancel_monitor.rule("At the last report it cancels the job, once, and waits for its clean-up.")
def monitor_gives_up(answer, inputs):
    run, job, every, most, clean_up = _given_up(answer, inputs)
    [name] = job
    last = every * most
    run.ended()
    _reported(run, every, most)
    run.called("job", f"job({name!r})", f"clean_up({name!r})")
    asked = run.calls_of("job")[0].end
    wanted = f"the job to be cancelled at {last} s"
    seen = f"it was at {asked:g} s"
    run.check(asked == last, wanted, seen, in_turn=True)
    run.returned("cancelled")
    run.took(last + clean_up)
    run.left_nothing_behind()


@cancel_monitor.rule("If the job declines and returns a value, that comes out.")
def monitor_declined(answer, inputs):
    run, job, *_ = _given_up(answer, inputs, "returns")
    run.returned(job.result(*job))


@cancel_monitor.rule("If it is cancelled itself, it cancels the job, waits, and ends as cancelled.")
def monitor_cancelled(answer, inputs):
    every = inputs.randint(2, 5)
    clean_up = inputs.odd_seconds(1)[0]
    job = one_job(inputs, 300, clean_up=clean_up, work_noted=True)
    [name] = job
    run = _observe_monitor(answer, inputs, job, every, 99, every * 1.5)
    run.returned("cancelled")
    run.called("job", f"job({name!r})", f"clean_up({name!r})")
    run.took(every * 1.5 + clean_up)
    run.left_nothing_behind()
