"""Exercises of 01_why_asyncio: waiting and working, threads, selectors, and a loop by hand."""

from checker.exercise import Exercise
from checker.judge import observe
from checker.judge.expect import EXACT
from checker.judge.unmet import Took
from checker.lab import scenes_why as scenes

NOISE = 1  # seconds by which a figure with real time in it may be off on a busy machine

cpu_share = Exercise(
    "cpu_share",
    kind="write",
    is_async=False,
    hints=[
        "Which clock goes on while the function waits, and which one stands still?",
        "You need two readings of two clocks: before the call and after it. What do you divide by "
        "what?",
        "`time.perf_counter()` is the clock on the wall, `time.process_time()` counts the CPU. "
        "Which difference is the smaller one?",
    ],
)


def _lasts(run, seconds):
    # The waits are those of threads: the record knows when they were, and not in which line.
    try:
        run.took(seconds)
    except Took as unmet:
        late = "It ends a little late: does it look now and then, where it could wait for the end"
        why = late if 0 < run.seconds - seconds < 1 else None
        run.check(False, unmet.expected, unmet.seen, why=why)


def _share(answer, works, waits):
    call = f"cpu_share(function), where it computes for {works:g} s and waits for {waits:.3g} s"
    return observe(scenes.share_of, answer, works, waits, call=call)


@cpu_share.rule("For a function that only waits, it is near 0.")
def share_of_a_wait(answer, inputs):
    _share(answer, 0, inputs.odd_seconds(1)[0]).returned("near 0")


@cpu_share.rule("For a function that only computes, it is near 1.")
def share_of_work(answer, inputs):
    _share(answer, inputs.choice([0.11, 0.13, 0.15]), 0).returned("near 1")


@cpu_share.rule("For a function that does both, it is between.")
def share_of_both(answer, inputs):
    work = inputs.choice([0.12, 0.14])
    _share(answer, work, work * 7 / 3).returned("between 0 and 1")


two_cakes = Exercise(
    "two_cakes",
    kind="predict",
    hints=[
        "`start` returns at once. Which lines does the main thread run while both cakes bake?",
        "At which second is each cake out, if both are put in at 0 s?",
        "`join` waits until that one thread has ended. When is the main thread back from the first "
        "`join`, and does the second one have anything left to wait for?",
    ],
)

ask_all = Exercise(
    "ask_all",
    kind="rewrite",
    shipped="one_after_the_other",
    is_async=False,
    hints=[
        "Who waits while the first page is fetched, and who could wait for the second one "
        "meanwhile?",
        "A thread's function returns to nobody. Where can each thread put its page, so that you "
        "find it under its name or number afterwards?",
        "What happens if you `join` each thread directly after its `start`? How many loops do you "
        "need?",
    ],
)


def _pages(inputs, count):
    names = inputs.words(count)
    seconds = inputs.odd_seconds(count)
    return scenes.PlainPages(dict(zip(names, seconds, strict=True)))


def _ask(answer, fetch):
    call = f"ask_all(fetch, {list(fetch)}), where {fetch}"
    return observe(scenes.ask_in_thread, answer, fetch, list(fetch), call=call)


@ask_all.rule("It returns the pages in the order of the names; without names, an empty list.")
def asked_in_order(answer, inputs):
    fetch = _pages(inputs, 3)
    _ask(answer, fetch).returned(fetch.bodies)
    _ask(answer, scenes.PlainPages({})).returned([])


@ask_all.rule("The waits overlap: it takes as long as the slowest page.")
def asked_at_once(answer, inputs):
    for count in (3, 5):
        fetch = _pages(inputs, count)
        run = _ask(answer, fetch)
        _lasts(run, max(fetch.delays))
        run.at_least(count, "fetch")
        run.left_nothing_behind(after_error=True)


@ask_all.rule("Each page is fetched once.")
def asked_once(answer, inputs):
    fetch = _pages(inputs, 4)
    _ask(answer, fetch).called("fetch", *(f"fetch({name!r})" for name in fetch))


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


def _observe_mailbox(answer, messages, follow_ups):
    brings = ", ".join(f"{message!r} brings {new}" for message, new in follow_ups.items())
    call = f"mailbox({messages}, handle){', where ' + brings if brings else ''}"
    return observe(scenes.handled, answer, messages, scenes.Handles(follow_ups), call=call)


def _handled(run, messages):
    run.shows(run.value, messages, service="handle")


