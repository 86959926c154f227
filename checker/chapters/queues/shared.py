"""What several exercises of 14_queues use."""

import heapq

from checker.lab.fakes.queues import Handle


def drawn(inputs, count, errors=None):
    """Work on `count` items, whose names and seconds are drawn.

    Args:
        errors: position of an item → the error that its work ends with.
    """
    names = inputs.words(count)
    ends = {names[place]: error for place, error in (errors or {}).items()}
    return Handle(dict(zip(names, inputs.odd_seconds(count), strict=True)), ends)


def starts_and_end(arrivals, seconds, workers):
    """When each work begins if one of so many workers takes it as soon as it can, and the end.

    Args:
        arrivals: when each item comes; seconds: how long each takes, in seconds.
    """
    free = [0.0] * workers
    starts = []
    for arrival, each in zip(arrivals, seconds, strict=True):
        start = max(arrival, free[0])
        heapq.heapreplace(free, start + each)
        starts.append(round(start, 6))
    return starts, round(max(free), 6)
