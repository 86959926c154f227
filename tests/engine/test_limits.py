"""Every limit gives a `Run` that says what was reached and where; the process goes on."""

import asyncio
import gc
import itertools
import sys
import threading
import time

import pytest

from checker.engine import Limits, observe
from checker.engine.ending.watchdog import watchdog
from checker.engine.limits import GaveUp, gave_up
from checker.show.timeline import Timeline

# Python says so when it destroys a coroutine that catches everything.
_STUBBORN = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
_SHORT = Limits(real_seconds=0.1)


def line_of(function, offset):
    return function.__code__.co_firstlineno + offset


@pytest.fixture(autouse=True)
def nothing_stays():
    """No thread is left at work, and the engine works as before."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 2
    while [t for t in set(threading.enumerate()) - before if t.name != "checker-watchdog"]:
        assert time.monotonic() < deadline, "a thread was left"
        time.sleep(0.005)

    async def fine():
        await asyncio.sleep(1)
        return "fine"

    run = observe(fine)
    assert (run.result, run.took, run.left) == ("fine", 1.0, [])


def test_a_loop_without_an_await():
    async def answer():
        while True:
            pass

    run = observe(answer, limits=_SHORT)
    assert (run.stop.reason, run.stop.stuck, run.returned) == ("real_seconds", False, False)
    assert run.stop.line in (line_of(answer, 1), line_of(answer, 2))


def test_a_loop_without_an_await_in_another_task():
    async def answer():
        async def hang():
            while True:
                pass

        await asyncio.gather(hang(), asyncio.sleep(1))

    assert observe(answer, limits=_SHORT).stop.reason == "real_seconds"


def test_asking_again_and_again():
    async def answer():
        while True:
            await asyncio.sleep(0)

    run = observe(answer)
    assert (run.stop.reason, run.stop.line) == ("still_turns", line_of(answer, 2))
    assert run.stop.text == "answer"


def test_turns_while_the_clock_moves():
    async def answer():
        while True:
            await asyncio.sleep(0.01)

    run = observe(answer)
    assert (run.stop.reason, run.stop.line) == ("turns", line_of(answer, 2))


def test_an_hour_on_the_clock():
    async def answer():
        while True:
            await asyncio.sleep(60)

    run = observe(answer)
    assert (run.stop.reason, run.stop.line, run.took) == ("seconds", line_of(answer, 2), 3600.0)


def test_an_hour_of_time_sleep():
    async def answer():
        time.sleep(4000)

    run = observe(answer)
    assert (run.stop.reason, run.stop.text) == ("seconds", "time.sleep")
    assert run.stop.line == line_of(answer, 1)


def test_output_without_end():
    async def answer():
        while True:
            print("again")

    run = observe(answer)
    assert (run.stop.reason, run.stop.line) == ("printed", line_of(answer, 2))
    assert len(run.output) <= 1_000_000


def test_tasks_without_end():
    async def answer():
        tasks = []
        while True:
            tasks.append(asyncio.create_task(asyncio.sleep(1)))

    run = observe(answer, limits=Limits(tasks=500))
    assert (run.stop.reason, run.stop.line) == ("tasks", line_of(answer, 3))
    assert len(run.tasks) == 500


def test_recursion_without_end_is_an_error():
    async def answer():
        await answer()

    run = observe(answer)
    assert (run.failure.type, run.stop) == ("RecursionError", None)


# ------------------------------------------------------------------ deadlocks


def test_a_queue_that_nobody_fills():
    async def answer():
        await asyncio.Queue().get()

    run = observe(answer)
    assert (run.stop.reason, run.stop.line) == ("deadlock", line_of(answer, 1))
    assert (run.stop.text, run.took) == ("answer: Queue.get", 0)


def test_an_event_that_nobody_sets():
    async def answer():
        await asyncio.sleep(2)
        await asyncio.Event().wait()

    run = observe(answer)
    assert (run.stop.reason, run.stop.text) == ("deadlock", "answer: Event.wait")
    assert run.took == 2.0


def test_a_lock_that_is_taken_twice():
    async def answer():
        lock = asyncio.Lock()
        async with lock:
            async with lock:
                pass

    run = observe(answer)
    assert (run.stop.circle, run.stop.line) == ([0], line_of(answer, 3))


@pytest.mark.parametrize("make", [asyncio.Lock, asyncio.Condition, asyncio.Semaphore])
def test_two_locks_in_two_orders(make):
    async def answer():
        first, second = make(), make()

        async def work(outer, inner):
            async with outer:
                await asyncio.sleep(1)
                async with inner:
                    pass

        await asyncio.gather(work(first, second), work(second, first))

    run = observe(answer)
    assert (run.stop.reason, run.stop.circle) == ("deadlock", [1, 2])


def test_three_locks_in_a_ring():
    async def answer():
        locks = [asyncio.Lock() for _ in range(3)]

        async def work(number):
            async with locks[number]:
                await asyncio.sleep(1)
                async with locks[(number + 1) % 3]:
                    pass

        async with asyncio.TaskGroup() as group:
            for number in range(3):
                group.create_task(work(number))

    assert observe(answer).stop.circle == [1, 2, 3]


def test_two_tasks_that_await_each_other():
    async def answer():
        tasks = []

        async def wait_for_the_other(number):
            await tasks[1 - number]

        tasks += [asyncio.create_task(wait_for_the_other(n)) for n in (0, 1)]
        await asyncio.wait(tasks)

    assert observe(answer).stop.circle == [1, 2]


def test_who_waits_in_a_condition_holds_no_lock():
    async def answer():
        condition = asyncio.Condition()

        async def wait():
            async with condition:
                await condition.wait()

        await asyncio.gather(wait(), wait())

    assert observe(answer).stop.circle == []


def test_a_deadlock_with_a_server_open():
    async def answer():
        server = await asyncio.start_server(lambda r, w: None, "127.0.0.1", 0)
        async with server:
            await asyncio.Queue().get()

    assert observe(answer).stop.reason == "deadlock"


def test_no_deadlock_while_a_thread_may_still_act():
    async def answer():
        loop, event = asyncio.get_running_loop(), asyncio.Event()

        def work():
            time.sleep(1)
            loop.call_soon_threadsafe(event.set)

        threading.Thread(target=work).start()
        await event.wait()
        return "woken"

    assert observe(answer).result == "woken"


# ------------------------------------------------------------------ exits, and who catches all


@pytest.mark.parametrize("in_task", [False, True])
@pytest.mark.parametrize("error", [SystemExit(2), KeyboardInterrupt(), GeneratorExit()])
def test_an_exit_ends_the_run_alone(error, in_task):
    async def leave():
        raise error

    async def answer():
        await (asyncio.create_task(leave()) if in_task else leave())

    run = observe(answer)
    assert (run.failure.type, run.stop) == (type(error).__name__, None)


def test_sys_exit():
    async def answer():
        sys.exit("bye")

    run = observe(answer)
    assert (run.failure.type, run.failure.text) == ("SystemExit", "bye")
    assert run.failure.line == line_of(answer, 1)


def test_the_stop_button_stops_the_check_and_not_the_answer():
    import _thread

    async def answer():
        _thread.interrupt_main()
        while True:
            pass

    with pytest.raises(KeyboardInterrupt):
        observe(answer)


def test_a_cancellation_of_itself():
    async def answer():
        asyncio.current_task().cancel()
        await asyncio.sleep(1)

    assert observe(answer).failure.type == "CancelledError"


@_STUBBORN
def test_an_answer_that_catches_everything_at_an_await():
    async def answer():
        while True:
            try:
                await asyncio.sleep(1000)
            except BaseException:
                pass

    run = observe(answer)
    assert (run.stop.reason, run.stop.stuck) == ("seconds", False)


@_STUBBORN
def test_a_task_that_will_not_be_cancelled():
    async def answer():
        async def stubborn():
            while True:
                try:
                    await asyncio.sleep(0)
                except BaseException:
                    pass

        answer.task = asyncio.create_task(stubborn())
        await asyncio.sleep(1e-9)

    run = observe(answer)
    assert (run.stop and run.stop.reason) in (None, "still_turns")
    del answer.task
    gc.collect()


def test_an_answer_that_cannot_be_stopped_is_overdue():
    leave = threading.Event()

    async def answer():
        leave.wait(5)

    runs = []
    thread = threading.Thread(target=lambda: runs.append(observe(answer, limits=_SHORT)))
    thread.start()
    while watchdog.overdue(thread.ident) < 0.2 and thread.is_alive():
        time.sleep(0.01)
    assert thread.is_alive()
    leave.set()
    thread.join()
    assert runs[0].stop.reason == "real_seconds"


def test_a_thread_that_spins_is_ended():
    async def answer():
        def spin():
            while True:
                pass

        threading.Thread(target=spin, name="spinner").start()
        await asyncio.sleep(0)
        return "done"

    run = observe(answer)
    assert run.result == "done"
    assert [(left.kind, left.what) for left in run.left] == [("thread", "spinner")]
    assert run.left[0].line == line_of(answer, 5)


def test_a_pool_that_spins_reaches_the_real_limit():
    async def answer():
        def spin():
            while True:
                pass

        await asyncio.to_thread(spin)

    run = observe(answer, limits=_SHORT)
    assert run.stop.reason == "real_seconds"


def test_a_clean_up_without_end_is_ended():
    async def answer():
        async def job():
            try:
                await asyncio.sleep(60)
            finally:
                while True:
                    pass

        answer.task = asyncio.create_task(job())
        await asyncio.sleep(1)
        return "done"

    run = observe(answer)
    assert (run.result, [left.kind for left in run.left]) == ("done", ["task"])


def test_an_iterator_without_end_is_cut():
    async def answer():
        return [0] * 100_000

    run = observe(answer)
    assert run.returned
    assert len(run.result) == 100_000


def test_one_run_after_the_other_stopped():
    async def answer():
        for _ in itertools.count():
            pass

    for _ in range(3):
        assert observe(answer, limits=_SHORT).stop.reason == "real_seconds"


def test_what_comes_of_a_limit_is_told_from_what_does_not():
    group = BaseExceptionGroup("", [ValueError("one"), KeyError("two")])
    group.exceptions[0].__context__ = group  # as after `raise group.exceptions[0]`
    assert not gave_up(group.exceptions[0])
    assert not gave_up(None)
    assert gave_up(BaseExceptionGroup("", [ValueError(), BaseExceptionGroup("", [GaveUp()])]))
    caused = ValueError()
    caused.__cause__ = GaveUp()
    assert gave_up(caused)


def test_a_member_of_a_group_that_is_raised_alone():
    async def fail():
        raise LookupError("no page")

    async def answer():
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(fail())
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0]  # noqa: B904

    assert observe(answer).failure.type == "LookupError"


def test_a_wait_that_is_longer_than_a_run_may_be():
    async def answer():
        await asyncio.sleep(2 * 3600)

    run = observe(answer)
    assert (run.stop.reason, run.stop.until, run.took) == ("seconds", 7200, 0)
    assert repr(Timeline(run)).startswith(
        f"stopped after 0 s: it waits for more than an hour on the clock, line {line_of(answer, 1)}"
    )


def test_the_line_that_naps_again_and_again():
    async def answer():
        while True:
            time.sleep(0.1)

    run = observe(answer)
    assert (run.stop.reason, run.stop.text) == ("turns", "time.sleep")
    said = f"`time.sleep` holds the loop again and again, line {line_of(answer, 2)}"
    assert said in repr(Timeline(run))


def test_a_child_at_a_full_pipe():
    async def answer():
        write = "import sys; sys.stdout.write('x' * 10_000_000)"
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", write, stdout=asyncio.subprocess.PIPE
        )
        await child.wait()

    run = observe(answer, limits=Limits(real_seconds=1))
    assert (run.stop.reason, run.stop.full_pipe) == ("real_seconds", True)
    assert (run.stop.line, run.stop.text) == (line_of(answer, 5), "answer: Process.wait")
    assert repr(Timeline(run)).startswith("stopped: a child stands at a full pipe")
