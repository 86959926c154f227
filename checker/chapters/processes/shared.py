"""What several exercises of 16_processes use."""

from checker.judge import observe
from checker.lab.fakes.processes import HERE, Work


def drawn_work(inputs, count=5, errors=None):
    """Work that takes its time, and items for it.

    Args:
        count: how many items.
        errors: place of an item → the error that the work ends with for it.

    Returns:
        the `Work`, and the list of its items. Without errors, the longest comes first, so that the
        first result is never that of the first item.
    """
    items = inputs.sample(range(2, 90), count)
    ends = {items[place]: error for place, error in (errors or {}).items()}
    seconds = inputs.odd_seconds(count)
    if not errors:
        longest = seconds.pop(seconds.index(max(seconds)))
        seconds.insert(0, longest)
    return Work(dict(zip(items, seconds, strict=True)), ends), items


def observe_pool(scene, answer, pool, work, items, *args):
    """Run the answer with a pool.

    Args:
        scene: None to call the answer itself.
        args: what the answer gets besides the pool, the work and the items.
    """
    shown = ", ".join(map(repr, (items, *args)))
    seconds = ", ".join(f"{s:g}" for s in work.seconds)
    call = f"{answer.name}(pool, work, {shown}), where the work takes {seconds} s"
    call += f" and the pool has {pool.workers} processes"
    if scene is None:
        return observe(answer, pool, work, items, *args, call=call)
    return observe(scene, answer, pool, work, items, *args, call=call)


def in_processes(run, service):
    """All calls of the service were made in processes of the pool."""
    run.ended()
    run.calls_of(service).never(
        HERE,
        f"{service}() in processes of the pool",
        "it was called in this process",
        why=f"`{service}` is called in this process",
    )


def in_chunks(run, answer, service, workers):
    """`map` with chunks that are too large leaves processes idle: it is told as that."""
    run.ended()
    peak = run.calls_of(service).peak
    line = answer.line_with("chunksize=")
    run.check(
        line is None or peak >= workers,
        f"{workers} processes at work",
        f"there were never more than {peak}",
        line=line,
        why="All inputs of a chunk go to one process",
        in_turn=True,
    )


def kept_busy(run, answer, work, workers):
    """The pool had work all the time, in whatever order its calls went out."""
    in_chunks(run, answer, "work", workers)
    seconds = work.at_least()
    began = [text for text in run.calls_of("work").texts if text in seconds]
    order = dict.fromkeys([*began, *seconds])  # each once, even if it was called again
    run.kept_busy(workers, "work", [seconds[text] for text in order])
