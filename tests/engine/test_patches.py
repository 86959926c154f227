"""Clock functions, output and warnings are those of the run inside it, the real ones elsewhere."""

import asyncio
import datetime as datetimes
import io
import math
import sys
import threading
import time
import time as clock
import warnings
from datetime import datetime
from time import monotonic, perf_counter, perf_counter_ns, sleep
from time import time as wall

import pytest

from checker.engine import observe
from checker.engine.clock.clock import real_ns
from checker.engine.patches.output import outputs_kept


def elapsed(read):
    async def answer():
        before = read()
        await asyncio.sleep(2)
        return read() - before

    return observe(answer).result


@pytest.mark.parametrize("name", ["monotonic", "perf_counter", "time"])
def test_functions_of_the_module_time(name):
    async def answer():
        before = getattr(time, name)()
        await asyncio.sleep(2)
        return getattr(time, name)() - before

    assert observe(answer).result == pytest.approx(2)


@pytest.mark.parametrize("name", ["monotonic_ns", "perf_counter_ns", "time_ns"])
def test_their_nanoseconds(name):
    async def answer():
        before = getattr(time, name)()
        await asyncio.sleep(2)
        return getattr(time, name)() - before

    assert observe(answer).result == 2_000_000_000


def test_names_from_an_import():
    async def answer():
        before = monotonic(), perf_counter(), wall(), perf_counter_ns() / 1e9
        await asyncio.sleep(2)
        after = monotonic(), perf_counter(), wall(), perf_counter_ns() / 1e9
        return [round(b - a, 6) for a, b in zip(before, after, strict=True)]

    assert observe(answer).result == [2, 2, 2, 2]


def test_an_alias_of_the_module():
    async def answer():
        before = clock.time()
        clock.sleep(2)
        return clock.time() - before

    assert observe(answer).result == pytest.approx(2)


def test_a_default_argument():
    async def answer(read=monotonic, *, pause=sleep):
        before = read()
        pause(2)
        return read() - before

    assert observe(answer).result == 2


def test_a_closure():
    read, pause = perf_counter, sleep

    async def answer():
        before = read()
        pause(2)
        return read() - before

    assert observe(answer).result == 2


def test_a_helper_that_the_answer_calls():
    read = perf_counter

    def helper():
        return read()

    async def answer():
        before = helper()
        await asyncio.sleep(2)
        return helper() - before

    assert observe(answer).result == 2


def test_an_argument_that_is_a_function():
    def read(now=monotonic):
        return now()

    async def answer(read):
        before = read()
        await asyncio.sleep(2)
        return read() - before

    assert observe(answer, read).result == 2


def test_a_thread_that_the_answer_starts():
    async def answer():
        seen = []

        def work():
            before = time.monotonic(), monotonic()
            time.sleep(2)
            seen.append([round(time.monotonic() - before[0]), round(monotonic() - before[1])])

        thread = threading.Thread(target=work)
        thread.start()
        await asyncio.sleep(3)
        thread.join()
        return seen

    assert observe(answer).result == [[2, 2]]


@pytest.mark.parametrize("form", ["name", "module", "utc", "today"])
def test_datetime_now(form):
    def read():
        if form == "utc":
            return datetime.now(datetimes.UTC)
        if form == "today":
            return datetimes.datetime.today()
        return datetime.now() if form == "name" else datetimes.datetime.now()

    async def answer():
        before = read()
        await asyncio.sleep(3600)
        after = read()
        return (after - before).total_seconds(), isinstance(after, datetime)

    seconds, is_datetime = observe(answer).result
    assert seconds == pytest.approx(3600, abs=1e-3)
    assert is_datetime


def test_the_wall_clock_starts_at_the_real_time():
    async def answer():
        return time.time()

    assert observe(answer).result == pytest.approx(time.time(), abs=60)


@pytest.mark.parametrize("error", [None, ValueError("no"), SystemExit(3)])
def test_rebound_names_are_restored(error):
    read = monotonic

    async def answer(pause=sleep):
        read()
        if error:
            raise error

    before = dict(globals()), answer.__defaults__, answer.__closure__[-1].cell_contents
    observe(answer)
    after = dict(globals()), answer.__defaults__, answer.__closure__[-1].cell_contents
    assert before == after
    assert read is monotonic


