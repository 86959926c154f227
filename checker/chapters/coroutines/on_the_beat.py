from checker.chapters.coroutines.expect import on_beats
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import coroutines as scenes
from checker.lab.scenes.coroutines import Named

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
