"""What a cause says, and which of two counts."""

import pytest

from checker.engine import Limits
from checker.judge import Unmet, observe
from checker.judge.causes.case import begins
from checker.judge.causes.table import diagnose
from checker.lab import Pages, Saves
from checker.lab.fakes.turns import Turns
from tests.judge.test_causes import (
    IN_TURN,
    NAMES,
    THREE_AND_ONE,
    came_out,
    cancelled_after_a_second,
    returns,
    takes,
)
from tests.support import locking
from tests.support.answers import answer, cause, found, unmet


def test_the_order_says_which_of_two_causes_counts():
    # It awaits in turn and forgets one await: what never ran is the first thing to mend.
    source = """
async def answer(fetch, names):
    fetch("b")
    return [await fetch(name) for name in names]
"""
    assert cause(source, takes(3), THREE_AND_ONE, NAMES) == "never_awaited"


POLLS = """
async def answer(fetch, name):
    task = asyncio.create_task(fetch(name))
    while not task.done():
        await asyncio.sleep(0.4)
"""
COUNTS = """
async def answer(fetch, name):
    for _ in range(8):
        await asyncio.sleep(0.4)
"""


def test_who_looks_every_so_often_is_late_by_less_than_that():
    told = found(POLLS, takes(3), THREE_AND_ONE, "a")
    assert told.cause.id == "busy_waiting"
    assert told.text == (
        "Line 4, `await asyncio.sleep(0.4)`, looks only every 0.4 s. Await the thing itself."
    )
    assert cause(COUNTS, takes(2), THREE_AND_ONE, "a") != "busy_waiting"


def test_the_message_speaks_of_this_answer():
    told = found(IN_TURN, takes(3), THREE_AND_ONE, NAMES)
    assert told.text == (
        "4 s = 3 + 1: line 2, `return [await fetch(name) for name in names]`, waits to the end "
        "before the next wait begins. At the same time they need 3 s."
    )
    assert told.line == 2


def test_a_charged_duration_is_never_printed():
    source = """
import time

async def answer():
    started = time.thread_time()
    while time.thread_time() - started < 0.12:
        pass
"""
    told = found(source, takes(0))
    assert told.cause.id == "blocked_the_loop"
    assert told.text.startswith("It held the loop for more than 50 ms: line")


def test_who_waits_for_a_clean_up_and_then_goes_on_is_shown_where_it_was_asked():
    source = """
async def cleans():
    try:
        await asyncio.sleep(9)
    finally:
        await asyncio.sleep(2)

async def answer():
    try:
        await asyncio.create_task(cleans())
    except asyncio.CancelledError:
        return None
"""
    told = found(source, returns(True), scenario=cancelled_after_a_second)
    assert told.cause.id == "cancellation_swallowed"
    assert told.line == 10
    assert "at line 9, " in told.text


def test_a_group_that_is_told_to_stop_is_not_blamed_on_a_failure():
    source = """
async def answer(save, items):
    async with asyncio.TaskGroup() as group:
        group.create_task(save(items[0]))
"""

    async def cancelled_early(answer, *args):
        import asyncio

        task = asyncio.create_task(answer(*args))
        await asyncio.sleep(1)
        task.cancel()
        await asyncio.wait([task])

    saves = Saves(["a"], [3])
    told = found(
        source, lambda run: run.called("save", "save('a')"), saves, ["a"], scenario=cancelled_early
    )
    assert told.cause.id == "cancelled_too_much"
    assert "it was told to stop" in told.text


LIMITED = """
async def answer(fetch, name):
    async with asyncio.timeout(1):
        await fetch(name)
"""


def stopped_at(*moments):
    def expect(run):
        run.stops_at(*moments)
        run.called("fetch", "fetch('a')")

    return expect


def test_who_is_stopped_when_a_limit_is_over_is_not_stopped_wrongly():
    assert cause(LIMITED, stopped_at(1), THREE_AND_ONE, "a") == "raised"
    assert cause(LIMITED, stopped_at(2), THREE_AND_ONE, "a") == "cancelled_too_much"


