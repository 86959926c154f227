from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.jobs import Act
from checker.lab.scenes import cancellation as scenes

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
