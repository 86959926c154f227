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


def _fetched(answer, inputs, processes, each):
    names = inputs.words(processes * each)
    shares = []
    seconds = dict(zip(names, inputs.odd_seconds(len(names)), strict=True))
    fetch = Fetches(seconds)
    for n in range(processes):
        share = names[n * each : (n + 1) * each]
        slowest = max(share, key=seconds.get)
        shares.append([slowest, *(name for name in share if name != slowest)])
    times = f"{', '.join(f'{seconds[name]:g}' for share in shares for name in share)} s"
    where = f"in {processes} processes with the pages {shares}"
    where = where if processes > 1 else f"in one process with the pages {shares[0]}"
    call = f"fetch_here(fetch, names) {where}, {times}"
    return observe(scenes.fetched_in_processes, answer, fetch, shares, call=call), fetch, shares


@fetch_here.rule("It returns the pages in the order of the names.")
def fetched_in_order(answer, inputs):
    run, fetch, shares = _fetched(answer, inputs, 2, 3)
    run.part(0).returned([[fetch.body(name) for name in names] for names in shares])


@fetch_here.rule("In each process all pages are fetched at once.")
def fetched_at_once(answer, inputs):
    for processes, each in ((1, 4), (2, 3)):
        run, fetch, _ = _fetched(answer, inputs, processes, each)
        run.took(max(fetch.delays))
        run.at_least(processes * each, "fetch")


@fetch_here.rule("Each page is fetched once; no task and no open loop is left.")
def fetched_once(answer, inputs):
    run, fetch, shares = _fetched(answer, inputs, 2, 2)
    run.called("fetch", *(f"fetch({name!r})" for name in fetch))
    _, loops, unclosed, left = run.value
    run.check(loops == len(shares), "one event loop in each process", f"there were {loops} in all")
    line = answer.line_with("new_event_loop(")
    run.check(not left, "no task left behind", f"there were {left}", line=line)
    why = "Nobody closes this loop"
    run.check(not unclosed, "a loop that is closed at the end", "it was open", line=line, why=why)
    run.left_nothing_behind(after_error=True)
