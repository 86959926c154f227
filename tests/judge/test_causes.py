"""Each cause has two controls: a record where it is the cause, and one with the same totals, or the
same outcome, where it is not.
"""

import pytest

from checker.judge import CAUSES
from checker.judge.unmet import (
    AtMost,
    CameOut,
    Checked,
    Connections,
    PiledUp,
    Raised,
    Seen,
    TooOften,
    Unopened,
)
from checker.lab import Pages, Reports, Saves
from tests.support import locking, racing
from tests.support.answers import cause

THREE_AND_ONE = Pages({"a": 3, "b": 1})
NAMES = ["a", "b"]


def returns(value):
    return lambda run: run.returned(value)


def takes(seconds, limit=False):
    return lambda run: run.took(seconds, limit=limit)


def raises(kind):
    return lambda run: run.raised(kind)


def prints(*lines):
    return lambda run: run.printed(*lines)


def reports(*times, and_returns=None):
    def expect(run):
        run.called_at("report", times)
        run.returned(and_returns)

    return expect


def connections(opened):
    """A server saw so many connections, where one will do; or none, where one is needed."""

    def expect(run):
        run.ended()
        seen = f"it saw {opened}"
        raise Connections(run, "one connection", seen, most=1, opened=opened, requests=2)

    return expect


def came_out(wanted, came):
    """An error of this type was to come out of a block, and that one did; "" for none."""

    def expect(run):
        raise CameOut(run, wanted or "no error", came or "none", wanted=wanted, came=came)

    return expect


def closes(kind):
    """Something is closed, though it was not open; or something else is wrong."""

    def expect(run):
        run.ended()
        raise kind(run, "nothing closed", "there was a call")

    return expect


def piled(kind):
    """More waits in memory than is allowed, or something else is wrong."""

    def expect(run):
        run.ended()
        raise kind(run, "little in memory", "there was more")

    return expect


def raises_alone(run):
    """A LookupError was to come out, and not in a group."""
    run.raised("LookupError")
    raise Raised(run, "the LookupError itself", "a group came out", alone=bool(run.failure.of))


def ended_by_a_lookup_error(run):
    run.took(1, after_error=True, ended_by="LookupError")


def fetches_each_once(run):
    run.called("fetch", "fetch('a')", "fetch('b')")


def reports_nothing_else(run):
    run.check(run.calls_of("report").texts == ["report('no a')"], "one report", "another one")


def begins_too_often(kind):
    """Two begin at 0 s where one may; or two go on at once, which is not the same."""

    def expect(run):
        run.ended()
        more = {} if kind is AtMost else {"seconds": 5, "starts": run.calls_of("fetch").times}
        raise kind(run, "one at a time", "there were two", many=1, **more)

    return expect


def leaves_nothing(run):
    run.left_nothing_behind()


async def cancelled_after_a_second(answer, *args):
    import asyncio

    task = asyncio.create_task(answer(*args))
    await asyncio.sleep(1)
    task.cancel()
    await asyncio.wait([task])
    return task.cancelled()


def stores(*transactions, **wanted):
    """A server saw these statements, and it is not what was wanted."""
    texts = [text for transaction in transactions for text in transaction]
    log = {
        "transactions": [{"ended": "commit", "statements": each} for each in transactions],
        "statements": [{"text": text, "rows": 900} for text in texts],
    }

    def expect(run):
        raise Seen(run, "so", "otherwise", log=log, **wanted)

    return expect


ONE_FAILS = Pages({"a": 3, "b": 1}, {"a": "LookupError: no a"})
FIRST_FAILS = Pages({"a": 1, "b": 3}, {"a": "LookupError: no a"})
GROUP = """
async def answer(fetch, names):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(fetch(name)) for name in names]
    return [task.result() for task in tasks]
"""
GROUP_IN_A_TRY = """
async def answer(fetch, names, report=None):
    try:
        async with asyncio.TaskGroup() as group:
            for name in names:
                group.create_task(fetch(name))
    except LookupError:
        return None
"""
CAUGHT_INSIDE = """
async def answer(fetch, names):
    async def one(name):
        try:
            await fetch(name)
        except LookupError:
            pass

    async with asyncio.TaskGroup() as group:
        for name in names:
            group.create_task(one(name))
"""
REPORTED = GROUP_IN_A_TRY.replace("except LookupError:", "except* LookupError as found:").replace(
    "return None", "report(str(found))"
)
ASKED_TWICE = """
async def job():
    try:
        await asyncio.sleep(9)
    finally:
        await asyncio.sleep(3)

async def answer():
    task = asyncio.create_task(job())
    await asyncio.sleep(1)
    task.cancel()
    await asyncio.sleep(1)
    task.cancel()
    await asyncio.wait([task])
"""
FETCHED_TWICE = """
async def answer(fetch, names):
    seen = set()

    async def one(name):
        if name not in seen:
            await fetch(name)
            seen.add(name)

    await asyncio.gather(*map(one, [*names, names[0]]))
"""
STORES = """
async def answer():
    return ["insert 2", "select 1"]
"""
GATHER = """
async def answer(fetch, names):
    return list(await asyncio.gather(*map(fetch, names)))
"""
IN_TURN = """
async def answer(fetch, names):
    return [await fetch(name) for name in names]
"""
SUPPRESSES = """
async def answer():
    try:
        raise LookupError
    except LookupError:
        pass
"""

