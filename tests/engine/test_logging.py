"""What an answer logs stands among what it printed, and costs no time on the clock."""

import asyncio
import contextlib
import io
import logging
import queue
import sys
import threading

import pytest

from checker.engine import observe


class KernelStream(io.TextIOBase):
    """A stream like that of a kernel: a thread older than any run writes it, and `flush` waits."""

    def __init__(self):
        self.shown = []
        self._todo = queue.SimpleQueue()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            self._todo.get()()

    def write(self, text):
        self._todo.put(lambda: self.shown.append(text))
        return len(text)

    def flush(self):
        written = threading.Event()
        self._todo.put(written.set)
        if not written.wait(10):
            self.shown.append("timed out")


@contextlib.contextmanager
def kernel_that_logs(level=logging.WARNING):
    """Inside the block, standard error is such a stream, and `logging` writes there."""
    stream, root = KernelStream(), logging.getLogger()
    before, handler = root.level, logging.StreamHandler(stream)
    root.addHandler(handler)
    root.setLevel(level)
    try:
        with contextlib.redirect_stderr(stream):
            yield stream
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.WARNING])
def test_a_record_of_logging_costs_no_time(level):
    async def work(seconds):
        logging.warning("start %s", seconds)
        await asyncio.sleep(seconds)
        logging.warning("end %s", seconds)

    async def answer():
        await asyncio.gather(work(1), work(2))
        await asyncio.to_thread(logging.error, "in a thread")

    with kernel_that_logs(level) as kernel:
        run = observe(answer)
    assert (run.took, run.charged, run.blocked, run.left) == (2, 0, [], [])
    assert [(p.at, p.text, p.stream) for p in run.printed] == [
        (0, "start 1\n", "stderr"),
        (0, "start 2\n", "stderr"),
        (1, "end 1\n", "stderr"),
        (2, "end 2\n", "stderr"),
        (2, "in a thread\n", "stderr"),
    ]
    assert kernel.shown == []


def test_what_is_printed_to_a_stream_from_before_is_the_runs():
    with kernel_that_logs() as kernel:
        saved = sys.stderr

        async def answer():
            print("a word", file=saved, flush=True)
            await asyncio.sleep(1)
            saved.writelines(["two", " words\n"])

        run = observe(answer)
        print("after it", file=saved, flush=True)
    printed = "".join(p.text for p in run.printed)
    assert (printed, run.took, run.charged) == ("a word\ntwo words\n", 1, 0)
    assert "".join(kernel.shown) == "after it\n"
    assert not {"write", "writelines", "flush"} & vars(kernel).keys()


def test_what_others_log_during_a_run_goes_to_the_screen():
    asked, said = queue.Queue(), threading.Event()

    def other():
        logging.warning(asked.get())
        said.set()

    async def answer():
        asked.put("now")
        await asyncio.to_thread(said.wait)

    with kernel_that_logs() as kernel:
        threading.Thread(target=other).start()
        run = observe(answer)
        kernel.flush()
    assert (run.printed, "".join(kernel.shown)) == ([], "now\n")
