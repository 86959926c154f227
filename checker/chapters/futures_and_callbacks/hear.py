from checker.chapters.futures_and_callbacks.shared import not_from_outside
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.callbacks import Radio
from checker.lab.scenes import futures_and_callbacks as scenes

hear = Exercise(
    "hear",
    kind="repair",
    shipped="not_woken",
    hints=[
        "`radio` calls the function that you hand over. In which thread does that run?",
        "Does the loop notice when another thread makes a future done? Who would wake it?",
        "Which one of the loop's methods may be called from any thread, and what does it do with "
        "the function that you hand over?",
    ],
)


@hear.rule("It returns the message at the moment it comes, and does not look for it meanwhile.")
def heard(answer, inputs):
    [seconds] = inputs.odd_seconds(1)
    [text] = inputs.words(1)
    run = observe(answer, Radio(seconds, text))
    run.returned(text)
    # A thread makes the figures vary, so a short poll is not seen by its time.
    sleeps = [span for task in run.own_tasks for span in task.spans if span.is_sleep]
    run.check(not sleeps, "a wait for the message itself", "it slept meanwhile", polls=True)
    held = [blocked for blocked in run.blocked if blocked.what != "work" and blocked.line]
    run.check(not held, "a loop that is free meanwhile", "it was held")
    run.took(seconds)


@hear.rule("Only the loop's own thread touches the future.")
def heard_safely(answer, inputs):
    [seconds] = inputs.odd_seconds(1)
    [text] = inputs.words(1)
    radio = Radio(seconds, text)
    run = observe(scenes.hear_watched, answer, radio, call=f"hear({radio!r})")
    not_from_outside(run, "the radio's own thread")
    run.part("message").equals(text, seen="it returned {!r}")
