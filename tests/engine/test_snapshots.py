"""What a player is told at each step: tasks, ready queue, timers, locks and queues, output."""

import asyncio
import json

import pytest

from checker.engine import observe
from checker.engine.recording import snapshot_recorder
from checker.engine.recording.snapshots import MOST, MOST_TASKS, states_of
from checker.grade.record import run_of
from tests.support.programs import line_of, page


def played(answer, *args):
    """The run of an answer with its snapshots, and the pictures of them."""
    run = observe(answer, *args, snapshots=True)
    return run, states_of(run)


def primitive(loop_state, name):
    """What a loop_state says of the lock, queue … that is kept under this name."""
    [found] = [one for one in loop_state.primitives.values() if one["name"] == name]
    return found


async def two():
    async def say(word):
        print(word)
        await asyncio.sleep(1)
        print(word)

    await asyncio.gather(say("a"), say("b"))


async def shop():
    lock, queue, event = asyncio.Lock(), asyncio.Queue(1), asyncio.Event()

    async def serve(number):
        async with lock:
            await asyncio.sleep(number)
        await queue.put(number)
        await event.wait()

    async with asyncio.TaskGroup() as group:
        for number in (2, 1):
            group.create_task(serve(number))
        await queue.get()
        event.set()
        print(await queue.get())


def test_each_step_in_order_with_its_lines():
    _, seen = played(two)
    say = line_of(two, 3)
    steps = [(p.snapshot.at, p.snapshot.step, p.line, p.stops_at) for p in seen]
    assert steps[:4] == [
        (0, [0, ""], None, line_of(two, 6)),
        (0, [1, ""], None, say),
        (0, [2, ""], None, say),
        (0, None, None, None),
    ]
    assert steps[4:8] == [
        (1, [1, "sleep"], say, say),
        (1, [2, "sleep"], say, say),
        (1, [1, ""], say, None),
        (1, [2, ""], say, None),
    ]
    assert steps[-1] == (1, None, None, None)


def test_the_ready_queue_in_order_and_where_the_turn_ends():
    async def answer():
        loop = asyncio.get_running_loop()

        def ring():
            loop.call_soon(ring_again)

        def ring_again():
            pass

        loop.call_soon(ring)
        first = asyncio.create_task(page(0))
        loop.call_soon(first.get_name)
        await first

    _, seen = played(answer)
    assert seen[1].snapshot.step == [
        None,
        "test_the_ready_queue_in_order_and_where_the_turn_ends.answer.ring",
    ]
    assert seen[1].snapshot.ready == [[1, ""], [1, "get_name"]]
    assert (seen[1].snapshot.turn, seen[1].snapshot.this_turn) == (2, 2)
    assert seen[2].snapshot.step == [1, ""]
    assert [name.split(".")[-1] for _, name in seen[2].snapshot.ready] == ["get_name", "ring_again"]
    assert seen[2].snapshot.this_turn == 1


def test_a_handle_that_is_cancelled_is_not_in_line():
    async def answer():
        loop = asyncio.get_running_loop()
        loop.call_soon(print, "never").cancel()
        loop.call_later(1, print, "never").cancel()
        loop.call_soon(print, "now")
        await asyncio.sleep(2)

    run, seen = played(answer)
    assert run.output == "now\n"
    assert [p.snapshot.timers for p in seen if p.snapshot.step == [None, "print"]] == [
        [[2, 0, "sleep"]]
    ]
    assert not any(p.snapshot.ready for p in seen[1:])


def test_timers_in_the_order_in_which_they_fire():
    async def answer():
        loop = asyncio.get_running_loop()
        loop.call_later(2, print, "late")
        loop.call_later(1, asyncio.current_task().get_name)
        async with asyncio.timeout(2):
            await asyncio.sleep(1)

    _, seen = played(answer)
    assert seen[1].snapshot.step is None
    assert seen[1].snapshot.timers == [
        [1, 0, "get_name"],
        [1, 0, "sleep"],
        [2, None, "print"],
        [2, 0, "timeout"],
    ]


