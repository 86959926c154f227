"""What several exercises of 05_timeouts use."""

from checker import lab
from checker.judge import observe
from checker.lab.fakes.jobs import one_job
from checker.lab.scenes import timeouts as scenes


def observe_scene(scene, answer, *args, call, where, moment=None):
    """A run of a scene, for the learner to read; after `moment` seconds the answer is cancelled."""
    when = f", cancelled after {moment:g} s" if moment else ""
    return observe(scene, answer, moment, *args, call=f"{call}{when}, where {where}")


def observe_one(exercise, answer, job, limit, *more, moment=None):
    """A run with the one job of a service, a limit and what else the exercise hands over."""
    [name] = job
    call = f"{exercise.id}({job.name}({name!r}), {limit:g}{', …' if more else ''})"
    args = job, limit, *more
    return observe_scene(scenes.with_job, answer, *args, call=call, where=job, moment=moment)


def ends_in_time(exercise, answer, inputs, *more):
    """A job that ends in time gives its result or its error; nothing is reported."""
    errors = "LookupError: no page", "TimeoutError: the server gave up", "TimeoutError"
    for error, value in (("", "a page"), ("", ""), *((error, "") for error in errors)):
        [name] = inputs.words(1)
        [seconds] = inputs.odd_seconds(1)
        fetch = lab.Pages({name: seconds}, {name: error}, {name: value})
        run = observe_one(exercise, answer, fetch, seconds * 2, *more)
        if error:
            kind, _, text = error.partition(": ")
            run.raised(kind, text, or_group=True)
        else:
            run.returned(value)
        run.took(seconds, after_error=True)
        run.left_nothing_behind(after_error=True)
        run.called_at("report", [])


def cancelled_with_its_job(exercise, answer, inputs, limit, moment, *more):
    """It is cancelled at this moment: so is the job, and it ends as cancelled after that."""
    clean_up = inputs.randint(2, 9)
    job = one_job(inputs, 400, clean_up=clean_up)
    run = observe_one(exercise, answer, job, limit, *more, moment=moment)
    run.returned("cancelled")
    run.called("job", *(f"clean_up({name!r})" for name in job))
    run.took(moment + clean_up)
    run.left_nothing_behind()
