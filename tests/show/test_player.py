"""The player: what it says of each step, and what it hands to its script."""

import asyncio
import json
import re

import pytest

from checker import kernel
from checker.engine import observe
from checker.judge import Verdict
from checker.learner import check
from checker.show.picture import chart
from checker.show.player import Player, data


async def brew(what, seconds, stove):
    async with stove:
        print(what, "on")
        await asyncio.sleep(seconds)
    return what


async def breakfast():
    stove = asyncio.Lock()
    tea = asyncio.create_task(brew("tea", 3, stove), name="tea")
    egg = asyncio.create_task(brew("egg", 2, stove), name="egg")
    return [await tea, await egg]


async def shop():
    shelf = asyncio.Queue(maxsize=2)
    opened, stop = asyncio.Event(), asyncio.Semaphore(3)

    async def fill():
        async with stop:
            await opened.wait()
            for item in ("milk", "bread", "jam"):
                await shelf.put(item)

    filling = asyncio.create_task(fill(), name="fill")
    asyncio.get_running_loop().call_later(5, print, "ring")
    await asyncio.sleep(1)
    opened.set()
    await asyncio.sleep(1)
    found = [await shelf.get() for _ in range(3)]
    await filling
    return found


def player(program):
    return Player(observe(program, snapshots=True), "the source\n")


def test_each_step_in_words():
    said = [step["did"] for step in player(breakfast).steps]
    first = breakfast.__code__.co_firstlineno
    inside = brew.__code__.co_firstlineno + 1
    assert said == [
        f"breakfast starts; it waits in line {first + 4}: tea.",
        f"tea starts; it waits in line {inside + 2}: sleep(3).",
        f"egg starts; it waits in line {inside}: Lock.acquire (stove).",
        "Nothing is ready. The clock goes on from 0 s to 3 s.",
        "sleep is over: tea is ready again.",
        f"tea goes on in line {inside + 2} and ends.",
        f"egg goes on in line {inside}; it waits in line {inside + 2}: sleep(2).",
        f"breakfast goes on in line {first + 4}; it waits in line {first + 4}: egg.",
        "Nothing is ready. The clock goes on from 3 s to 5 s.",
        "sleep is over: egg is ready again.",
        f"egg goes on in line {inside + 2} and ends.",
        f"breakfast goes on in line {first + 4} and ends.",
        "All is over.",
    ]


def test_ready_queue_timers_and_locks():
    steps = player(breakfast).steps
    assert (steps[0]["ready"], steps[0]["this_turn"]) == (["tea", "egg"], 0)
    assert (steps[1]["ready"], steps[1]["this_turn"]) == (["egg"], 1)
    assert steps[1]["timers"] == [[3, "wakes tea"]]
    assert steps[2]["things"] == [["stove (Lock)", "held by tea", ["egg"], []]]
    assert steps[-1]["things"] == [["stove (Lock)", "free", [], []]]
    assert [state for _, state, _, _ in steps[-1]["tasks"]] == ["done", "done", "done"]


def test_a_step_shows_one_moment_that_at_which_it_is_over():
    first, second, third, idle, *_ = player(breakfast).steps
    assert [state for _, state, _, _ in first["tasks"]] == ["waits", "ready", "ready"]
    assert "it waits in line" in second["did"]
    assert [state for _, state, _, _ in second["tasks"]] == ["waits", "waits", "ready"]
    assert [state for _, state, _, _ in third["tasks"]] == ["waits", "waits", "waits"]
    assert (idle["did"][-4:], idle["at"], idle["timers"]) == ("3 s.", 3, [])


def test_queues_events_and_semaphores_have_words():
    seen = {tuple(map(str, thing[:2])) for step in player(shop).steps for thing in step["things"]}
    assert ("shelf (Queue)", "0 of 2 inside") in seen
    assert ("shelf (Queue)", "2 of 2 inside, 2 not yet done") in seen
    assert {("opened (Event)", "not set"), ("opened (Event)", "set")} <= seen
    assert ("stop (Semaphore)", "2 free, held by fill") in seen
    lines = [line for step in player(shop).steps for thing in step["things"] for line in thing[2]]
    assert {"fill", "fill (to put)"} <= set(lines)


def test_what_is_printed_in_a_step_is_shown_with_it():
    shown = player(breakfast)
    text = shown.run.output
    assert text[: shown.steps[1]["printed"]] == "tea on\n"
    assert text[: shown.steps[0]["printed"]] == ""
    assert text[: shown.steps[-1]["printed"]] == text


def test_the_text_names_only_what_has_changed():
    lines = repr(player(breakfast)).splitlines()
    assert lines[3:7] == [
        f"0 s, turn 2: {player(breakfast).steps[1]['did']}",
        "    ready: egg",
        "    stove (Lock): held by tea",
        "    | tea on",
    ]
    assert sum("held by tea" in line for line in lines) == 2  # then with egg in line
    assert repr(player(breakfast)) == "\n".join(lines)


def unfold(steps):
    """What the script does: whole steps from changes."""
    last, tasks = {}, {}
    for step in steps:
        tasks.update({task[0]: task for task in step.get("tasks", [])})
        last = {**last, **step, "tasks": list(tasks.values())}
        yield last


@pytest.mark.parametrize("program", [breakfast, shop])
def test_the_script_gets_changes_that_make_the_same_steps(program):
    shown = player(program)
    given = json.loads(json.dumps(data(shown, chart.chart(shown.run))))
    assert list(unfold(given["steps"])) == json.loads(json.dumps(shown.steps))
    assert given["source"] == ["the source"]
    assert given["end"] == shown.run.took
    left, length = given["axis"]
    assert 0 < left < left + length < 1


def test_without_a_live_notebook_it_is_a_picture_and_a_list():
    html = player(breakfast)._repr_html_()
    assert "<script" not in html
    assert html.count("<img") == 1
    assert "All is over." in html


def test_in_a_live_notebook_a_script_fills_its_own_place(monkeypatch):
    monkeypatch.setattr(kernel, "live", lambda: True)

    async def main():
        print("</script><b>")

    html = player(main)._repr_html_()
    assert html.count("</script>") == 1
    assert "<b>" not in html
    place = re.search(r'<div id="(player-\w+)">', html)[1]
    assert f'getElementById("{place}")' in html
    assert place not in player(main)._repr_html_()


def test_a_long_run_is_cut_and_says_so():
    async def main():
        for _ in range(3000):
            await asyncio.sleep(0)

    shown = player(main)
    assert shown.run.later_steps > 0
    more = 3001 - 60
    assert re.search(r"… ([\d,]+) more steps$", repr(shown))[1].replace(",", "") >= str(more)
    assert len(shown._repr_html_()) < 1_000_000


def test_a_replay_that_does_not_come_back_is_told(monkeypatch):
    async def never(work, answer=None):
        return check.Stuck(3)

    async def played():
        return await check.play(Verdict("both", "write", replay=lambda: None))

    monkeypatch.setattr(kernel, "in_kernel", lambda: True)
    monkeypatch.setattr(check, "in_thread", never)
    said = repr(asyncio.run(played()))
    assert said.startswith("It does not come back from line 3, and its thread cannot be stopped")