def test_what_a_task_does_and_waits_for():
    _, seen = played(shop)
    waits = next(p for p in seen if p.snapshot.step is None)
    assert waits.tasks[0] | {"line": 0} == {
        "task": 0,
        "state": "waits",
        "line": 0,
        "what": "Queue.get",
        "on": [],
        "primitive": primitive(waits, "queue")["primitive"],
    }
    assert waits.tasks[0]["line"] == line_of(shop, 12)
    assert (waits.tasks[1]["what"], waits.tasks[1]["line"]) == ("sleep(2)", line_of(shop, 5))
    assert waits.tasks[2]["primitive"] == primitive(waits, "lock")["primitive"]
    assert [task["state"] for task in seen[-1].tasks.values()] == ["done"] * 3


def test_a_task_that_waits_for_tasks():
    _, seen = played(two)
    assert seen[3].tasks[0]["on"] == [1, 2]


def test_how_tasks_end():
    async def answer():
        async def fail():
            raise ValueError

        async def stay():
            await asyncio.sleep(9)

        tasks = [asyncio.create_task(fail()), asyncio.create_task(stay())]
        left = asyncio.create_task(stay())
        await asyncio.sleep(0)
        tasks[1].cancel()
        await asyncio.wait(tasks)
        return left.done()

    _, seen = played(answer)
    assert [task["state"] for task in seen[-1].tasks.values()] == [
        "done", "failed", "cancelled", "waits",
    ]  # fmt: skip


def test_a_lock_its_holder_and_its_line():
    _, seen = played(shop)
    states = [primitive(p, "lock") for p in seen[1:]]
    held = {(one["locked"], one["held_by"], tuple(one["waiters"])) for one in states}
    assert held == {(False, None, ()), (True, 1, ()), (True, 1, (2,)), (True, 2, ())}


def test_a_queue_its_items_and_who_waits_to_get_or_put():
    _, seen = played(shop)
    states = [primitive(p, "queue") for p in seen[1:]]
    assert states[0] == {
        "primitive": states[0]["primitive"], "kind": "Queue", "name": "queue",
        "waiters": [0], "putters": [],
        "items": [], "size": 0, "maxsize": 1, "unfinished": 0,
    }  # fmt: skip
    assert any(one["items"] == ["2"] and one["size"] == 1 for one in states)


@pytest.mark.parametrize(
    ("kind", "items"),
    [
        ("Queue", ["2", "3", "1"]),
        ("LifoQueue", ["1", "3", "2"]),
        ("PriorityQueue", ["1", "2", "3"]),
    ],
)
def test_the_next_item_out_stands_first(kind, items):
    async def answer():
        line = getattr(asyncio, kind)(3)
        for number in (2, 3, 1):
            line.put_nowait(number)
        await line.put(4)

    _, seen = played(answer)
    assert primitive(seen[-1], "line")["items"] == items
    assert primitive(seen[-1], "line")["putters"] == [0]


def test_an_event_a_condition_a_semaphore_and_a_barrier():
    async def answer():
        event, condition = asyncio.Event(), asyncio.Condition()
        seats, gate = asyncio.Semaphore(2), asyncio.Barrier(3)

        async def visit():
            async with seats:
                await event.wait()
            async with condition:
                await condition.wait()
            await gate.wait()

        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(visit())
            await asyncio.sleep(1)
            event.set()
            await asyncio.sleep(1)
            async with condition:
                condition.notify_all()

    _, seen = played(answer)
    at_0, at_1, at_2 = (
        [p for p in seen if p.snapshot.at == at and p.snapshot.step is None][-1] for at in (0, 1, 2)
    )
    assert primitive(at_0, "seats")["value"] == 0
    assert primitive(at_0, "seats")["held_by"] == [1, 2]
    assert primitive(at_0, "seats")["waiters"] == [3]
    assert (primitive(at_0, "event")["set"], primitive(at_0, "event")["waiters"]) == (False, [1, 2])
    assert primitive(at_1, "event")["set"] is True
    assert primitive(at_1, "condition")["waiters"] == [1, 2, 3]
    assert primitive(at_1, "condition")["locked"] is False
    assert (primitive(at_2, "gate")["parties"], primitive(at_2, "gate")["waiters"]) == (3, [])
    assert any(primitive(p, "gate")["waiters"] == [1, 2] for p in seen[1:])


