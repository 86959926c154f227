"""What a rule can ask of a run, and what it may expect of one."""

import pytest

from checker.judge import observe
from checker.judge.unmet import AtLeast, Checked, Closed, Ended, Left, Raised, Returned, Took, Unmet
from checker.lab import Pages, Reports
from tests.support.answers import answer

PAGES = Pages({"a": 3, "b": 1, "c": 2})
IN_TURN = """
async def answer(fetch, names):
    for name in names:
        await fetch(name)
"""
TWO_AT_ONCE = """
async def answer(fetch, names):
    slots = asyncio.Semaphore(2)

    async def one(name):
        async with slots:
            await fetch(name)

    await asyncio.gather(*map(one, names))
"""
FAILS = """
async def answer():
    asyncio.create_task(asyncio.sleep(9))
    await asyncio.sleep(2)
    raise ValueError("no")
"""


async def tells(answer, told):
    """A scene that returns what it was given."""
    await answer()
    return told


def told(value, body="pass"):
    return observe(tells, answer(f"async def answer():\n    {body}"), value)


# ------------------------------------------------------------------ parts of a result


@pytest.mark.parametrize(
    ("value", "key"),
    [({"results": [1], "ended": 2.0}, "results"), ([[1], 2.0], 0), (([1], 2.0), 0)],
)
def test_a_part_by_its_name_or_its_place(value, key):
    part = told(value).part(key)
    part.returned([1])
    part.equals([1])
    with pytest.raises(Returned, match=r"item 0 is 2; item 0 is 1") as broken:
        part.returned([2])
    assert (broken.value.value, broken.value.result) == ([2], [1])
    with pytest.raises(Checked, match=r"\[2\]; it was \[1\]"):
        part.equals([2])


def test_a_part_is_of_the_very_type():
    run = told([True, 1.0])
    with pytest.raises(Checked):
        run.part(0).equals(1)
    with pytest.raises(Returned):
        run.part(1).returned(1)


def test_what_is_said_of_a_part():
    run = told({"loops": 2})
    with pytest.raises(Checked, match="one loop; there were 2") as broken:
        run.part("loops").equals(1, "one loop", "there were {}", line=2, why="Why", in_turn=True)
    assert (broken.value.line, broken.value.why, broken.value.in_turn) == (2, "Why", True)


def test_what_is_said_of_a_part_that_the_answer_returned():
    part = told({"outcome": "failed"}).part("outcome")
    with pytest.raises(Returned, match="it to end as cancelled; it failed") as broken:
        part.returned("cancelled", "it to end as cancelled", "it {}", line=2)
    assert (broken.value.value, broken.value.result) == ("cancelled", "failed")
    assert broken.value.line == 2


def test_the_whole_result_is_a_part_too():
    told("three").whole.equals("three")
    with pytest.raises(Checked, match="four; three"):
        told("three").whole.equals("four", "four", "{}")


def test_there_is_no_part_of_what_did_not_end():
    with pytest.raises(Ended, match="it raised ValueError"):
        told([1], "raise ValueError").part(0)


def test_the_part_that_the_answer_returned_is_told_in_place_of_an_error():
    run = told({"result": "half", "received": "all"})
    with pytest.raises(Raised, match="EOFError to be raised; it returned 'half'"):
        run.raised("EOFError", part="result")
    with pytest.raises(Raised, match="it returned {'result': 'half', 'received': 'all'}"):
        run.raised("EOFError")
    told({}, "raise EOFError").raised("EOFError", part="result")


def test_an_error_may_come_in_a_group():
    group = "raise ExceptionGroup('three', [KeyError('b'), ValueError('a'), ValueError('no')])"
    run = told({}, group)
    run.raised("ValueError", "no")
    run.raised("ValueError", "a")
    run.raised("LookupError")  # a KeyError is one
    with pytest.raises(Raised, match="EOFError to be raised; it raised ExceptionGroup"):
        run.raised("EOFError")
    with pytest.raises(Raised, match="ValueError: yes to be raised"):
        run.raised("ValueError", "yes")


# ------------------------------------------------------------------ calls


def test_the_calls_of_a_service():
    calls = observe(answer(TWO_AT_ONCE), PAGES, list("abc")).calls_of("fetch")
    assert calls.texts == ["fetch('a')", "fetch('b')", "fetch('c')"]
    assert (calls.times, calls.lines) == ([0, 0, 1], [6, 6, 6])
    assert (len(calls), calls.peak, calls.line) == (3, 2, 6)
    assert (calls.line_of("fetch('b')"), calls.line_of("fetch('x')")) == (6, None)
    assert [call.end for call in calls] == [3, 1, 3]


def test_a_service_that_nobody_called():
    calls = observe(answer(IN_TURN), PAGES, []).calls_of("fetch")
    assert not calls
    assert (calls.texts, calls.line, calls.peak) == ([], None, 0)
    calls.are([])


