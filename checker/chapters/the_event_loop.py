"""Exercises of 07_the_event_loop: which loop runs, how one is made, stopped and closed."""

import sys

from checker.engine import Limits
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab import scenes_loop as scenes
from checker.lab import scenes_signals as signals

PATIENT = Limits(real_seconds=30)  # for a child process on a busy machine
OPEN, _TIDY = "it is still open", "helper cleaned up"


def _took(run, answer, seconds, why="It goes on when it could end"):
    """It took so long. If it took longer, the line that sleeps or waits is the likely one."""
    line = answer.line_with("sleep(") or answer.line_with("wait(")
    why = why if line and run.run.took > seconds else None
    run.time_is(run.run.took, seconds, whole=True, line=line, why=why)


def _both(names):
    return [f"{what} {name}" for name in names for what in ("begin", "end")]


loop_runs = Exercise(
    "loop_runs",
    kind="write",
    is_async=False,
    hints=[
        "Which function gives you the loop that runs, and never makes one?",
        "What does it do in a thread where none runs?",
        "Around which single line do you put a `try`, and what do you return in each case?",
    ],
)


@loop_runs.rule("In a coroutine and in a callback it returns True.")
def runs_inside(answer, draw):
    call = "loop_runs() in a coroutine and in a callback"
    observe(scenes.asked_inside, answer, call=call).returned([True, True])


@loop_runs.rule("In a thread without a loop it returns False, and makes none.")
def runs_in_thread(answer, draw):
    call = "loop_runs() in a thread without a loop"
    run = observe(scenes.asked_in_thread, answer, call=call)
    run.so(run.value[0] is False, "False", f"it returned {run.value[0]!r}")
    run.so(not run.value[1], "no new loop", "it made one")


@loop_runs.rule("A loop that is there but does not run does not count.")
def runs_at_rest(answer, draw):
    call = "loop_runs() before, while and after the loop of its thread runs"
    observe(scenes.asked_at_rest, answer, call=call).returned([False, True, False])


stop_and_go = Exercise(
    "stop_and_go",
    kind="predict",
    hints=[
        "Which callbacks were in line when the turn began in which `stop` was called?",
        "Does `call_soon` need a loop that runs? When does the callback run?",
        "In the second run: who stands first in line, the callback or the first step of `nap`?",
    ],
)

two_rounds = Exercise(
    "two_rounds",
    kind="predict",
    hints=[
        "Does the ticker end when `runner.run` returns, or when the `with` is left?",
        "Who makes the ticker tick while the thread is in `time.sleep`?",
        "A tick was due before the second round. When does it come, and when the next?",
    ],
)

run_in_turn = Exercise(
    "run_in_turn",
    kind="write",
    is_async=False,
    hints=[
        "`asyncio.run` makes a new loop each time. What keeps one loop for several runs?",
        "What may be called again and again inside `with asyncio.Runner() as runner:`?",
        "What do you hand to `runner.run`: the function `step`, or what `step()` gives?",
    ],
)


def _in_turn(answer, draw, fails=False):
    words, seconds = draw.words(3), draw.odd_seconds(3)
    call = f"run_in_turn(steps), three steps{', the second of which fails' if fails else ''}"
    run = observe(scenes.in_turn, answer, seconds, words, words[1] if fails else None, call=call)
    return run, words, run.value[0], run.value[2]


@run_in_turn.rule("The steps run one after the other; their results come back in order.")
def in_turn_results(answer, draw):
    run, words, came, happened = _in_turn(answer, draw)
    wanted, went = [word.upper() for word in words], [what for what in happened if what != _TIDY]
    run.so(came == wanted, repr(wanted), f"it returned {came!r}")
    run.so(went == _both(words), ", ".join(_both(words)), f"it went as {', '.join(went)}")


@run_in_turn.rule("All steps run on one loop: what the first one started goes on in the others.")
def in_turn_one_loop(answer, draw):
    run, _, _, happened = _in_turn(answer, draw)
    run.so(run.value[1] == 1, "one loop", f"there were {run.value[1]}")
    run.so(_TIDY not in happened[:-1], "a helper that goes on", "it was ended before")


@run_in_turn.rule("In the end what still runs is cancelled and cleans up, the loop is closed.")
def in_turn_end(answer, draw):
    _ended_well(_in_turn(answer, draw)[0])


