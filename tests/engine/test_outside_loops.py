"""Loops in threads, and loops that threads wait for."""

import asyncio
import concurrent.futures
import queue
import threading
import time

import pytest

from checker.engine import observe, private
from checker.engine.loop.loop import VirtualLoop
from tests.engine.test_outside_threads import HURRIED, _sleep, work
from tests.support.programs import line_of, near


def test_coroutines_sent_to_a_loop_in_another_thread():
    async def answer():
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        await asyncio.sleep(10)
        sent = asyncio.run_coroutine_threadsafe(_sleep(20, "sent"), loop)
        value = await asyncio.wait_for(asyncio.wrap_future(sent), 50)
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.to_thread(thread.join)
        loop.close()
        return value

    run = observe(answer, limits=HURRIED)
    assert (run.result, run.took, run.left) == ("sent", near(30), [])


def test_a_coroutine_sent_to_the_loop_itself_is_a_deadlock():
    async def answer():
        loop = asyncio.get_running_loop()
        return asyncio.run_coroutine_threadsafe(asyncio.sleep(1), loop).result()

    run = observe(answer, limits=HURRIED)
    assert (run.stop.reason, run.stop.text) == ("deadlock", "answer: Future.result")
    assert (run.stop.line, run.stop.stuck) == (line_of(answer, 2), False)


def test_a_loop_and_its_thread_that_wait_for_each_other():
    async def answer():
        def ask(loop):
            return asyncio.run_coroutine_threadsafe(asyncio.sleep(1), loop).result()

        thread = threading.Thread(target=ask, args=(asyncio.get_running_loop(),))
        thread.start()
        thread.join()

    run = observe(answer, limits=HURRIED)
    said = f"a thread at line {line_of(answer, 2)}: Future.result; answer: Thread.join"
    assert (run.stop.reason, run.stop.text) == ("deadlock", said)


def test_a_task_and_a_thread_that_wait_for_ever():
    async def answer():
        await asyncio.to_thread(queue.Queue().get)

    run = observe(answer, limits=HURRIED)
    assert (run.stop.reason, run.stop.stuck) == ("deadlock", False)
    assert run.stop.line == line_of(answer, 1)


def test_a_thread_named_like_those_of_a_pool_is_waited_for():
    async def answer():
        loop, event = asyncio.get_running_loop(), asyncio.Event()

        def _worker():
            work()
            loop.call_soon_threadsafe(event.set)

        threading.Thread(target=_worker).start()
        await asyncio.wait_for(event.wait(), 50)

    assert observe(answer).returned


def test_time_sleep_lets_the_threads_go_on():
    async def answer():
        seen = []

        def tick():
            for _ in range(3):
                time.sleep(10)
                work(0.002)
                seen.append(round(time.monotonic()))

        thread = threading.Thread(target=tick)
        thread.start()
        time.sleep(35)
        return list(seen), time.monotonic()

    run = observe(answer, limits=HURRIED)
    assert run.result == ([10, 20, 30], near(35))


def test_a_ticker_beside_a_thread_at_work_keeps_its_rate():
    async def answer():
        ticks = []

        async def tick():
            while True:
                await asyncio.sleep(0.01)
                ticks.append(asyncio.get_running_loop().time())

        ticker = asyncio.create_task(tick())
        await asyncio.to_thread(work, 0.1)
        ticker.cancel()
        return ticks

    ticks = observe(answer).result
    assert len(ticks) >= 3
    assert all(later > sooner for sooner, later in zip(ticks, ticks[1:], strict=False))


def test_an_async_generator_that_is_left_is_closed_in_a_loop_of_a_thread():
    async def answer():
        closed = []

        async def numbers():
            try:
                yield 1
                yield 2
            finally:
                await asyncio.sleep(30)
                closed.append(time.monotonic())

        async def use():
            async for _ in (kept := numbers()):
                break
            return kept

        kept = await asyncio.to_thread(asyncio.run, use())
        return closed, kept.ag_running

    run = observe(answer, limits=HURRIED)
    assert run.result == ([near(30)], False)


