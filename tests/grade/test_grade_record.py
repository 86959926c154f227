"""A child may say anything: what is no record of a run is refused, whatever is wrong with it."""

import asyncio
import json
import math
import random
import threading
import time

import pytest

from checker.engine import observe
from checker.engine.clock.clock import FREE, SECOND, real_sleep
from checker.grade import record
from checker.lab import Pages

LONG = 1000.0  # real seconds; none of these runs is charged for more


async def two(fetch, names):
    print("begun")
    time.sleep(0)
    first = asyncio.create_task(fetch(names[0]))
    return {"a": [await fetch(names[1]), (await first, {1, 2}), b"x", None, 1.5, True]}


async def failing(fetch, names):
    async with asyncio.TaskGroup() as group:
        group.create_task(fetch(names[0]))
        group.create_task(fetch("nowhere"))


async def endless(fetch, names):
    await asyncio.Event().wait()


async def beyond_json(fetch, names):
    return [float("nan"), float("-inf"), 10**5000, -(10**5000), {1e400: 2**64}]


async def failing_beyond_json(fetch, names):
    raise ValueError("many", float("nan"), 1e400, 10**5000, 2**64)


FETCH = Pages({"home": 3, "news": 5})


def told(answer):
    """What a child would send of a run of this answer."""
    return observe(answer, FETCH, list(FETCH)).to_json()


def read(data, **options):
    return record.read(json.dumps(data).encode(), LONG, services=[FETCH], **options)


@pytest.mark.parametrize("answer", [two, failing, endless, beyond_json, failing_beyond_json])
def test_a_run_comes_out_as_it_went_in(answer):
    data = told(answer)
    assert read(data).to_json() == data


def test_numbers_that_json_has_not():
    _, less, *integers, by_key = read(told(beyond_json)).result
    assert (less, integers, by_key) == (-math.inf, [10**5000, -(10**5000)], {math.inf: 2**64})
    assert read(told(failing_beyond_json)).failure.args == ["many", 2**64]


def test_a_thread_that_is_ahead_of_the_loop_on_a_busy_machine(no_cpu):

    async def answer():
        said = []

        def late():
            real_sleep(2 * FREE / SECOND)
            print("late")
            said.append(True)

        threading.Thread(target=late).start()
        while not said:
            pass

    run = observe(answer)
    assert run.printed[0].at > run.took + record.SMALL
    assert read(run.to_json()).printed == run.printed


def changed(data, *path, value):
    """A copy in which one field, named by its path, has another value."""
    copy = json.loads(json.dumps(data))
    place = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return copy


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("took",), "3"),
        (("took",), True),
        (("took",), 4.0),
        (("took",), -1),
        (("took",), 1e300),
        (("blocked", 0, "seconds"), 1e300),
        (("blocked", 0, "seconds"), -1),
        (("charged",), 5000),
        (("charged",), -0.5),
        (("returned",), False),
        (("returned",), 1),
        (("failure",), {"type": "ValueError"}),
        (("failure",), []),
        (("stop",), {"reason": "turns", "text": "", "line": 1, "circle": [], "stuck": False}),
        (("turns",), 1.5),
        (("tasks",), []),
        (("tasks",), {}),
        (("tasks", 0, "number"), 7),
        (("tasks", 0, "parent"), 99),
        (("tasks", 1, "parent"), 2),
        (("tasks", 0, "ended_at"), -1e308),
        (("tasks", 1, "cancels"), [{"at": 1e308, "by": "answer"}]),
        (("complaints",), ["x"] * 60_000),
        (("tasks", 0, "name"), 5),
        (("tasks", 0, "spans"), []),
        (("tasks", 0, "ended_at"), 1.0),
        (("tasks", 0, "made_at"), 2.0),
        (("tasks", 1, "spans", 0, "start"), 4.9),
        (("tasks", 1, "spans", 0, "end"), 99.0),
        (("tasks", 1, "spans", 0, "on"), [99]),
        (("calls", 0, "end"), 0.5),
        (("calls", 0, "start"), 99.0),
        (("calls", 0, "task"), 99),
        (("calls", 0, "task"), "0"),
        (("calls",), [None]),
        (("printed", 0, "at"), 6.5),
        (("tasks", 0, "woken_by"), [[0, "main"]]),
        (("complaints",), ["it", ["was"]]),
        (("schedule",), 3),
        (("snapshots",), [{}]),
        (("result",), {"no": "tag"}),
        (("result",), {"dict": [[{"dict": []}, 1]]}),
        (("result",), {"set": [[]]}),
        (("result",), {"bytes": "xyz"}),
        (("result",), {"float": 10**400}),
        (("result",), {"float": "1e5"}),
        (("result",), {"int": 7}),
        (("result",), {"opaque": 1, "dict": []}),
    ],
    ids=str,
)
def test_one_wrong_field_is_enough(path, value):
    data = told(two)
    assert read(data)
    with pytest.raises(record.Unfit):
        read(changed(data, *path, value=value))


