import sys

from checker.chapters.the_event_loop.shared import begin_and_end, took
from checker.engine import Limits
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import the_event_loop_signals as signals

PATIENT = Limits(real_seconds=30)  # for a child process on a busy machine

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
    take = signals.Takes(needs)
    work = signals.Works(needs, clean_up)
    return observe(signals.served, answer, take, work, sent, call=call)


def _served(run, done, happened):
    run.part(0).equals(done, seen="it returned {!r}", in_turn=True)
    run.part(1).equals(happened, ", ".join(happened), "it was {}", in_turn=True)


@serve.rule("It does job after job; a signal while it waits for the next one ends it at once.")
def serve_idle(answer, inputs):
    names = inputs.words(3)
    seconds = inputs.odd_seconds(3)
    for name in _NAMES:
        moment = round(sum(seconds) + 43.5, 3)
        run = _serve(answer, names, seconds, [[moment, name]])
        _served(run, names, begin_and_end(names))
        took(run, answer, moment)


@serve.rule("A signal in the midst of a job: this one is finished, and no other is taken.")
def serve_busy(answer, inputs):
    names = inputs.words(3)
    seconds = inputs.odd_seconds(3)
    for name in _NAMES:
        run = _serve(answer, names, seconds, [[round(seconds[0] + 2 + seconds[1] / 2, 3), name]])
        _served(run, names[:2], begin_and_end(names[:2]))
        took(run, answer, round(seconds[0] + seconds[1] + 2, 3))


@serve.rule("A second signal cancels that job, waits for its clean-up, and ends it.")
def serve_hurry(answer, inputs):
    names = inputs.words(3)
    seconds = inputs.odd_seconds(3)
    [clean_up] = inputs.seconds(1)
    moments = [round(seconds[0] + 2 + seconds[1] * part, 3) for part in (0.3, 0.6)]
    sent = [[moment, inputs.choice(_NAMES)] for moment in moments]
    run = _serve(answer, names, seconds, sent, clean_up)
    _served(
        run, names[:1], [*begin_and_end(names[:1]), f"begin {names[1]}", f"clean up {names[1]}"]
    )
    took(run, answer, round(moments[1] + clean_up, 3))
    run.left_nothing_behind()


@serve.rule("Both handlers are set before the first job is taken, and taken off in the end.")
def serve_handlers(answer, inputs):
    names = inputs.words(2)
    seconds = inputs.odd_seconds(2)
    run = _serve(answer, names, seconds, [[200.5, "SIGTERM"]])
    *_, ready, left = run.value
    both = ready == sorted(_NAMES)
    seen = f"there were {ready or 'none'}"
    run.check(both, "handlers for both before the first job", seen, in_turn=True)
    run.check(not left, "no handlers in the end", f"there are {left}", in_turn=True)


@serve.rule("For real: a process of its own, told to stop, finishes its job and ends well.")
def serve_for_real(answer, inputs):
    for name in _NAMES if sys.platform != "win32" else ():  # its loops take no handlers
        call = f"python serve.py, and {name} while it does its second job"
        given = answer, answer.source, name
        run = observe(signals.served_for_real, *given, call=call, limits=PATIENT)
        said, status, error = run.value
        run.check(status == 0, "status 0", f"its status was {status}{error and f': {error}'}")
        wanted = ["end first", "ready", "end second", "returned first second"]
        run.check(said == wanted, ", ".join(wanted), ", ".join(said) or "it said nothing")
