"""What a learner asks for in a cell: `check`, `predict`, `timeline`, `play`.

Each returns at once something to await; the work is done when it is awaited, in a thread of its
own, so that the kernel's loop stays alive. What was asked for in a wrong way gives a `Notice` that
says how to write it. Outside a kernel nothing is done and the result is None, so that a chapter can
be run as a script.
"""

import asyncio
import inspect
import linecache
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Collection, Coroutine, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, cast

from checker import kernel
from checker.engine import Limits, Run, observe
from checker.engine.ending.watchdog import frame_of, watchdog
from checker.engine.patches import originals
from checker.engine.recording import frames
from checker.exercise import Exercise, find, is_known
from checker.files import missing, shipped
from checker.judge import Answer, InternalError, Verdict, verdict_on
from checker.kernel import frozen

if TYPE_CHECKING:  # the pictures are imported when one is asked for
    from checker.show.player import Player
    from checker.show.timeline import Timeline

T = TypeVar("T")

TIMELINE_SECONDS = 10  # real seconds that a timeline may take
_LIBRARY = str(Path(asyncio.__file__).parents[1])  # its lines are none of the learner's
PLAYED_AT_ONCE = 2.0  # real seconds of a check after which its run is not made again unasked
GIVE_WAY = 3.0  # real seconds after its limit in which a stopped answer may still come back

_listeners: list[Callable[["Asked[Any]"], object]] = []  # of `listen`
_said: set[str] = set()  # what `_say_once` has printed
_verdicts: dict[str, Verdict] = {}  # exercise → its last verdict in this kernel


class Notice:
    """A few words instead of a result: what to write, beside what was written."""

    def __init__(self, text: str):
        self.text = text

    def __repr__(self) -> str:
        return self.text


@dataclass
class Stuck:
    """What comes of work whose thread cannot be stopped; `line` is where it stands, if known."""

    line: int | None

    def words(self, quote: str = "") -> str:
        """What is said of it; `quote` is put behind the number of the line."""
        where = f" from line {self.line}{quote}" if self.line else ""
        return (
            f"It does not come back{where}, and its thread cannot be stopped: it catches "
            "everything, or waits in a call that Python cannot interrupt. The kernel goes on, and "
            "so does that thread; only a restart of the kernel ends it for sure."
        )


class Asked(Generic[T]):
    """Something to await. Unlike a coroutine it never warns when it is not."""

    def __init__(
        self,
        verb: str,
        argument: object,
        work: Callable[[], Awaitable[T]],
        said: dict[str, object] | None = None,
    ):
        self.verb = verb
        self.argument = argument
        self.said = said
        self._work = work
        for listener in _listeners:
            listener(self)

    def __await__(self) -> Generator[Any, Any, T | None]:
        return self._begin().__await__()

    async def _begin(self) -> T | None:
        if not kernel.in_kernel():
            return None
        return await self._work()

    def __repr__(self) -> str:
        runs = self.verb in ("timeline", "play")
        if runs and inspect.isroutine(self.argument):
            return f"Not run yet. {_how_to_write(self.verb, self.argument)}"
        name = getattr(self.argument, "__name__", "…")
        return f"Not run yet. Write `await {self.verb}({name}{'()' * runs})`."


