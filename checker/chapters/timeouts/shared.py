"""What several exercises of 05_timeouts use. All times are seconds."""

from checker import lab
from checker.judge import observe
from checker.lab.fakes.jobs import one_job
from checker.lab.scenes import timeouts as scenes


def observe_scene(scene, answer, *args, call, where, moment=None):
    """Run a scene of this chapter.

    Args:
        scene: one of `checker.lab.scenes.timeouts`; args: what it takes after `moment`.
        call: how a learner would write the call; where: the service that it speaks of.
        moment: when the answer is cancelled, None if it is not.
    """
    when = f", cancelled after {moment:g} s" if moment is not None else ""
    return observe(scene, answer, moment, *args, call=f"{call}{when}, where {where}")


def observe_one(exercise, answer, job, limit, last, moment=None):
    """Run the answer with the one job of a service.

    Args:
        limit: how long it may take.
        last: the argument that comes after the limit: a default, or a function that reports.
        moment: when the answer is cancelled, None if it is not.
    """
    [name] = job
    call = f"{exercise.id}({job.name}({name!r}), {limit:g}, {last!r})"
    return observe_scene(
        scenes.with_job, answer, job, limit, last, call=call, where=job, moment=moment
    )


def counts_from_the_call(scene, answer, *args, seconds, call, where):
    """Long after the loop has begun, it takes just as long.

    Args:
        scene, args, call, where: as for `observe_scene`.
        seconds: how long it takes.
    """
    call = f"{call} on a loop that has run for {scenes.LONG_AGO} s"
    run = observe_scene(scenes.long_after, answer, scene.__name__, *args, call=call, where=where)
    took = run.value["seconds"] if run.has_returned else None
    line = answer.line_with("timeout_at(") or answer.line_with("reschedule(")
    why = None
    if line:
        why = "A moment on the loop's clock is wanted here, and its zero was long ago"
        run.stops_at(*(call.end for call in run.calls if call.end is not None))
    seen = f"it raised {run.failure}" if took is None else f"it took {took:g} s"
    run.check(took == round(seconds, 3), f"{seconds:g} s", seen, why=why, line=line, may_raise=True)


def ends_in_time(exercise, answer, inputs, last):
    """A job that ends in time gives its result or its error, and nothing is reported.

    Args:
        last: the argument that comes after the limit.
    """
    results = ["a page", ""]
    errors = ["LookupError: no page", "TimeoutError: the server gave up", "TimeoutError"]
    for result in results:
        fetch = _one_page(inputs, result=result)
        run = _observe_in_time(exercise, answer, fetch, last)
        run.returned(result)
        _nothing_else_happened(run, fetch)
    [name], [seconds] = fetch, fetch.delays
    args = (fetch, seconds * 2, last)
    call = f"{exercise.id}({fetch.name}({name!r}), {seconds * 2:g}, {last!r})"
    counts_from_the_call(scenes.with_job, answer, *args, seconds=seconds, call=call, where=fetch)
    for error in errors:
        fetch = _one_page(inputs, error=error)
        run = _observe_in_time(exercise, answer, fetch, last)
        kind, _, text = error.partition(": ")
        run.raised(kind, text)
        _nothing_else_happened(run, fetch)


def _one_page(inputs, error="", result=""):
    [name] = inputs.words(1)
    [seconds] = inputs.odd_seconds(1)
    return lab.Pages({name: seconds}, {name: error}, {name: result})


def _observe_in_time(exercise, answer, fetch, last):
    """Run the answer with a limit that is twice what the page takes."""
    [seconds] = fetch.delays
    return observe_one(exercise, answer, fetch, seconds * 2, last)


def _nothing_else_happened(run, fetch):
    [seconds] = fetch.delays
    run.took(seconds, after_error=True)
    run.left_nothing_behind(after_error=True)
    run.called_at("report", [])


def cancelled_with_its_job(exercise, answer, inputs, limit, moment, last):
    """If it is cancelled at this moment, so is the job; it ends as cancelled after the clean-up.

    Args:
        limit: how long the job may take; last: the argument that comes after the limit.
        moment: when the answer is cancelled.
    """
    clean_up = inputs.randint(2, 9)
    job = one_job(inputs, 400, clean_up=clean_up)
    run = observe_one(exercise, answer, job, limit, last, moment=moment)
    run.ended_as_cancelled()
    run.called("job", *(f"clean_up({name!r})" for name in job))
    run.took(moment + clean_up)
    run.left_nothing_behind()
