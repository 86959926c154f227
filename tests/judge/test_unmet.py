"""What a rule tells the causes has names that are declared, and each of them is read."""

import ast
import dataclasses
from pathlib import Path

import pytest

from checker import judge as package
from checker.chapters.databases.expect import server_saw
from checker.engine import observe as run_of
from checker.engine.record import Call
from checker.judge import observe, unmet
from checker.judge.several import ObservedSchedules
from checker.lab import Pages
from checker.lab.fakes.blocking import ELSEWHERE, Works
from checker.lab.fakes.threads import Account, Items, Shared
from tests.support.answers import answer, found
from tests.support.answers import unmet as not_met

TWO_LINES = "async def answer():\n    x = 1\n    return x"
KINDS = [
    kind
    for kind in vars(unmet).values()
    if isinstance(kind, type) and issubclass(kind, unmet.Unmet)
]


# ------------------------------------------------------------------ names


def test_a_line_and_a_sentence_of_the_rule_are_told():
    def expect(run):
        run.check(False, "two", "it was one", line=2, why="It is one")

    told = found(TWO_LINES, expect)
    assert (told.line, told.text) == (2, "It is one: line 2, `x = 1`.")


@pytest.mark.parametrize(
    "say",
    [
        lambda run: run.check(False, "two", "it was one", lin=2),
        lambda run: run.check(False, "two", "it was one", wy="It is one"),
        lambda run: run.took(1, whole=True),
        lambda run: run.time_is(run.seconds, 1, may_raise=True),
        lambda run: run.whole.equals(1, lin=2),
        lambda run: run.raised("ValueError", in_group=True),
        lambda run: run.left_nothing_behind(after_eror=True),
        lambda run: server_saw(run, False, "one", "two", togther=True),
    ],
)
def test_a_misspelt_word_is_an_error_of_the_rule(say):
    run = observe(answer(TWO_LINES))
    with pytest.raises(TypeError, match="unexpected keyword argument"):
        say(run)


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_takes_a_word_that_it_does_not_declare(kind):
    needed = {
        field.name: None
        for field in dataclasses.fields(kind)
        if field.kw_only and field.default is dataclasses.MISSING
    }
    run = observe(answer(TWO_LINES))
    assert str(kind(run, "two", "it was one", **needed)) == "two; it was one"
    with pytest.raises(TypeError, match="lin"):
        kind(run, "two", "it was one", lin=2, **needed)
    for name in needed:
        with pytest.raises(TypeError, match=name):
            kind(run, "two", "it was one", **{n: None for n in needed if n != name})


def test_orders_and_audits_take_no_word_that_a_run_does_not_take():
    runs = observe(answer(TWO_LINES), schedules=2)
    assert isinstance(runs, ObservedSchedules)
    with pytest.raises(TypeError, match="lin"):
        runs.check(lambda run: False, "two", "it was one", lin=2)


def _attributes_read(path):
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {n.attr for n in nodes if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Load)}


@pytest.mark.parametrize("kind", KINDS)
def test_every_word_is_read_by_a_cause_or_by_the_verdict(kind):
    files = Path(package.__file__).parent.rglob("*.py")
    readers = [f for f in files if f.name not in ("unmet.py", "expect.py")]
    read = set().union(*map(_attributes_read, readers))
    assert {field.name for field in dataclasses.fields(kind)} <= read


# ------------------------------------------------------------------ what calls and waits say


@pytest.mark.parametrize(
    ("what", "function", "thing", "method"),
    [
        ("save('a')", "save", "", "save"),
        ("counter.write(3)", "counter.write", "counter", "write"),
        ("say('a.b(c)')", "say", "", "say"),
        ("/advice", "/advice", "", "/advice"),
    ],
)
def test_the_parts_of_a_call(what, function, thing, method):
    call = Call("service", what, 0.0)
    assert (call.function, call.thing, call.method) == (function, thing, method)


def test_what_threads_share_is_read_and_written_by_calls_of_those_names():
    async def program(counter, items):
        counter.write(counter.read() + 1)
        items[0] = items[1]
        account = Account(7, 100)
        account.write(account.read())

    calls = run_of(program, Shared("counter"), Items([1, 2])).calls
    assert [(call.thing, call.method) for call in calls] == [
        *(("counter", "read"), ("counter", "write")),
        *(("items", "read"), ("items", "write")),
        *(("account_7", "read"), ("account_7", "write")),
    ]


def test_a_remark_stands_apart_from_the_call_and_is_told_behind_it():
    async def program(work):
        import asyncio

        work(1)
        await asyncio.to_thread(work, 2)

    here, there = run_of(program, Works(1)).calls
    assert (here.what, here.remark, str(here)) == ("work(1)", "", "work(1)")
    assert (there.what, there.remark) == ("work(2)", ELSEWHERE)
    assert str(there) == "work(2) in another thread"


def test_a_sleep_is_known_from_other_waits():
    async def program(fetch):
        import asyncio

        await asyncio.sleep(2)
        await asyncio.wait([asyncio.create_task(fetch("a"))])

    run = run_of(program, Pages({"a": 1}))
    assert [(span.seconds, span.is_sleep) for span in run.tasks[0].spans] == [(2, True), (1, False)]


def test_an_error_that_a_database_refused_with_is_asked_for_by_its_name():
    log = {"statements": [{"text": "insert 1", "status": "failed", "error": "it is taken"}]}

    def expect(error):
        def say(run):
            raise unmet.Seen(run, "TakenError to be raised", "it returned 1", log=log, error=error)

        return say

    assert found(TWO_LINES, expect("TakenError")).cause.id == "error_swallowed"
    assert found(TWO_LINES, expect("")).cause.id == "wrong_result"


def test_an_unmet_expectation_knows_its_run():
    broken, made = not_met(TWO_LINES, lambda run: run.returned(2))
    assert isinstance(broken, unmet.Returned)
    assert (broken.value, broken.result, broken.run) == (2, 1, made.runs[-1])
