"""Exercises of 05_timeouts: limits, deadlines, and what is done when they are over."""

from checker import lab
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab import scenes_timeouts as scenes
from checker.lab.jobs import Jobs, one_job
from checker.lab.slow import Turns, pieces


def _observe(scene, answer, *args, call, where, moment=None):
    """A run of a scene, for the learner to read; after `moment` seconds the answer is cancelled."""
    when = f", cancelled after {moment:g} s" if moment else ""
    return observe(scene, answer, moment, *args, call=f"{call}{when}, where {where}")


fetch_in_time = Exercise(
    "fetch_in_time",
    kind="repair",
    shipped="timeout_missed",
    hints=[
        "How often does the limit begin anew here?",
        "What must be inside the block, and what outside, so that there is one limit?",
        "Where do the pages that have arrived stay, when the block is left by an exception?",
    ],
)


def _observe_fetches(answer, fetch, seconds, moment=None):
    call = f"fetch_in_time(fetch, names, {seconds:g})"
    args = (fetch, list(fetch), seconds)
    return _observe(scenes.plain, answer, *args, call=call, where=fetch, moment=moment)


@fetch_in_time.rule("If there is time enough, all pages come back, one after the other, in order.")
def all_in_time(answer, inputs):
    fetch = lab.pages(inputs, 4)
    run = _observe_fetches(answer, fetch, sum(fetch.delays) + 9)
    run.returned(fetch.bodies)
    run.at_most(1, "fetch")
    run.took(sum(fetch.delays))
    _observe_fetches(answer, lab.Pages({}), 5).returned([])


@fetch_in_time.rule("The limit is for all together: at that moment, what has arrived comes back.")
def some_in_time(answer, inputs):
    for arrived in (2, 3, 0):
        fetch = lab.pages(inputs, 5, odd=True)
        limit = round(sum(fetch.delays[:arrived]) + fetch.delays[arrived] * 0.6, 3)
        run = _observe_fetches(answer, fetch, limit)
        run.stops_at(limit)
        run.took(limit, limit=True, after_error=True)
        run.returned(fetch.bodies[:arrived])
        run.took(limit)
        run.left_nothing_behind()


@fetch_in_time.rule("If a page fails, its error comes out.")
def page_fails(answer, inputs):
    run = _observe_fetches(answer, lab.pages(inputs, 3, {1: "LookupError: no page"}), 99)
    run.raised("LookupError", "no page", or_group=True)


@fetch_in_time.rule("If it is cancelled itself, it ends as cancelled.")
def fetches_cancelled(answer, inputs):
    fetch = lab.pages(inputs, 3, odd=True)
    moment = fetch.delays[0] + fetch.delays[1] / 2
    run = _observe_fetches(answer, fetch, 300, moment)
    run.returned("cancelled")
    run.took(moment)
    run.left_nothing_behind()


dinner = Exercise(
    "dinner",
    kind="predict",
    hints=[
        "Soup takes 3 s. When do the two deadlines fall that hold for the rice?",
        "Which of the two is over first? What travels through the inner block then?",
        "Which `except TimeoutError` stands outside of the block whose limit is over?",
    ],
)

value_or = Exercise(
    "value_or",
    kind="write",
    hints=[
        "Where does the TimeoutError appear: inside the block, or where the block ends?",
        "A TimeoutError comes out. Which two stories may it tell?",
        "What does `expired()` say if the job failed by itself, long before the limit?",
    ],
)


def _one(exercise, answer, job, limit, *more, moment=None):
    """A run with the one job of a service, a limit and what else the exercise hands over."""
    [name] = job
    call = f"{exercise.id}({job.name}({name!r}), {limit:g}{', …' if more else ''})"
    args = job, limit, *more
    return _observe(scenes.with_job, answer, *args, call=call, where=job, moment=moment)


def _ends_in_time(exercise, answer, inputs, *more):
    """A job that ends in time gives its result or its error; nothing is reported."""
    errors = "LookupError: no page", "TimeoutError: the server gave up", "TimeoutError"
    for error, value in (("", "a page"), ("", ""), *((error, "") for error in errors)):
        [name] = inputs.words(1)
        [seconds] = inputs.odd_seconds(1)
        fetch = lab.Pages({name: seconds}, {name: error}, {name: value})
        run = _one(exercise, answer, fetch, seconds * 2, *more)
        if error:
            kind, _, text = error.partition(": ")
            run.raised(kind, text, or_group=True)
        else:
            run.returned(value)
        run.took(seconds, after_error=True)
        run.left_nothing_behind(after_error=True)
        run.called_at("report", [])