@run_in_turn.rule("If a step fails, its error comes out after the same end; no more steps begin.")
def in_turn_failing(answer, draw):
    run, words, came, happened = _in_turn(answer, draw, fails=True)
    run.so(came == f"LookupError({words[1]!r})", "the error of the second", f"it was {came!r}")
    run.so(f"begin {words[2]}" not in happened, "two steps", "the third one was begun, too")
    _ended_well(run)
    run.leaves_nothing()


def _ended_well(run):
    run.so(_TIDY in run.value[2], "the clean-up of the helper", "it did not end")
    run.so(run.value[3], "a closed loop", OPEN)


launch = Exercise(
    "launch",
    kind="repair",
    shipped="wrong_result",
    is_async=False,
    hints=[
        "Who is still there when `main()` has ended, and which function tells you?",
        "A loop works only while it runs. How do you make it run once more, for the others?",
        "`asyncio.wait(tasks, timeout=patience)` gives those that are not done. It refuses an "
        "empty set. What must happen after `cancel()`, before the loop is closed?",
    ],
)


def _launched(answer, jobs, patience, fails=False):
    shown = ", ".join(f"{name} needs {seconds:g} s" for name, (seconds, _) in jobs.items())
    shown = f"leaves jobs behind: {shown}" if jobs else "leaves nothing behind"
    call = f"launch(main, {patience:g}), where main takes 1 s{' and fails' if fails else ''}, and "
    return observe(scenes.launched, answer, jobs, patience, fails, call=call + shown)


def _jobs(draw, count):
    names, seconds = draw.words(count), draw.odd_seconds(count)
    parts = zip(names, seconds, draw.seconds(count), strict=True)
    return {name: [s, clean_up] for name, s, clean_up in parts}, seconds


def _ends(run, wanted):
    ends = run.value[1]
    for name, (how, moment) in wanted.items():
        seen = ends.get(name)
        did = f"{seen[0]} at {seen[1]:g} s" if seen else "never came to an end"
        holds = seen is not None and seen[0] == how and abs(seen[1] - moment) < 0.002
        run.so(holds, f"{name} {how} at {moment:g} s", f"it {did}")
    run.so(run.value[2], "a closed loop", OPEN)


@launch.rule("Jobs that are left may finish within `patience` seconds after `main()`.")
def launch_finishes(answer, draw):
    jobs, seconds = _jobs(draw, 3)
    run = _launched(answer, jobs, max(seconds) + 20)
    _ends(run, {name: ("finished", s) for name, (s, _) in jobs.items()})
    _took(run, answer, max(seconds), "It goes on when the last job is over")


@launch.rule("Those that still run then are cancelled, and have their clean-up.")
def launch_cancels(answer, draw):
    jobs, seconds = _jobs(draw, 3)
    patience = min(seconds) + 2
    run = _launched(answer, jobs, patience)
    late = ("was cancelled and cleaned up", 1 + patience)
    _ends(run, {n: ("finished", s) if s < patience else late for n, (s, _) in jobs.items()})


@launch.rule("If nothing is left, it returns at once.")
def launch_alone(answer, draw):
    run = _launched(answer, {}, draw.seconds(1)[0] + 20)
    _ends(run, {})
    _took(run, answer, 1, "It goes on although nothing is left")


@launch.rule("The result of `main()` comes back, or its error comes out, after all that.")
def launch_outcome(answer, draw):
    for fails, wanted in ((False, "the result"), (True, "LookupError('main')")):
        jobs, seconds = _jobs(draw, 2)
        run = _launched(answer, jobs, max(seconds) + 20, fails)
        run.so(run.value[0] == wanted, wanted, f"it was {run.value[0]!r}")
        _ends(run, {name: ("finished", s) for name, (s, _) in jobs.items()})


run_on = Exercise(
    "run_on",
    kind="rewrite",
    shipped="wrong_result",
    is_async=False,
    hints=[
        "Who else asks a policy for loops, while yours is set?",
        "Which object makes a loop, runs coroutines on it and closes it, and takes a factory?",
        "A factory is called by whoever wants a loop. Do you hand over `make_loop`, or call it?",
    ],
)


