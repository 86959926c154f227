from dataclasses import dataclass
from itertools import pairwise

from checker.chapters.web_clients.shared import drawn_halves, returned
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


@dataclass(frozen=True)
class _Task:
    """A page to fetch, and the pauses between the attempts.

    Attributes:
        name, page: of the page.
        pause: the seconds that the answer gets.
        shares: which share of its argument each call of `jitter` returns.
    """

    name: str
    page: Page
    pause: int
    shares: list[float]

    @property
    def pauses(self):
        """(what is to go into `jitter`, the seconds of the pause) before the attempts from the
        second on.
        """
        arguments = [self.pause * 2**n for n in range(len(self.shares))]
        return [(most, most * share) for most, share in zip(arguments, self.shares, strict=True)]


def _drawn_task(inputs, plan):
    """A page whose requests end as `plan` says: statuses, the last of them for ever."""
    delay = drawn_halves(inputs, 1, 4)
    pause = inputs.randint(2, 9)
    shares = [round(inputs.uniform(0.1, 0.9), 3) for _ in range(3)]
    [name] = inputs.words(1)
    page = Page(delay, text=f"the {name} page", plan=plan)
    return _Task(name, page, pause, shares)


def _observe_again(answer, task, attempts):
    web = Web({task.name: task.page})
    path = f"/{task.name}"
    call = f"fetch_again(session, {path!r}, {attempts}, {task.pause}, jitter), where {web!r}"
    args = (path, attempts, task.pause, scenes.Jitter(task.shares))
    return observe(scenes.with_session, answer, web, *args, call=call)


def _attempts(run, many, line):
    """There were so many attempts. They are made one after the other, and may all fail."""
    made = len(run.calls_of("web"))
    expected = counted(many, "attempt")
    why = f"It makes {made} instead of {expected}"
    run.check(made == many, expected, f"it made {made}", why=why, may_raise=True, line=line)


def _paused(run, pauses, line):
    """Between the attempts were these pauses.

    Args:
        pauses: (what was to go into `jitter`, the seconds), as `_Task.pauses` has them.
    """
    between = zip(pairwise(run.calls_of("web")), pauses, strict=False)
    for number, ((earlier, later), (most, seconds)) in enumerate(between, 2):
        run.time_is(
            round(later.start - earlier.end, 6),
            round(seconds, 6),
            f"paused before attempt {number} for",
            expected=f"jitter({most}) = {duration(seconds)} before attempt {number}",
            in_turn=True,
            why=f"Attempt {number} has another pause",
            line=line,
        )


@fetch_again.rule("It returns the text as soon as the status is good.")
def again_text(answer, inputs):
    task = _drawn_task(inputs, (503, 200))
    run = _observe_again(answer, task, 4)
    returned(run, task.page.text)


@fetch_again.rule(
    "Before each further attempt it sleeps: for jitter(pause), jitter(pause * 2) and so on."
)
def again_pauses(answer, inputs):
    task = _drawn_task(inputs, (503, inputs.choice([501, 505]), inputs.choice([500, 599]), 200))
    run = _observe_again(answer, task, 5)
    run.ended()
    line = answer.line_with("sleep(")
    _attempts(run, 4, line)
    _paused(run, task.pauses, line)
    held = any(blocked.exact for blocked in run.blocked)
    run.check(not held, "a loop that is free meanwhile", "the pauses held it")
    wanted = [f"jitter({most:g})" for most, _ in task.pauses]
    asked = run.calls_of("jitter").texts
    run.check(
        asked == wanted,
        ", ".join(wanted),
        f"there were {', '.join(asked) or 'none'}",
        line=answer.line_with("jitter(") or line,
        why="Another number goes into `jitter`",
        in_turn=True,
    )


@fetch_again.rule("After the last attempt it does not sleep: the ClientResponseError comes out.")
def again_gives_up(answer, inputs):
    attempts = inputs.randint(2, 3)
    task = _drawn_task(inputs, (503,))
    run = _observe_again(answer, task, attempts)
    run.raised("ClientResponseError", part="result")
    _attempts(run, attempts, answer.line_with("range(") or answer.line_with("attempts"))
    _paused(run, task.pauses, answer.line_with("sleep("))
    slept = sum(seconds for _, seconds in task.pauses[: attempts - 1])
    run.time_is(run.seconds, round(attempts * task.page.delay + slept, 6), in_turn=True)


@fetch_again.rule("An error status below 500 comes out at once: another attempt would be no use.")
def again_not_found(answer, inputs):
    status = inputs.choice([401, 403, 404, 410])
    run = _observe_again(answer, _drawn_task(inputs, (status, 200)), 4)
    run.raised("ClientResponseError", part="result")
    _attempts(run, 1, None)