MISSES = """
async def answer(fetch, name):
    for _ in range(2):
        try:
            async with asyncio.timeout(1):
                await fetch(name)
        except TimeoutError:
            pass
    raise TimeoutError
"""


def in_time(run):
    run.time_is(run.seconds, 1.5, limit=True, whole=True)


def test_a_limit_is_missed_also_by_two_waits_in_turn_and_by_who_raises_later():
    told = found(MISSES, in_time, THREE_AND_ONE, "a")
    assert told.cause.id == "timeout_missed"
    assert told.text == "The limit was 1.5 s; line 5, `await fetch(name)`, waited on until 2 s."


CLEANS_UP = """
async def cleans():
    try:
        await asyncio.sleep(9)
    finally:
        await asyncio.sleep(2)

async def answer():
    task = asyncio.create_task(cleans())
    await asyncio.sleep(1)
    task.cancel()
    await asyncio.sleep(0)
    return False
"""


def test_who_is_left_in_its_clean_up_has_not_swallowed_anything():
    assert cause(CLEANS_UP, returns(True)) == "left_running"


LEAVES = """
async def answer(fetch, name):
    asyncio.create_task(fetch(name))
    await asyncio.sleep(1)
    raise TimeoutError
"""


def test_who_is_to_raise_and_leaves_a_task_behind_is_told_of_the_task():
    def expect(run):
        run.raised("TimeoutError")
        run.left_nothing_behind(after_error=True)

    assert cause(LEAVES, expect, THREE_AND_ONE, "a") == "left_running"


def test_waits_that_were_to_come_in_turn_are_not_said_to_do_so():
    def starts(run, **data):
        run.check(run.calls_of("fetch").times == [0, 9], "0, 9 s", "another", **data)

    assert cause(IN_TURN, starts, THREE_AND_ONE, NAMES) == "one_after_the_other"
    in_turn = cause(IN_TURN, lambda run: starts(run, in_turn=True), THREE_AND_ONE, NAMES)
    assert in_turn == "wrong_result"


def test_the_call_that_came_at_another_moment_is_the_line_to_look_at():
    source = """
async def answer(fetch):
    await fetch("b")
    await asyncio.sleep(1)
    await fetch("b")
"""
    told = found(source, lambda run: run.called_at("fetch", [0, 1]), THREE_AND_ONE)
    assert (told.cause.id, told.line) == ("wrong_moment", 4)
    told = found(source, lambda run: run.called("fetch", "fetch('b')"), THREE_AND_ONE)
    assert (told.cause.id, told.line) == ("wrong_result", 4)


def test_a_run_that_may_raise_is_not_blamed_for_raising():
    source = """
async def answer(fetch):
    await fetch("b")
    raise ValueError("asked for")
"""

    def expect(run):
        run.raised("ValueError")
        run.called_at("fetch", [])

    assert found(source, expect, THREE_AND_ONE).line == 2
    assert cause(source, expect, THREE_AND_ONE) == "wrong_moment"


HANDED_ON = """
async def answer(fetch):
    task = asyncio.create_task(fetch("a"))
    try:
        return await asyncio.wait_for(task, 1)
    except TimeoutError:
        return await task
"""


def test_a_limit_that_is_handed_on_is_told_as_a_limit():
    told = found(HANDED_ON, returns("the a page"), THREE_AND_ONE)
    assert told.cause.id == "cancelled_too_much"
    assert told.text == (
        "`fetch('a')` was cancelled at 1 s: its limit was over. "
        "Look at line 4, `return await asyncio.wait_for(task, 1)`."
    )


def test_the_usual_line_is_the_return_that_ran():
    source = """
async def answer(jobs):
    if jobs:
        if len(jobs) > 1:
            return len(jobs)
    return 0
"""
    for jobs, line in (([], 5), ([1, 2], 4)):
        told = found(source, returns(1), jobs)
        assert (told.cause.id, told.line) == ("wrong_result", line)


def test_a_return_before_a_finally_is_the_return():
    source = """
async def answer():
    try:
        return 0
    finally:
        asyncio.get_running_loop()
"""
    assert found(source, returns(1)).line == 3