def _specially(answer, draw, fails=False):
    [word], [seconds] = draw.words(1), draw.odd_seconds(1)
    ends = "fails" if fails else f"returns {word.upper()!r}"
    given, call = (answer, seconds, word, fails), f"run_on(make_loop, main), where main {ends}"
    run = observe(scenes.run_specially, *given, call=call)
    wanted = f"LookupError({word!r})" if fails else word.upper()
    run.so(run.value[0] == wanted, wanted, f"it was {run.value[0]!r}")
    return run


@run_on.rule("It runs `main()` on the loop that `make_loop()` makes, and returns its result.")
def special_loop(answer, draw):
    run = _specially(answer, draw)
    run.so(run.value[1] == "special", "the loop of make_loop()", "main ran on another one")


@run_on.rule("Whoever makes a loop meanwhile, in another thread, gets a usual one.")
def special_for_others(answer, draw):
    run = _specially(answer, draw)
    run.so("special" not in run.value[3], "a usual loop for others", "one of make_loop()")


@run_on.rule("In the end every loop is closed, also if `main()` fails; then its error comes out.")
def special_end(answer, draw):
    for fails in (False, True):
        run = _specially(answer, draw, fails)
        run.so(run.value[2], "a closed loop", OPEN)


tracking_loop = Exercise(
    "TrackingLoop",
    kind="build",
    is_async=False,
    hints=[
        "`asyncio.create_task` asks the loop. Which method do you override? What must it return?",
        "Who tells you that a task has ended? What must `wait_all` leave out of its wait?",
        "A task that ends may have started another one. Is one `asyncio.wait` enough?",
    ],
)


def _ordered(names, seconds):
    return sorted(names, key=lambda name: seconds[names.index(name)])


def _ended(run, answer, wanted):
    happened = run.value[1]
    missing = next((name for name in wanted if name not in happened), None)
    seen = f"{missing!r} had not ended" if missing else f"they had ended as {happened}"
    line = answer.line_of("wait_all")
    run.so(happened == wanted, f"an end after {', '.join(wanted)}", seen, line=line)


def _beside_three(answer, draw, fails=False):
    names, seconds = draw.words(3), draw.odd_seconds(3)
    broken = names[seconds.index(min(seconds))] if fails else None
    call = f"wait_all() beside three jobs{f', of which {broken!r} fails' if fails else ''}"
    run = observe(scenes.waited_for, answer, seconds, names, [], broken, call=call)
    _ended(run, answer, _ordered(names, seconds))
    return run, max(seconds)


@tracking_loop.rule("`wait_all` returns when all other tasks are over, and returns nothing.")
def tracks_all(answer, draw):
    run, longest = _beside_three(answer, draw)
    came, _, moment = run.value
    line, why = answer.line_of("wait_all"), "It returns later than the last job ends"
    run.so(came is None, "None", f"it returned {came!r}", line=line)
    run.time_is(moment, longest, what="returned after", line=line, why=why)


@tracking_loop.rule("It waits for those, too, that are started while it waits.")
def tracks_more(answer, draw):
    names, seconds = draw.words(2), draw.odd_seconds(2)
    call = "wait_all(), where a job starts another one, and that one a third"
    run = observe(scenes.waited_for, answer, seconds, names, [50.5, 61.5], call=call)
    later = f"after {names[0]}"
    _ended(run, answer, [*_ordered(names, seconds), later, f"after {later}"])


@tracking_loop.rule("A job that fails ends no wait, and its error does not come out of it.")
def tracks_failing(answer, draw):
    _beside_three(answer, draw, fails=True)


@tracking_loop.rule("`pending()` gives the names of its tasks that have not ended, as a list.")
def tracks_names(answer, draw):
    names, seconds = draw.words(3), draw.odd_seconds(3)
    call = f"pending() again and again, beside {', '.join(names)}"
    run = observe(scenes.names_pending, answer, seconds, names, call=call)
    for number, said in enumerate(run.value):
        _gave(run, answer, said, sorted(["main", *_ordered(names, seconds)[number:]]))
    call = "pending() of a loop, while another loop has the task 'elsewhere'"
    run = observe(scenes.names_beside, answer, call=call)
    _gave(run, answer, run.value, ["main"])


def _gave(run, answer, said, wanted):
    run.so(said == wanted, repr(wanted), f"it gave {said!r}", line=answer.line_of("pending"))


