from checker.chapters.timeouts.shared import (
    counts_from_the_call,
    observe_scene,
)
from checker.exercise import Exercise
from checker.lab.fakes.turns import Turns, pieces
from checker.lab.scenes import timeouts as scenes

receive_all = Exercise(
    "receive_all",
    kind="build",
    hints=[
        "Two limits run at the same time. Which begins anew with each piece?",
        "Both end in a TimeoutError. Which object knows whose it was?",
        "Where do you write each `try`: inside or around its `async with`?",
    ],
)


def _observe_receive(answer, turns, idle, total, moment=None):
    receive = Turns("receive", turns)
    call = f"receive_all(receive, {idle:g}, {total:g})"
    args = (receive, idle, total)
    return observe_scene(scenes.called_with, answer, *args, call=call, where=receive, moment=moment)


@receive_all.rule("All pieces before None come back, in order, and it ends at once.")
def all_pieces(answer, inputs):
    [idle] = inputs.odd_seconds(1)
    for count in (6, 0):
        turns, seconds = pieces(inputs, count, idle)
        if count:
            turns[2] = (turns[2][0], "")  # an empty piece is a piece
        last = round(idle * 0.6, 3)
        run = _observe_receive(answer, [*turns, (last, None)], idle, seconds + last + 9)
        if count and run.has_returned:
            before = [piece for _, piece in turns[:2]]
            expected = "all pieces, also the empty one and those after it"
            why = "An empty piece is a piece, and no end: None is the end"
            line = answer.line_with("if not ") or answer.line_with("while ")
            seen = "it ended at the empty one"
            run.check(run.value != before, expected, seen, why=why, line=line)
        run.returned([piece for _, piece in turns])
        run.took(seconds + last)
        run.left_nothing_behind()
        receive = Turns("receive", [*turns, (last, None)])
        counts_from_the_call(
            scenes.called_with,
            answer,
            *(receive, idle, seconds + last + 9),
            seconds=seconds + last,
            call=f"receive_all(receive, {idle:g}, {seconds + last + 9:g})",
            where=receive,
        )


def _gave_up(run, text, moment):
    """At this moment TimeoutError came out, with this text, and nothing went on."""
    run.stops_at(moment)
    run.took(moment, limit=True, after_error=True)
    run.raised("TimeoutError", text)
    run.took(moment, after_error=True)
    run.left_nothing_behind(after_error=True)


@receive_all.rule('If no piece comes for `idle` seconds, it raises TimeoutError("idle").')
def idle_too_long(answer, inputs):
    [idle] = inputs.odd_seconds(1)
    for count in (3, 0):
        turns, seconds = pieces(inputs, count, idle)
        turns += [(idle + 50, "late"), (1, None)]
        run = _observe_receive(answer, turns, idle, seconds + idle + 20)
        _gave_up(run, "idle", seconds + idle)


@receive_all.rule('If the whole takes more than `total` seconds, it raises TimeoutError("total").')
def total_too_long(answer, inputs):
    [idle] = inputs.odd_seconds(1)
    for last in (0.9, 3):  # the piece that is awaited then is in time for `idle`, or is not
        turns, seconds = pieces(inputs, 4, idle)
        total = round(seconds + idle * 0.7, 3)
        turns += [(round(idle * last, 3), "late"), (1, None)]
        _gave_up(_observe_receive(answer, turns, idle, total), "total", total)


@receive_all.rule("An error of `receive` comes out as it is, even if it is a TimeoutError.")
def receive_fails(answer, inputs):
    [idle] = inputs.odd_seconds(1)
    for kind, text in (("OSError", "no line"), ("TimeoutError", "the line is dead")):
        turns, _ = pieces(inputs, 2, idle)
        failing = (round(idle * 0.4, 3), f"{kind}: {text}")
        run = _observe_receive(answer, [*turns, failing], idle, 400)
        run.raised(kind, text)
        run.left_nothing_behind(after_error=True)


@receive_all.rule("If it is cancelled itself, it ends as cancelled.")
def receive_cancelled(answer, inputs):
    [idle] = inputs.odd_seconds(1)
    turns, seconds = pieces(inputs, 2, idle)
    moment = seconds + 2
    run = _observe_receive(answer, [*turns, (idle * 2, "late")], idle, 400, moment)
    run.ended_as_cancelled()
    run.took(moment)
    run.left_nothing_behind()
