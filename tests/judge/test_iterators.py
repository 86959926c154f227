"""What the causes say of async generators and of classes that are asynchronous iterators."""

import pytest

from checker.chapters.async_iteration.shared import is_closed
from checker.lab.fakes.streams import Machine, Source
from checker.lab.scenes import async_iteration as scenes
from tests.support.answers import cause, found

THREE = Source(["a", "b", "c"], [1, 1, 1])
FAILING = Source(["a"], [1], "LookupError: no page")


def items(*values):
    return lambda run: run.part("items").returned(list(values))


def result(value):
    return lambda run: run.part("result").returned(value)


def closed(run):
    run.part("result").returned(["a"])
    is_closed(run, "source")


def walks(source, expect, *args):
    """What is found when somebody walks through what the answer makes of the arguments."""
    return found(source, expect, [], *args, scenario=scenes.walked)


def takes(source, expect, stream=THREE):
    """What is found when the answer gets a stream to walk through."""
    return found(source, expect, stream, scenario=scenes.with_stream)


GENERATOR = """
async def answer():
    await asyncio.sleep(1)
    yield 1
    await asyncio.sleep(1)
    yield 3
    await asyncio.sleep(1)
"""


def test_a_wrong_item_is_looked_for_where_items_are_given():
    told = walks(GENERATOR, items(1, 2))
    assert (told.text, told.line) == ("Item 1 is 3: line 5, `yield 3`.", 5)


def test_missing_items_are_looked_for_where_the_generator_ends():
    told = walks(GENERATOR, items(1, 3, 5))
    assert told.text == "It is over after 2 items: line 6, `await asyncio.sleep(1)`."


BREAKS = """
from contextlib import aclosing

async def answer(source):
    async with aclosing(source):
        while True:
            item = await anext(source, None)
            if item is None:
                break
            yield item
"""


def test_a_break_out_of_a_with_is_the_end():
    async def walked(answer, source):
        return {"items": [item async for item in answer(source.stream())]}

    source = Source(["a", None, "c"], [1, 1, 1])
    told = found(BREAKS, items("a", None, "c"), source, scenario=walked)
    assert (told.text, told.line) == ("It is over after 1 item: line 8, `break`.", 8)


def test_the_last_line_of_a_with_is_the_end_where_nothing_breaks():
    locks = "yield 3\n    async with asyncio.Lock():\n        x = 1"
    assert walks(GENERATOR.replace("yield 3", locks), items(1, 3, 5)).line == 8


CLASS = """
class answer:
    def __init__(self):
        self.left = 2

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.left == 0:
            raise StopAsyncIteration
        await asyncio.sleep(1)
        self.left -= 1
        return self.left
"""


def test_items_of_a_class_come_from_the_return_of_its_step():
    told = walks(CLASS, items(2, 1))
    assert (told.text, told.line) == ("Item 0 is 1: line 13, `return self.left`.", 13)


def test_a_class_is_over_where_it_says_so():
    told = walks(CLASS, items(1, 0, -1))
    assert (told.text, told.line) == (
        "It is over after 2 items: line 10, `raise StopAsyncIteration`.",
        10,
    )


def test_the_exception_of_plain_iterators_is_named_where_it_is_raised():
    told = walks(CLASS.replace("StopAsync", "Stop"), items(1, 0))
    assert (told.cause.id, told.line) == ("raised", 10)
    assert told.text.endswith("An `__anext__` says by StopAsyncIteration that it is over.")


def test_a_generator_that_is_only_called_gives_nothing():
    source = """
async def answer(last=False):
    yield 1
    if not last:
        answer(True)
"""
    told = walks(source, items(1, 1))
    assert told.line == 4
    assert "walk through it with `async for`" in told.text
    assert "async for" not in walks(source.replace("answer(True)", "print()"), items(1, 1)).text


LEAVES = """
async def answer(source):
    async for item in source:
        break
    return [item]
"""


def test_who_leaves_the_loop_and_does_not_close():
    told = takes(LEAVES, closed)
    assert (told.cause.id, told.line) == ("resource_leaked", 3)
    assert told.text == "Line 3, `break`, leaves the loop, and does not close the source."


def test_who_takes_a_step_and_does_not_close():
    told = takes("async def answer(source):\n    return [await anext(source)]", closed)
    assert (told.cause.id, told.line) == ("resource_leaked", 2)
    assert told.text.startswith("The source was begun at line 2")