@tracking_loop.rule("A task that only the loop holds lives on; when it has ended, it may go.")
def tracks_alive(answer, draw):
    [word] = draw.words(1)
    observe(scenes.kept_alive, answer, word, call="a task that nobody else holds").returned(word)
    run = observe(scenes.let_go, answer, call="a task that has ended")
    run.so(run.value, "a task that nobody holds", "the loop still holds it")


serve = Exercise(
    "serve",
    kind="build",
    hints=[
        "A handler is a plain function. What can it do to a task that waits in `take()`?",
        "How does the handler know whether it is the first signal? What does each of them cancel?",
        "If both are tasks, where do you catch their CancelledError, and take the handlers off?",
    ],
)
_NAMES = ("SIGTERM", "SIGINT")


def _serve(answer, names, seconds, sent, clean_up=0):
    needs = dict(zip(names, seconds, strict=True))
    told = " and ".join(f"{name} at {moment:g} s" for moment, name in sent)
    jobs = ", ".join(f"{name} takes {s:g} s" for name, s in needs.items())
    call = f"serve(take, work), where take() takes 1 s; {jobs}; {told}"
    take, work = signals.Takes(needs), signals.Works(needs, clean_up)
    return observe(signals.served, answer, take, work, sent, call=call)


def _served(run, done, happened):
    seen, really, *_ = run.value
    run.so(seen == done, repr(done), f"it returned {seen!r}", in_turn=True)
    run.so(really == happened, ", ".join(happened), f"it was {really}", in_turn=True)


@serve.rule("It does job after job; a signal while it waits for the next one ends it at once.")
def serve_idle(answer, draw):
    names, seconds = draw.words(3), draw.odd_seconds(3)
    for name in _NAMES:
        moment = round(sum(seconds) + 43.5, 3)
        run = _serve(answer, names, seconds, [[moment, name]])
        _served(run, names, _both(names))
        _took(run, answer, moment)


@serve.rule("A signal in the midst of a job: this one is finished, and no other is taken.")
def serve_busy(answer, draw):
    names, seconds = draw.words(3), draw.odd_seconds(3)
    for name in _NAMES:
        run = _serve(answer, names, seconds, [[round(seconds[0] + 2 + seconds[1] / 2, 3), name]])
        _served(run, names[:2], _both(names[:2]))
        _took(run, answer, round(seconds[0] + seconds[1] + 2, 3))


@serve.rule("A second signal cancels that job, waits for its clean-up, and ends it.")
def serve_hurry(answer, draw):
    names, seconds = draw.words(3), draw.odd_seconds(3)
    [clean_up] = draw.seconds(1)
    moments = [round(seconds[0] + 2 + seconds[1] * part, 3) for part in (0.3, 0.6)]
    sent = [[moment, draw.choice(_NAMES)] for moment in moments]
    run = _serve(answer, names, seconds, sent, clean_up)
    _served(run, names[:1], [*_both(names[:1]), f"begin {names[1]}", f"clean up {names[1]}"])
    _took(run, answer, round(moments[1] + clean_up, 3))
    run.left_nothing_behind()


@serve.rule("Both handlers are set before the first job is taken, and taken off in the end.")
def serve_handlers(answer, draw):
    names, seconds = draw.words(2), draw.odd_seconds(2)
    run = _serve(answer, names, seconds, [[200.5, "SIGTERM"]])
    *_, ready, left = run.value
    both, seen = ready == sorted(_NAMES), f"there were {ready or 'none'}"
    run.so(both, "handlers for both before the first job", seen, in_turn=True)
    run.so(not left, "no handlers in the end", f"there are {left}", in_turn=True)


@serve.rule("For real: a process of its own, told to stop, finishes its job and ends well.")
def serve_for_real(answer, draw):
    for name in _NAMES if sys.platform != "win32" else ():  # its loops take no handlers
        call = f"python serve.py, and {name} while it does its second job"
        given = answer, answer.source, name
        run = observe(signals.served_for_real, *given, call=call, limits=PATIENT)
        said, status, error = run.value
        run.so(status == 0, "status 0", f"its status was {status}{error and f': {error}'}")
        wanted = ["end first", "ready", "end second", "returned first second"]
        run.so(said == wanted, ", ".join(wanted), ", ".join(said) or "it said nothing")
