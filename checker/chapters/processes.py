"""Exercises of 16_processes: work for other CPUs, what is shared, and what comes back."""

import heapq

from checker import lab
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab import scenes_processes as scenes
from checker.lab.processes import HERE, Counts, Pool, Work

shopping = Exercise(
    "shopping",
    kind="predict",
    hints=[
        "What is sent to the process: the list, or a copy of it?",
        "To which of the two lists does the process append?",
        "What comes back is what the call returns. What does `append` return, and what `sorted`?",
    ],
)

compute_all = Exercise(
    "compute_all",
    kind="write",
    hints=[
        "Which call hands a function to a pool and gives you something to await?",
        "`loop.run_in_executor(pool, work, item)` starts at the call. What do you keep?",
        "If a future for each item has been made first, in which order do you await them?",
    ],
)


def _job(draw, count=5, errors=None):
    items = draw.sample(range(2, 90), count)
    ends = {items[place]: error for place, error in (errors or {}).items()}
    seconds = draw.odd_seconds(count)
    if not errors:  # then the first to come is never the first of the items
        seconds.insert(0, seconds.pop(seconds.index(max(seconds))))
    return Work(dict(zip(items, seconds, strict=True)), ends), items


def _shortest(seconds, workers):
    """When each of these ends, if a next one begins as soon as a worker is free."""
    free, ends = [0] * workers, []
    for each in seconds:
        ends.append(round(free[0] + each, 3))
        heapq.heapreplace(free, free[0] + each)
    return ends


def _observe(scene, answer, pool, work, items, *args):
    shown = ", ".join(map(repr, (items, *args)))
    seconds = ", ".join(f"{s:g}" for s in work.seconds)
    call = f"{answer.name}(pool, work, {shown}), where the work takes {seconds} s"
    call += f" and the pool has {pool._max_workers} processes"
    given = (pool, work, items, *args)
    if scene is None:
        return observe(answer, *given, call=call)
    return observe(scene, answer, *given, call=call)


def _in_processes(run, service):
    run.ended()
    here = next((c.what for c in run.run.calls if c.what.endswith(HERE)), None)
    run.so(here is None, f"{service}() in processes of the pool", f"{here or ''} was called")


def _loop_was_free(run):
    ticks = run.value[1]
    late = next((n for n, at in enumerate(ticks, 1) if at - n > 0.8), None)
    if late is None and len(ticks) < int(run.run.took) - 1:
        late = len(ticks) + 1
    run.so(
        late is None, "a tick each second", f"the tick at {late or 0:g} s was late or never came"
    )


@compute_all.rule("It returns the results in the order of the items.")
def computed_in_order(answer, draw):
    work, items = _job(draw)
    _observe(None, answer, Pool(2), work, items).returned([item * item for item in items])


@compute_all.rule("All processes of the pool have work until there is none left.")
def computed_at_once(answer, draw):
    for workers in (3, 2):
        work, items = _job(draw, 7)
        run = _observe(None, answer, Pool(workers), work, items)
        run.at_least(workers, "work")
        run.took(max(_shortest(work.seconds, workers)))


@compute_all.rule("`work` runs in the pool, and a ticker beside it is never late.")
def computed_there(answer, draw):
    work, items = _job(draw, 4)
    run = _observe(scenes.beside_ticks, answer, Pool(2), work, items)
    _loop_was_free(run)
    _in_processes(run, "work")


@compute_all.rule("If `work` fails for an item, its error comes out.")
def computed_with_error(answer, draw):
    work, items = _job(draw, 3, {draw.randrange(3): "ValueError: no number"})
    run = _observe(None, answer, Pool(3), work, items)
    run.raised("ValueError", "no number", or_group=True)


first_come = Exercise(
    "first_come",
    kind="rewrite",
    shipped="blocked_the_loop",
    hints=[
        "In which order does `pool.map` give its results? In which thread does it wait for them?",
        "`run_in_executor` gives futures of asyncio. Which function takes many and gives them back "
        "as they become ready?",
        "`for future in asyncio.as_completed(futures)`: what do you await in the loop's body?",
    ],
)