def _cancelled_with_its_job(exercise, answer, inputs, limit, moment, *more):
    """It is cancelled at this moment: so is the job, and it ends as cancelled after that."""
    clean_up = inputs.randint(2, 9)
    job = one_job(inputs, 400, clean_up=clean_up)
    run = _one(exercise, answer, job, limit, *more, moment=moment)
    run.returned("cancelled")
    run.called("job", *(f"clean_up({name!r})" for name in job))
    run.took(moment + clean_up)
    run.left_nothing_behind()


@value_or.rule("A job that ends in time: its result or error comes out, a TimeoutError too.")
def value_in_time(answer, inputs):
    _ends_in_time(value_or, answer, inputs, inputs.randint(10, 99))


@value_or.rule("At the limit the job is stopped, cleans up, and `default` comes out.")
def value_at_limit(answer, inputs):
    limit = inputs.odd_seconds(1)[0]
    clean_up = inputs.randint(2, 9)
    default = inputs.randint(10, 99)
    job = one_job(inputs, limit + 90, clean_up=clean_up, work_noted=True)
    run = _one(value_or, answer, job, limit, default)
    run.stops_at(limit)
    for call in run.calls[:1]:
        run.time_is(call.end or limit, limit, "stopped the job after", limit=True)
    run.returned(default)
    run.called("job", *(f"{what}({name!r})" for name in job for what in ("job", "clean_up")))
    run.took(limit + clean_up)
    run.left_nothing_behind()


@value_or.rule("If it is cancelled itself, so is the job, and it ends as cancelled.")
def value_cancelled(answer, inputs):
    moment = inputs.odd_seconds(1)[0]
    _cancelled_with_its_job(value_or, answer, inputs, moment + 30, moment, 0)
    job = one_job(inputs, 400, clean_up=20)  # the request comes in the clean-up after the limit
    _one(value_or, answer, job, moment, 0, moment=moment + 9).returned("cancelled")


remind = Exercise(
    "remind",
    kind="write",
    hints=[
        "Which two ways of waiting with a limit leave the job alone when the limit is over?",
        "Under which name do you find the job again, to wait for its result?",
        "You are cancelled in such a wait. Does the job hear of it? Who must tell it?",
    ],
)


@remind.rule("At the limit it reports, once; the job goes on, and its result or error comes out.")
def reminded(answer, inputs):
    for error in (None, "LookupError: no page"):
        fetch = lab.pages(inputs, 1, {0: error} if error else None, odd=True)
        [seconds] = fetch.delays
        limit = round(seconds * inputs.choice([0.3, 0.45, 0.7]), 2)
        run = _one(remind, answer, fetch, limit, lab.Reports())
        if error:
            run.raised(*error.split(": "), or_group=True)
        else:
            run.returned(fetch.bodies[0])
        run.called_at("report", [limit])
        run.took(seconds, after_error=True)
        run.left_nothing_behind(after_error=True)


@remind.rule("A job that ends in time: its result or its error comes out, and nothing is reported.")
def unreminded(answer, inputs):
    _ends_in_time(remind, answer, inputs, lab.Reports())


@remind.rule("If it is cancelled itself, so is the job, and it ends as cancelled.")
def remind_cancelled(answer, inputs):
    moment = inputs.odd_seconds(1)[0]
    for limit in (moment + 30, moment / 2):
        _cancelled_with_its_job(remind, answer, inputs, limit, moment, lab.Reports())


persist = Exercise(
    "persist",
    kind="build",
    hints=[
        "There are two limits. Which of them holds for the loop, which for what is in the loop?",
        "The outer limit is over during a try: which exception travels through the inner block?",
        "TimeoutError is an OSError. Which one `except` gets all tries that are made again?",
    ],
)


def _observe_persist(answer, turns, name, each, pause, total, moment=None):
    fetch = Turns("fetch", turns)
    call = f"persist(fetch, {name!r}, {each:g}, {pause:g}, {total:g})"
    args = fetch, name, each, pause, total
    return _observe(scenes.plain, answer, *args, call=call, where=fetch, moment=moment)


