"""Exercises of 16_processes: work for other CPUs, what is shared, and what comes back."""

from checker import lab
from checker.exercise import Exercise
from checker.judge import observe
from checker.judge.draw import shortest
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


def _job(inputs, count=5, errors=None):
    items = inputs.sample(range(2, 90), count)
    ends = {items[place]: error for place, error in (errors or {}).items()}
    seconds = inputs.odd_seconds(count)
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


def _in_processes(run, service):
    run.ended()
    expected = f"{service}() in processes of the pool"
    run.calls_of(service).never(HERE, expected, why=f"`{service}` is called here")


def _kept_busy(run, work, workers):
    """The pool had work all the time, in whatever order its calls went out."""
    seconds = work.at_least()
    began = [text for text in run.calls_of("work").texts if text in seconds]
    order = dict.fromkeys([*began, *seconds])  # each once, even if it was called again
    run.kept_busy(workers, "work", [seconds[text] for text in order])


def _left_open(run):
    shut = run.calls_of("pool")
    why = "The caller may have more work for the pool"
    run.check(not shut, "a pool that is still open", "it was shut down", line=shut.line, why=why)


@compute_all.rule("It returns the results in the order of the items.")
def computed_in_order(answer, inputs):
    work, items = _job(inputs)
    run = _observe(None, answer, Pool(2), work, items)
    run.returned([item * item for item in items])
    _left_open(run)


@compute_all.rule("`work` runs in the pool, and a ticker beside it is never late.")
def computed_there(answer, inputs):
    work, items = _job(inputs, 4)
    run = _observe(scenes.beside_ticks, answer, Pool(2), work, items)
    run.loop_was_free(run.part(1).value)
    _in_processes(run, "work")


@compute_all.rule("All processes of the pool have work until there is none left.")
def computed_at_once(answer, inputs):
    for workers in (3, 2):
        work, items = _job(inputs, 7)
        run = _observe(None, answer, Pool(workers), work, items)
        _kept_busy(run, work, workers)


@compute_all.rule("If `work` fails for an item, its error comes out.")
def computed_with_error(answer, inputs):
    work, items = _job(inputs, 3, {inputs.randrange(3): "ValueError: no number"})
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
def first_come_there(answer, inputs):
    work, items = _job(inputs, 4)
    run = _observe(scenes.beside_ticks, answer, Pool(2), work, items, lab.Reports())
    run.loop_was_free(run.part(1).value)
    _in_processes(run, "work")


@first_come.rule("Each result is reported as soon as it is there.")
def reported_when_ready(answer, inputs):
    work, items = _job(inputs, 4)
    run = _observe(None, answer, Pool(4), work, items, lab.Reports())
    run.ended()
    ready = sorted(zip(work.seconds, items, strict=True))
    reports = run.calls_of("report")
    wanted = [f"report({item * item})" for _, item in ready]
    run.check(
        sorted(reports.texts) == sorted(wanted),
        f"{len(wanted)} reports: {', '.join(wanted)}",
        f"there were {', '.join(reports.texts) or 'none'}",
    )
    for number, ((due, _), text) in enumerate(zip(ready, wanted, strict=True), 1):
        run.time_is(reports.times[number - 1], due, "reported")
        reports.is_written(number, text, f"{text} at {due:g} s", "{} came first")


@first_come.rule("All processes of the pool have work until there is none left.")
def first_come_at_once(answer, inputs):
    work, items = _job(inputs, 7)
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