@first_come.rule("Each result is reported as soon as it is there.")
def reported_when_ready(answer, draw):
    work, items = _job(draw, 4)
    run = _observe(None, answer, Pool(4), work, items, lab.Reports())
    run.ended()
    ready = sorted(zip(work.seconds, items, strict=True))
    seen = [(c.start, c.what) for c in run.run.calls if c.service == "report"]
    wanted = [(seconds, f"report({item * item})") for seconds, item in ready]
    run.so(
        sorted(what for _, what in seen) == sorted(what for _, what in wanted),
        f"{len(wanted)} reports: {', '.join(what for _, what in wanted)}",
        f"there were {', '.join(what for _, what in seen) or 'none'}",
    )
    for (at, what), (due, expected) in zip(seen, wanted, strict=True):
        run.time_is(at, due, "reported")
        run.so(what == expected, f"{expected} at {due:g} s", f"{what} came first")


@first_come.rule("All processes of the pool have work until there is none left.")
def first_come_at_once(answer, draw):
    work, items = _job(draw, 7)
    run = _observe(None, answer, Pool(3), work, items, lab.Reports())
    run.at_least(3, "work")
    run.took(max(_shortest(work.seconds, 3)))


@first_come.rule("`work` runs in the pool, and a ticker beside it is never late.")
def first_come_there(answer, draw):
    work, items = _job(draw, 4)
    run = _observe(scenes.beside_ticks, answer, Pool(2), work, items, lab.Reports())
    _loop_was_free(run)
    _in_processes(run, "work")


add_votes = Exercise(
    "add_votes",
    kind="repair",
    shipped="wrong_result",
    is_async=False,
    hints=[
        "`total.value += x` is three steps. What happens if another process comes in after the "
        "first one?",
        "Which object has every process that has the number? `total.get_lock()` gives it.",
        "What must stand inside `with total.get_lock():`, and what need not wait there?",
    ],
)


def _added(answer, draw, processes, votes):
    """Each vote takes as long, so that the processes want the number at the same moment."""
    items = draw.sample(range(2, 60), processes * votes)
    seconds, gap = draw.choice([15.374, 20.374]), 2
    shares = [items[n * votes : (n + 1) * votes] for n in range(processes)]
    call = f"add_votes(total, work, votes) in {processes} processes, with the votes "
    call += f"{', '.join(map(str, shares))}"
    call = call if processes > 1 else f"add_votes(total, work, {items}) in one process"
    work, wanted = Work(dict.fromkeys(items, seconds)), sum(item * item for item in items)
    run = observe(scenes.added, answer, work, shares, gap, wanted, call=call)
    return run, items, seconds, gap


@add_votes.rule("No vote is lost, however many processes add at once.")
def votes_kept(answer, draw):
    for processes in (2, 3):
        run, items, _, _ = _added(answer, draw, processes, 2)
        run.returned(f"{sum(item * item for item in items)} points")


@add_votes.rule("The processes compute at the same time; only adding takes turns.")
def votes_computed_at_once(answer, draw):
    run, items, seconds, gap = _added(answer, draw, 3, 2)
    run.ended()
    run.so(run.run.peak("work") == 3, "3 calls of work at once", f"{run.run.peak('work')} at once")
    # Each process adds twice, and may wait for two others each time.
    run.time_is(run.run.took, 2 * seconds + len(items) * gap, limit=True, whole=True)


@add_votes.rule("In one process, each vote is worked on once.")
def votes_once(answer, draw):
    run, items, _, _ = _added(answer, draw, 1, 3)
    run.returned(f"{sum(item * item for item in items)} points")
    run.called("work", *(f"work({item})" for item in items))


word_counts = Exercise(
    "word_counts",
    kind="write",
    hints=[
        "How do you cut a list into pieces of `size`? Which one is `lines[start:start + size]`?",
        "Each piece gives a dict of its own. What must happen to a word that stands in two?",
        "If a call for each piece has been started and awaited, how does `collections.Counter` "
        "add the dicts up?",
    ],
)


def _text(draw, lines):
    words = draw.words(6)
    return [" ".join(draw.choices(words, k=3)) for _ in range(lines)]


def _counted(answer, draw, lines, size, workers=2, scene=scenes.plain_dict):
    text = _text(draw, lines)
    seconds = 5.374
    call = f"word_counts(pool, count, lines, {size}) with {lines} lines in a pool of {workers}"
    given = (answer, Pool(workers), Counts(seconds), text, size)
    run = observe(scene, *given, call=call)
    pieces = [text[start : start + size] for start in range(0, lines, size)]
    return run, text, pieces, [seconds * len(piece) for piece in pieces]


def _total(text):
    found = {}
    for word in " ".join(text).split():
        found[word] = found.get(word, 0) + 1
    return found