# cause → (it is the cause: source, expectation, arguments …), (it is not: the same, the true cause)
CONTROLS = {
    "not_attempted": (
        ("async def answer():\n    raise NotImplementedError", returns(1)),
        ("async def answer():\n    raise LookupError", returns(1), "raised"),
    ),
    "not_a_coroutine": (
        ("def answer():\n    return 1", returns(1)),
        ("async def answer():\n    return 2", returns(1), "wrong_result"),
    ),
    "other_loop": (
        (
            "async def answer():\n    loop = asyncio.new_event_loop()\n"
            "    await asyncio.sleep(0)\n    await asyncio.Future(loop=loop)",
            returns(1),
        ),
        ("async def answer():\n    raise RuntimeError('no loop')", returns(1), "raised"),
    ),
    "own_lock": (
        (locking.OWN_LOCK, lambda run: run.at_most(1), THREE_AND_ONE, NAMES),
        (
            locking.WIDE_GATE,
            lambda run: run.at_most(1),
            THREE_AND_ONE,
            NAMES,
            "too_many_at_once",
        ),
    ),
    "race": (
        (racing.LOST_UPDATE, returns(3), racing.THREE, racing.NAMES, "schedules"),
        # The same result, but in every order.
        (
            racing.LOST_UPDATE.replace("gather(*map(add, names))", "gather(*map(add, names[1:]))"),
            returns(3),
            racing.THREE,
            racing.NAMES,
            "schedules",
            "wrong_result",
        ),
    ),
    "not_woken": (
        (
            "import threading\nasync def answer():\n"
            "    box = asyncio.get_running_loop().create_future()\n"
            "    threading.Timer(1, box.set_result, ['x']).start()\n"
            "    return await box",
            returns("x"),
        ),
        (
            "async def answer():\n"
            "    loop = asyncio.get_running_loop()\n    box = loop.create_future()\n"
            "    await asyncio.to_thread(loop.call_soon_threadsafe, box.set_result, 'y')\n"
            "    return await box",
            returns("x"),
            "wrong_result",
        ),
    ),
    "unheard": (
        (
            "async def answer():\n    future, loop = asyncio.Future(), asyncio.get_running_loop()\n"
            "    loop.call_later(1, lambda: future.set_result(1 / 0))\n    return await future",
            returns(1),
        ),
        # Nobody is told of this one either, but its task keeps it.
        (
            "async def fail():\n    1 / 0\n"
            "async def answer():\n    task = asyncio.create_task(fail())\n"
            "    await asyncio.wait([task])",
            returns(1),
            "error_swallowed",
        ),
    ),
    "not_released": (
        (locking.TAKEN, returns(None)),
        (locking.GIVEN_BACK, returns(None), "deadlock"),
    ),
    "lock_order": (
        (locking.CROSSED, returns(None)),
        (locking.HELD, returns(None), "deadlock"),
    ),
    "not_rechecked": (
        (locking.LOOKS_ONCE, returns(["bread"])),
        (locking.LOOKS_AGAIN, returns(["bread"]), "wrong_result"),
    ),
    "notified_one": (
        (locking.WAKES_ONE, returns(None)),
        (locking.WAKES_ALL, returns(None), "deadlock"),
    ),
    "deadlock": (
        ("async def answer():\n    await asyncio.Event().wait()", returns(None)),
        ("async def answer():\n    await asyncio.sleep(9999)", returns(None), "never_ended"),
    ),
    "timeout_missed": (
        (
            "async def answer(fetch, name):\n    return await fetch(name)",
            takes(1, limit=True),
            THREE_AND_ONE,
            "a",
        ),
        (
            "import time\nasync def answer(fetch, name):\n    time.sleep(3)",
            takes(1, limit=True),
            THREE_AND_ONE,
            "a",
            "blocked_the_loop",
        ),
    ),
    "busy_waiting": (
        (
            "async def answer():\n    task = asyncio.create_task(asyncio.sleep(3))\n"
            "    while not task.done():\n        await asyncio.sleep(0)",
            takes(3),
        ),
        (
            "async def answer():\n    task = asyncio.create_task(asyncio.sleep(3))\n"
            "    while not task.done():\n        await asyncio.sleep(2)",
            takes(3),
            "wrong_time",
        ),
    ),
    "gave_up_limit": (
        ("async def answer():\n    while True:\n        print('x' * 9999)", prints("x")),
        (
            "async def answer():\n    for _ in range(9):\n        print('x' * 99)",
            prints("x"),
            "wrong_output",
        ),
    ),
    "never_ended": (
        ("async def answer():\n    await asyncio.sleep(4000)", returns(None)),
        ("async def answer():\n    await asyncio.sleep(3000)", takes(1), "wrong_time"),
    ),
    "never_awaited": (
        ("async def answer():\n    asyncio.sleep(3)\n    return 1", takes(3)),
        ("async def answer():\n    await asyncio.sleep(0)\n    return 1", takes(3), "wrong_time"),
    ),
    "still_grouped": (
        (GROUP, raises_alone, ONE_FAILS, NAMES),
        (GATHER, raises_alone, ONE_FAILS, NAMES, "wrong_error"),
    ),
    "cancelled_too_much": (
        (
            "async def answer(fetch, names):\n    async with asyncio.timeout(2):\n"
            "        for name in names:\n"
            "            try:\n                return await fetch(name)\n"
            "            except asyncio.CancelledError:\n"
            "                asyncio.current_task().uncancel()\n                return None",
            returns("the a page"),
            THREE_AND_ONE,
            NAMES,
        ),
        (
            "async def answer(fetch, names):\n    await fetch(names[0])",
            returns("the a page"),
            THREE_AND_ONE,
            NAMES,
            "wrong_result",
        ),
    ),
    "wrong_error": (
        ("async def answer():\n    raise KeyError('x')", raises("ValueError")),
        ("async def answer():\n    return 1", raises("ValueError"), "wrong_result"),
    ),
    "not_caught": (
        (
            "async def answer():\n    task = asyncio.create_task(asyncio.sleep(1))\n"
            "    task.cancel()\n    try:\n        return await task\n"
            "    except Exception:\n        return 1",
            returns(1),
        ),
        # It is asked to stop itself: then that has to come out.
        (
            "async def answer():\n    asyncio.current_task().cancel()\n    try:\n"
            "        await asyncio.sleep(1)\n    except Exception:\n        return 1",
            returns(1),
            "raised",
        ),
    ),
    "came_in_a_group": (
        (GROUP_IN_A_TRY, returns(None), ONE_FAILS, NAMES),
        # The same group comes out, and nobody has asked for what is in it.
        (GROUP, returns(None), ONE_FAILS, NAMES, "raised"),
    ),
    "called_at_once": (
        (
            "async def answer():\n    rung = asyncio.Future()\n"
            "    loop = asyncio.get_running_loop()\n"
            "    loop.call_later(5, rung.set_result(1))\n    return await rung",
            takes(5),
        ),
        (
            "async def answer():\n    rung = asyncio.Future()\n"
            "    loop = asyncio.get_running_loop()\n"
            "    loop.call_later(2, rung.set_result, 1)\n    return await rung",
            takes(5),
            "wrong_time",
        ),
    ),
    "raised": (
        ("async def answer():\n    return 1 / 0", returns(1)),
        ("async def answer():\n    return 0", returns(1), "wrong_result"),
    ),
    "request_kept": (
        (
            "async def answer():\n    try:\n        asyncio.current_task().cancel()\n"
            "        await asyncio.sleep(5)\n    except asyncio.CancelledError:\n"
            "        return asyncio.current_task().cancelling()",
            returns(0),
        ),
        (
            "async def answer():\n    try:\n        asyncio.current_task().cancel()\n"
            "        await asyncio.sleep(5)\n    except asyncio.CancelledError:\n"
            "        return asyncio.current_task().uncancel()",
            returns(1),
            "wrong_result",
        ),
    ),
    "cancellation_swallowed": (
        (
            "async def answer():\n    try:\n        await asyncio.sleep(5)\n"
            "    except asyncio.CancelledError:\n        pass",
            returns(True),
            "scenario",
        ),
        ("async def answer():\n    return 3", returns(True), "scenario", "wrong_result"),
    ),
    "error_swallowed": (
        (
            "async def answer(fetch, name):\n    try:\n        return await fetch(name)\n"
            "    except Exception:\n        pass",
            raises("LookupError"),
            Pages({"a": 1}, {"a": "LookupError: gone"}),
            "a",
        ),
        (
            "async def answer(fetch, name):\n    return None",
            raises("LookupError"),
            Pages({"a": 1}, {"a": "LookupError: gone"}),
            "a",
            "wrong_result",
        ),
    ),
    "error_suppressed": (
        (SUPPRESSES, came_out("LookupError", "")),
        (SUPPRESSES, came_out("LookupError", "ValueError"), "error_let_out"),
    ),
    "error_let_out": (
        (SUPPRESSES, came_out("", "LookupError")),
        (SUPPRESSES, came_out("LookupError", ""), "error_suppressed"),
    ),
    "task_lost": (
        (
            "import gc\nasync def forever():\n"
            "    await asyncio.get_running_loop().create_future()\n"
            "async def answer():\n    asyncio.create_task(forever())\n    await asyncio.sleep(1)\n"
            "    gc.collect(0)\n    return 0",
            returns(1),
        ),
        (
            "import gc\nasync def forever():\n    await asyncio.sleep(2)\n"
            "async def answer():\n    asyncio.create_task(forever())\n    await asyncio.sleep(1)\n"
            "    gc.collect(0)\n    return 0",
            leaves_nothing,
            "left_running",
        ),
    ),
    "blocked_the_loop": (
        (
            "import time\nasync def answer(fetch, names):\n    time.sleep(1)\n"
            "    return list(await asyncio.gather(*map(fetch, names)))",
            takes(3),
            THREE_AND_ONE,
            NAMES,
        ),
        (IN_TURN, takes(3), THREE_AND_ONE, NAMES, "one_after_the_other"),
    ),
    "left_running": (
        (
            "async def answer(save, items):\n    for item in items:\n"
            "        asyncio.create_task(save(item))",
            lambda run: run.called("save", "save('a')", "save('b')"),
            Saves(NAMES, [3, 1]),
            NAMES,
        ),
        (
            "async def answer(save, items):\n    await save(items[0])",
            lambda run: run.called("save", "save('a')", "save('b')"),
            Saves(NAMES, [3, 1]),
            NAMES,
            "wrong_result",
        ),
    ),
    "timer_left": (
        (
            "async def answer():\n    loop = asyncio.get_running_loop()\n"
            "    loop.call_later(5, print, 'late')\n    await asyncio.sleep(1)",
            leaves_nothing,
        ),
        (
            "async def answer():\n    loop = asyncio.get_running_loop()\n"
            "    loop.call_later(5, print, 'late')\n    await asyncio.sleep(1)",
            takes(2),
            "wrong_time",
        ),
    ),
    "too_few_at_once": (
        (
            "async def answer(fetch, names):\n    lock = asyncio.Lock()\n"
            "    async def one(name):\n"
            "        async with lock:\n            return await fetch(name)\n"
            "    return list(await asyncio.gather(*map(one, names)))",
            takes(3),
            THREE_AND_ONE,
            NAMES,
        ),
        (IN_TURN, takes(3), THREE_AND_ONE, NAMES, "one_after_the_other"),
    ),
    "one_after_the_other": (
        (IN_TURN, takes(3), THREE_AND_ONE, NAMES),
        (
            "async def answer(fetch, names):\n    await asyncio.sleep(4)\n    return names",
            takes(3),
            THREE_AND_ONE,
            NAMES,
            "wrong_time",
        ),
    ),
    "too_many_at_once": (
        (GATHER, lambda run: run.at_most(1), THREE_AND_ONE, NAMES),
        (GATHER, takes(4), THREE_AND_ONE, NAMES, "wrong_time"),
    ),
    "too_often": (
        (GATHER, begins_too_often(TooOften), THREE_AND_ONE, NAMES),
        (GATHER, begins_too_often(AtMost), THREE_AND_ONE, NAMES, "too_many_at_once"),
    ),
    "resource_leaked": (
        (
            "import asyncio\nasync def answer():\n"
            "    global server\n    server = await asyncio.start_server(print, '127.0.0.1', 0)\n"
            "    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())\n"
            "    await asyncio.sleep(1)",
            leaves_nothing,
        ),
        (
            "async def answer():\n    global task\n"
            "    task = asyncio.create_task(asyncio.sleep(5))",
            leaves_nothing,
            "left_running",
        ),
    ),
    "closed_unopened": (
        ("async def answer():\n    await asyncio.sleep(1)", closes(Unopened)),
        ("async def answer():\n    await asyncio.sleep(1)", closes(Checked), "wrong_result"),
    ),
    "piled_up": (
        (IN_TURN, piled(PiledUp), THREE_AND_ONE, NAMES),
        (IN_TURN, piled(Checked), THREE_AND_ONE, NAMES, "one_after_the_other"),
    ),
    "not_reused": (
        (IN_TURN, connections(2), THREE_AND_ONE, NAMES),
        (IN_TURN, connections(1), THREE_AND_ONE, NAMES, "wrong_result"),
    ),
    "several_transactions": (
        (STORES, stores(["insert 1"], ["insert 2"], together=True)),
        # The same statements in one.
        (
            STORES,
            stores(["begin", "insert 1", "insert 2", "commit"], together=True),
            "wrong_result",
        ),
    ),
    "fetched_too_much": (
        (STORES, stores(["select 1"], rows_needed=50)),
        # As many, and all are needed; the fault is elsewhere.
        (STORES, stores(["select 1"]), "wrong_result"),
    ),
    "caught_too_soon": (
        (CAUGHT_INSIDE, ended_by_a_lookup_error, FIRST_FAILS, NAMES),
        # It takes as long, and nothing has failed.
        (GROUP, ended_by_a_lookup_error, THREE_AND_ONE, NAMES, "wrong_time"),
    ),
    "asked_twice": (
        (ASKED_TWICE, takes(4)),
        # It takes as long, and nobody is asked twice.
        ("async def answer():\n    await asyncio.sleep(2)", takes(4), "wrong_time"),
    ),
    "group_as_error": (
        (REPORTED, reports_nothing_else, ONE_FAILS, NAMES, Reports()),
        (
            REPORTED.replace("str(found)", "'it failed'"),
            reports_nothing_else,
            ONE_FAILS,
            NAMES,
            Reports(),
            "wrong_result",
        ),
    ),
    "done_twice": (
        (FETCHED_TWICE, fetches_each_once, THREE_AND_ONE, NAMES),
        # As often, but one after the other: nothing is to be noted in between.
        (
            IN_TURN.replace("in names", "in [*names, names[0]]"),
            fetches_each_once,
            THREE_AND_ONE,
            NAMES,
            "wrong_result",
        ),
    ),
    "wrong_order": (
        ("async def answer():\n    return [2, 1]", returns([1, 2])),
        ("async def answer():\n    return [2, 2]", returns([1, 2]), "wrong_result"),
    ),
    "wrong_output": (
        ("async def answer():\n    print('b')", prints("a")),
        ("async def answer():\n    print('b')\n    print('a')", prints("a", "b"), "wrong_order"),
    ),
    "wrong_time": (
        ("async def answer():\n    await asyncio.sleep(2)", takes(1)),
        (IN_TURN, takes(3), THREE_AND_ONE, NAMES, "one_after_the_other"),
    ),
    "wrong_moment": (
        (
            "async def answer(report):\n    await asyncio.sleep(2)\n    report('a')",
            reports(1),
            Reports(),
        ),
        # The same calls at the right moments; the fault is elsewhere.
        (
            "async def answer(report):\n    await asyncio.sleep(2)\n    report('a')",
            reports(2, and_returns=1),
            Reports(),
            "wrong_result",
        ),
    ),
    "wrong_result": (
        ("async def answer():\n    return 1", returns(2)),
        ("async def answer():\n    return [2, 1]", returns([1, 2]), "wrong_order"),
    ),
}


def _cause(control):
    source, expect, *args = control
    scenario = cancelled_after_a_second if "scenario" in args else None
    options = {"schedules": 200} if "schedules" in args else {}
    given = [a for a in args if a not in ("scenario", "schedules")]
    return cause(source, expect, *given, scenario=scenario, **options)


def test_every_cause_has_its_controls():
    assert list(CONTROLS) == [c.id for c in CAUSES]


@pytest.mark.parametrize("name", CONTROLS)
def test_a_record_where_it_is_the_cause(name):
    assert _cause(CONTROLS[name][0]) == name


@pytest.mark.parametrize("name", CONTROLS)
def test_a_record_with_the_same_outcome_where_it_is_not(name):
    *control, true_cause = CONTROLS[name][1]
    assert _cause(control) == true_cause != name