def _added(answer, inputs, processes, votes):
    """The processes want the number soon after one another; in one moment it would be chance."""
    items = inputs.sample(range(2, 60), processes * votes)
    least = inputs.choice([15.374, 20.374])
    shares = [items[n * votes : (n + 1) * votes] for n in range(processes)]
    call = f"add_votes(total, work, votes) in {processes} processes, with the votes "
    call += f"{', '.join(map(str, shares))}"
    call = call if processes > 1 else f"add_votes(total, work, {items}) in one process"
    seconds = {item: least + 0.11 * (place // votes) for place, item in enumerate(items)}
    run = observe(scenes.added, answer, Work(seconds), shares, GAP, call=call)
    return run, items, max(seconds.values())


def _points(run, items):
    """All points are there; which of them are lost would depend on the threads."""
    seen = run.value
    wanted = sum(item * item for item in items)
    text = "there were fewer" if seen < wanted else "there were more"
    writes = [call.line for call in run.calls_of("total") if call.method == "write"]
    run.check(
        seen == wanted,
        f"{wanted} points",
        text,
        line=next(iter(writes), None),
        in_turn=True,
        shared="total",
        shared_by="process",
    )


@add_votes.rule("No vote is lost, however many processes add at once.")
def votes_kept(answer, inputs):
    for processes in (2, 3):
        run, items, _ = _added(answer, inputs, processes, 2)
        _points(run, items)
        why = "Any other lock is another one in each process"
        expected = "changes under the lock of `total`"
        run.calls_of("total").never(UNLOCKED, expected, "it was changed without it", why=why)


@add_votes.rule("The processes compute at the same time; only adding takes turns.")
def votes_computed_at_once(answer, inputs):
    run, items, seconds = _added(answer, inputs, 3, 2)
    run.ended()
    peak = run.calls_of("work").peak
    run.check(peak == 3, "3 calls of work at once", f"{peak} at once")
    # Each process adds twice, and may wait for two others each time.
    most = 2 * seconds + len(items) * 2 * GAP
    run.took(most, limit=True, after_error=True)


@add_votes.rule("In one process, each vote is worked on once.")
def votes_once(answer, inputs):
    run, items, _ = _added(answer, inputs, 1, 3)
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


def _text(inputs, lines):
    words = inputs.words(6)
    return [" ".join(inputs.choices(words, k=3)) for _ in range(lines)]


def _counted(answer, inputs, lines, size, workers=2, scene=scenes.plain_dict):
    text = _text(inputs, lines)
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
def words_counted(answer, inputs):
    for lines, size in ((6, 2), (7, 3)):
        run, text, _, _ = _counted(answer, inputs, lines, size, workers=3)
        seen = run.value
        run.check(isinstance(seen, dict), "a dict", f"it returned {seen!r}")
        run.check(dict(seen) == _total(text), f"{_total(text)}", f"it returned {dict(seen)}")


@word_counts.rule("The pool counts pieces of `size` lines; the last may be shorter, none is empty.")
def words_in_pieces(answer, inputs):
    for lines, size in ((8, 3), (6, 2)):
        run, _, pieces, _ = _counted(answer, inputs, lines, size)
        _in_processes(run, "count")
        calls = run.calls_of("count")
        seen = sorted(calls.texts, reverse=True)
        wanted = [f"count({len(piece)} lines)" for piece in pieces]
        odd = next((call.line for call in calls if call.what not in wanted), None)
        found = f"there were {', '.join(seen)}"
        why = "A piece is empty" if "count(0 lines)" in seen else None
        run.check(seen == wanted, ", ".join(wanted), found, line=odd, why=why, in_turn=True)


@word_counts.rule("All processes of the pool have work until there is none left.")
def words_at_once(answer, inputs):
    run, _, pieces, seconds = _counted(answer, inputs, 9, 2, workers=3)
    run.kept_busy(3, "count", seconds)


@word_counts.rule("A ticker beside it is never late; without lines the dict is empty.")
def words_beside_ticker(answer, inputs):
    run, _, _, _ = _counted(answer, inputs, 5, 2, scene=scenes.beside_ticks)
    run.loop_was_free(run.part(1).value)
    run, _, _, _ = _counted(answer, inputs, 0, 2)
    seen = run.value
    run.check(isinstance(seen, dict) and not seen, "an empty dict", f"it returned {seen!r}")


with_progress = Exercise(
    "with_progress",
    kind="build",
    hints=[
        "Who can count, each second, how many of your futures are `done()`?",
        "A task that sleeps and reports for ever: who ends it, and when?",
        "What if `work` fails? Put the end of the reporter where every way out comes by.",
    ],
)


def _progress(answer, inputs, every=None, errors=None, count=6, workers=2):
    work, items = _job(inputs, count, errors)
    # Who looks only then is 5 % late at least, more than what a loaded machine adds.
    every = every or -(-shortest(work.seconds, workers) // 4.6)
    pool = Pool(workers)
    report = lab.Reports()
    return _observe(None, answer, pool, work, items, every, report), work, items, workers


@with_progress.rule("It returns the results in the order of the items, as soon as all are there.")
def progress_results(answer, inputs):
    run, work, items, workers = _progress(answer, inputs)
    run.returned([item * item for item in items])
    _kept_busy(run, work, workers)


@with_progress.rule("Every `every` seconds it reports how many are done, of how many.")
def progress_reports(answer, inputs):
    every = inputs.randint(3, 6)
    run, _, items, _ = _progress(answer, inputs, every)
    run.ended()
    ends = [call.end for call in run.calls_of("work")]
    moments = range(every, int(max(ends, default=0)) + 1, every)
    wanted = [f"report({sum(end < m for end in ends)}, {len(items)})" for m in moments]
    seen = run.calls_of("report")
    for number, (moment, text, call) in enumerate(zip(moments, wanted, seen, strict=False), 1):
        seen.is_written(number, text, f"{text} at {moment} s", "{} came")
        run.time_is(call.start, moment, "reported")
    many = len(seen)
    line = seen[-1].line if seen else None
    run.check(many == len(wanted), f"reports: {len(wanted)}", f"there were: {many}", line=line)


@with_progress.rule("If `work` fails, its error comes out, and nothing goes on.")
def progress_with_error(answer, inputs):
    run, *_ = _progress(answer, inputs, 3, {0: "ValueError: no number"}, count=3, workers=3)
    run.raised("ValueError", "no number", or_group=True)
    run.left_nothing_behind(after_error=True)


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
