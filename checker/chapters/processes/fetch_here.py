from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.processes import Fetches
from checker.lab.scenes import processes as scenes

fetch_here = Exercise(
    "fetch_here",
    kind="write",
    is_async=False,
    hints=[
        "There is no event loop yet. Which call makes one, runs a coroutine in it and closes it?",
        "`asyncio.run` wants one coroutine. What has to stand inside it?",
        "What does an `async def` inside have to await, so that `asyncio.run` gets all pages at "
        "once?",
    ],
)


def _drawn_fetch(inputs, processes, each):
    """`each` pages for each of so many processes.

    Returns:
        the `Fetches`, and the names for each process; those of the slowest page come first.
    """
    names = inputs.words(processes * each)
    seconds = dict(zip(names, inputs.odd_seconds(len(names)), strict=True))
    shares = []
    for start in range(0, len(names), each):
        share = names[start : start + each]
        slowest = max(share, key=seconds.get)
        shares.append([slowest, *(name for name in share if name != slowest)])
    return Fetches(seconds), shares


def _observe_fetch(answer, fetch, shares):
    seconds = dict(zip(fetch, fetch.delays, strict=True))
    times = ", ".join(f"{seconds[name]:g}" for share in shares for name in share)
    if len(shares) == 1:
        where = f"in one process with the pages {shares[0]}"
    else:
        where = f"in {len(shares)} processes with the pages {shares}"
    call = f"fetch_here(fetch, names) {where}, which take {times} s"
    return observe(scenes.fetched_in_processes, answer, fetch, shares, call=call)


@fetch_here.rule("It returns the pages in the order of the names.")
def fetched_in_order(answer, inputs):
    fetch, shares = _drawn_fetch(inputs, 2, 3)
    run = _observe_fetch(answer, fetch, shares)
    run.part("pages").returned([[fetch.body(name) for name in names] for names in shares])


@fetch_here.rule("In each process all pages are fetched at once.")
def fetched_at_once(answer, inputs):
    for processes, each in ((1, 4), (2, 3)):
        fetch, shares = _drawn_fetch(inputs, processes, each)
        run = _observe_fetch(answer, fetch, shares)
        run.took(max(fetch.delays))
        run.at_least(processes * each, "fetch")


@fetch_here.rule("Each page is fetched once; no task and no open loop is left.")
def fetched_once(answer, inputs):
    fetch, shares = _drawn_fetch(inputs, 2, 2)
    run = _observe_fetch(answer, fetch, shares)
    run.called("fetch", *(f"fetch({name!r})" for name in fetch))
    run.part("loops").equals(
        len(shares), "one event loop in each process", "there were {} in all of them together"
    )
    line = answer.line_with("new_event_loop(")
    run.part("tasks").equals(0, "no task left behind", "there were {}", line=line)
    run.part("open_loops").equals(
        0,
        "a loop that is closed at the end",
        "it was open",
        line=line,
        why="Nobody closes this loop",
    )
    run.left_nothing_behind()
