from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.scenes import why_asyncio as scenes

mailbox = Exercise(
    "mailbox",
    kind="repair",
    shipped="wrong_order",
    is_async=False,
    hints=[
        "Which message has waited longest: the one at the left end or the one at the right end?",
        "At which end do new messages come in, and from which end are they taken?",
        "A deque has two methods that take one out. What is the other one called?",
    ],
)


def _observe_mailbox(answer, messages, follow_ups):
    brings = ", ".join(f"{message!r} brings {new}" for message, new in follow_ups.items())
    call = f"mailbox({messages}, handle){', where ' + brings if brings else ''}"
    return observe(scenes.handled, answer, messages, scenes.Handles(follow_ups), call=call)


def _handled(run, messages):
    run.shows(run.value, messages, service="handle")


@mailbox.rule("Messages are handled in the order in which they came.")
def oldest_first(answer, inputs):
    for count in (4, 1, 0):
        words = inputs.words(count)
        _handled(_observe_mailbox(answer, words, {}), words)


@mailbox.rule("What handling brings is handled after all that has waited longer.")
def new_ones_last(answer, inputs):
    first, second, third, fourth, fifth, sixth = inputs.words(6)
    follow_ups = {first: [fourth, fifth], fourth: [sixth]}
    run = _observe_mailbox(answer, [first, second, third], follow_ups)
    _handled(run, [first, second, third, fourth, fifth, sixth])
