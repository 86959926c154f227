"""Timers that fall due at the same moment fire in the order in which they were set."""

import asyncio
import random

import pytest

from checker.engine import observe


async def _woken(delays):
    order = []

    async def one(number, delay):
        await asyncio.sleep(delay)
        order.append(number)

    await asyncio.gather(*(one(number, delay) for number, delay in enumerate(delays)))
    return order


def test_twelve_tasks_with_the_same_sleep_wake_in_their_order():
    assert observe(_woken, [1] * 12).result == list(range(12))


def test_equal_moments_set_at_different_times_keep_the_order_of_setting():
    async def answer():
        order, loop = [], asyncio.get_running_loop()
        for number, delay in enumerate((3, 2, 1)):
            loop.call_later(delay, order.append, number)
            await asyncio.sleep(1)
        await asyncio.sleep(1)
        return order

    assert observe(answer).result == [0, 1, 2]


def test_a_tenth_and_two_tenths_are_three_tenths():
    async def answer():
        loop = asyncio.get_running_loop()
        order = []
        loop.call_later(0.1 + 0.2, order.append, "sum")
        loop.call_later(0.3, order.append, "whole")
        await asyncio.sleep(0.3)
        await asyncio.sleep(0)
        return order

    run = observe(answer)
    assert (run.result, run.took) == (["sum", "whole"], 0.3)


@pytest.mark.parametrize("seed", range(5))
def test_many_equal_delays_wake_in_the_order_of_delay_and_then_of_setting(seed):
    drawn = random.Random(seed)
    delays = [drawn.choice((0.1, 0.2, 0.3, 1, 1, 2)) for _ in range(60)]
    expected = sorted(range(60), key=lambda number: (delays[number], number))
    assert observe(_woken, delays).result == expected


def test_a_cancelled_timer_does_not_disturb_the_others():
    async def answer():
        order, loop = [], asyncio.get_running_loop()
        timers = [loop.call_later(1, order.append, number) for number in range(200)]
        for timer in timers[::2]:
            timer.cancel()
        await asyncio.sleep(2)
        return order

    assert observe(answer).result == list(range(1, 200, 2))


def test_the_order_is_that_of_the_stock_loop():
    async def answer():
        said = []

        async def speak(name, pauses):
            for pause in pauses:
                await asyncio.sleep(pause)
                said.append(name)

        pauses = {"a": (0, 0.01, 0), "b": (0.01, 0), "c": (0, 0, 0.02), "d": (0.03,)}
        await asyncio.gather(*(speak(*item) for item in pauses.items()))
        return said

    assert observe(answer).result == asyncio.run(answer())