@persist.rule("A try that is too slow or fails with an OSError is made again, after a pause.")
def tries_again(answer, inputs):
    [name] = inputs.words(1)
    each = inputs.randint(4, 7)
    pause = inputs.randint(1, 3) + 0.25
    for error in ("OSError: no line", "TimeoutError: the server gave up"):
        page = f"the {name} page"
        soon = inputs.randint(1, 3) + 0.5
        last = each - 0.37
        turns = [(each + 20, page), (soon, error), (last, page)]
        run = _observe_persist(answer, turns, name, each, pause, 99)
        run.stops_at(each)
        run.returned(page)
        starts = [0, each + pause, each + pause + soon + pause]
        run.called_at("fetch", starts)
        run.took(starts[-1] + last)
        run.left_nothing_behind()


@persist.rule("When `total` is over, in a try or in a pause, it raises TimeoutError at once.")
def total_is_over(answer, inputs):
    [name] = inputs.words(1)
    each = inputs.randint(4, 7)
    pause = inputs.randint(1, 3) + 0.25
    rounds = inputs.randint(2, 4) * (each + pause)
    for total in (rounds + each / 2, rounds + each + pause / 2, each / 2):
        turns = [(each + 20, "a page")] * 5 + [(1, "a page")]
        run = _observe_persist(answer, turns, name, each, pause, total)
        run.stops_at(total, *(n * (each + pause) + each for n in range(5)))
        run.took(total, limit=True, after_error=True)
        run.raised("TimeoutError", or_group=True)
        run.took(total, after_error=True)
        run.left_nothing_behind(after_error=True)


@persist.rule("Any other error comes out at once.")
def other_errors(answer, inputs):
    [name] = inputs.words(1)
    each = inputs.randint(4, 7)
    pause = inputs.randint(1, 3) + 0.25
    turns = [(1, "OSError: no line"), (2, "LookupError: no page"), (1, "a page")]
    run = _observe_persist(answer, turns, name, each, pause, 99)
    run.raised("LookupError", "no page", or_group=True)
    run.took(3 + pause, after_error=True)


@persist.rule("If it is cancelled itself, in a try or in a pause, it ends as cancelled.")
def persist_cancelled(answer, inputs):
    [name] = inputs.words(1)
    each = inputs.randint(4, 7)
    pause = inputs.randint(1, 3) + 0.25
    for moment in (each + pause + each / 2, each + pause / 2):
        run = _observe_persist(answer, [(each + 20, "a page")], name, each, pause, 200, moment)
        run.returned("cancelled")
        run.took(moment)
        run.left_nothing_behind()


receive_all = Exercise(
    "receive_all",
    kind="build",
    hints=[
        "Two limits run at the same time. Which begins anew with each piece?",
        "Both end in a TimeoutError. Which object knows whose it was?",
        "Where do you write each `try`: inside or around its `async with`?",
    ],
)


def _observe_receive(answer, turns, idle, total, moment=None):
    receive = Turns("receive", turns)
    call = f"receive_all(receive, {idle:g}, {total:g})"
    args = receive, idle, total
    return _observe(scenes.plain, answer, *args, call=call, where=receive, moment=moment)


@receive_all.rule("All pieces before None come back, in order, and it ends at once.")
def all_pieces(answer, inputs):
    idle = inputs.odd_seconds(1)[0]
    for count in (6, 0):
        turns, seconds = pieces(inputs, count, idle)
        turns[2:3] = [(s, "") for s, _ in turns[2:3]]  # an empty piece is a piece
        last = round(idle * 0.6, 3)
        run = _observe_receive(answer, [*turns, (last, None)], idle, seconds + last + 9)
        run.returned([word for _, word in turns])
        run.took(seconds + last)


def _gave_up(run, text, moment):
    run.stops_at(moment)
    run.took(moment, limit=True, after_error=True)
    run.raised("TimeoutError", text)
    run.took(moment, after_error=True)
    run.left_nothing_behind(after_error=True)


@receive_all.rule('No piece for `idle` seconds: TimeoutError("idle").')
def idle_too_long(answer, inputs):
    idle = inputs.odd_seconds(1)[0]
    for count in (3, 0):
        turns, seconds = pieces(inputs, count, idle)
        turns += [(idle + 50, "late"), (1, None)]
        _gave_up(_observe_receive(answer, turns, idle, seconds + idle + 20), "idle", seconds + idle)


