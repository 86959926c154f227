from checker.chapters.queues.shared import drawn, starts_and_end
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.queues import Orders
from checker.lab.scenes import queues as scenes

take_orders = Exercise(
    "take_orders",
    kind="build",
    hints=[
        "Who takes orders while all workers are busy? Where do the orders stand meanwhile?",
        "Two things may come first: an order, or the closing. How do you wait for both, and what "
        "becomes of the one that has not come?",
        "When no order is taken any more: how does each worker learn of it, and what does it do "
        "before it goes home?",
    ],
)


def _observe(answer, receive, handle, workers, moment, **options):
    call = f"take_orders(receive, handle, {workers}, closing), {receive}, {handle}; "
    call += f"closing is set at {moment:g} s"
    return observe(scenes.closed_at, answer, receive, handle, workers, moment, call=call, **options)


def _evening(inputs, count, gap):
    """Work on `count` orders that come every `gap` seconds."""
    handle = drawn(inputs, count)
    moments = [gap * number for number in range(1, count + 1)]
    return handle, Orders(dict(zip(handle, moments, strict=True)))


@take_orders.rule(
    "An order begins as soon as a worker is free, and never more than `count` at once."
)
def handled_at_once(answer, inputs):
    for workers in (2, 3):
        handle, receive = _evening(inputs, 6, 3)
        closing = receive.moments[-1] + 2
        run = _observe(answer, receive, handle, workers, closing)
        run.ended()
        starts, _ = starts_and_end(receive.moments, handle.seconds, workers)
        run.at_most(workers, "handle")
        run.called_at("handle", starts, in_turn=False)


@take_orders.rule("After closing, it handles all that have come, and returns the results in order.")
def nothing_lost(answer, inputs):
    for workers, gap in ((2, 1), (3, 2), (1, 1)):
        handle, receive = _evening(inputs, 5, gap)
        closing = receive.moments[-1] + 1.5
        run = _observe(answer, receive, handle, workers, closing)
        run.returned([handle.result(order) for order in handle])
        run.took(starts_and_end(receive.moments, handle.seconds, workers)[1])
        run.left_nothing_behind()


@take_orders.rule("When closing is set, no further order is waited for or taken.")
def no_more(answer, inputs):
    handle = drawn(inputs, 5)
    names = list(handle)
    moments = dict(zip(names, [1, 2, 3, 12.874, 900], strict=True))
    run = _observe(answer, Orders(moments), handle, 2, 9.374)
    run.returned([handle.result(order) for order in names[:3]])
    took = starts_and_end([1, 2, 3], handle.seconds[:3], 2)[1]
    run.took(max(took, 9.374))
    run.left_nothing_behind()
    run = _observe(answer, Orders({}), handle, 2, 9.374)
    run.returned([])
    run.took(9.374)


@take_orders.rule("If it is cancelled, it ends as cancelled, and nothing goes on.")
def cancelled_itself(answer, inputs):
    handle, receive = _evening(inputs, 3, 3)
    runs = _observe(answer, receive, handle, 2, receive.moments[-1] + 2, cancel="everywhere")
    runs.cancelled()
    runs.left_nothing_behind()
