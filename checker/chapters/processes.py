"""Exercises of 16_processes: work for other CPUs, what is shared, and what comes back."""

from checker import lab
from checker.exercise import Exercise
from checker.judge import observe
from checker.judge.draw import shortest
from checker.judge.ticks import loop_was_free
from checker.lab import scenes_processes as scenes
from checker.lab.processes import HERE, UNLOCKED, Counts, Fetches, Pool, Work

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


def _observe(scene, answer, pool, work, items, *args):
    shown = ", ".join(map(repr, (items, *args)))
    seconds = ", ".join(f"{s:g}" for s in work.seconds)
    call = f"{answer.name}(pool, work, {shown}), where the work takes {seconds} s"
    call += f" and the pool has {pool.workers} processes"
    given = (pool, work, items, *args)
    if scene is None:
        return observe(answer, *given, call=call)
    return observe(scene, answer, *given, call=call)


def _calls(run, service):
    return [call for call in run.run.calls if call.service == service]


def _in_processes(run, service):
    run.ended()
    expected, why = f"{service}() in processes of the pool", f"`{service}` is called here"
    for call in _calls(run, service):
        there, seen = not call.what.endswith(HERE), f"{call.what} was called"
        run.so(there, expected, seen, line=call.line, why=why)


def _kept_busy(run, work, workers):
    """The pool had work all the time, in whatever order its calls went out."""
    run.at_least(workers, "work")
    seconds = work.at_least()
    began = [call.what.removesuffix(HERE) for call in _calls(run, "work")]
    order = dict.fromkeys([*began, *seconds])  # each once, even if it was called again
    run.took(shortest([seconds[what] for what in order], workers))


def _left_open(run):
    for call in _calls(run, "pool"):
        why = "The caller may have more work for the pool"
        run.so(False, "a pool that is still open", "it was shut down", line=call.line, why=why)


@compute_all.rule("It returns the results in the order of the items.")
def computed_in_order(answer, draw):
    work, items = _job(draw)
    run = _observe(None, answer, Pool(2), work, items)
    run.returned([item * item for item in items])
    _left_open(run)


@compute_all.rule("`work` runs in the pool, and a ticker beside it is never late.")
def computed_there(answer, draw):
    work, items = _job(draw, 4)
    run = _observe(scenes.beside_ticks, answer, Pool(2), work, items)
    loop_was_free(run, run.value[1])
    _in_processes(run, "work")


@compute_all.rule("All processes of the pool have work until there is none left.")
def computed_at_once(answer, draw):
    for workers in (3, 2):
        work, items = _job(draw, 7)
        run = _observe(None, answer, Pool(workers), work, items)
        _kept_busy(run, work, workers)


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


@first_come.rule("`work` runs in the pool, and a ticker beside it is never late.")
def first_come_there(answer, draw):
    work, items = _job(draw, 4)
    run = _observe(scenes.beside_ticks, answer, Pool(2), work, items, lab.Reports())
    loop_was_free(run, run.value[1])
    _in_processes(run, "work")


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
    _kept_busy(run, work, 3)


add_votes = Exercise(
    "add_votes",
    kind="repair",
    shipped="race",
    is_async=False,
    hints=[
        "`total.value += x` is three steps. What happens if another process comes in after the "
        "first one?",
        "Which object has every process that has the number? `total.get_lock()` gives it.",
        "What must stand inside `with total.get_lock():`, and what need not wait there?",
    ],
)


GAP = 1  # seconds that it takes to read the number, and to write it


