"""Only a kernel that has died while it started is started again."""

import pytest
from nbval import kernel

from tests.support.start_again import TRIES, started

DEAD = RuntimeError("Kernel died before replying to kernel_info")


def starting(*outcomes):
    """A start with these outcomes, one after the other; and how often it was tried."""
    tried = []

    def start():
        tried.append(outcomes[len(tried)])
        if isinstance(tried[-1], Exception):
            raise tried[-1]
        return tried[-1]

    return start, tried


def test_it_is_started_again_until_it_lives():
    start, tried = starting(DEAD, DEAD, "kernel")
    assert started(start) == "kernel"
    assert tried == [DEAD, DEAD, "kernel"]


@pytest.mark.parametrize(
    ("outcomes", "times"),
    [([DEAD] * 9, TRIES), ([RuntimeError("no reply in time")] * 9, 1), ([OSError("no")] * 9, 1)],
)
def test_what_goes_on_or_is_something_else_comes_out(outcomes, times):
    start, tried = starting(*outcomes)
    with pytest.raises(type(outcomes[0])):
        started(start)
    assert len(tried) == times


def test_nbval_uses_it(monkeypatch):
    tried = []

    def dies(**options):
        tried.append(options)
        raise DEAD

    monkeypatch.setattr("tests.support.start_again._of_nbval", dies)
    with pytest.raises(RuntimeError, match="died before replying"):
        kernel.RunningKernel("python3")
    assert len(tried) == TRIES
