"""What a learner asks for in a cell: `check`, `predict`, `timeline`, `play`.

Each returns at once something to await; the work is done when it is awaited, in a thread of its
own, so that the kernel's loop stays alive. Outside a kernel they do nothing, so that a chapter can
be run as a script.
"""

import asyncio
import inspect
import linecache
import threading
from pathlib import Path

from checker import kernel
from checker.engine import Limits, observe
from checker.engine.ending.watchdog import watchdog
from checker.exercise import find
from checker.files import shipped
from checker.judge import Answer, InternalError, Verdict, verdict_on
from checker.kernel import frozen

TIMELINE_SECONDS = 10  # real seconds that a timeline may take
_LIBRARY = str(Path(asyncio.__file__).parents[1])  # its lines are none of the learner's
GIVE_WAY = 3.0  # real seconds after its limit in which a stopped answer may still come back

_listeners = []  # of `listen`
_verdicts = {}  # exercise → its last verdict in this kernel


class Notice:
    """A few words instead of a result: what to write, beside what was written."""

    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return self.text


class Asked:
    """Something to await. Unlike a coroutine it never warns when it is not."""

    def __init__(self, verb, argument, work, said=None):
        self.verb = verb
        self.argument = argument
        self.said = said
        self._work = work
        for listener in _listeners:
            listener(self)

    def __await__(self):
        return self._begin().__await__()

    async def _begin(self):
        if not kernel.in_kernel():
            return None
        return await self._work()

    def __repr__(self):
        name = getattr(self.argument, "__name__", "…")
        if self.verb in ("timeline", "play"):
            name += "()"
        return f"Not run yet. Write `await {self.verb}({name})`."