def test_arguments_that_do_not_fit_are_told_at_the_def():
    told = found("async def answer():\n    return 1", returns(1), "Ada")
    assert (told.cause.id, told.line) == ("raised", 1)


def test_a_method_that_does_not_fit_is_told_at_its_def():
    source = """
class answer:
    def __init__(self):
        pass

    def later(self, seconds):
        return seconds
"""

    async def scenario(made):
        made().later(1, print)

    made = answer(source, is_async=False)
    observed = observe(scenario, made)
    with pytest.raises(Unmet) as missed:
        observed.returned(1)
    told = diagnose(missed.value, made)
    assert (told.cause.id, told.line) == ("raised", 5)
    assert "answer.later() takes" in told.text


def test_a_list_that_gather_gets_without_a_star():
    source = """
async def answer(fetch, names):
    return await asyncio.gather([fetch(name) for name in names])
"""
    told = found(source, returns([]), THREE_AND_ONE, ["a", "b"])
    assert (told.cause.id, told.line) == ("raised", 2)
    assert "`gather(*…)`" in told.text


def test_coroutines_that_an_exception_left_are_no_cause():
    source = """
import gc
kept = []
async def answer(fetch, names):
    made = [fetch(name) for name in names]
    try:
        raise LookupError("no page")
    except LookupError as error:
        kept.append(error)  # whether they are destroyed within the run
        raise
"""
    for text in (source, source.replace("kept.append(error)", "gc.collect()")):
        told = found(text, returns([]), THREE_AND_ONE, ["a", "b"])
        assert told.cause.id == "raised"


def test_an_async_callback_is_told_where_it_is_handed_over():
    source = """
async def answer():
    box = asyncio.Future()
    async def on_page(page):
        box.set_result(page)
    asyncio.get_running_loop().call_later(1, on_page, "a")
    return await box
"""
    told = found(source, returns("a"))
    assert (told.cause.id, told.line) == ("never_awaited", 5)


def test_a_clause_that_catches_the_error_is_named():
    source = """
async def answer(fetch, name):
    try:
        return await fetch(name)
    except Exception:
        return None
"""
    told = found(
        source,
        lambda run: run.raised("LookupError"),
        Pages({"a": 1}, {"a": "LookupError: gone"}),
        "a",
    )
    assert (told.cause.id, told.line) == ("error_swallowed", 4)


def test_a_function_that_is_called_where_it_should_be_handed_over_is_named():
    source = """
def work():
    return 3

async def answer():
    asyncio.get_running_loop().call_later(1, work())
    await asyncio.Event().wait()
"""
    told = found(source, returns(3))
    assert (told.cause.id, told.line) == ("unheard", 5)
    assert "`work()` is called on the spot" in told.text
    told = found(
        source.replace(".get_running_loop().call_later(1, ", ".wait([], return_when="), returns(3)
    )
    assert "on the spot" not in told.text
    source = source.replace("asyncio.get_running_loop().call_later(1, ", "await asyncio.to_thread(")
    told = found(source, returns(3))
    assert (told.cause.id, told.line) == ("raised", 5)
    assert "Hand over `work` itself." in told.text


def test_an_exception_in_a_thread_is_named_with_its_line():
    source = """
import threading

async def answer():
    pages = {}
    thread = threading.Thread(target=lambda: pages.update(a=1 / 0))
    thread.start()
    thread.join()
    return pages["a"]
"""
    told = found(source, returns(3))
    assert (told.cause.id, told.line) == ("unheard", 5)
    assert "It came out of a thread" in told.text


BEGINS_LATE = """
async def answer(fetch, names):
    first = asyncio.create_task(fetch(names[0]))
    while not first.done():
        await asyncio.sleep(0.4)
    return await fetch(names[1])
"""


def test_a_call_that_begins_after_many_looks_is_late_by_them():
    assert cause(BEGINS_LATE, takes(4), THREE_AND_ONE, NAMES) == "busy_waiting"
    once_a_second = """
async def answer(fetch, names):
    for name in names * 4:
        await asyncio.sleep(0.5)
        await fetch(name)
"""
    assert cause(once_a_second, takes(4), THREE_AND_ONE, NAMES) != "busy_waiting"


