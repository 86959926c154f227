from itertools import pairwise

from checker.chapters.web_clients.shared import raised, returned
from checker.exercise import Exercise
from checker.judge import counted, duration, observe
from checker.lab.network.web import Page, Web
from checker.lab.scenes import web_clients as scenes

fetch_again = Exercise(
    "fetch_again",
    kind="write",
    hints=[
        "Which error statuses can be gone a moment later, and which will be the same next time?",
        "After the second failure, which number goes into `jitter`? After the third? What is "
        "`2 ** n` for n = 0, 1, 2?",
        "After which attempt is there nothing to sleep for? What comes out then?",
    ],
)


def _observe_again(answer, inputs, plan, attempts):
    delay = scenes.halves(inputs, 1, 4)
    pause = inputs.randint(2, 9)
    shares = [round(inputs.uniform(0.1, 0.9), 3) for _ in range(3)]
    [name] = inputs.words(1)
    page = Page(delay, text=f"the {name} page", plan=plan)
    web = Web({name: page})
    call = f"fetch_again(session, '/{name}', {attempts}, {pause}, jitter), where {web!r}"
    jitter = scenes.Jitter(shares)
    args = (f"/{name}", attempts, pause, jitter)
    run = observe(scenes.with_session, answer, web, *args, call=call)
    return run, page, [(pause * 2**n, share) for n, share in enumerate(shares)]


def _attempts(run, many, line):
    """There were so many attempts. They are made one after the other, and may all fail."""
    seen = len(run.calls_of("web"))
    expected = counted(many, "attempt")
    why = f"It makes {seen} instead of {expected}"
    run.check(seen == many, expected, f"it made {seen}", why=why, may_raise=True, line=line)


def _paused(run, pauses, line):
    """Between the attempts there were these pauses: (what went into `jitter`, share of it)."""
    for number, (earlier, later) in enumerate(pairwise(run.calls_of("web")), 2):
        most, share = pauses[number - 2]
        pause = round(most * share, 6)
        run.time_is(
            round(later.start - earlier.end, 6),
            pause,
            f"paused before attempt {number} for",
            expected=f"jitter({most}) = {duration(pause)} before attempt {number}",
            in_turn=True,
            why=f"Attempt {number} has another pause",
            line=line,
        )


@fetch_again.rule("It returns the text as soon as the status is 200.")
def again_text(answer, inputs):
    run, page, _ = _observe_again(answer, inputs, (503, 200), 4)
    returned(run, page.text)


@fetch_again.rule("Before the next attempt it sleeps for jitter(pause), jitter(pause * 2) …")
def again_pauses(answer, inputs):
    run, _, pauses = _observe_again(answer, inputs, (503, 500, 502, 200), 5)
    run.ended()
    line = answer.line_with("sleep(")
    _attempts(run, 4, line)
    _paused(run, pauses, line)
    held = any(blocked.exact for blocked in run.blocked)
    run.check(not held, "a loop that is free meanwhile", "the pauses held it")


@fetch_again.rule("After the last attempt it does not sleep: the ClientResponseError comes out.")
def again_gives_up(answer, inputs):
    attempts = inputs.randint(2, 3)
    run, page, pauses = _observe_again(answer, inputs, (503,), attempts)
    raised(run, "ClientResponseError")
    _attempts(run, attempts, answer.line_with("range(") or answer.line_with("attempts"))
    _paused(run, pauses, answer.line_with("sleep("))
    slept = sum(most * share for most, share in pauses[: attempts - 1])
    run.time_is(run.seconds, round(attempts * page.delay + slept, 6), in_turn=True)


@fetch_again.rule("Below 500 another attempt is no use: the error comes out at once.")
def again_not_found(answer, inputs):
    status = inputs.choice([401, 403, 404, 410])
    run, *_ = _observe_again(answer, inputs, (status, 200), 4)
    raised(run, "ClientResponseError")
    _attempts(run, 1, None)