def listen(listener):
    """Call `listener(asked)` for everything that is asked for; returns a function that ends it."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


# ---------------------------------------------------------------- check, predict


def check(answer):
    """Check an answer: `await check(both)`.

    Args:
        answer: the function or class that you wrote.

    Returns:
        something to await; it gives a `Verdict`, which shows itself.
    """

    async def work():
        wrong = _wrong_answer("check", answer)
        if wrong:
            return wrong
        exercise = find(answer.__name__)
        if exercise.kind == "predict":
            return Notice(f"This one is a prediction: `await predict({answer.__name__}, …)`.")
        return await checked(exercise, answer)

    return Asked("check", answer, work)


def predict(program, **said):
    """Say what a program will do, then see: `await predict(shop, prints=["A", "B"], takes=3)`.

    Args:
        program: the coroutine function to run.
        said: `prints` (list of lines), `takes` (seconds), `returns` (a value), `raises` (a type).

    Returns:
        something to await; it gives a `Verdict`, which shows itself.
    """

    async def work():
        wrong = _wrong_answer("predict", program)
        return wrong or await checked(find(program.__name__), program, said)

    return Asked("predict", program, work, said)


async def checked(exercise, function, said=None):
    """The `Verdict` on a function, made in a thread; noted as progress and shown with buttons.

    If the checker itself fails there is none, but a `Notice` that says what to report.
    """
    answer = Answer.of(function, exercise.is_async)
    if (notes := _notes()) and (words := frozen.last_words(notes)):
        print(words)
    unchanged = shipped.is_unchanged(exercise, answer.source)
    try:
        verdict = await in_thread(
            lambda: verdict_on(exercise, answer, said, shipped=unchanged), answer
        )
    except InternalError as error:
        return Notice(str(error))
    if verdict is None:
        verdict = _stuck(exercise)
    return note(verdict)


def note(verdict):
    """Remember a verdict: for `play`, for the progress, and as an attempt."""
    from checker.files import store

    _verdicts[verdict.exercise] = verdict
    if verdict.cause != "not_attempted" and not verdict.shipped:
        kept = store.store()
        kept.note(verdict.exercise, verdict.passed, verdict.points, verdict.max_points)
        if news := kept.news():
            print(news)
    return verdict


def _stuck(exercise):
    """The verdict on an answer whose thread does not come back."""
    verdict = Verdict(exercise.id, exercise.kind, max_points=exercise.max_points)
    verdict.rules = [(rule.text, False) for rule in exercise.rules]
    verdict.cause = "never_ended"
    verdict.message = (
        "It does not come back, and its thread cannot be stopped: it catches everything, or waits "
        "in a call that Python cannot interrupt. Restart the kernel."
    )
    return verdict


def _notes():
    """The folder for what a frozen kernel leaves behind; None if no person looks on."""
    from checker.files import store

    return store.default_path().parent if kernel.live() else None


async def in_thread(work, answer=None):
    """Await `work()`, done in a thread of its own; None if the thread cannot be stopped.

    Raises:
        asyncio.CancelledError: if the cell is stopped; the answer is stopped too.
    """
    loop = asyncio.get_running_loop()
    finished = loop.create_future()

    def run():
        try:
            outcome = (work(), None)
        except BaseException as error:
            outcome = (None, error)
        loop.call_soon_threadsafe(lambda: finished.done() or finished.set_result(outcome))

    thread = threading.Thread(target=run, name="checker", daemon=True)
    try:
        with frozen.watched(_notes()):
            thread.start()
            while not finished.done():
                await asyncio.wait([finished], timeout=0.25)
                if watchdog.overdue(thread.ident) > GIVE_WAY:
                    return None
    except asyncio.CancelledError:
        if answer is not None:
            answer.abandoned = True
        watchdog.expire(thread.ident)
        raise
    value, error = finished.result()
    if error is not None:
        raise error
    return value


def _wrong_answer(verb, given):
    """A `Notice` for the usual wrong inputs, None for a right one."""
    rest = ", …" if verb == "predict" else ""
    if isinstance(given, str):
        return Notice(f"Write `await {verb}({given}{rest})`, without the quotes.")
    if inspect.iscoroutine(given):
        name = given.__name__
        given.close()
        return Notice(
            f"You wrote `{verb}({name}(…){rest})`; that calls `{name}` first.\n"
            f"Write     `await {verb}({name}{rest})`."
        )
    if isinstance(given, (asyncio.Future, Asked, Verdict)) or not callable(given):
        kind = type(given).__name__
        return Notice(f"{verb}() wants the function that you wrote, not a {kind}.")
    try:
        find(getattr(given, "__name__", "?"))
    except LookupError as unknown:
        return Notice(str(unknown))
    return None


# ---------------------------------------------------------------- timeline, play


def timeline(main, *others):
    """Run a coroutine on the virtual clock and show what every task did: `await timeline(main())`.

    Args:
        main: a coroutine; its waits cost no real time.
        others: more of them, to compare; each has a run of its own, and all are drawn on one axis.

    Returns:
        something to await; it gives a `Timeline`, which shows itself.
    """

    async def work():
        from checker.show.timeline import Timeline

        runs = []
        for one in (main, *others):
            run = await _run_of("timeline", one)
            if isinstance(run, Notice):
                return run
            runs.append(run)
        return Timeline(*runs)

    return Asked("timeline", main, work)


def play(main):
    """Step through a run: `await play(main())`, or `await play(both)` for a checked answer.

    Args:
        main: a coroutine, a `Verdict`, or the function that was checked last.

    Returns:
        something to await; it gives a `Player`, which shows itself.
    """

    file = main.cr_code.co_filename if inspect.iscoroutine(main) else ""

    async def work():
        from checker.show.player import Player

        name = main if isinstance(main, str) else getattr(main, "__name__", "")
        verdict = main if isinstance(main, Verdict) else _verdicts.get(name)
        if verdict is not None and not inspect.iscoroutine(main):
            if verdict.replay is None:
                return Notice("There was no run to play.")
            return Player(await in_thread(verdict.replay), verdict.source)
        run = await _run_of("play", main)
        return run if isinstance(run, Notice) else Player(run, "".join(linecache.getlines(file)))

    return Asked("play", main, work)


async def _run_of(verb, main):
    if inspect.iscoroutinefunction(main):
        return Notice(f"Write `await {verb}({main.__name__}())`: with the brackets.")
    if not inspect.iscoroutine(main):
        kind = type(main).__name__
        return Notice(
            f"{verb}() wants a coroutine, as in `await {verb}(main())`; this is a {kind}."
        )
    if inspect.getcoroutinestate(main) != inspect.CORO_CREATED:
        return Notice(
            f"This coroutine has run already. Call `{main.__name__}()` again for a new one."
        )
    limits = Limits(real_seconds=TIMELINE_SECONDS)
    file = main.cr_code.co_filename
    own = set() if file.startswith(_LIBRARY) else {file}
    with_snapshots = verb == "play"
    run = await in_thread(lambda: observe(main, limits=limits, own=own, snapshots=with_snapshots))
    if run is None:
        return Notice(
            "It does not come back, and its thread cannot be stopped. Restart the kernel."
        )
    return run
