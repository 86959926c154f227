from checker import lab
from checker.chapters.gather_wait_as_completed.shared import cancelled_with_its_jobs
from checker.exercise import Exercise
from checker.judge import observe
from checker.lab.fakes.jobs import Jobs

first_answer = Exercise(
    "first_answer",
    kind="write",
    hints=[
        "Which way of waiting comes back when one of several tasks is done, and tells you what is "
        "left?",
        "The first that is done may have failed. Then what do you wait for next?",
        "On which ways is the function left, and who ends the mirrors on each of them?",
    ],
)


def _mirrors(inputs, errors=None, value=""):
    """Four mirrors; the quickest of those that do not fail answers `value`.

    Args:
        errors: how the quickest ones end, as in `lab.Pages`, the quickest first.
    """
    names = inputs.words(4)
    seconds = inputs.odd_seconds(4)
    if seconds[0] == min(seconds):  # who asks one after the other shall not be lucky
        seconds.reverse()
    delays = dict(zip(names, seconds, strict=True))
    by_speed = sorted(names, key=delays.__getitem__)
    ends = dict(zip(by_speed, errors or [], strict=False))
    good = [name for name in by_speed if name not in ends]
    return lab.Pages(delays, ends, {good[0]: value} if good else {}), by_speed


@first_answer.rule("The first page that arrives is returned at once, whatever it says.")
def first_page(answer, inputs):
    for value in ("the page", None, ""):
        fetch, by_speed = _mirrors(inputs, value=value)
        run = observe(answer, fetch, list(fetch))
        run.stops_work()
        run.at_least(4, "fetch")
        first = min(fetch.delays)
        if not value and run.seconds > first:
            line = answer.deciding_line(answer.end_line(run.run))
            why = f"The page that came at {first:g} s says {value!r}, and was passed over"
            run.took(first, line=line, why=why)
        run.took(first)
        run.returned(value)
        run.left_nothing_behind()
    [name] = inputs.words(1)
    fetch = lab.Pages({name: 3})
    observe(answer, fetch, [name]).returned(fetch.body(name))


@first_answer.rule("A mirror that fails does not count.")
def failures_skipped(answer, inputs):
    for errors in (["OSError: gone"], ["LookupError: no page", "OSError: gone"]):
        fetch, by_speed = _mirrors(inputs, errors)
        run = observe(answer, fetch, list(fetch))
        run.stops_work()
        run.returned("")
        run.took(sorted(fetch.delays)[len(errors)])
        run.left_nothing_behind()
    # All mirrors end at the same moment, and one has the page. Which of them comes first out of a
    # set is chance, so each has it once.
    for place in range(7):
        names = inputs.words(7)
        errors = dict.fromkeys(names, "OSError: gone")
        del errors[names[place]]
        fetch = lab.Pages(dict.fromkeys(names, 7), errors)
        run = observe(answer, fetch, names)
        run.stops_work()
        run.check(
            run.run.failure is None,
            "a result",
            f"it raised {run.run.failure}",
            line=answer.line_with(".pop()"),
            why="All end at the same moment, one with the page, and that one was not looked at",
            may_raise=True,
        )
        run.returned(fetch.body(names[place]))


@first_answer.rule("The other mirrors are cancelled, and have cleaned up when it returns.")
def others_cancelled(answer, inputs):
    names = inputs.words(4)
    [moment, *clean_ups] = inputs.seconds(4)
    quick = names[2]
    others = [name for name in names if name != quick]
    job = Jobs(
        {name: moment if name == quick else moment + 400 for name in names},
        clean_up=dict(zip(others, clean_ups, strict=True)),
    )
    run = observe(answer, job, names)
    run.stops_work()
    run.returned(job.result(quick))
    run.called("job", *(f"clean_up({name!r})" for name in others))
    run.took(moment + max(clean_ups))
    run.left_nothing_behind()


@first_answer.rule("If all mirrors fail, the error of the last one comes out.")
def all_fail(answer, inputs):
    errors = ["OSError: gone", "LookupError: no page", "OSError: lost", "ValueError: no text"]
    fetch, by_speed = _mirrors(inputs, errors)
    run = observe(answer, fetch, list(fetch))
    run.raised("ValueError", "no text")
    run.took(max(fetch.delays), after_error=True)
    run.left_nothing_behind(after_error=True)


@first_answer.rule("If it is cancelled, so are the mirrors, and it ends as cancelled after them.")
def cancelled_itself(answer, inputs):
    cancelled_with_its_jobs(first_answer, answer, inputs)