def test_without_a_return_the_last_line_is_named():
    told = found("async def answer():\n    a = 1\n    a += 1", returns(2))
    assert told.text == "It returned None: no `return` comes after line 3, `a += 1`."
    assert told.line == 3


def test_a_wrong_item_names_the_call_that_made_it():
    source = """
async def answer(save, items):
    for item in items[1:]:
        await save(item)
    await save(items[0])
"""

    def saved_in_order(run):
        run.ended()
        run.calls_of("save").are(["save('a')", "save('b')"])

    told = found(source, saved_in_order, Saves("ab", [1, 2]), ["a", "b"])
    assert (told.cause.id, told.line) == ("wrong_order", 3)


def test_a_rule_may_say_why_and_where():
    source = "async def answer():\n    a = 1\n    return a"

    def judged(run):
        run.check(False, "more", "less", why="There is too little", line=2)

    told = found(source, judged)
    assert (told.text, told.line) == ("There is too little: line 2, `a = 1`.", 2)


def test_several_blocks_of_unequal_length_are_held_up_to_the_longest():
    source = """
import time

async def answer():
    time.sleep(2)
    time.sleep(1)
"""
    assert found(source, takes(1)).text.startswith(
        "`time.sleep` held the loop for up to 2 s each time"
    )


def test_an_await_in_the_wrong_place_is_told_where_to_stand():
    upper = """
async def answer(fetch, name):
    return await fetch(name).upper()
"""
    truth = """
async def answer(fetch, name):
    if await (not fetch(name)):
        return name
"""
    handed = """
async def answer(fetch, name):
    return await asyncio.sleep(0, fetch(name))
"""
    misplaced = "The `await` there is for all that stands behind it: write `(await fetch(…))`."
    for source in (upper, truth):
        assert found(source, returns("THE A PAGE"), THREE_AND_ONE, "a").text.endswith(misplaced)
    assert misplaced not in found(handed, returns("THE A PAGE"), THREE_AND_ONE, "a").text


def test_a_call_that_never_began_is_told_from_one_that_did_not_end():
    for body, seen in (
        ("pass", "fetch('a') did not begin"),
        (
            "await asyncio.wait([asyncio.create_task(fetch('a'))], timeout=0.1)",
            "fetch('a') did not end",
        ),
        ("await fetch('b')", "fetch('b') in place of fetch('a')"),
    ):
        source = f"async def answer(fetch):\n    {body}\n"
        broken, _ = unmet(source, lambda run: run.called("fetch", "fetch('a')"), THREE_AND_ONE)
        assert broken.seen == seen


def test_a_nap_that_comes_again_and_again_holds_the_loop():
    told = found(
        "import time\nasync def answer():\n    while True:\n        time.sleep(0.1)", takes(1)
    )
    assert told.cause.id == "blocked_the_loop"
    assert told.text.startswith("`time.sleep` held the loop for 0.1 s each time: line 4, ")


def test_a_wait_that_is_too_long_has_not_been_waited_yet():
    told = found("async def answer():\n    await asyncio.sleep(2 * 3600)", takes(1))
    assert told.cause.id == "never_ended"
    assert told.text == (
        "Line 2, `await asyncio.sleep(2 * 3600)`, waits for more than an hour on the clock."
    )


def test_a_child_at_a_full_pipe_has_its_line():
    source = """
import sys
async def answer():
    write = "import sys; sys.stdout.write('x' * 10_000_000)"
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", write, stdout=-1)
    await child.wait()
"""
    told = found(source, takes(1), limits=Limits(real_seconds=1))
    assert told.cause.id == "never_ended"
    assert told.text == (
        "It waits in Process.wait at line 5, `await child.wait()`, and that does not end. The "
        "child stands at a pipe that is full: read what it writes, as `communicate()` does."
    )


def test_a_timer_that_is_left_has_its_line():
    source = """
async def answer():
    asyncio.get_running_loop().call_later(5, print)
"""
    told = found(source, lambda run: run.left_nothing_behind())
    assert (told.cause.id, told.line) == ("timer_left", 2)
    assert "`cancel()` it" in told.text