@mailbox.rule("Messages are handled in the order in which they came.")
def oldest_first(answer, inputs):
    for count in (4, 1, 0):
        words = inputs.words(count)
        _handled(_observe_mailbox(answer, words, {}), words)


@mailbox.rule("What handling brings is handled after all that has waited longer.")
def new_ones_last(answer, inputs):
    first, second, third, fourth, fifth, sixth = inputs.words(6)
    follow_ups = {first: [fourth, fifth], fourth: [sixth]}
    run = _observe_mailbox(answer, [first, second, third], follow_ups)
    _handled(run, [first, second, third, fourth, fifth, sixth])


take_turns = Exercise(
    "take_turns",
    kind="build",
    is_async=False,
    hints=[
        "What does `next(job)` do, and what does it raise when the job has ended?",
        "A job that has made one step and is not over: where does it go, so that all the others "
        "come first?",
        "Take a job from the left of a deque, make one step, put it back at the right. What do you "
        "do with what it yields, and what on `StopIteration`?",
    ],
)


def _turns(answer, jobs):
    shown = "; ".join(f"{name} yields {values}" for name, values in jobs.items())
    call = f"take_turns(jobs): {shown}" if jobs else "take_turns([])"
    return observe(scenes.turns, answer, jobs, call=call)


def _in_turn(jobs):
    """Each step in order, round after round: what it yields, and what the jobs note."""
    values = []
    happened = []
    for turn in range(max(map(len, jobs.values()), default=0) + 1):
        for name, own in jobs.items():
            if turn < len(own):
                values.append(own[turn])
            if turn <= len(own):
                happened.append(name if turn < len(own) else f"{name} ends")
    return values, happened


def _judge_turns(answer, jobs):
    run = _turns(answer, jobs)
    values, happened = _in_turn(jobs)
    run.part(0).returned(values)
    why = "What is returned is right, but the steps were not made in turn"
    run.part(1).equals(happened, f"the steps {happened}", "the steps were {}", why=why)


@take_turns.rule("One step of each job, then the next step of each; all that they yield, in order.")
def steps_in_turn(answer, inputs):
    names = inputs.words(3)
    _judge_turns(answer, {name: inputs.sample(range(10, 99), 3) for name in names})


@take_turns.rule("A job that has ended drops out, and the others go on.")
def ended_jobs_drop_out(answer, inputs):
    lengths = inputs.choice([(1, 4, 2), (4, 1, 3), (2, 0, 5)])
    names = inputs.words(3)
    sample = [inputs.sample(range(10, 99), length) for length in lengths]
    _judge_turns(answer, dict(zip(names, sample, strict=True)))


@take_turns.rule("A job may yield anything, None too; without jobs the list is empty.")
def any_value(answer, inputs):
    one, two = inputs.words(2)
    _judge_turns(answer, {one: [None, 0, ""], two: [None]})
    _judge_turns(answer, {})


hear_all = Exercise(
    "hear_all",
    kind="write",
    is_async=False,
    hints=[
        "Which call waits for all sockets at the same time, and what does it return?",
        "What is `key.fileobj` of a pair that `select()` returns? What does `recv` return when the "
        "other side has closed?",
        "When is there nothing left to wait for? `selector.get_map()` holds what is registered; "
        "or count for yourself.",
    ],
)


def _hear(scene, answer, inputs, count, many):
    """Each peer speaks at least once; who comes next is drawn."""
    speakers = list(range(count)) + [inputs.randrange(count) for _ in range(many)]
    inputs.shuffle(speakers)
    script = [[number, f"{inputs.words(1)[0]} {place}"] for place, number in enumerate(speakers)]
    says = ", ".join(f"{number} says {text!r}" for number, text in script)
    call = f"hear_all(selector, sockets, report) with {count} sockets, where {says}"
    run = observe(scene, answer, script, count, scenes.Hears(), call=call)
    return run, [text for _, text in script]


@hear_all.rule("Each message is reported once, in the order in which they come.")
def all_heard(answer, inputs):
    for count, many in ((2, 2), (4, 3)):
        run, texts = _hear(scenes.reports, answer, inputs, count, many)
        run.shows(run.value, texts, service="report")


@hear_all.rule(
    "It unregisters and closes each socket whose other side has closed, and returns after the last."
)
def all_closed(answer, inputs):
    run, _ = _hear(scenes.closed, answer, inputs, 3, 2)
    wanted = "3 of 3 are closed"
    run.whole.equals(wanted, wanted, "{}", why="A socket whose other side has closed is kept")


