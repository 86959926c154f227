"""The chart in characters, and what `timeline` shows."""

import re

import pytest

from checker.engine import observe
from checker.engine.record import Run
from checker.show.picture import chart_text
from checker.show.picture.chart import chart, summary
from checker.show.timeline import Timeline
from tests.support.chart_programs import (
    PROGRAMS,
    blocking,
    breaks,
    cancelling,
    charged,
    crowd,
    drawn,
    failing,
    leaving,
    no_time,
    one_by_one,
    stuck,
    together,
)

# ---------------------------------------------------------------- text


def test_a_gather_in_text():
    assert chart_text.text(drawn(together)).splitlines() == [
        "          0 s     0.5 s   1 s     1.5 s    2 s     2.5 s   3 s",
        "together  ·· brew 1, brew 2, brew 3 ·······················┤ done at 3 s",
        "  brew 1  *━ sleep(3) ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━*┤ done at 3 s",
        "  brew 2  *─ sleep(1) ───*┤ done at 1 s",
        "  brew 3  *─ sleep(2) ────────────────────*┤ done at 2 s",
        "          ─ waits   ━ decides the time   · waits for a task   * prints",
    ]


@pytest.mark.parametrize(
    ("program", "signs"),
    [
        (blocking, "█▒"),
        (cancelling, "×"),
        (failing, "!"),
        (leaving, "→"),
        (stuck, "‖"),
        (crowd(40), "═"),
    ],
)
def test_the_states_differ_in_text(program, signs):
    shown = chart_text.text(drawn(program))
    assert all(sign in shown for sign in signs)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__)
def test_text_has_no_spaces_at_line_ends_and_is_the_same_each_time(program):
    shown = chart_text.text(drawn(program))
    assert shown == chart_text.text(drawn(program))
    assert all(line == line.rstrip() for line in shown.splitlines())
    assert all(len(line) <= 100 for line in shown.splitlines())


def test_the_axis_starts_above_the_bars():
    lines = chart_text.text(drawn(one_by_one)).splitlines()
    assert lines[0].index("0 s") == lines[1].index("*")
    assert lines[0].index("4 s") <= lines[1].index("┤") + 1


def test_real_work_is_told_without_a_figure():
    assert chart_text.text(chart(charged())).splitlines() == [
        "main    held up, waits: sleep(1), done",
        "  work  blocked: work, done",
        "(real work in it: times vary)",
    ]
    assert not re.search(r"\d s\b", repr(Timeline(charged())))
    assert "0.12" not in summary(chart(charged()))


# ---------------------------------------------------------------- Timeline


def test_a_timeline_tells_result_output_and_picture():
    shown = Timeline(observe(one_by_one))
    assert shown.result == ["tea", "egg"]
    assert repr(shown).splitlines()[:6] == [
        "returned ['tea', 'egg'] after 4 s",
        "printed at 0 s | start tea",
        "printed at 3 s | done tea",
        "printed at 3 s | start egg",
        "printed at 4 s | done egg",
        "",
    ]
    html = shown._repr_html_()
    assert 'alt="1 task in 4 s: one_by_one done at 4 s."' in html
    assert "start tea" in html


@pytest.mark.parametrize(
    ("program", "start"),
    [
        (breaks, "raised ValueError: no milk after 1 s\n"),
        (stuck, "stuck after 1 s: every task waits"),
        (no_time, "returned None after 0 s\n"),
    ],
)
def test_a_timeline_says_how_it_ended(program, start):
    assert repr(Timeline(observe(program))).startswith(start)


def test_what_is_printed_is_escaped_in_a_timeline():
    async def main():
        print("<b>bold</b>")

    html = Timeline(observe(main))._repr_html_()
    assert "<b>bold" not in html
    assert "&lt;b&gt;bold" in html


def test_a_run_without_tasks_has_words():
    assert repr(Timeline(Run(returned=True))).endswith("No task ran.")
    assert "<img" not in Timeline(Run(returned=True))._repr_html_()