def test_a_thread_that_does_not_wake_the_loop_has_its_line():
    source = """
import threading, time
async def answer():
    box = asyncio.get_running_loop().create_future()
    def fill():
        time.sleep(1)
        box.set_result("x")
    threading.Thread(target=fill).start()
    return await box
"""
    told = found(source, returns("x"))
    assert told.text == (
        'Line 6, `box.set_result("x")`, runs in another thread. The loop sleeps, and sees it only '
        "when something else wakes it. Hand it over with `loop.call_soon_threadsafe(…)`."
    )
    # What it hands over is None, which wakes the loop, but the future was filled from outside.
    hands_over = 'loop.call_soon_threadsafe(box.set_result("x"))'
    called = source.replace('box.set_result("x")', hands_over)
    called = called.replace("    box =", "    loop = asyncio.get_running_loop()\n    box =")
    told = found(called, lambda run: run.check(not run.run.unwoken, "none", "one"))
    assert told.cause.id == "not_woken"
    assert told.text.endswith("is called here: hand over the function itself.")


def test_a_loop_that_another_thread_stops_has_the_line():
    source = """
import threading
async def answer():
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    await asyncio.sleep(1)
    loop.stop()
    await asyncio.to_thread(thread.join)
    loop.close()
    return "x"
"""
    told = found(source, returns("x"))
    assert (told.cause.id, told.line) == ("not_woken", 7)
    woken = source.replace("loop.stop()", "loop.call_soon_threadsafe(loop.stop)")
    assert observe(answer(woken)).run.result == "x"


def test_a_thread_is_given_a_method_and_not_what_it_gives():
    source = """
import threading
async def answer():
    def work():
        pass
    thread = threading.Thread(target=work())
    thread.start()
    thread.join()
    return 1
"""
    told = found(source, returns(2))
    assert (told.cause.id, told.line) == ("called_at_once", 5)
    # What it gives may be what is to be called.
    gives = source.replace("        pass", "        return print")
    assert cause(gives, returns(2)) == "wrong_result"
    handed = source.replace("target=work()", "target=work")
    assert cause(handed, returns(2)) == "wrong_result"


@pytest.mark.parametrize(
    "result, wanted, text",
    [
        ('("200", "a")', (200, "a"), "Wanted as item 0 is an int, not a str: "),
        ("[1, 2]", ["1", "2"], "Wanted as item 0 is a str, not an int: "),
        ('(200, "a ")', (200, "a"), "Only at its ends is the text another one, in blanks"),
        ('"a\\n"', "a", "Only at its ends is the text another one, in blanks or line ends: "),
        ('(404, "a")', (200, "a"), "Look at "),
        ('"a b"', "ab", "Look at "),
    ],
)
def test_a_value_that_is_nearly_the_wanted_one(result, wanted, text):
    told = found(f"async def answer():\n    return {result}", returns(wanted))
    assert told.text.startswith(text), told.text


def test_input_is_named_with_its_line():
    source = """
async def answer():
    name = input("Who? ")
    return name
"""
    told = found(source, takes(0))
    assert told.cause.id == "deadlock"
    assert told.line == 2
    assert told.text.startswith('Line 2, `name = input("Who? ")`, asks with `input()`, and nobody')


def test_a_call_at_the_beginning_of_a_sentence_stays_as_it_is_written():
    assert begins("save('x') once too often") == "save('x') once too often"
    assert begins("room.open('a') in place of room.close('a')").startswith("room.open('a')")
    assert begins("line 4 waits (for ever)") == "Line 4 waits (for ever)"


