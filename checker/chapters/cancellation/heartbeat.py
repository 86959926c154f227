from dataclasses import dataclass

from checker.chapters.cancellation.shared import ended_as_cancelled
from checker.exercise import Exercise
from checker.judge import Observed, observe
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


@dataclass
class Beats:
    """A heartbeat that was cancelled.

    Attributes:
        run: the run.
        sends: the seconds at which the calls of `send` are due.
        seconds: how long the run is to take, the call of `close` included.
    """

    run: Observed
    sends: list[float]
    seconds: float


def _cancelled(answer, inputs, in_send):
    """Cancel a heartbeat within a `send`, or else while it sleeps."""
    every = inputs.randint(2, 6)
    beats = inputs.randint(2, 4)
    busy = inputs.randint(1, 3) + 0.25
    send = Act("send", busy)
    close = Act("close", inputs.odd_seconds(1)[0])
    period = every + busy
    moment = beats * period + (busy * 0.4 if in_send else busy + every / 2)
    call = f"heartbeat(send, close, {every}), cancelled after {moment:g} s, where a send takes "
    call += f"{busy:g} s"
    run = observe(scenes.start_heartbeat, answer, send, close, every, moment, call=call)
    run.stops_at(moment)
    sends = [round(number * period, 6) for number in range(beats + 1)]
    return Beats(run, sends, moment + close.seconds)


@heartbeat.rule("It closes once, and ends when that is done.")
def beats_closed(answer, inputs):
    for in_send in (False, True):
        beats = _cancelled(answer, inputs, in_send)
        beats.run.called("close", "close()")
        beats.run.took(beats.seconds)
        beats.run.left_nothing_behind()


@heartbeat.rule("Until it is cancelled, it sends, and waits `every` seconds after each `send`.")
def beats_sent(answer, inputs):
    for in_send in (False, True):
        beats = _cancelled(answer, inputs, in_send)
        beats.run.ended()
        beats.run.called_at("send", beats.sends)


@heartbeat.rule("If it is cancelled, it ends as cancelled.")
def beats_cancelled(answer, inputs):
    for in_send in (False, True):
        ended_as_cancelled(_cancelled(answer, inputs, in_send).run)


@heartbeat.rule("If `send` fails, it closes too, and the error comes out.")
def beats_failing(answer, inputs):
    every = inputs.randint(2, 6)
    number = inputs.randint(1, 3)
    send = Act("send", 1.25, number)
    close = Act("close", inputs.odd_seconds(1)[0])
    call = f"heartbeat(send, close, {every}), where call {number} of send fails"
    run = observe(scenes.start_heartbeat, answer, send, close, every, None, call=call)
    run.called("close", "close()")
    run = observe(scenes.failing_heartbeat, answer, send, close, every, call=call)
    run.raised("OSError", "the line is dead")