def test_a_field_that_nobody_reads_is_nothing():
    data = told(two)
    assert read({**data, "passed": True}).to_json() == data


def test_a_field_too_few():
    data = told(two)
    for path in [("returned",), ("tasks",), ("tasks", 0, "name"), ("calls", 0, "what")]:
        copy = json.loads(json.dumps(data))
        place = copy
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]
        with pytest.raises(record.Unfit):
            read(copy)


@pytest.mark.parametrize("result", [{"x" * 10**6: 1}, {"int": "x" * 10**6}, {"bytes": "x" * 10**6}])
def test_what_is_wrong_is_said_in_few_words(result):
    with pytest.raises(record.Unfit) as refused:
        read({**told(two), "result": result})
    assert len(str(refused.value)) < 300


def test_a_circle_of_waits_has_each_task_once():
    data = told(endless)
    assert read({**data, "stop": {"reason": "deadlock", "circle": [0]}}).stop.circle == [0]
    for circle in ([0, 0], [0, 1], [0] * 40_000):
        with pytest.raises(record.Unfit):
            read({**data, "stop": {"reason": "deadlock", "circle": circle}})


def test_a_call_that_went_well_and_has_no_end():
    data = told(two)
    data["calls"][0]["outcome"] = "ok"
    del data["calls"][0]["end"]
    assert read(data).calls[0].end is None  # a rule that wants an end will not find one


def test_what_is_as_usual_is_not_sent():
    data = told(two)
    assert {"stop", "failure", "charged", "complaints"}.isdisjoint(data)
    assert "failure" not in data["tasks"][0]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"true",
        b"[]",
        b"{",
        b"{}",
        b'{"took": NaN}',
        b'{"took": -Infinity}',
        b'{"took": 1e999}',
        b'{"took": ' + b"9" * 10_000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
    ids=lambda data: data[:12],
)
def test_what_is_no_json_object(data):
    with pytest.raises(record.Unfit):
        record.read(data, LONG)


def test_a_result_that_is_too_deep_or_too_long():
    text = json.dumps({**told(two), "result": "HERE"})
    for nested in (
        "[" * 800 + "]" * 800,
        '{"tuple":[' * 300 + "]}" * 300,
        "[1" + ",1" * 60_000 + "]",
    ):
        with pytest.raises(record.Unfit):
            record.read(text.replace('"HERE"', nested).encode(), LONG)


def test_what_is_said_of_more_time_than_went_by():
    data = {**told(two), "charged": 1.0}
    assert read(data)
    with pytest.raises(record.Unfit, match="charged"):
        record.read(json.dumps(data).encode(), 0.1)


def test_no_mutation_does_more_than_be_refused():
    """Fields are exchanged at random: a run or `Unfit`, never another error."""
    draw, base, refused = random.Random(7), [told(two), told(failing), told(endless)], 0
    values = [None, True, -1, 0, 2.5, 1e18, "x", [], {}, [[]], [0], {"dict": []}, {"set": [1, [2]]}]
    for _ in range(1500):
        data = json.loads(json.dumps(draw.choice(base)))
        for _ in range(draw.randint(1, 3)):
            holder = draw.choice(list(holders(data)))
            key = draw.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
            other = draw.choice([*values, draw.choice(list(holders(data)))])
            holder[key] = json.loads(json.dumps(other))
        try:
            read(data)
        except record.Unfit:
            refused += 1
    assert refused > 1000


def holders(data):
    """All dicts and lists in a value that are not empty."""
    if isinstance(data, (dict, list)) and data:
        yield data
        for item in list(data.values()) if isinstance(data, dict) else data:
            yield from holders(item)