SUPPRESSING = {
    "what the exit returns": (
        """
class answer:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *error):
        await asyncio.sleep(1)
        return True
""",
        "A true value that `__aexit__` returns suppresses the error: line 7, `return True`.",
    ),
    "a clause": (
        """
from contextlib import asynccontextmanager

@asynccontextmanager
async def answer():
    try:
        yield
    except Exception:
        pass
""",
        "LookupError is caught, and not raised again: line 7, `except Exception:`.",
    ),
    "a return in a finally": (
        """
from contextlib import asynccontextmanager

@asynccontextmanager
async def answer():
    try:
        yield
    finally:
        return
""",
        "A `return` in a `finally` drops the error: line 8, `return`.",
    ),
    "nothing that is known": (
        """
class answer:
    def __init__(self):
        self._stack = contextlib.AsyncExitStack()

    async def __aenter__(self):
        self._stack.enter_context(contextlib.suppress(LookupError))

    def __aexit__(self, *error):
        return self._stack.__aexit__(*error)

import contextlib
""",
        "A true value that `__aexit__` returns suppresses the error: line 9, "
        "`return self._stack.__aexit__(*error)`.",
    ),
}


async def fails_inside(answer):
    """A body that fails in what the answer makes."""
    try:
        async with answer():
            raise LookupError
    except LookupError:
        return


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("name", SUPPRESSING)
def test_what_suppresses_an_error_is_named(name):
    source, text = SUPPRESSING[name]
    told = found(source, came_out("LookupError", ""), scenario=fails_inside)
    assert (told.cause.id, told.text) == ("error_suppressed", text)


def test_an_error_that_comes_out_is_told_where_leaving_ended():
    source = """
class answer:
    async def __aenter__(self):
        return self

    async def __aexit__(self, kind, error, traceback):
        await asyncio.sleep(1)
        if kind is OSError:
            return True
"""
    told = found(source, came_out("", "LookupError"), scenario=fails_inside)
    assert told.text == "LookupError comes out of the block: line 7, `if kind is OSError:`."


NO_MANAGER = {
    "a plain method": (
        "class answer:\n    def __aenter__(self):\n        return self\n\n"
        "    async def __aexit__(self, *error):\n        pass\n",
        "Write `async def` in line 2, `def __aenter__(self):`.",
    ),
    "a plain manager": (
        "class answer:\n    def __enter__(self):\n        return self\n\n"
        "    def __exit__(self, *error):\n        pass\n",
        "`async with` calls `__aenter__` and `__aexit__`: line 2, `def __enter__(self):`, is for a "
        "plain `with`.",
    ),
    "a decorated function without a yield": (
        "from contextlib import asynccontextmanager\n\n@asynccontextmanager\n"
        "async def answer():\n    return 1\n",
        "`answer` has no `yield`, so it is no generator: line 4, `async def answer():`.",
    ),
    "a bare generator": (
        "async def answer():\n    yield 1\n",
        "Write `@asynccontextmanager` above line 1, `async def answer():`.",
    ),
}


@pytest.mark.parametrize("name", NO_MANAGER)
def test_what_a_manager_lacks_is_named(name):
    source, text = NO_MANAGER[name]
    told = found(source, lambda run: run.ended(), scenario=fails_inside)
    assert told.cause.id == "raised"
    assert told.text.endswith(text)


async def starts_inside(answer):
    """A body that calls a plain method."""
    async with answer() as made:
        made.start()


def test_an_async_method_that_is_called_as_a_plain_one_is_named():
    source = """
class answer:
    async def __aenter__(self):
        return self

    async def start(self):
        pass

    async def __aexit__(self, *error):
        pass
"""
    nothing_left = found(source, lambda run: run.left_nothing_behind(), scenario=starts_inside)
    assert nothing_left.line == 5
    assert nothing_left.text.endswith("line 5, `async def start(self):`. Write `def`.")


def test_a_plain_callback_of_a_stack_awaits_nothing():
    source = """
import contextlib

async def answer(save):
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(save, "x")
"""
    told = found(source, lambda run: run.called("save", "save('x')"), Saves([], []))
    assert told.text == (
        "`callback` calls a plain function and awaits nothing: line 5, "
        '`stack.callback(save, "x")`. Use `push_async_callback`.'
    )


def test_more_at_once_than_allowed_names_the_call_that_was_too_much():
    source = """
async def answer(fetch, names):
    await fetch("a")
    await asyncio.gather(*map(fetch, names))
"""
    told = found(source, lambda run: run.at_most(1), THREE_AND_ONE, NAMES)
    assert told.line == 3
    assert "2 calls went on at once; one is allowed" in told.text