@receive_all.rule('More than `total` seconds in all: TimeoutError("total").')
def total_too_long(answer, inputs):
    idle = inputs.odd_seconds(1)[0]
    for last in (0.9, 3):  # the piece that is awaited then is in time for `idle`, or is not
        turns, seconds = pieces(inputs, 4, idle)
        total = round(seconds + idle * 0.7, 3)
        turns += [(round(idle * last, 3), "late"), (1, None)]
        _gave_up(_observe_receive(answer, turns, idle, total), "total", total)


@receive_all.rule("An error of `receive` comes out as it is, a TimeoutError too.")
def receive_fails(answer, inputs):
    idle = inputs.odd_seconds(1)[0]
    for error in ("OSError: no line", "TimeoutError: the line is dead"):
        turns, _ = pieces(inputs, 2, idle)
        run = _observe_receive(answer, [*turns, (idle * 0.4, error)], idle, 400)
        run.raised(*error.split(": "))


@receive_all.rule("If it is cancelled itself, it ends as cancelled.")
def receive_cancelled(answer, inputs):
    idle = inputs.odd_seconds(1)[0]
    turns, seconds = pieces(inputs, 2, idle)
    run = _observe_receive(answer, [*turns, (idle * 2, "late")], idle, 400, seconds + 2)
    run.returned("cancelled")
    run.took(seconds + 2)
    run.left_nothing_behind()


harvest = Exercise(
    "harvest",
    kind="build",
    hints=[
        "Which way of waiting for many tasks has a limit, cancels nobody and raises nothing?",
        "Which tasks do you look at for results: those done at the limit, or all, later?",
        "Who stops the others, and who waits for them, if you are cancelled in that wait?",
    ],
)


def _observe_harvest(answer, job, seconds, moment=None):
    call = f"harvest(jobs, {seconds:g})"
    return _observe(scenes.with_jobs, answer, job, seconds, call=call, where=job, moment=moment)


@harvest.rule("If all jobs end in time, all results come back when the last one ends.")
def all_harvested(answer, inputs):
    names = inputs.words(5)
    seconds = inputs.odd_seconds(5)
    job = Jobs(dict(zip(names, seconds, strict=True)), work_noted=True, values={names[1]: None})
    run = _observe_harvest(answer, job, sum(seconds) + 20)
    run.returned({name: job.result(name) for name in names})
    run.took(max(seconds))
    _observe_harvest(answer, Jobs({}), 5).returned({})


def _observe_late(answer, inputs, ends=None):
    """Two jobs are done at the limit, two are not; the first names, the limit, the clean-ups."""
    names = inputs.words(4)
    seconds = sorted(inputs.odd_seconds(4))
    clean_up = dict(zip(names[2:], inputs.odd_seconds(2), strict=True))
    order = {names[n]: seconds[n] for n in (2, 0, 3, 1)}
    job = Jobs(order, clean_up, {names[2]: ends} if ends else None)
    run = _observe_harvest(answer, job, seconds[1] + 1.5)
    run.returned({name: job.result(name) for name in names[:2]})
    return run, seconds[1] + 1.5, clean_up


@harvest.rule("At the limit the others are stopped, and it waits for their clean-ups, all at once.")
def late_ones_stopped(answer, inputs):
    run, limit, clean_up = _observe_late(answer, inputs)
    run.called("job", *(f"clean_up({name!r})" for name in clean_up))
    run.took(limit + max(clean_up.values()))
    run.left_nothing_behind()


@harvest.rule("A result that comes after the limit does not count.")
def late_result(answer, inputs):
    _observe_late(answer, inputs, "returns")


@harvest.rule("If it is cancelled itself, so are the jobs, and it ends as cancelled after them.")
def harvest_cancelled(answer, inputs):
    names = inputs.words(3)
    moment = inputs.odd_seconds(1)[0]
    clean_up = dict(zip(names, inputs.odd_seconds(3), strict=True))
    job = Jobs(dict.fromkeys(names, 400), clean_up)
    run = _observe_harvest(answer, job, moment + 50, moment)
    run.returned("cancelled")
    run.called("job", *(f"clean_up({name!r})" for name in names))
    run.took(moment + max(clean_up.values()))
    run.left_nothing_behind()
