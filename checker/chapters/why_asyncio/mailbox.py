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


def _handles_in_order(answer, messages, expected, follow_ups=None):
    """It handles the expected messages in their order; `follow_ups`: message → new messages."""
    call = f"mailbox({messages}, handle)"
    if follow_ups:
        brings = ", ".join(f"{message!r} brings {new}" for message, new in follow_ups.items())
        call += f", where {brings}"
    handle = scenes.Handles(follow_ups or {})
    run = observe(scenes.handled, answer, messages, handle, call=call)
    from_the_right = answer.line_with(".pop()")
    if from_the_right:
        run.whole.returned(expected, line=from_the_right)
    run.shows(run.value, expected, service="handle")


@mailbox.rule("Messages are handled in the order in which they came.")
def oldest_first(answer, inputs):
    for count in (4, 1, 0):
        messages = inputs.words(count)
        _handles_in_order(answer, messages, messages)


@mailbox.rule("New messages are handled after all those that have waited longer.")
def new_ones_last(answer, inputs):
    first, second, third, fourth, fifth, sixth = inputs.words(6)
    _handles_in_order(
        answer,
        [first, second, third],
        [first, second, third, fourth, fifth, sixth],
        follow_ups={first: [fourth, fifth], fourth: [sixth]},
    )