@hear_all.rule("One thread hears them all.")
def heard_in_one_thread(answer, inputs):
    run, _ = _hear(scenes.listeners, answer, inputs, 3, 2)
    wanted = "read in 1 thread"
    why = "One selector watches all sockets, so one thread is enough"
    run.whole.equals(wanted, wanted, "{}", why=why)


run_sleepers = Exercise(
    "run_sleepers",
    kind="build",
    is_async=False,
    hints=[
        "A job says how long it waits. At what time on the clock is it due, and which of all jobs "
        "is due first?",
        "How long may the loop sleep so that it misses nobody? What becomes of the other jobs "
        "meanwhile?",
        "Keep entries of due time and job, take the least, sleep for the rest, make its next step. "
        "What does `heapq` or `min` compare when two due times are equal? A counter beside the "
        "time decides.",
    ],
)


def _sleep(answer, jobs):
    """The run, and when each wait is over if nobody waits for anybody else."""
    shown = "; ".join(f"{name} waits {seconds}" for name, seconds in jobs.items())
    call = f"run_sleepers(jobs): {shown}" if jobs else "run_sleepers([])"
    run = observe(scenes.slept, answer, jobs, scenes.Waits(), call=call)
    over = [[name, sum(own[: n + 1])] for name, own in jobs.items() for n in range(len(own))]
    over = sorted(([name, round(at, 3)] for name, at in over), key=lambda pair: pair[::-1])
    return run, [*over, ["the loop ends", over[-1][1] if over else 0]]


def _returned_times(run, over):
    # A job's own waits are one after the other in any case: what counts is each time.
    seen = run.value
    pairs = zip(sorted(seen), sorted(over), strict=False)
    near = all(a[0] == b[0] and abs(a[1] - b[1]) < NOISE for a, b in pairs)
    if not (near and run.charged and len(seen) == len(over)):
        run.shows(seen, [[name, float(at)] for name, at in over])


@run_sleepers.rule("It needs no thread and no loop but its own.")
def sleepers_in_one_thread(answer, inputs):
    names = inputs.words(3)
    run = observe(scenes.threads_of, answer, names, call="run_sleepers(jobs) with three jobs")
    wanted = "steps in 1 thread"
    why = "Waits can overlap without that: sleep until the job that is due first"
    run.whole.equals(wanted, wanted, "{}", why=why)


@run_sleepers.rule("Each job goes on when its wait is over; the waits overlap.")
def sleepers_in_time(answer, inputs):
    names = inputs.words(3)
    jobs = {name: [seconds] for name, seconds in zip(names, inputs.odd_seconds(3), strict=True)}
    run, over = _sleep(answer, jobs)
    _lasts(run, over[-1][1])
    _returned_times(run, over)


@run_sleepers.rule("A job may wait several times, or never; it returns when all have ended.")
def sleepers_again(answer, inputs):
    one, two, three = inputs.words(3)
    jobs = {one: inputs.odd_seconds(3), two: inputs.odd_seconds(2), three: []}
    _returned_times(*_sleep(answer, jobs))
    _returned_times(*_sleep(answer, {}))


@run_sleepers.rule("Jobs may be due at the same moment.")
def sleepers_together(answer, inputs):
    [seconds] = inputs.odd_seconds(1)
    _returned_times(*_sleep(answer, {name: [seconds, seconds] for name in inputs.words(3)}))


@run_sleepers.rule(
    "If a step takes so long that others are overdue, they go on right after it; its own next wait "
    "counts from its `yield`."
)
def sleepers_overdue(answer, inputs):
    first = 2 + inputs.randint(1, 9) / 8
    second = 5.374
    block = 7 + inputs.randint(1, 9) / 8
    call = f"run_sleepers(jobs): one job waits {first} s, computes for {block} s, and waits "
    call += f"{second} s; another one waits {second} s"
    run = observe(scenes.overdue, answer, first, block, second, scenes.Waits(), call=call)
    went_on = dict(run.value)
    for name, at, why in (
        ("the other one", first + block, "Who is overdue goes on as soon as the step has ended"),
        (
            "the one that computes",
            round(first + block + second, 3),
            "A wait counts from its `yield`, so the clock is read after the step, not before",
        ),
    ):
        off = went_on.get(name, at + 9999) - at
        seen = "it went on too early" if off < 0 else "it went on too late, or never"
        right = abs(off) < (NOISE if run.charged else EXACT)
        run.check(right, f"{name} goes on at {at:g} s", seen, why=why)
