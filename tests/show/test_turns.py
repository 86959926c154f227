"""Pictures of runs in which no time passes: their axis counts turns of the loop."""

import asyncio

import pytest

from checker.engine import observe
from checker.show.picture import chart, chart_text, svg, turns
from checker.show.player import Player, data
from checker.show.timeline import Timeline


async def say(letter):
    print(letter)


async def letters():
    task = asyncio.create_task(say("T"), name="T")
    print("A")
    await asyncio.sleep(0)
    print("B")
    await task


async def waits():
    bell = asyncio.Event()
    ringing = asyncio.create_task(ring(bell), name="ring")
    await bell.wait()
    await ringing


async def ring(bell):
    await asyncio.sleep(0)
    bell.set()


async def stuck():
    asyncio.create_task(asyncio.Event().wait(), name="deaf")  # noqa: RUF006
    await asyncio.Event().wait()


async def takes_time():
    await asyncio.sleep(0)
    await asyncio.sleep(1)


async def crowd():
    await asyncio.gather(*(asyncio.sleep(0) for _ in range(60)))


def drawn(program):
    return chart.chart(observe(program, snapshots="still"))


def bars(shown, name):
    [row] = [row for row in shown.rows if row.name == name]
    return [(bar.state, bar.start, bar.end) for bar in row.bars]


def test_a_task_starts_in_the_turn_after_it_was_made():
    shown = drawn(letters)
    assert shown.turns and shown.end == 1.85
    assert bars(shown, "letters") == [
        *[("step", 0, 0.85), ("ready", 0.85, 1.425), ("step", 1.425, 1.85)],
    ]
    assert bars(shown, "T") == [("ready", 0.85, 1), ("step", 1, 1.425)]
    assert [(row.name, [(n.at, n.text) for n in row.notes]) for row in shown.rows] == [
        ("letters", [(0.425, "A"), (1.6375, "B")]),
        ("T", [(1.2125, "T")]),
    ]
    assert [(k.kind, k.at, k.source, k.target) for k in shown.links] == [("started", 0.85, 0, 1)]


def test_who_waits_is_woken_and_stands_in_line():
    shown = drawn(waits)
    states = [state for state, _, _ in bars(shown, "waits")]
    assert states == ["step", "waits_for", "ready", "step"]
    assert [(k.source, k.target) for k in shown.links if k.kind == "woke"] == [(1, 0)]


def test_what_is_never_woken_waits_to_the_end():
    shown = drawn(stuck)
    [deaf] = [row for row in shown.rows if row.name == "deaf"]
    assert (deaf.ended, deaf.words, deaf.end) == ("stuck", "waits for ever: Event.wait", shown.end)


def test_in_text():
    assert chart_text.text(drawn(letters)).splitlines() == [
        "         turn 1                     turn 2",
        "letters  ▓▓▓▓▓▓▓▓▓▓▓*▓▓▓▓▓▓▓▓▓▓▓░░░░░░░░░░░░░░░░▓▓▓▓▓*▓▓▓▓▓┤ done",
        "  T                             ░░░░▓▓▓▓▓▓*▓▓▓▓▓┤ done",
        "         ▓ runs   ░ stands in line   * prints",
    ]


def test_as_a_picture_and_in_one_sentence():
    shown = drawn(letters)
    picture = svg.svg(shown)
    assert ">turn 1</text>" in picture and ">turn 2</text>" in picture
    assert ">runs</text>" in picture and ">stands in line</text>" in picture
    said = "2 tasks in 2 turns of the loop: letters done; T done."
    assert chart.summary(shown) == said
    assert f'alt="{said}"' in Timeline(observe(letters, snapshots=True))._repr_html_()


@pytest.mark.parametrize("program", [takes_time, crowd])
def test_where_time_passes_or_many_run_the_axis_is_time(program):
    # Both from one line, since a run says which one made its first task.
    run, plain = (observe(program, snapshots=kept) for kept in ("still", False))
    assert run.snapshots == []
    assert not chart.chart(run).turns
    assert run == plain


def test_an_expected_time_is_marked_on_an_axis_of_time():
    run = observe(letters, snapshots=True)
    assert not chart.chart(run, expected_seconds=3).turns


def test_the_player_moves_along_the_turns():
    run = observe(letters, snapshots=True)
    player = Player(run)
    assert [step["x"] for step in player.steps] == [0.85, 1.425, 1.85, 1.85]
    assert data(player, chart.chart(run))["end"] == 1.85
    assert turns.places(run) == [(0, 0.85), (1, 1.425), (1.425, 1.85), (1.85, 1.85)]
