from checker.chapters.futures_and_callbacks.shared import not_from_outside
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import futures_and_callbacks as scenes

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
    call = f"alarm({times[0]}, {words[0]!r}) and alarm({times[1]}, {words[1]!r}) at the same time"
    run = observe(scenes.alarms, answer, times, words, call=call)
    run.part("words").returned(words, seen="they returned {!r}")
    seconds = run.part("seconds").value
    why, line = _misread_clock(answer, seconds)
    run.time_is(seconds, max(times), why=why, line=line)
    not_from_outside(run, "a thread of its own")
    run.left_nothing_behind()


def _misread_clock(answer, seconds):
    """What is wrong with a call that takes the other one's figure, and its line."""
    at, after = answer.line_with("call_at("), answer.line_with("call_later(")
    if at and seconds == 0:
        return "`call_at` takes a moment on the loop's clock, and this one is long past", at
    if after and seconds > scenes.LONG_AGO:
        return "`call_later` takes the seconds from now on, and no moment", after
    sleeps = answer.line_with("sleep(")
    if sleeps and answer.line_with("while "):
        return "It looks only now and then whether it is time", sleeps
    return None, None


@alarm.rule("It rings at once if the seconds are 0.")
def rings_at_once(answer, inputs):
    [word] = inputs.words(1)
    run = observe(answer, 0, word)
    run.returned(word)
    run.took(0)
