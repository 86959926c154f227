"""What other threads do to a loop without waking it: it is seen when a stock loop would see it."""

import asyncio
import threading
import time

import pytest

from checker.engine import observe
from tests.support.programs import line_of

ACTS_AT, TICK, RESCUE = 0.1, 0.25, 0.6  # seconds, also on the real clock of the stock loop


def set_result(loop, box, task):
    box.set_result("x")


def set_exception(loop, box, task):
    box.set_exception(KeyError("x"))


def cancel_future(loop, box, task):
    box.cancel()


def cancel_task(loop, box, task):
    task.cancel()


def call_soon(loop, box, task):
    loop.call_soon(box.set_result, "x")


def call_later(loop, box, task):
    loop.call_later(0.01, box.set_result, "x")


def create_task(loop, box, task):
    async def hand_over():
        box.set_result("x")

    box.by = loop.create_task(hand_over())


def threadsafe(loop, box, task):
    loop.call_soon_threadsafe(box.set_result, "x")


class Event:
    """An `asyncio.Event` as a box."""

    def __init__(self):
        self.event = asyncio.Event()

    def __await__(self):
        return self.event.wait().__await__()


class Queue(Event):
    """An `asyncio.Queue` as a box."""

    def __init__(self):
        self.queue = asyncio.Queue()

    def __await__(self):
        return self.queue.get().__await__()


def set_event(loop, box, task):
    box.event.set()


def put_nowait(loop, box, task):
    box.queue.put_nowait("x")


FORMS = [set_result, set_exception, cancel_future, cancel_task, call_soon, call_later, create_task]
FORMS += [set_event, put_nowait, threadsafe]


def box_for(form):
    """What `form` puts something into."""
    kind = {set_event: Event, put_nowait: Queue}.get(form)
    return kind() if kind else asyncio.get_running_loop().create_future()


async def receive(form, ticker):
    """Seconds until the loop sees what a thread has done to it."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    box, began = box_for(form), loop.time()

    async def tick():
        while True:
            await asyncio.sleep(TICK)

    ticking = asyncio.create_task(tick()) if ticker else None
    acts = threading.Thread(
        target=lambda: (time.sleep(ACTS_AT), form(loop, box, task)), daemon=True
    )
    acts.start()
    try:
        await box
    except (KeyError, asyncio.CancelledError):
        pass
    finally:
        if ticking:
            ticking.cancel()
    return loop.time() - began


def stock(form, ticker):
    """The same on a stock loop, which is woken after `RESCUE`: alone it would hang."""

    async def main():
        rescue = threading.Timer(RESCUE, asyncio.get_running_loop().call_soon_threadsafe, [int])
        rescue.start()
        try:
            return await receive(form, ticker)
        finally:
            rescue.cancel()

    return asyncio.run(main())


@pytest.mark.parametrize("form", FORMS)
def test_it_is_seen_at_the_next_tick_as_on_a_stock_loop(form):
    run = observe(receive, form, True)
    assert run.returned, run.stop
    # On a busy machine a stock loop may be late.
    assert any(run.result == pytest.approx(stock(form, True), abs=0.12) for _ in range(3))
    late = form is not threadsafe
    assert run.result == pytest.approx(ACTS_AT if not late else TICK, abs=0.011)
    assert bool(run.unwoken) == late


@pytest.mark.parametrize("form", FORMS)
def test_without_a_tick_it_hangs_as_on_a_stock_loop(form):
    run = observe(receive, form, False)
    if form is threadsafe:
        assert (run.result, run.unwoken) == (ACTS_AT, [])
        return
    assert stock(form, False) == pytest.approx(RESCUE, abs=0.2)
    assert run.stop is not None
    assert run.stop.reason == "deadlock"
    assert [u.at for u in run.unwoken] == [ACTS_AT]


def test_the_line_is_known():
    async def answer():
        box = asyncio.get_running_loop().create_future()

        def set_it():
            time.sleep(1)
            box.set_result("x")

        threading.Thread(target=set_it).start()
        return await box

    [unwoken] = observe(answer).unwoken
    assert unwoken.line == line_of(answer, 5)


def test_of_a_function_that_is_not_the_answers_the_line_is_where_the_thread_was_started():
    async def answer():
        box = asyncio.get_running_loop().create_future()
        threading.Timer(1, box.set_result, ["x"]).start()
        return await box

    assert [u.line for u in observe(answer).unwoken] == [line_of(answer, 2)]


def test_in_debug_mode_it_is_an_error_in_the_thread():
    async def answer():
        loop = asyncio.get_running_loop()
        loop.set_debug(True)
        thread = threading.Thread(target=lambda: (time.sleep(1), loop.call_soon(int)))
        thread.start()
        await asyncio.sleep(2)

    [failure] = observe(answer).unheard
    assert failure.text.startswith("Non-thread-safe operation")


def test_a_thread_that_comes_while_the_loop_is_held_is_seen_at_once():
    async def answer():
        box = asyncio.get_running_loop().create_future()
        threading.Thread(target=lambda: (time.sleep(1), box.set_result("x"))).start()
        time.sleep(2)
        return await box

    run = observe(answer)
    assert (run.result, run.took, run.unwoken) == ("x", 2, [])


def test_what_reached_the_sleeping_loop_goes_before_the_timer_that_wakes_it():
    async def answer():
        seen, loop = [], asyncio.get_running_loop()
        loop.call_later(1, seen.append, "timer")
        late = threading.Timer(0.5, loop.call_soon, [seen.append, "thread"])
        late.start()
        await asyncio.sleep(1)
        return seen

    assert observe(answer).result == ["thread", "timer"]


def test_any_call_that_wakes_the_loop_brings_the_late_ones_along():
    async def answer():
        seen, loop = [], asyncio.get_running_loop()
        box = loop.create_future()
        threading.Timer(1, loop.call_soon, [seen.append, "late"]).start()
        threading.Timer(2, loop.call_soon_threadsafe, [box.set_result, None]).start()
        await box
        return seen

    run = observe(answer)
    assert (run.result, run.took) == (["late"], 2)


def test_a_loop_in_another_thread_is_not_woken_either():
    async def sleeper(told):
        box = asyncio.get_running_loop().create_future()
        told.append(box)
        ticking = asyncio.create_task(asyncio.sleep(3))
        await box
        ticking.cancel()
        return asyncio.get_running_loop().time()

    async def answer():
        told, ends = [], []
        thread = threading.Thread(target=lambda: ends.append(asyncio.run(sleeper(told))))
        thread.start()
        await asyncio.sleep(1)
        told[0].set_result("x")
        while thread.is_alive():
            await asyncio.sleep(0.5)
        return ends

    run = observe(answer)
    assert run.result == [3]
    assert [u.at for u in run.unwoken] == [1]