def listen(listener: Callable[[Asked[Any]], object]) -> Callable[[], None]:
    """Call `listener(asked)` for everything that is asked for; returns a function that ends it."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


# ---------------------------------------------------------------- check, predict


def check(answer: Callable[..., object]) -> Awaitable[Verdict | Notice | None]:
    """Check an answer: `await check(both)`.

    Args:
        answer: the function or class that you wrote.

    Returns:
        something to await; it gives a `Verdict`, which shows itself. It gives a `Notice` if there
        is nothing to judge, and None outside a kernel.

    Raises, when it is awaited:
        checker.engine.Absent: if the exercise needs a service that cannot be had here.
        asyncio.CancelledError: if the cell is stopped.
    """

    async def work() -> Verdict | Notice:
        wrong = _wrong_answer("check", answer)
        if wrong:
            return wrong
        exercise = find(name_of(answer))
        if exercise.kind == "predict":
            return Notice(f"This one is a prediction: `await predict({exercise.id}, …)`.")
        return await checked(exercise, answer)

    return Asked("check", answer, work)


def predict(program: Callable[..., object], **said: object) -> Awaitable[Verdict | Notice | None]:
    """Say what a program will do, then see: `await predict(shop, prints=["A", "B"], takes=3)`.

    Args:
        program: the coroutine function to run.
        said: `prints` (list of lines), `takes` (seconds), `returns` (a value), `raises` (a type).

    Returns:
        something to await; it gives a `Verdict`, which shows itself. It gives a `Notice` if there
        is nothing to judge, and None outside a kernel.

    Raises, when it is awaited:
        checker.judge.UnknownQuestion: if `said` answers a question that nobody asks.
        asyncio.CancelledError: if the cell is stopped.
    """

    async def work() -> Verdict | Notice:
        wrong = _wrong_answer("predict", program)
        return wrong or await checked(find(name_of(program)), program, said)

    return Asked("predict", program, work, said)


async def checked(
    exercise: Exercise, function: Callable[..., object], said: dict[str, object] | None = None
) -> Verdict | Notice:
    """The `Verdict` on a function, made in a thread; noted as progress and shown with buttons.

    If the checker itself fails there is none, but a `Notice` that says what to report.
    """
    answer = Answer.of(function, exercise.is_async, exercise.id)
    if (notes := _notes()) and (words := frozen.last_words(notes)):
        print(words)
    _say_once(originals.notice())
    unchanged = shipped.is_unchanged(exercise, answer.source)
    started = time.monotonic()
    try:
        verdict = await in_thread(
            lambda: verdict_on(exercise, answer, said, shipped=unchanged), answer
        )
    except InternalError as error:
        return Notice(str(error))
    if isinstance(verdict, Stuck):
        verdict = _stuck(exercise, answer, verdict)
    if where := missing.in_kernel(verdict.message, exercise.chapter):
        verdict.message += f" {where}"
    if time.monotonic() - started < PLAYED_AT_ONCE:
        verdict.played = await _played(verdict, answer)
    return note(verdict)


async def _played(verdict: Verdict, answer: Answer) -> Run | None:
    """The run once more with its snapshots, if the button Play or a picture of turns needs them."""
    for_play = kernel.live() and not verdict.passed
    no_time = verdict.run is not None and verdict.run.took == 0
    if verdict.cause == "not_attempted" or verdict.replay is None or not (for_play or no_time):
        return None
    played = await in_thread(verdict.replay, answer)
    return None if isinstance(played, Stuck) else played


def note(verdict: Verdict) -> Verdict:
    """Remember a verdict: for `play`, for the progress, and as an attempt."""
    from checker.files import store

    _verdicts[verdict.exercise] = verdict
    if verdict.cause != "not_attempted" and not verdict.shipped:
        kept = store.store()
        kept.note(verdict.exercise, verdict.passed, verdict.points, verdict.max_points)
        if news := kept.news():
            print(news)
    return verdict


def _stuck(exercise: Exercise, answer: Answer, stuck: Stuck) -> Verdict:
    """The verdict on an answer whose thread does not come back."""
    verdict = Verdict(exercise.id, exercise.kind, max_points=exercise.max_points)
    verdict.rules = [(rule.text, False) for rule in exercise.rules]
    verdict.cause = "never_ended"
    quote = answer.quote(stuck.line)
    verdict.message = stuck.words(f", `{quote}`" if quote else "")
    return verdict


def _notes() -> Path | None:
    """The folder for what a frozen kernel leaves behind; None if no person looks on."""
    from checker.files import store

    return store.default_path().parent if kernel.live() else None


async def in_thread(
    work: Callable[[], T], answer: Answer | None = None, own: Collection[str] = ()
) -> T | Stuck:
    """Await `work()`, done in a thread of its own; a `Stuck` if the thread cannot be stopped.

    Args:
        answer: the one that is judged.
        own: the files whose lines are named, by default that of the answer.

    Raises:
        asyncio.CancelledError: if the cell is stopped; the answer is stopped too.
    """
    loop = asyncio.get_running_loop()
    finished: asyncio.Future[tuple[T | None, BaseException | None]] = loop.create_future()

    def finish(value: T | None, error: BaseException | None) -> None:
        if not finished.done():
            finished.set_result((value, error))

    def run() -> None:
        value: T | None = None
        error: BaseException | None = None
        try:
            value = work()
        except BaseException as raised:
            error = raised
        loop.call_soon_threadsafe(finish, value, error)

    thread = threading.Thread(target=run, name="checker", daemon=True)
    try:
        with frozen.watched(_notes()):
            thread.start()
            while not finished.done():
                await asyncio.wait([finished], timeout=0.25)
                if watchdog.overdue(thread.ident) > GIVE_WAY:
                    files = own or {answer.file if answer and answer.file else ""}
                    return Stuck(frames.line_of(frame_of(thread.ident or 0), files))
    except asyncio.CancelledError:
        if answer is not None:
            answer.abandoned = True
        watchdog.expire(thread.ident)
        raise
    value, error = finished.result()
    if error is not None:
        raise error
    return cast(T, value)


def name_of(answer: object) -> str:
    """The id of the exercise that an object answers; its own name, or "?", if it answers none.

    A decorator without `wraps` returns a function with a name of its own, and a `partial` has none:
    then the name counts under which the notebook knows the object.
    """
    own = getattr(answer, "__name__", "?")
    places = [getattr(getattr(answer, "func", answer), "__globals__", {})]
    places.append(vars(sys.modules["__main__"]))
    called = [name for names in places for name, value in names.copy().items() if value is answer]
    return next((name for name in (own, *called) if is_known(name)), own)


def _wrong_answer(verb: str, given: object) -> Notice | None:
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
        find(name_of(given))
    except LookupError as unknown:
        return Notice(str(unknown))
    return None


# ---------------------------------------------------------------- timeline, play


def timeline(
    main: Coroutine[Any, Any, object], *others: Coroutine[Any, Any, object]
) -> "Awaitable[Timeline | Notice | None]":
    """Run a coroutine on the virtual clock and show what every task did: `await timeline(main())`.

    Args:
        main: a coroutine; its waits cost no real time.
        others: more of them, to compare; each has a run of its own, and all are drawn on one axis.

    Returns:
        something to await; it gives a `Timeline`, which shows itself. It gives a `Notice` for what
        cannot be run, and None outside a kernel.

    Raises, when it is awaited:
        asyncio.CancelledError: if the cell is stopped.
    """

    async def work() -> "Timeline | Notice":
        from checker.show.timeline import Timeline

        runs = []
        for one in (main, *others):
            run = await _run_of("timeline", one)
            if isinstance(run, Notice):
                return run
            runs.append(run)
        _say_what_is_missing(runs)
        return Timeline(*runs)

    return Asked("timeline", main, work)


def play(
    main: Coroutine[Any, Any, object] | Verdict | Callable[..., object] | str,
) -> "Awaitable[Player | Notice | None]":
    """Step through a run: `await play(main())`, or `await play(both)` for a checked answer.

    Args:
        main: a coroutine, a `Verdict`, or a function that was checked or its name.

    Returns:
        something to await; it gives a `Player`, which shows itself. It gives a `Notice` for what
        cannot be run, and None outside a kernel.

    Raises, when it is awaited:
        asyncio.CancelledError: if the cell is stopped.
    """

    file = main.cr_code.co_filename if inspect.iscoroutine(main) else ""

    async def work() -> "Player | Notice":
        from checker.show.player import Player

        name = main if isinstance(main, str) else getattr(main, "__name__", "")
        verdict = main if isinstance(main, Verdict) else _verdicts.get(name)
        if verdict is not None and not inspect.iscoroutine(main):
            if verdict.replay is None:
                return Notice("There was no run to play.")
            replayed = await in_thread(verdict.replay)
            if isinstance(replayed, Stuck):
                return Notice(replayed.words())
            return Player(replayed, verdict.source)
        run = await _run_of("play", main)
        if isinstance(run, Notice):
            return run
        _say_what_is_missing([run])
        return Player(run, "".join(linecache.getlines(file)))

    return Asked("play", main, work)


def _how_to_write(verb: str, function: Callable[..., object]) -> str:
    """How to ask for a run of a function, as sentences.

    Args:
        verb: "timeline" or "play".
    """
    name = function.__name__
    if verb == "play" and name in _verdicts:
        return f"Write `await play({name})`: it plays the run of your last check."
    try:
        inspect.signature(function).bind()
    except TypeError:
        if verb == "play" and is_known(name):
            check = f"`await check({name})` gives it some, and then"
            return f"`{name}` needs arguments: {check} `await play({name})` plays that run."
        return f"`{name}` needs arguments: write `await {verb}({name}(…))` with them."
    return f"Write `await {verb}({name}())`: with the brackets."


def _say_once(line: str) -> None:
    """Print a line that is no empty one, but not twice in a kernel."""
    if line and line not in _said:
        _said.add(line)
        print(line)


def _say_what_is_missing(runs: list[Run]) -> None:
    """Print which cell makes a name for lack of which a run has failed."""
    names = [missing.name_in(str(run.failure)) for run in runs]
    for name in dict.fromkeys(filter(None, names)):
        if told := missing.in_notebook(name, kernel.notebook_path(), kernel.cell_id()):
            print(told)


async def _run_of(verb: str, main: object) -> Run | Notice:
    if inspect.iscoroutinefunction(main):
        return Notice(_how_to_write(verb, main))
    if not inspect.iscoroutine(main):
        kind = type(main).__name__
        return Notice(
            f"{verb}() wants a coroutine, as in `await {verb}(main())`; this is a {kind}."
        )
    if inspect.getcoroutinestate(main) != inspect.CORO_CREATED:
        return Notice(
            f"This coroutine has run already. Call `{main.__name__}()` again for a new one."
        )
    _say_once(originals.notice())
    limits = Limits(real_seconds=TIMELINE_SECONDS)
    file = main.cr_code.co_filename
    own = set() if file.startswith(_LIBRARY) else {file}
    # The turns of a timeline are drawn where no time passes.
    snapshots: bool | Literal["still"] = True if verb == "play" else "still"
    run = await in_thread(
        lambda: observe(main, limits=limits, own=own, snapshots=snapshots), own=own
    )
    return Notice(run.words()) if isinstance(run, Stuck) else run