def test_outside_a_run_the_clock_is_real():
    seen = []

    def watch():
        started, real = time.perf_counter_ns(), real_ns()
        time.sleep(0.02)
        seen.append((time.perf_counter_ns() - started, real_ns() - real))

    async def answer():
        await asyncio.sleep(3000)
        await gate()

    async def gate():
        watcher.join()

    watcher = threading.Thread(target=watch)
    watcher.start()
    observe(answer)
    [(shown, real)] = seen
    assert 20_000_000 <= shown <= real


def test_a_number_that_sleep_refuses():
    async def answer(seconds):
        time.sleep(seconds)

    assert observe(answer, -1).failure.type == "ValueError"
    assert observe(answer, "1").failure.type == "TypeError"
    assert observe(answer, math.nan).failure.type == "ValueError"
    assert observe(answer, math.inf).failure.type == "OverflowError"
    assert observe(answer, 1e300).failure.type == "OverflowError"


# ------------------------------------------------------------------ output, loops, warnings


def test_outside_a_run_output_is_real(capsys):
    async def answer():
        print("inside")

    stdout = sys.stdout
    run = observe(answer)
    print("outside")
    assert (run.output, capsys.readouterr().out) == ("inside\n", "outside\n")
    assert sys.stdout is stdout


def test_what_other_threads_print_during_a_run_goes_to_the_screen(capsys):
    started = threading.Event()
    told = threading.Event()

    def other():
        started.wait()
        print("other")
        told.set()

    thread = threading.Thread(target=other)
    thread.start()

    async def answer():
        print("mine")
        started.set()
        told.wait()

    run = observe(answer)
    thread.join()
    assert (run.output, capsys.readouterr().out) == ("mine\n", "other\n")


def test_output_that_is_redirected_by_the_answer_stays_with_it():
    async def answer():
        from contextlib import redirect_stdout

        kept = io.StringIO()
        with redirect_stdout(kept):
            print("kept")
        return kept.getvalue()

    run = observe(answer)
    assert (run.result, run.output) == ("kept\n", "")


def test_two_runs_at_once_keep_apart():
    meet = threading.Barrier(2)
    runs = {}

    def check(name, seconds):
        async def forgotten():
            pass

        async def answer():
            print(name)
            meet.wait(5)
            await asyncio.sleep(seconds)
            forgotten()
            print(name)
            return time.monotonic()

        forgotten.__name__ = name
        runs[name] = observe(answer)

    threads = [threading.Thread(target=check, args=a) for a in (("one", 1), ("two", 2000))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name, seconds in (("one", 1), ("two", 2000)):
        assert runs[name].output == f"{name}\n{name}\n"
        assert seconds <= runs[name].result < seconds + 1
        assert [u.name for u in runs[name].unawaited] == [name]


def test_a_warning_outside_a_run_is_a_warning():
    async def forgotten():
        pass

    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        forgotten()
    assert "was never awaited" in str(seen[0].message)


def test_a_loop_made_outside_a_run_is_a_stock_loop():
    loop = asyncio.new_event_loop()
    loop.close()
    assert type(loop).__module__.startswith("asyncio")


class Interrupted(io.StringIO):
    """A stream in the midst of whose first `write` something happens once."""

    def __init__(self, happens):
        super().__init__()
        self.happens = happens

    def write(self, text):
        happens, self.happens = self.happens, lambda: None
        happens()
        return super().write(text)


def test_a_print_goes_on_while_the_last_run_ends(monkeypatch):
    stream = Interrupted(lambda: kept.__exit__(None, None, None))
    monkeypatch.setattr(sys, "stdout", stream)
    kept = outputs_kept()
    kept.__enter__()
    print("a line")  # `print` writes twice, and holds no reference to what it writes to
    assert sys.stdout is stream
    assert stream.getvalue() == "a line\n"