@word_counts.rule("It returns a dict with each word and how often it stands in all the lines.")
def words_counted(answer, draw):
    for lines, size in ((6, 2), (7, 3)):
        run, text, _, _ = _counted(answer, draw, lines, size, workers=3)
        seen = run.value
        run.so(isinstance(seen, dict), "a dict", f"it returned {seen!r}")
        run.so(dict(seen) == _total(text), f"{_total(text)}", f"it returned {dict(seen)}")


@word_counts.rule("The pool counts pieces of `size` lines; only the last may be shorter.")
def words_in_pieces(answer, draw):
    run, _, pieces, _ = _counted(answer, draw, 8, 3)
    run.called("count", *(f"count({piece!r})" for piece in pieces))


@word_counts.rule("All processes of the pool have work until there is none left.")
def words_at_once(answer, draw):
    run, _, pieces, seconds = _counted(answer, draw, 9, 2, workers=3)
    run.at_least(3, "count")
    run.took(max(_shortest(seconds, 3)))


@word_counts.rule("A ticker beside it is never late; without lines the dict is empty.")
def words_beside_ticker(answer, draw):
    run, _, _, _ = _counted(answer, draw, 5, 2, scene=scenes.beside_ticks)
    _loop_was_free(run)
    run, _, _, _ = _counted(answer, draw, 0, 2)
    seen = run.value
    run.so(isinstance(seen, dict) and not seen, "an empty dict", f"it returned {seen!r}")


with_progress = Exercise(
    "with_progress",
    kind="build",
    hints=[
        "Who can count, each second, how many of your futures are `done()`?",
        "A task that sleeps and reports for ever: who ends it, and when?",
        "What if `work` fails? Put the end of the reporter where every way out comes by.",
    ],
)


def _progress(answer, draw, every, errors=None, count=6, workers=2):
    work, items = _job(draw, count, errors)
    pool, report = Pool(workers), lab.Reports()
    return _observe(None, answer, pool, work, items, every, report), work, items, workers


@with_progress.rule("It returns the results in the order of the items, as soon as all are there.")
def progress_results(answer, draw):
    run, work, items, workers = _progress(answer, draw, 3)
    run.returned([item * item for item in items])
    run.took(max(_shortest(work.seconds, workers)))


@with_progress.rule("Every `every` seconds it reports how many are done, of how many.")
def progress_reports(answer, draw):
    every = draw.randint(3, 6)
    run, work, items, workers = _progress(answer, draw, every)
    run.ended()
    ends = _shortest(work.seconds, workers)
    moments = range(every, int(max(ends)) + 1, every)
    wanted = [f"report({sum(end < m for end in ends)}, {len(items)})" for m in moments]
    seen = [c for c in run.run.calls if c.service == "report"]
    for moment, expected, call in zip(moments, wanted, seen, strict=False):
        run.so(call.what == expected, f"{expected} at {moment} s", f"{call.what} came")
        run.time_is(call.start, moment, "reported")
    run.so(
        len(seen) == len(wanted),
        f"{len(wanted)} reports",
        f"there were {len(seen)}, not more or less",
    )


@with_progress.rule("If `work` fails, its error comes out, and nothing goes on.")
def progress_with_error(answer, draw):
    run, *_ = _progress(answer, draw, 3, {0: "ValueError: no number"}, count=3, workers=3)
    run.raised("ValueError", "no number", or_group=True)
    run.leaves_nothing()


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


def _fetched(answer, draw, processes, each):
    fetch = lab.pages(draw, processes * each, odd=True)
    seconds = dict(zip(fetch, fetch.delays, strict=True))
    names, shares = list(fetch), []
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
def fetched_in_order(answer, draw):
    run, fetch, shares = _fetched(answer, draw, 2, 3)
    run.returned([[fetch.body(name) for name in names] for names in shares])


@fetch_here.rule("In each process all pages are fetched at once.")
def fetched_at_once(answer, draw):
    for processes, each in ((1, 4), (2, 3)):
        run, fetch, _ = _fetched(answer, draw, processes, each)
        run.took(max(fetch.delays))
        run.at_least(processes * each, "fetch")


@fetch_here.rule("Each page is fetched once, and no task is left behind.")
def fetched_once(answer, draw):
    run, fetch, _ = _fetched(answer, draw, 2, 2)
    run.called("fetch", *(f"fetch({name!r})" for name in fetch))
    run.leaves_nothing()
