"""One call gives one whole record, the same every time, and leaves nothing in the process."""

import asyncio
import contextvars
import gc
import json
import logging
import threading
import time

import pytest

from checker.engine import observe
from checker.grade.record import run_of
from tests.support.programs import five_times, line_of, page

_name = contextvars.ContextVar("name", default="nobody")


def test_a_result():
    run = observe(page, 2)
    assert (run.returned, run.result, run.took, run.charged) == (True, 2, 2.0, 0)
    assert (run.failure, run.stop, run.left, run.unawaited) == (None, None, [], [])


def test_a_coroutine_instead_of_a_function():
    assert observe(page(3)).result == 3


def test_a_plain_function_is_no_coroutine_function():
    run = observe(lambda: 5)
    assert (run.awaitable, run.result) == (False, 5)


def test_a_class_is_called():
    class Answer:
        async def work(self):
            return "done"

    async def scenario(kind):
        return await kind().work()

    assert observe(scenario, Answer).result == "done"


@pytest.mark.parametrize("value", [1, None, "a", [1, (2, {3: {4}})], b"x", frozenset({1})])
def test_json_there_and_back(value):
    async def answer():
        print("hello")
        task = asyncio.create_task(page(5))
        try:
            await asyncio.wait_for(page(2), 1)
        except TimeoutError:
            pass
        task.cancel()
        time.sleep(1)
        page(1)
        return value

    run = observe(answer)
    assert run_of(json.loads(json.dumps(run.to_json()))) == run


def test_a_failure_goes_through_json():
    async def answer():
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.wait_for(page(2), 1))

    run = observe(answer)
    assert run.failure.of[0].type == "TimeoutError"
    assert run_of(json.loads(json.dumps(run.to_json()))) == run


# ------------------------------------------------------------------ never awaited


def test_a_coroutine_that_nobody_awaits():
    async def answer():
        page(1)
        await asyncio.sleep(1)

    run = five_times(answer)
    assert [(u.name, u.line, u.held) for u in run.unawaited] == [
        ("page", line_of(answer, 1), False)
    ]


def test_a_coroutine_in_the_result():
    async def answer():
        return [page(1), {"two": page(2)}]

    run = five_times(answer)
    first = line_of(answer, 1)
    assert [(u.line, u.held) for u in run.unawaited] == [(first, True), (first, True)]


def test_a_coroutine_in_a_local_variable_of_a_stuck_task():
    async def answer():
        kept = page(1)
        await asyncio.Event().wait()
        await kept

    run = five_times(answer)
    assert run.stop.reason == "deadlock"
    assert [(u.name, u.line, u.held) for u in run.unawaited] == [("page", line_of(answer, 1), True)]


def test_a_coroutine_in_a_cycle():
    async def answer():
        ring = [page(1)]
        ring.append(ring)

    assert [u.name for u in five_times(answer).unawaited] == ["page"]


def test_a_coroutine_that_a_library_loses_is_not_held_against_the_answer():
    library = {"__name__": "a_library", "asyncio": asyncio}
    source = """
class Connection:
    def __init__(self):
        self.me, self.loop = self, asyncio.get_running_loop()
    async def close(self):
        pass
    def __del__(self):
        try:
            if not self.loop.is_closed():
                asyncio.ensure_future(self.close())
        except RuntimeError:
            pass
def lose():
    Connection.close(None)
"""
    exec(compile(source, "/somewhere/a_library.py", "exec"), library)

    async def answer():
        library["Connection"]()
        library["lose"]()
        return 1

    run = observe(answer)
    assert (run.result, run.unawaited) == (1, [])


def test_what_others_make_of_the_answers_functions_is_held_against_it():
    async def page():
        pass

    async def answer():
        asyncio.get_running_loop().call_soon(page)
        threading.Thread(target=page).start()
        await asyncio.sleep(1)

    assert [u.name for u in observe(answer).unawaited] == ["page", "page"]


def test_a_coroutine_that_a_failure_leaves_unawaited():
    async def answer():
        kept = page(1)
        raise ValueError
        await kept

    run = five_times(answer)
    assert (run.failure.type, [u.name for u in run.unawaited]) == ("ValueError", ["page"])


# ------------------------------------------------------------------ failures, lost tasks


def test_an_exception_that_nobody_retrieves():
    async def fail():
        raise ValueError("unseen")

    async def answer():
        task = asyncio.create_task(fail())
        await asyncio.sleep(1)
        return task.done()

    run = five_times(answer)
    assert (run.tasks[1].ended, run.tasks[1].retrieved) == ("failed", False)
    assert run.tasks[0].retrieved
    assert run.complaints == ["Task exception was never retrieved: ValueError('unseen')"]


def test_an_exception_that_is_unseen_while_its_task_is_held():
    async def fail():
        raise ValueError("unseen")

    async def answer():
        answer.task = asyncio.create_task(fail())
        await asyncio.sleep(1)

    assert five_times(answer).tasks[1].retrieved is False