def _added(answer, draw, processes, votes):
    """The processes want the number soon after one another; in one moment it would be chance."""
    items, least = draw.sample(range(2, 60), processes * votes), draw.choice([15.374, 20.374])
    shares = [items[n * votes : (n + 1) * votes] for n in range(processes)]
    call = f"add_votes(total, work, votes) in {processes} processes, with the votes "
    call += f"{', '.join(map(str, shares))}"
    call = call if processes > 1 else f"add_votes(total, work, {items}) in one process"
    seconds = {item: least + 0.11 * (place // votes) for place, item in enumerate(items)}
    run = observe(scenes.added, answer, Work(seconds), shares, GAP, call=call)
    return run, items, max(seconds.values())


def _points(run, items):
    """All points are there; which of them are lost would depend on the threads."""
    seen, wanted = run.value, sum(item * item for item in items)
    text = "there were fewer" if seen < wanted else "there were more"
    line = next((call.line for call in _calls(run, "total") if ".write(" in call.what), None)
    data = {"shared": "total", "who": "process", "line": line, "in_turn": True}
    run.so(seen == wanted, f"{wanted} points", text, **data)


@add_votes.rule("No vote is lost, however many processes add at once.")
def votes_kept(answer, draw):
    for processes in (2, 3):
        run, items, _ = _added(answer, draw, processes, 2)
        _points(run, items)
        for call in _calls(run, "total"):
            locked = not call.what.endswith(UNLOCKED)
            why = "Any other lock is another one in each process"
            expected, seen = "changes under the lock of `total`", "it was changed without it"
            run.so(locked, expected, seen, line=call.line, why=why)


@add_votes.rule("The processes compute at the same time; only adding takes turns.")
def votes_computed_at_once(answer, draw):
    run, items, seconds = _added(answer, draw, 3, 2)
    run.ended()
    run.so(run.run.peak("work") == 3, "3 calls of work at once", f"{run.run.peak('work')} at once")
    # Each process adds twice, and may wait for two others each time.
    most = 2 * seconds + len(items) * 2 * GAP
    run.time_is(run.run.took, most, limit=True, whole=True)


@add_votes.rule("In one process, each vote is worked on once.")
def votes_once(answer, draw):
    run, items, _ = _added(answer, draw, 1, 3)
    _points(run, items)
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


@word_counts.rule("The pool counts pieces of `size` lines; the last may be shorter, none is empty.")
def words_in_pieces(answer, draw):
    for lines, size in ((8, 3), (6, 2)):
        run, _, pieces, _ = _counted(answer, draw, lines, size)
        _in_processes(run, "count")
        calls = _calls(run, "count")
        seen = sorted((call.what for call in calls), reverse=True)
        wanted = [f"count({len(piece)} lines)" for piece in pieces]
        odd = next((call.line for call in calls if call.what not in wanted), None)
        found = f"there were {', '.join(seen)}"
        why = "A piece is empty" if "count(0 lines)" in seen else None
        run.so(seen == wanted, ", ".join(wanted), found, line=odd, why=why, in_turn=True)


@word_counts.rule("All processes of the pool have work until there is none left.")
def words_at_once(answer, draw):
    run, _, pieces, seconds = _counted(answer, draw, 9, 2, workers=3)
    run.at_least(3, "count")
    run.took(shortest(seconds, 3))


@word_counts.rule("A ticker beside it is never late; without lines the dict is empty.")
def words_beside_ticker(answer, draw):
    run, _, _, _ = _counted(answer, draw, 5, 2, scene=scenes.beside_ticks)
    loop_was_free(run, run.value[1])
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


def _progress(answer, draw, every=None, errors=None, count=6, workers=2):
    work, items = _job(draw, count, errors)
    # Who looks only then is 5 % late at least, more than what a loaded machine adds.
    every = every or -(-shortest(work.seconds, workers) // 4.6)
    pool, report = Pool(workers), lab.Reports()
    return _observe(None, answer, pool, work, items, every, report), work, items, workers


@with_progress.rule("It returns the results in the order of the items, as soon as all are there.")
def progress_results(answer, draw):
    run, work, items, workers = _progress(answer, draw)
    run.returned([item * item for item in items])
    _kept_busy(run, work, workers)


@with_progress.rule("Every `every` seconds it reports how many are done, of how many.")
def progress_reports(answer, draw):
    every = draw.randint(3, 6)
    run, _, items, _ = _progress(answer, draw, every)
    run.ended()
    ends = [call.end for call in _calls(run, "work")]
    moments = range(every, int(max(ends, default=0)) + 1, every)
    wanted = [f"report({sum(end < m for end in ends)}, {len(items)})" for m in moments]
    seen = _calls(run, "report")
    for moment, expected, call in zip(moments, wanted, seen, strict=False):
        came = f"{call.what} came"
        run.so(call.what == expected, f"{expected} at {moment} s", came, line=call.line)
        run.time_is(call.start, moment, "reported")
    line = seen[-1].line if seen else None
    run.so(
        len(seen) == len(wanted), f"reports: {len(wanted)}", f"there were: {len(seen)}", line=line
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
    names, shares = draw.words(processes * each), []
    seconds = dict(zip(names, draw.odd_seconds(len(names)), strict=True))
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
def fetched_in_order(answer, draw):
    run, fetch, shares = _fetched(answer, draw, 2, 3)
    run.shows(run.value[0], [[fetch.body(name) for name in names] for names in shares])


@fetch_here.rule("In each process all pages are fetched at once.")
def fetched_at_once(answer, draw):
    for processes, each in ((1, 4), (2, 3)):
        run, fetch, _ = _fetched(answer, draw, processes, each)
        run.took(max(fetch.delays))
        run.at_least(processes * each, "fetch")


@fetch_here.rule("Each page is fetched once; no task and no open loop is left.")
def fetched_once(answer, draw):
    run, fetch, shares = _fetched(answer, draw, 2, 2)
    run.called("fetch", *(f"fetch({name!r})" for name in fetch))
    _, loops, unclosed, left = run.value
    run.so(loops == len(shares), "one event loop in each process", f"there were {loops} in all")
    line = answer.line_with("new_event_loop(")
    run.so(not left, "no task left behind", f"there were {left}", line=line)
    why = "Nobody closes this loop"
    run.so(not unclosed, "a loop that is closed at the end", "it was open", line=line, why=why)
    run.leaves_nothing()
