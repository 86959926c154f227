"""The same verdict, text and figures on every run, also beside a busy machine.

Steady load hardly hurts a virtual clock. Bursts do, as when kernels start; so kernels start and
stop in a loop beside the long test.
"""

import contextlib
import subprocess
import sys

import pytest

from checker.exercise import exercises
from checker.files import cells, notebooks

pytestmark = pytest.mark.solutions

BUSY = "while True: pass"
KERNELS = """
import signal, sys
from tests.support.real_kernel import Kernel
signal.signal(signal.SIGTERM, lambda *_: sys.exit())
while True:
    kernel = Kernel()
    try:
        kernel.run("import asyncio")
    finally:
        kernel.close()
"""


@pytest.fixture(scope="module")
def load():
    """Four busy processes, and four kernels that start and stop all the time."""
    with contextlib.ExitStack() as stack:
        for program in [BUSY] * 4 + [KERNELS] * 4:
            child = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.DEVNULL)
            stack.callback(child.wait)
            stack.callback(child.terminate)
        yield


def verdicts(exercise):
    """(the cell's id, a function that judges it) of every answer in the solutions."""
    notebook = notebooks.read(notebooks.solutions_dir() / f"{exercise.chapter}.ipynb")
    names = cells.namespace([cell.source for cell in notebook.setup_cells()])
    for cell in notebook.cells_of(exercise.id):
        _, asked = cells.run(cell.source, dict(names), f"<{cell.id}>")
        yield cell.id, lambda asked=asked[-1]: cells.verdict(asked)


def exact(verdict):
    """Whether no real time is in any of its runs."""
    return not any(run.charged for run in verdict.runs)


def outcome(verdict):
    return verdict.cause, verdict.line, verdict.rules


def steady(judged, like, cell):
    """A verdict; another one if real time is in it and was not in `like`: the machine may have
    stood still. Each comes out as `like` did.
    """
    for _ in range(2):
        verdict = judged()
        assert outcome(verdict) == outcome(like), cell
        if exact(verdict) or not exact(like):
            break
    return verdict


def same_each_time(exercise, rounds, in_real_time):
    """Judge the answers to an exercise again and again: so many rounds in all, or as many of those
    that cost real time.
    """
    answers = list(verdicts(exercise))
    for cell, judged in answers:
        first = steady(judged, judged(), cell)
        costly = exercise.needs or not exact(first)
        for _ in range(max(1, (in_real_time if costly else rounds) // len(answers))):
            again = steady(judged, first, cell)
            if exact(again) != exact(first):  # then its figures are told in other words
                continue
            assert repr(again) == repr(first), cell
            # A wrong one may do something else each time, as with a set's order; and runs with
            # real time in them are repeated.
            if first.passed and exact(first):
                assert [run.output for run in again.runs] == [run.output for run in first.runs]
                for one, other in zip(first.runs, again.runs, strict=True):
                    # To join the threads of a pool is a real wait, longer on a busy machine.
                    assert other.took == pytest.approx(one.took, abs=0.1), cell


@pytest.mark.chapters
@pytest.mark.parametrize("exercise", exercises(), ids=lambda e: e.id)
def test_the_same_verdict_each_time(exercise):
    same_each_time(exercise, 25, in_real_time=5)


@pytest.mark.long
@pytest.mark.parametrize("exercise", exercises(), ids=lambda e: e.id)
def test_the_same_verdict_a_thousand_times_on_a_busy_machine(exercise, load):
    same_each_time(exercise, 1000, in_real_time=20)