def test_an_exception_that_is_looked_at():
    async def fail():
        raise ValueError

    async def answer():
        task = asyncio.create_task(fail())
        await asyncio.wait([task])
        task.exception()

    run = five_times(answer)
    assert (run.tasks[1].retrieved, run.complaints) == (True, [])


def test_a_task_that_nobody_holds_is_lost():
    async def answer():
        async def wait():
            await asyncio.get_running_loop().create_future()

        asyncio.create_task(wait())  # noqa: RUF006
        await asyncio.sleep(1)
        gc.collect(0)
        await asyncio.sleep(1)

    run = five_times(answer)
    assert (run.tasks[1].lost, run.tasks[1].ended) == (True, "left")
    assert run.complaints == ["Task was destroyed but it is pending!"]


def test_a_task_is_lost_at_the_end_at_the_latest():
    async def answer():
        async def wait():
            await asyncio.get_running_loop().create_future()

        asyncio.create_task(wait())  # noqa: RUF006
        await asyncio.sleep(1)

    assert five_times(answer).tasks[1].lost


def test_an_exception_in_a_thread_is_a_complaint():
    async def answer():
        def fail():
            raise ValueError("in a thread")

        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()

    run = five_times(answer)
    assert run.complaints == ["Exception in a thread: ValueError('in a thread')"]
    assert run.printed == []


def test_an_exception_in_a_callback_is_a_complaint():
    async def answer():
        asyncio.get_running_loop().call_soon(int, "x")
        await asyncio.sleep(1)

    [complaint] = observe(answer).complaints
    assert complaint.startswith("Exception in callback")


def test_what_comes_out_of_a_callback_or_a_thread_is_kept_with_its_line():
    async def answer():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: None)  # also where nothing is logged
        loop.call_soon(lambda: {}["page"])
        loop.call_soon(None)
        await asyncio.sleep(1)
        thread = threading.Thread(target=lambda: [][1])
        thread.start()
        thread.join()

    kept = [(f.type, f.where, f.line) for f in observe(answer).unheard]
    assert kept == [
        ("KeyError", "a callback", line_of(answer, 3)),
        ("TypeError", "a callback", None),
        ("IndexError", "a thread", line_of(answer, 6)),
    ]


# ------------------------------------------------------------------ nothing later or elsewhere


def test_nothing_is_said_after_the_run(caplog, capsys):
    async def answer():
        async def fail():
            raise ValueError

        async def wait():
            await asyncio.Event().wait()

        asyncio.get_running_loop().set_exception_handler(lambda loop, context: print(context))
        answer.kept = [asyncio.create_task(fail()), asyncio.create_task(wait())]
        answer.loop = asyncio.get_running_loop()
        await asyncio.sleep(1)

    observe(answer)
    answer.kept.clear()
    gc.collect()
    answer.loop.call_exception_handler({"message": "late"})
    assert (caplog.records, capsys.readouterr()) == ([], ("", ""))


def test_nothing_is_said_of_a_loop_in_a_thread_either(caplog, capsys):
    kept = []

    async def fail():
        raise ValueError("unseen")

    async def inner():
        kept.append(asyncio.create_task(fail()))
        await asyncio.sleep(1)

    async def answer():
        await asyncio.to_thread(asyncio.run, inner())

    observe(answer)
    kept.clear()
    gc.collect()
    assert (caplog.records, capsys.readouterr()) == ([], ("", ""))


def test_nothing_is_logged_during_a_run(caplog):
    async def answer():
        async def fail():
            raise ValueError

        asyncio.create_task(fail())  # noqa: RUF006
        await asyncio.sleep(1)

    with caplog.at_level(logging.DEBUG, "asyncio"):
        observe(answer)
    assert [r for r in caplog.records if r.levelno > logging.DEBUG] == []


def test_context_variables_of_the_caller_are_copied():
    async def answer():
        seen = _name.get()
        _name.set("answer")
        return seen, await asyncio.create_task(child())

    async def child():
        return _name.get()

    _name.set("caller")
    assert observe(answer).result == ("caller", "answer")
    assert _name.get() == "caller"


def test_the_collector_works_as_before():
    before = gc.isenabled(), gc.get_threshold()
    observe(page, 1)
    assert (gc.isenabled(), gc.get_threshold()) == before


def test_a_run_inside_a_running_loop_is_in_a_thread():
    async def main():
        return await asyncio.to_thread(observe, page, 1)

    run = asyncio.run(main())
    assert (run.result, run.took) == (1, 1.0)


def test_tasks_of_a_run_are_destroyed_with_it():
    class Marked:
        pass

    alive = []

    async def answer():
        marked = Marked()
        alive.append(marked)
        await asyncio.Event().wait()

    import weakref

    observe(answer)
    ref = weakref.ref(alive.pop())
    assert ref() is None


def test_the_text_of_an_error_has_no_address():
    async def answer():
        raise ValueError(f"a coroutine was expected, got {print_nothing}")

    def print_nothing():
        """Something whose repr has an address."""

    run = observe(answer)
    assert "print_nothing>" in run.failure.text and " at 0x" not in run.failure.text