def test_names_of_locks_that_are_kept_in_lists_objects_and_nowhere():
    class Kitchen:
        def __init__(self):
            self.stove = asyncio.Lock()

    async def answer():
        kitchen, forks = Kitchen(), [asyncio.Lock(), asyncio.Lock()]

        async def work(hidden):
            await hidden().wait()

        assert kitchen and forks
        await asyncio.wait_for(work(asyncio.Event), 1)

    _, seen = played(answer)
    names = {one["name"] for one in seen[-1].primitives.values()}
    assert names == {"kitchen.stove", "forks[0]", "forks[1]", "Event 1"}


def test_what_was_printed_so_far():
    _, seen = played(two)
    assert [p.printed for p in seen[1:4]] == ["", "a\n", "a\nb\n"]
    assert seen[-1].printed == "a\nb\na\nb\n"


def test_a_deadlock_ends_with_who_waits_for_what():
    async def answer():
        lock = asyncio.Lock()
        await lock.acquire()
        await lock.acquire()

    run, seen = played(answer)
    assert run.stop.reason == "deadlock"
    assert seen[-1].tasks[0]["primitive"] == primitive(seen[-1], "lock")["primitive"]
    assert primitive(seen[-1], "lock")["held_by"] == 0


@pytest.mark.parametrize("answer", [two, shop])
def test_it_changes_neither_order_nor_result(answer):
    plain, run = observe(answer).to_json(), observe(answer, snapshots=True).to_json()
    assert "snapshots" not in plain
    assert len(run["snapshots"]) > 10
    assert {name: what for name, what in run.items() if name != "snapshots"} == plain


def test_locals_of_the_answer_are_its_own():
    """Up to 3.12 the variables of a frame that was looked at are kept by it."""

    class Thing:
        def __del__(self):
            print("gone")

    async def answer():
        thing = Thing()
        await asyncio.sleep(1)
        del thing
        print("next")
        names = locals()
        await asyncio.sleep(1)
        return names["Thing"] is Thing

    run = observe(answer, snapshots=True)
    assert run.output == "gone\nnext\n"
    assert run.result is True


def test_there_and_back_as_json():
    run = observe(shop, snapshots=True)
    assert run.snapshots
    assert run_of(json.loads(json.dumps(run.to_json()))) == run


def test_there_are_no_more_moments_than_can_be_looked_at(monkeypatch):
    monkeypatch.setattr(snapshot_recorder, "MOST_SNAPSHOTS", 20)

    async def answer():
        for _ in range(50):
            await asyncio.sleep(0)
        print("end")

    run, seen = played(answer)
    assert len(run.snapshots) == 21  # and the end
    assert (run.later_steps, run.cut) == (31, True)
    assert (seen[-1].tasks[0]["state"], seen[-1].printed) == ("done", "end\n")


def test_of_many_tasks_and_timers_the_first_are_kept():
    async def answer():
        await asyncio.gather(*(asyncio.sleep(1 + n) for n in range(MOST_TASKS + 9)))

    run, seen = played(answer)
    assert len(seen[-1].tasks) == MOST_TASKS
    assert seen[1].snapshot.more_ready == MOST_TASKS + 8 - MOST
    idle = next(snapshot for snapshot in run.snapshots if snapshot.step is None)
    assert [at for at, _, _ in idle.timers] == list(range(1, MOST + 1))
    assert idle.more_timers == MOST_TASKS + 9 - MOST
    assert run.cut


def test_a_check_keeps_no_moments():
    run = observe(two)
    assert (run.snapshots, run.later_steps, run.cut) == ([], 0, False)


def test_an_async_generator_that_is_left_is_closed_by_a_task_without_a_coroutine():
    async def program():
        async def items():
            try:
                yield 1
            finally:
                await asyncio.sleep(1)

        async for _ in items():
            break
        await asyncio.sleep(2)

    run = observe(program, snapshots=True)
    assert (run.failure, run.took) == (None, 2.0)
    states = {said["task"]: said["state"] for snapshot in run.snapshots for said in snapshot.tasks}
    assert states == {0: "done", 1: "done"}