def test_a_place_that_stays_empty_until_all_of_a_group_have_ended_is_named():
    pages = Pages({"a": 1, "b": 3, "c": 2, "d": 1})
    other = Turns("other", [(9, None)])
    # With another service beside it, there is no moment at which nothing goes on.
    source = locking.IN_ROUNDS.replace("(fetch, names)", "(fetch, names, other)").replace(
        "    pages = []", "    beside = asyncio.create_task(other())\n    pages = []"
    )
    source = source.replace("return pages", "await beside\n    return pages")
    told = found(source, takes(4), pages, list(pages), other)
    assert told.cause.id == "one_after_the_other"
    assert told.text == (
        "`fetch('a')` ended at 1 s, and its place stayed empty until 3 s, when all that began with "
        "it had ended: line 5, `pages += await asyncio.gather(*map(fetch, names[first : first + "
        "2]))`."
    )


def test_who_holds_what_stands_beside_the_circle():
    told = found(locking.CROSSED, returns(None))
    assert told.text == (
        "`take` and `take` hold one lock each, and each waits for that of another: line 7, `async "
        "with second:`. If all take them in the same order, no circle can close."
    )


def test_a_lock_that_is_taken_without_await_is_named():
    source = """
async def answer():
    lock = asyncio.Lock()
    lock.acquire()
    await asyncio.sleep(1)
    lock.release()
"""
    told = found(source, returns(None))
    assert told.cause.id == "never_awaited"
    assert told.text.startswith("`acquire(…)` is made but never run: line 3, `lock.acquire()`.")


def test_a_condition_that_each_call_makes_for_itself_is_named():
    told = found(locking.OWN_CONDITION, returns(None))
    assert told.cause.id == "own_lock"
    assert told.text == (
        "Line 5, `condition = asyncio.Condition()`, makes a new `Condition` for each call: nobody "
        "else can notify it. Make one for all that share it."
    )


def test_an_event_that_wakes_several_at_once_is_no_answer_either():
    told = found(locking.LOOKS_ONCE_AT_AN_EVENT, returns(["bread"]))
    assert (told.cause.id, told.line) == ("not_rechecked", 6)
    # One alone is woken by what it waits for.
    source = locking.LOOKS_ONCE_AT_AN_EVENT.replace("range(2)", "range(1)")
    assert cause(source, returns(["butter"])) == "wrong_result"


def test_a_group_that_a_slip_has_ended_is_told_as_the_slip():
    source = """
async def answer(fetch, names):
    total = 0

    async def add(name):
        await fetch(name)
        total += 1

    async with asyncio.TaskGroup() as group:
        for name in names:
            group.create_task(add(name))
    return total
"""
    told = found(source, returns(2), THREE_AND_ONE, NAMES)
    assert (told.cause.id, told.line) == ("raised", 6)
    assert "UnboundLocalError" in told.text


# ------------------------------------------------------------------ members of gather and others

ASKED_ONLY = """
async def answer():
    tasks = [asyncio.create_task(cleans_up()) for _ in range(2)]
    await asyncio.sleep(1)
    for task in tasks:
        task.cancel()

async def cleans_up():
    try:
        await asyncio.sleep(5)
    finally:
        await asyncio.sleep(3)
"""


def test_who_asks_a_task_to_stop_and_does_not_wait_is_told_which_line_asked():
    told = found(ASKED_ONLY, lambda run: run.left_nothing_behind())
    assert (told.cause.id, told.line) == ("left_running", 5)
    assert told.text.endswith(
        "had been asked to stop by line 5, `task.cancel()`, but had not ended."
    )
    told = found(
        ASKED_ONLY.replace("        task.cancel()\n\n", "        task.done()\n\n"),
        lambda run: run.left_nothing_behind(),
    )
    assert told.line == 2
    assert "asked to stop" not in told.text


DECIDED = """
async def answer(fetch, names):
    good, bad = {}, {}
    for name in names:
        page = await fetch(name)
        if page != "the b page":
            good[name] = page
        bad[name] = page.upper()
    return good, bad
"""


