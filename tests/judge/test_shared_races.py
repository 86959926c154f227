"""Threads that use one thing at once are a race; those that take turns are none."""

import pytest

from checker.lab.fakes.threads import Items, Loads, Shared
from checker.lab.scenes.threads import counted, found_beside
from tests.support.answers import answer, found

COUNT = """
import threading

async def answer(load, names, counter):
    lock = threading.Lock()

    def one(name):
        load(name)
        {first}
        number = counter.read()
        {second}
        counter.write(number + {step})
        {third}

    await asyncio.gather(*(asyncio.to_thread(one, name) for name in names))
"""
NO_LOCK = {"first": "pass", "second": "pass", "third": "pass", "step": 1}
TWO_BLOCKS = {
    "first": "lock.acquire()",
    "second": "lock.release(); lock.acquire()",
    "third": "lock.release()",
    "step": 1,
}
IN_TURN = {"first": "lock.acquire()", "second": "pass", "third": "lock.release()", "step": 0}


def _told(parts, **data):
    def shows_two(run):
        run.check(run.part("number").value == 2, "2", "another number", **data)

    args = (Loads({"home": 5, "news": 5.11}), ["home", "news"], Shared("counter"))
    return found(COUNT.format(**parts), shows_two, *args, scenario=counted)


def test_two_uses_at_once_are_a_race():
    told = _told(NO_LOCK, shared="counter")
    assert (told.cause.id, told.line) == ("race", 9)
    assert "`counter.read()` begins at 5.11 s, when `counter.read()` is still going on" in told.text


def test_two_reads_before_a_write_are_a_race():
    told = _told(TWO_BLOCKS, shared="counter")
    assert (told.cause.id, told.line) == ("race", 9)
    assert "comes between `counter.read()` at 5 s and `counter.write(1)`" in told.text


def test_uses_in_turn_are_no_race():
    assert _told(IN_TURN, shared="counter").cause.id != "race"


LIST = """
import threading

class answer:
    def __init__(self, items):
        self.items, self.lock = items, threading.RLock()

    def indices_of(self, value):
        with self.lock:
            return [n for n in range(len(self.items){last}) if self.items[n] == value]

    def replace(self, old, new):
        {each}
        for n in self.indices_of(old):
            with self.lock:
                self.items[n] = new
        {end}
"""
HELD = {"each": "self.lock.acquire()", "end": "self.lock.release()", "last": " - 1"}
LET_GO = {"each": "pass", "end": "pass", "last": ""}


def _told_of_list(parts):
    def finds_none_or_both(run):
        run.check(run.value in ([], [0, 1]), "all or nothing", "another list", shared="items")

    rest = (Items([1, 1]), (1, 2), 2, 0.7)
    source = LIST.format(**parts)
    return found(source, finds_none_or_both, *rest, scenario=found_beside)


def test_a_look_between_two_writes_of_another_thread_is_a_race():
    told = _told_of_list(LET_GO)
    assert (told.cause.id, told.line) == ("race", 9)
    assert told.text.endswith("It sees what is only half done.")


def test_a_wrong_list_without_anybody_between_is_no_race():
    assert _told_of_list(HELD).cause.id == "wrong_result"


@pytest.mark.parametrize("parts", [NO_LOCK, TWO_BLOCKS])
def test_a_rule_that_shares_nothing_tells_of_no_race(parts):
    assert _told(parts).cause.id != "race"


METHODS = """
class answer:
    def begin(self):
        pass

    def stop(self):
        return 1
"""


def test_a_rule_names_the_method_that_it_speaks_of():
    made = answer(METHODS, is_async=False)
    assert (made.method_line("stop"), made.method_line("pause")) == (5, None)


def test_a_time_may_have_a_sentence_of_the_rule():
    source = "async def answer():\n    await asyncio.sleep(3)"

    def in_one(run):
        run.time_is(run.seconds, 1, why="It does not stop", line=2)

    told = found(source, in_one)
    assert (told.cause.id, told.line) == ("wrong_time", 2)
    assert told.text == "It does not stop: line 2, `await asyncio.sleep(3)`."
