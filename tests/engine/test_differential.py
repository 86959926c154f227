"""Programs that nobody wrote: the virtual loop does what asyncio's own loop does.

`--long` draws new programs each time, tens of thousands; otherwise the same few hundred are run. A
failure prints the smallest program that still differs.
"""

import inspect

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from checker.engine.loop.handles import Timer
from tests.support import differential
from tests.support.differential import programs
from tests.support.differential_programs import World

# The end of a stock loop destroys what the program left; what that says is not compared.
pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
]


def _each(examples, new=False):
    """Settings for this many programs: the same on every run, or new ones."""
    return settings(
        max_examples=examples,
        derandomize=not new,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=new,
        phases=(Phase.generate, Phase.shrink),
    )


@_each(250)
@given(programs)
def test_order_results_errors_and_times_are_those_of_the_stock_loop(program):
    differential.against_stepped(program)


def test_they_are_in_real_time_too():
    told = []

    @_each(25)
    @given(programs)
    def sample(program):
        told.append(differential.against_scaled(program))

    sample()
    assert any(told)


@_each(100)
@given(programs)
def test_recording_for_the_player_changes_nothing(program):
    differential.against_player(program)


@pytest.mark.long
@pytest.mark.parametrize("part", range(10))
def test_twenty_thousand_programs(part):
    @_each(2_000, new=True)
    @given(programs)
    def sample(program):
        differential.against_stepped(program)

    sample()


@pytest.mark.long
def test_two_thousand_programs_in_real_time():
    told = []

    @_each(2_000, new=True)
    @given(programs)
    def sample(program):
        told.append(differential.against_scaled(program))

    sample()
    assert sum(told) > len(told) / 2


@pytest.mark.long
@_each(5_000, new=True)
@given(programs)
def test_recording_for_the_player_changes_nothing_in_five_thousand_programs(program):
    differential.against_player(program)


# ---------------------------------------------------------------------- the measure itself


_NAP = [("sleep", 1)]
_EVERY = [
    ("set", 1),
    *(differential.rendezvous(pair, 1, 1) for pair in differential.PAIRS),
    *(("start", _NAP), ("when_done", 1, ("clear", 0)), ("task", 0)),
    *(("wait_for_task", 0, 2), ("shield_task", 0), ("shield", _NAP), ("wait_for", _NAP, 2)),
    *(("group", [_NAP] * 2, []), ("wait", [_NAP] * 2, 0, None), ("as_completed", [_NAP] * 2, 3)),
    *(("timeout", 2, [("reschedule", 3)]), ("finally", [], []), ("repeat", 2, _NAP)),
    ("catch", "errors", [("raise", "value")], []),
    *(("lock", 0, []), ("semaphore", 0, []), ("release", 0), ("generator", _NAP, 2, False)),
    *(("put_now", 0, 1), ("get_now", 0), ("task_done", 0), ("clear", 0)),
    *(("later", 1, ("clear", 0)), ("at", 1, ("clear", 0)), ("soon", ("clear", 0)), ("drop", 0)),
    *(("resolve", 0, "result"), ("cancel", 1), ("uncancel",), ("barrier_ends", 0, "reset")),
]


def test_every_operation_gets_to_its_end():
    log = differential.against_stepped((_EVERY, False))
    ended = {step[1] for step in log if isinstance(step[2], list) and step[2][0] == "done"}
    kinds = (name.partition("_") for name, _ in inspect.getmembers(World, inspect.isfunction))
    operations = {name for kind, _, name in kinds if kind in ("do", "wait")}
    assert operations - ended == {"raise"}


def test_programs_end_in_every_way():
    endings = set()

    @_each(50)
    @given(programs)
    def sample(program):
        endings.add(differential.stepped(program)[0][0])

    sample()
    assert endings == {"returned", "raised", "deadlock"}


_TWELVE = ([("gather", [[("sleep", 1)]] * 12, False)], False)


def test_equal_delays_are_compared_and_their_order_matters(monkeypatch):
    differential.against_stepped(_TWELVE)
    monkeypatch.setattr(Timer, "__lt__", lambda self, other: self.due[0] < other.due[0])
    with pytest.raises(AssertionError, match="stock"):
        differential.against_stepped(_TWELVE)


def test_a_deadlock_is_one_on_every_loop():
    program = ([("start", [("sleep", 2), ("set", 1)]), ("event", 1), ("event", 0)], False)
    ending, log = differential.stepped(program)
    assert (ending, log[-1]) == (["deadlock", None], [1, "event", None, 2])
    differential.against_stepped(program)
    differential.against_scaled(program)


def test_a_program_that_is_late_for_its_guard_is_no_deadlock():
    (ending, _), _ = differential.scaled(([("sleep", 5)], False), 0.004, guard=1)
    assert ending[0] == "it still runs"