def test_a_runner_in_a_thread():
    async def answer():
        def both():
            with asyncio.Runner() as runner:
                return [runner.run(_sleep(20, n)) for n in (1, 2)]

        return await asyncio.to_thread(both)

    run = observe(answer, limits=HURRIED)
    assert (run.result, run.took) == ([1, 2], near(40))


def test_the_default_pool_is_shut_down_while_it_works():
    async def answer():
        loop = asyncio.get_running_loop()
        call = loop.run_in_executor(None, work)
        await loop.shutdown_default_executor()
        return await call

    run = observe(answer)
    assert (run.result, run.took) == ("done", near(0.03, 5))


def test_a_pool_of_the_answers_own_making():
    class Pool(concurrent.futures.Executor):
        def submit(self, fn, /, *args, **options):
            future = concurrent.futures.Future()
            threading.Thread(target=lambda: future.set_result(fn(*args, **options))).start()
            return future

    async def answer():
        call = asyncio.get_running_loop().run_in_executor(Pool(), work)
        return await asyncio.wait_for(call, 50)

    assert observe(answer).result == "done"


def test_the_waits_of_a_worker_for_a_cpu_only_add():
    """They are real waits for the loop, so they are not taken off, and the figure is charged."""

    async def answer():
        await asyncio.to_thread(work, 0.12)

    run = observe(answer)
    assert run.took >= 0.1
    assert run.charged == run.took


class Ticking(asyncio.SelectorEventLoop):
    """A loop of somebody's own."""

    def __init__(self):
        super().__init__()
        self.made = self.time()


def own_loop(kind):
    loop = kind()
    try:
        return loop.run_until_complete(asyncio.sleep(3, (type(loop).__name__, loop.time())))
    finally:
        loop.close()


def in_a_runner(kind):
    with asyncio.Runner(loop_factory=kind) as runner:
        return runner.run(asyncio.sleep(3, (type(runner.get_loop()).__name__, 0)))


@pytest.mark.parametrize("start", [own_loop, in_a_runner])
@pytest.mark.parametrize("kind", [asyncio.SelectorEventLoop, asyncio.new_event_loop, Ticking])
def test_a_loop_in_a_thread_that_the_answer_makes_itself(start, kind):
    async def answer():
        await asyncio.sleep(1)
        return await asyncio.to_thread(start, kind)

    run = observe(answer)
    assert (run.failure, run.took, run.charged) == (None, 4, 0)
    if kind is Ticking:
        assert run.result[0] == "Ticking"


@pytest.mark.parametrize("kind", [asyncio.SelectorEventLoop, Ticking])
def test_a_deadlock_in_a_loop_that_the_answer_makes_itself(kind):
    async def wait():
        await asyncio.Event().wait()

    async def answer():
        def start():
            with asyncio.Runner(loop_factory=kind) as runner:
                runner.run(wait())

        await asyncio.to_thread(start)

    run = observe(answer)
    assert (run.stop.reason, run.stop.stuck, run.took) == ("deadlock", False, 0)


def test_outside_a_run_such_a_loop_is_a_stock_loop():
    async def answer():
        pass

    observe(answer)
    loop = Ticking()
    assert type(loop) is Ticking
    assert not isinstance(loop, VirtualLoop)
    loop.close()


@pytest.mark.skipif(private.LOOP_POLICY is None, reason="there are no policies")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_policy_that_an_answer_sets_is_put_back():
    class Policy(asyncio.DefaultEventLoopPolicy):
        def new_event_loop(self):
            raise LookupError("no loops here")

    async def sets():
        asyncio.set_event_loop_policy(Policy())

    async def runs():
        return await asyncio.to_thread(lambda: asyncio.run(asyncio.sleep(1, "done")))

    before = asyncio.get_event_loop_policy()
    assert observe(sets).failure is None
    assert asyncio.get_event_loop_policy() is before
    run = observe(runs)
    assert (run.failure, run.took) == (None, 1)
