"""What a stock run prints of itself, or would do at its end, is shown in a timeline."""

import asyncio
import threading
import time

import pytest

from checker.engine import Limits, observe
from checker.show.remarks import remarks
from checker.show.timeline import Timeline
from tests.support.programs import line_of


def shown(program, **options):
    """The remarks on its run, after a look at both ways to show them."""
    run = observe(program, **options)
    lines = remarks(run)
    text, html = repr(Timeline(run)), Timeline(run)._repr_html_()
    assert all(line[:99] in text for line in lines)
    # A <pre> that is an output's own child would get JupyterLab's wide margins.
    assert len(lines) == 0 or "<div><pre>" in html
    return lines


def test_errors_in_callbacks_and_threads():
    async def main():
        def broken():
            raise ValueError("no")

        asyncio.get_running_loop().call_later(0.1, broken)
        threading.Thread(target=broken).start()
        await asyncio.sleep(1)

    line = line_of(main, 2)
    assert sorted(shown(main)) == [
        f"nobody handles what came out of a callback: ValueError: no, line {line}",
        f"nobody handles what came out of a thread: ValueError: no, line {line}",
    ]


def test_members_of_groups_with_their_texts():
    async def fail(text):
        raise ValueError(text)

    async def main():
        async with asyncio.TaskGroup() as group:
            group.create_task(fail("one"))
            group.create_task(fail("two"))

    line = line_of(fail, 1)
    assert shown(main) == [f"  ValueError: one, line {line}", f"  ValueError: two, line {line}"]


def test_a_task_that_is_cancelled_at_the_end_and_the_finalizer_of_a_generator():
    kept = []

    async def rows():
        try:
            yield 1
        finally:
            print("closed")

    async def job():
        try:
            await asyncio.sleep(100)
        except asyncio.CancelledError:
            print("cancelled")
            raise

    async def main():
        kept.append(rows())
        await anext(kept[0])
        kept.append(asyncio.create_task(job()))
        await asyncio.sleep(1)
        print("main")

    run = observe(main)
    assert run.output == "main\n"
    assert run.afterwards == "cancelled\nclosed\n"
    assert remarks(run) == ["at the end it prints | cancelled", "at the end it prints | closed"]


def test_what_a_stopped_run_would_print_later_is_not_shown():
    async def main():
        try:
            await asyncio.Event().wait()
        finally:
            print("never")

    run = observe(main)
    assert (run.output, run.afterwards, remarks(run)) == ("", "", [])


def test_a_call_in_a_thread_that_nobody_waits_for_any_more():
    async def main():
        def forever():
            while True:
                time.sleep(1)

        job = asyncio.create_task(asyncio.to_thread(forever))
        await asyncio.sleep(2)
        job.cancel()

    run = observe(main)
    [line] = remarks(run)
    assert line == (
        f"`forever` still runs in a thread, line {line_of(main, 5)}; "
        "the program would wait for it at its end"
    )
    assert run.left == []


def test_a_thread_that_is_left():
    async def main():
        threading.Thread(target=time.sleep, args=[5]).start()

    [line] = shown(main)
    assert line.startswith(f"a thread still runs, line {line_of(main, 1)};")


def test_a_timer_that_is_left():
    async def main():
        asyncio.get_running_loop().call_later(5, print)

    [line] = shown(main)
    assert line.startswith(f"a timer is still set, line {line_of(main, 1)};")


def test_a_thread_that_does_not_wake_the_loop():
    async def main():
        box = asyncio.get_running_loop().create_future()
        threading.Timer(1, box.set_result, ["x"]).start()
        await box

    [line] = shown(main)
    assert line.startswith(f"line {line_of(main, 2)}, in another thread, touches the loop")
    assert "call_soon_threadsafe" in line


def test_what_asyncio_reports_has_no_place_of_this_machine():
    async def main():
        loop = asyncio.get_running_loop()
        loop.call_exception_handler({"message": "Something at /tmp/x.py:3 is odd"})

    assert shown(main) == ["asyncio reports: Something is odd"]


def test_there_are_not_too_many():
    async def main():
        for _ in range(40):
            asyncio.get_running_loop().call_soon(lambda: 1 / 0)
        await asyncio.sleep(1)

    lines = shown(main)
    assert (len(lines), lines[-1]) == (13, "… 28 more")


@pytest.mark.parametrize("seconds", [0.1, 1])
def test_nothing_is_remarked_where_nothing_is_odd(seconds):
    async def main():
        await asyncio.gather(asyncio.sleep(seconds), asyncio.to_thread(time.sleep, seconds))

    assert shown(main, limits=Limits(seconds=10)) == []