def as_list(value):
    return lambda run: run.shows(list(run.value), value)


def test_the_if_that_decided_what_came_into_a_dict_is_the_line_to_look_at():
    both = {name: f"the {name} page" for name in NAMES}
    shouted = {name: page.upper() for name, page in both.items()}
    told = found(DECIDED, as_list([both, shouted]), THREE_AND_ONE, NAMES)
    assert told.line == 5
    assert told.text.endswith('line 5, `if page != "the b page":`, decides what comes there.')
    # The keys are right, and a value is not: of two dicts, the line that filled the wrong one.
    told = found(DECIDED, as_list([{"a": both["a"]}, both]), THREE_AND_ONE, NAMES)
    assert told.line == 7


RAISES_AGAIN = """
async def answer(fetch, names):
    errors = []
    for name in names:
        try:
            await fetch(name)
        except Exception as error:
            errors.append(error)
    raise errors[0]
"""


def test_an_error_that_was_kept_and_raised_later_names_that_line():
    failing = Pages({"a": 1, "b": 2}, {"a": "OSError: gone", "b": "ValueError: no text"})
    told = found(RAISES_AGAIN, lambda run: run.raised("ValueError"), failing, NAMES)
    assert (told.cause.id, told.line) == ("wrong_error", 8)
    assert told.text == (
        "OSError: gone, from line 5, `await fetch(name)`; line 8, `raise errors[0]`, raises it "
        "again."
    )


@pytest.mark.parametrize(
    ("lines", "advice"),
    [
        (
            "tasks = {asyncio.create_task(fetch(n)): n for n in names}\n"
            "    return [tasks[one] for one in asyncio.as_completed(tasks)]",
            "let each of those return its name, too.",
        ),
        (
            "for one in asyncio.as_completed([fetch(n) for n in names]):\n"
            "        await one\n        return one.result()",
            "let each of those return its name, too.",
        ),
        ("await asyncio.wait([])", "where there may be none, ask first."),
        ("return list(asyncio.gather(*map(fetch, names)))", "is a future: await it first."),
        ("await print()", "call it without `await`."),
        (
            "task = asyncio.create_task(fetch('a'))\n    task.cancel()\n"
            "    await asyncio.gather(task)",
            "With `return_exceptions=True` it stands in the list instead.",
        ),
    ],
)
def test_what_an_exception_does_not_say_itself_is_said(lines, advice):
    source = f"async def answer(fetch, names):\n    {lines}"
    told = found(source, lambda run: run.ended(), THREE_AND_ONE, NAMES)
    assert told.cause.id == "raised"
    assert told.text.endswith(advice)


def test_who_waits_for_all_although_one_has_failed_is_told_that_nobody_ended_them():
    failing = Pages({"a": 1, "b": 5}, {"a": "OSError: gone"})
    source = """
async def answer(fetch, names):
    outcomes = await asyncio.gather(*map(fetch, names), return_exceptions=True)
    raise outcomes[0]
"""
    told = found(source, lambda run: run.took(1, after_error=True), failing, NAMES)
    assert (told.cause.id, told.line) == ("wrong_time", 2)
    assert told.text.endswith(
        "waits until all have ended, from 0 s to 5 s. Nobody has ended those that are still at "
        "work."
    )
    # Too long as well, but it was the answer's own pause.
    paused = source.replace("    raise", "    await asyncio.sleep(3)\n    raise")
    told = found(paused, lambda run: run.took(5, after_error=True), failing, NAMES)
    assert told.text.startswith("Its last wait is in line 3")


MADE = """
async def answer(limit):
    whole = limit
    half = limit / 4
    return {}
"""


@pytest.mark.parametrize(
    ("value", "said", "line"),
    [
        ("half", "What line 4, `return half`, gives was made in line 3, `half = limit / 4`.", 3),
        # It computes, so it may be wrong itself.
        ("whole / half", "Look at line 4, `return whole / half`.", 4),
    ],
)
def test_a_return_that_computes_is_the_line_to_look_at(value, said, line):
    told = found(MADE.format(value), returns(5.0), 8)
    assert (told.text, told.line) == (said, line)