def test_calls_are_written_like_this_and_in_this_order():
    calls = observe(answer(IN_TURN), PAGES, list("ab")).calls_of("fetch")
    calls.are(["fetch('a')", "fetch('b')"])
    calls.is_written(2, "fetch('b')")
    with pytest.raises(Returned, match=r"item 1 is .fetch\('c'\)") as broken:
        calls.are(["fetch('a')", "fetch('c')"])
    assert broken.value.line == 3
    with pytest.raises(Checked, match=r"fetch\('a'\); it was fetch\('b'\)") as broken:
        calls.is_written(2, "fetch('a')")
    assert broken.value.line == 3
    with pytest.raises(Checked, match=r"the first; fetch\('b'\) came"):
        calls.is_written(2, "fetch('a')", "the first", "{} came")


# ------------------------------------------------------------------ times


def test_workers_that_are_kept_busy():
    run = observe(answer(TWO_AT_ONCE), PAGES, list("abc"))
    run.kept_busy(2, "fetch", PAGES.delays)
    with pytest.raises(AtLeast):
        run.kept_busy(3, "fetch", PAGES.delays)
    in_pairs = IN_TURN.replace("for name in names:\n        await fetch(name)", "{}").format(
        "await asyncio.gather(*map(fetch, names[:2]))\n    await fetch(names[2])"
    )
    with pytest.raises(Took, match="3 s; it took 5 s"):
        observe(answer(in_pairs), PAGES, list("abc")).kept_busy(2, "fetch", PAGES.delays)


@pytest.mark.parametrize(
    ("ticks", "late"),
    [([1, 2, 3], None), ([1, 2.5, 3], None), ([1, 2.9, 3], 2), ([1, 2], 3), ([], 1)],
)
def test_a_loop_that_was_free(ticks, late):
    run = told(ticks, "await asyncio.sleep(4)")
    if late is None:
        run.loop_was_free(run.value)
        return
    with pytest.raises(Checked, match=f"the tick at {late} s was late or never came"):
        run.loop_was_free(run.value)


def test_how_late_a_tick_may_be_is_for_the_rule_to_say():
    run = told([1, 2.5, 3], "await asyncio.sleep(4)")
    with pytest.raises(Checked, match="the tick at 2 s"):
        run.loop_was_free(run.value, late=0.2)


def test_what_may_be_expected_after_an_error():
    run = observe(answer(FAILS))
    run.took(2, after_error=True)
    with pytest.raises(Took, match="1 s; it took 2 s"):
        run.took(1, after_error=True)
    with pytest.raises(Left):
        run.left_nothing_behind(after_error=True)
    for expect in (lambda: run.took(2), run.left_nothing_behind):
        with pytest.raises(Ended, match="it raised ValueError: no"):
            expect()


def test_a_time_in_the_words_of_the_rule():
    run = observe(answer(IN_TURN), PAGES, ["b"])
    with pytest.raises(Took, match=r"twice 2 s; it paused for 1 s") as broken:
        run.time_is(run.seconds, 4, "paused for", expected="twice 2 s", in_turn=True)
    assert (broken.value.seconds, broken.value.whole, broken.value.in_turn) == (4, False, True)


# ------------------------------------------------------------------ what was opened, and facts


class Doors(Pages):
    """`await doors.open(name)` and `await doors.close(name)`."""

    name = "doors"

    async def open(self, name):
        with self.call(f"doors.open({name!r})"):
            pass

    async def close(self, name):
        with self.call(f"doors.close({name!r})"):
            pass


def test_what_was_opened_was_closed():
    source = "async def answer(doors):\n    await doors.open(1)\n    {}"
    well = source.format("await doors.close(1)")
    observe(answer(well), Doors({})).closed("doors.open", "doors.close")
    with pytest.raises(Closed, match=r"doors.open\(1\) of 0 s stayed open") as broken:
        observe(answer(source.format("pass")), Doors({})).closed("doors.open", "doors.close")
    assert broken.value.fault == "no `doors.close` followed"


def test_the_facts_of_a_run():
    source = """
async def answer(fetch, report):
    print("begun")
    report(await fetch("b"))
    return 1
"""
    run = observe(answer(source), PAGES, Reports())
    assert (run.has_returned, run.seconds, run.charged, run.output) == (True, 1, 0, "begun\n")
    assert [call.service for call in run.calls] == ["fetch", "report"]
    assert (run.blocked, run.complaints, run.failure) == ([], [], None)
    assert [task.number for task in run.own_tasks] == [0]
    failing = observe(answer(FAILS))
    assert (failing.has_returned, failing.failure.type) == (False, "ValueError")


def test_every_sentence_raises_a_kind_of_unmet():
    run = observe(answer(IN_TURN), PAGES, list("ab"))
    run.ended()
    for expect in (
        lambda: run.returned(1),
        lambda: run.raised("ValueError"),
        lambda: run.printed("a"),
        lambda: run.took(1),
        lambda: run.called("fetch"),
        lambda: run.called_at("fetch", [0]),
        lambda: run.at_least(2),
        lambda: run.at_most(0),
        lambda: run.check(False, "more", "less"),
    ):
        with pytest.raises(Unmet) as broken:
            expect()
        assert type(broken.value) is not Unmet
