"""Which failing tests are tried again."""

import subprocess
import sys

TESTS = """
import asyncio
import itertools
import time

import pytest

from checker.engine import observe

tries = itertools.count(1)


def work():
    end = time.thread_time() + 0.1
    while time.thread_time() < end:
        pass


def took(works, seconds=1):
    async def answer():
        if works:
            work()
        await asyncio.sleep(seconds)

    return observe(answer).took


def test_the_machine_stood_still_once():
    assert took(works=next(tries) == 1) == 1


def test_real_time_each_time():
    assert took(works=True) == 1


def test_real_time_and_a_race():
    assert took(works=True) > 1
    assert next(tries) > 3  # the first test took two of them


@pytest.mark.parametrize("seconds", [1, 2])
def test_no_real_time(seconds):
    assert took(works=False, seconds=seconds) == 1
"""

OUTCOMES = [
    ("test_the_machine_stood_still_once", "PASSED"),
    ("test_real_time_each_time", "FAILED"),
    ("test_real_time_and_a_race", "FAILED"),
    ("test_no_real_time[1]", "PASSED"),
    ("test_no_real_time[2]", "FAILED"),
]


def test_only_the_machine_is_forgiven(tmp_path):
    tmp_path.joinpath("test_tries.py").write_text(TESTS)
    tmp_path.joinpath("conftest.py").write_text(
        "from tests.support.second_try import pytest_pyfunc_call\n"
    )
    command = [sys.executable, "-m", "pytest", "-v", "--rootdir", tmp_path, tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = [line.split("::")[1].split()[:2] for line in done.stdout.splitlines() if "::" in line]
    assert [tuple(words) for words in said[: len(OUTCOMES)]] == OUTCOMES
    assert "it failed with real time in a run, and passed without" in done.stdout
