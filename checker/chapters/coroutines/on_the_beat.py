from checker.exercise import Exercise
from checker.judge import counted, duration, list_of_times, observe
from checker.judge.unmet import Took
from checker.lab.scenes import coroutines as scenes
from checker.lab.scenes.coroutines import Named

OFF = 0.0005  # seconds that a call may be beside its beat

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


def _beat(answer, every, shares, inputs, start=0):
    """Run it with calls of `job` that take these shares of a beat, from the second `start` on."""
    seconds = [every * share for share in shares]
    job = Named("job", seconds, inputs.words(len(seconds)))
    call = f"on_the_beat({every:g}, job, {len(seconds)}), where the calls take "
    call += list_of_times(round(second, 3) for second in seconds)
    if start:
        call += f", begun at {start:g} s"
    return observe(scenes.begun_at, start, answer, every, job, len(seconds), call=call)


def _on_beats(run, beats):
    """The calls of `job` began at these seconds, and nothing held the loop meanwhile."""
    run.ended()
    held = [block for block in run.blocked if block.exact]
    run.check(not held, "waits that let others run", "it held the loop", in_turn=True)
    calls = run.calls_of("job")
    off = [abs(came - beat) for came, beat in zip(calls.times, beats, strict=False)]
    wrong = [number for number, seconds in enumerate(off) if seconds > OFF]
    if wrong:
        call = calls[wrong[0]]
        line = _line_before(run, call)
        why = f"Call {wrong[0] + 1} begins at {duration(call.start)}, which is not its beat"
    elif len(calls) != len(beats):
        line = None
        why = f"It made {counted(len(calls), 'call')}, and {len(beats)} were wanted"
    else:
        return
    raise Took(
        run,
        f"calls at {list_of_times(round(beat, 3) for beat in beats)}",
        f"they came at {list_of_times(round(came, 3) for came in calls.times)}",
        seconds=beats[-1],
        in_turn=True,
        polls=max(off, default=0) < 1,
        line=line,
        why=why,
    )


def _line_before(run, call):
    """The line of the wait that ended when the call began; that of the call if there is none."""
    waits = [
        span
        for task in run.own_tasks
        for span in task.spans
        if span.line and span.end == call.start
    ]
    last = max(waits, key=lambda span: span.start, default=None)
    return last.line if last else call.line


@on_the_beat.rule("It returns what the calls returned, in their order; an error comes out.")
def beat_results(answer, inputs):
    [every] = inputs.odd_seconds(1)
    count = inputs.randint(3, 4)
    job = Named("job", [1], inputs.words(count))
    observe(answer, every, job, count).returned(job.values)
    observe(answer, every, job, 0).returned([])
    failing = Named("job", [1], [*inputs.words(1), "ValueError: no beat"])
    call = f"on_the_beat({every:g}, job, 3), where the second call raises ValueError: no beat"
    observe(answer, every, failing, 3, call=call).raised("ValueError", "no beat")


@on_the_beat.rule(
    "The calls come on the beat, also if each takes time. While it waits, others can run."
)
def beats_kept(answer, inputs):
    [every] = inputs.odd_seconds(1)
    for start in (0, round(every * 1.4, 3)):
        run = _beat(answer, every, (0.3, 0.7, 0.2, 0.4), inputs, start)
        _on_beats(run, [start + every * number for number in range(4)])


@on_the_beat.rule("A beat that comes while a call goes on is left out.")
def beats_left_out(answer, inputs):
    [every] = inputs.odd_seconds(1)
    run = _beat(answer, every, (1.4, 0.3, 0.3), inputs)
    _on_beats(run, [every * number for number in (0, 2, 3)])
    run = _beat(answer, every, (0.5, 3.6, 0.2, 2.2, 0.1), inputs)
    _on_beats(run, [every * number for number in (0, 1, 5, 6, 9)])


@on_the_beat.rule("It returns as soon as the last call has ended.")
def beats_end(answer, inputs):
    [every] = inputs.odd_seconds(1)
    run = _beat(answer, every, (0.3, 0.6), inputs)
    run.took(every * 1.6, in_turn=True)
    run.left_nothing_behind()
