"""What several exercises of 16_processes use."""

from checker.judge import observe
from checker.lab.fakes.processes import HERE, Work


def drawn_work(inputs, count=5, errors=None):
    """(work that takes its time, its `count` items); `errors`: place of an item → error."""
    items = inputs.sample(range(2, 90), count)
    ends = {items[place]: error for place, error in (errors or {}).items()}
    seconds = inputs.odd_seconds(count)
    if not errors:  # then the first to come is never the first of the items
        seconds.insert(0, seconds.pop(seconds.index(max(seconds))))
    return Work(dict(zip(items, seconds, strict=True)), ends), items


def observe_pool(scene, answer, pool, work, items, *args):
    """Run the answer with a pool, alone or in a scene."""
    shown = ", ".join(map(repr, (items, *args)))
    seconds = ", ".join(f"{s:g}" for s in work.seconds)
    call = f"{answer.name}(pool, work, {shown}), where the work takes {seconds} s"
    call += f" and the pool has {pool.workers} processes"
    given = (pool, work, items, *args)
    if scene is None:
        return observe(answer, *given, call=call)
    return observe(scene, answer, *given, call=call)


def in_processes(run, service):
    """All calls of the service were made in processes of the pool."""
    run.ended()
    expected = f"{service}() in processes of the pool"
    run.calls_of(service).never(HERE, expected, why=f"`{service}` is called here")


def kept_busy(run, work, workers):
    """The pool had work all the time, in whatever order its calls went out."""
    seconds = work.at_least()
    began = [text for text in run.calls_of("work").texts if text in seconds]
    order = dict.fromkeys([*began, *seconds])  # each once, even if it was called again
    run.kept_busy(workers, "work", [seconds[text] for text in order])