def test_a_close_that_nobody_awaits():
    told = takes(LEAVES.replace("    return", "    source.aclose()\n    return"), closed)
    assert (told.cause.id, told.line) == ("never_awaited", 4)


def test_a_close_in_a_task_that_nobody_awaits():
    closes = "    asyncio.create_task(source.aclose())\n    return"
    slow = Source(["a", "b"], [1, 1], clean_up=2)
    told = takes(LEAVES.replace("    return", closes), closed, slow)
    assert (told.cause.id, told.line) == ("left_running", 4)


def test_a_step_that_nobody_awaits():
    source = """
async def answer(source):
    got = []
    got.append(anext(source))
    return got
"""
    told = takes(source, result(["a"]))
    assert (told.cause.id, told.line) == ("never_awaited", 3)
    told = takes(source.replace("anext(source)", "'b'"), result(["a"]))
    assert told.cause.id == "wrong_result"


SWALLOWS = """
async def answer(source):
    try:
        return [item async for item in source]
    {}
"""


@pytest.mark.parametrize(
    ("clause", "line", "says"),
    [
        ("except Exception:\n        pass", 4, "catches the LookupError of line 3"),
        ("finally:\n        return []", 5, "a `return` in a `finally` drops"),
        ("except TypeError:\n        pass\n    finally:\n        return []", 7, "disappears in"),
    ],
)
def test_an_error_of_a_source_that_is_swallowed(clause, line, says):
    def expect(run):
        run.raised("LookupError")

    told = takes(SWALLOWS.format(clause), expect, FAILING)
    assert (told.cause.id, told.line) == ("error_swallowed", line)
    assert says in told.text


def test_who_tries_again_has_not_swallowed_it():
    source = """
async def answer(source):
    for _ in range(2):
        try:
            return [item async for item in source]
        except LookupError:
            pass
"""
    told = takes(source, lambda run: run.raised("LookupError"), FAILING)
    assert (told.cause.id, told.line) == ("wrong_result", 5)
    told = takes(source.replace("pass", "return"), lambda run: run.raised("LookupError"), FAILING)
    assert (told.cause.id, told.line) == ("error_swallowed", 5)


def test_another_end_is_not_called_swallowed():
    def expect(run):
        run.raised("ValueError")

    source = SWALLOWS.format("except LookupError:\n        pass")
    assert takes(source, expect, FAILING).cause.id == "wrong_result"


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ("[item for item in machine]", "Walk through it with `async for`."),
        ("await machine", "Walk through it with `async for`."),
        ("next(machine)", "Take a step with `await anext(…)`."),
        ("await machine.asend('go')", "Its first step must be `anext`, or `asend(None)`."),
        ("[await anext(machine), await machine.asend('exit')]", "let `async for` do so."),
    ],
)
def test_who_takes_a_generator_for_something_else_is_told_what_to_do(step, says):
    told = found(
        f"async def answer(machine):\n    return {step}",
        result([]),
        Machine("idle", {"go": "on"}),
        scenario=scenes.with_stream,
    )
    assert (told.cause.id, told.line) == ("raised", 2)
    assert told.text.endswith(says)


TURNS = """
async def answer(source):
    got = []
    async for item in source:
        got.append(await asyncio.sleep(5, item))
    return got
"""


def test_of_two_waits_that_take_turns_the_longer_one_is_named():
    def expect(run):
        run.took(8)

    turns = TURNS.replace("asyncio.sleep(5, item)", "work(item)")
    turns = turns.replace("(source)", "(source, work)")
    told = found(turns, expect, THREE, Source(["a"], [5]), scenario=worked)
    assert (told.cause.id, told.line) == ("one_after_the_other", 4)


async def worked(answer, source, other):
    async def work(_):
        return await anext(other.stream())

    return await answer(source.stream(), work)


def test_results_in_the_order_of_their_ends_come_about_at_as_completed():
    source = """
async def answer():
    tasks = [asyncio.create_task(asyncio.sleep(3 - n, n)) for n in (1, 2)]
    return [await done for done in asyncio.as_completed(tasks)]
"""
    told = found(source, lambda run: run.returned([1, 2]))
    assert (told.cause.id, told.line) == ("wrong_order", 3)
    assert cause(source, lambda run: run.returned([1, 3])) == "wrong_result"
