"""The picture of a run: what is in it, what it looks like, and that it is the same each time."""

import asyncio
import base64
import re
import time
import xml.etree.ElementTree as ET
from collections import Counter
from types import SimpleNamespace

import pytest

from checker.engine import observe
from checker.engine.record import Printed, Run, Span, Task
from checker.judge import Answer, judge_prediction
from checker.show.picture import chart_text, svg
from checker.show.picture.chart import beside, chart, outline, ticks
from tests.support.chart_programs import (
    PROGRAMS,
    blocking,
    brew,
    cancelling,
    crowd,
    drawn,
    failing,
    in_line,
    leaving,
    no_time,
    one_by_one,
    stuck,
    together,
)

# ---------------------------------------------------------------- layout


def test_children_stand_below_their_parent_in_order():
    rows = drawn(together).rows
    assert [(row.name, row.indent) for row in rows] == [
        ("together", 0),
        ("brew 1", 1),
        ("brew 2", 1),
        ("brew 3", 1),
    ]
    assert [(row.start, row.end, row.ended) for row in rows[1:]] == [
        (0, 3, "done"),
        (0, 1, "done"),
        (0, 2, "done"),
    ]
    assert [(n.at, n.text) for n in rows[2].notes] == [(0, "start coffee"), (1, "done coffee")]


def test_a_wait_says_for_what():
    rows = drawn(in_line).rows
    assert [(b.state, b.label) for b in rows[0].bars] == [("waits_for", "guarded 1, guarded 2")]
    assert [(b.state, b.label, b.start, b.end) for b in rows[2].bars] == [
        ("waits_for", "Lock.acquire", 0, 1),
        ("waits", "sleep(1)", 1, 2),
    ]


def test_who_woke_whom():
    links = drawn(in_line).links
    assert [(n.at, n.source, n.target) for n in links if n.kind == "woke"] == [(1, 1, 2), (2, 2, 0)]
    assert [(n.source, n.target) for n in links if n.kind == "started"] == [(0, 1), (0, 2)]


def test_who_is_held_up_by_a_blocking_call():
    shown = drawn(blocking)
    assert shown.blocked == [(0, 1, 0, 3)]
    states = {row.name: [b.state for b in row.bars] for row in shown.rows}
    assert states["sleeper"] == ["blocked", "waits"]
    assert states["brew 1"] == ["held"]
    assert states["brew 2"] == ["held", "waits"]


@pytest.mark.parametrize(
    ("program", "row", "ended", "words"),
    [
        (cancelling, 1, "cancelled", "cancelled at 1.5 s"),
        (failing, 2, "failed", "failed at 1 s: ValueError"),
        (leaving, 1, "left", "left running"),
        (stuck, 1, "stuck", "waits for ever: Lock.acquire"),
        (no_time, 1, "done", "done"),
    ],
)
def test_how_a_task_ended(program, row, ended, words):
    shown = drawn(program).rows[row]
    assert (shown.ended, shown.words) == (ended, words)


def test_a_request_to_cancel_is_marked():
    assert [(n.at, n.kind) for n in drawn(cancelling).rows[1].notes] == [(1, "cancel")]


@pytest.mark.parametrize(
    ("end", "expected"),
    [(0, [0]), (3, [0, 0.5, 1, 1.5, 2, 2.5, 3]), (0.3, [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3])],
)
def test_the_axis_has_sensible_steps(end, expected):
    assert ticks(end) == expected


@pytest.mark.parametrize("end", [1e-6, 0.07, 1, 7.3, 59, 600, 3600])
def test_the_axis_never_has_too_many_steps(end):
    assert 3 <= len(ticks(end)) <= 9


def test_thirty_rows_are_shown_and_more_are_folded():
    assert len(drawn(crowd(29)).rows) == 30
    rows = drawn(crowd(40)).rows
    assert [row.name for row in rows[1:]] == ["sleep 1", "sleep 2", "… 38 more like sleep 3"]
    assert rows[3].levels[0][2] == 33  # those of 0 s have gone
    assert rows[3].words == "all done"


def test_folded_tasks_still_have_a_row():
    run = observe(crowd(40))
    assert set(chart(run).row_of) == {task.number for task in run.tasks}


def test_a_crowd_without_likeness_is_cut():
    tasks = [Task(n, f"job {chr(97 + n)}", None, 0.0) for n in range(50)]
    rows = chart(Run(tasks=tasks, took=1.0)).rows
    assert len(rows) == 30
    assert rows[-1].name == "… 21 more tasks"


def test_a_deep_family_is_drawn():
    tasks = [Task(n, "deeper", n - 1 if n else None, 0.0) for n in range(5000)]
    assert len(chart(Run(tasks=tasks, took=1.0)).rows) == 30


def test_tasks_of_services_are_left_out():
    tasks = [
        Task(0, "main", None, 0.0, ended="done", ended_at=1.0),
        Task(1, "server", 0, 0.0, service=True, ended="done", ended_at=1.0),
        Task(2, "handler", 1, 0.0, ended="done", ended_at=1.0),
    ]
    rows = chart(Run(tasks=tasks, took=1.0)).rows
    assert [(row.name, row.indent) for row in rows] == [("main", 0), ("handler", 1)]


def test_very_many_short_waits_become_one_bar():
    async def asks():
        for _ in range(1000):
            await asyncio.sleep(0.01)

    bars = drawn(asks).rows[0].bars
    assert [(b.start, b.end, b.label) for b in bars] == [(0, 10, "1000 × sleep(0.01)")]


# ---------------------------------------------------------------- SVG


def shapes(program, **options):
    picture = svg.svg(drawn(program), **options)
    return picture, ET.fromstring(picture)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__)
def test_the_picture_is_well_formed_and_the_same_each_time(program):
    first, root = shapes(program)
    assert first == svg.svg(drawn(program))
    assert int(root.get("width")) <= 720
    assert not re.search(r"nan|inf|e-\d", first.partition("</style>")[2])


@pytest.mark.parametrize(
    ("program", "kind", "word"),
    [
        (together, "waits", "sleep(3)"),
        (together, "waits_for", "brew 1, brew 2, brew 3"),
        (blocking, "blocked", "blocked: time.sleep"),
        (blocking, "held", "held up"),
    ],
)
def test_each_state_has_a_form_and_a_word(program, kind, word):
    picture, root = shapes(program)
    assert f'class="{kind}"' in picture
    assert word in [element.text for element in root.iter() if element.text]


def test_the_forms_of_the_states_differ_without_their_colours():
    style = re.sub(r"#[0-9a-f]{6}", "", svg._STYLE.replace(svg.PANEL, "hollow"))
    forms = {
        state: re.search(rf"\.{state}(?:,[.\w]+)?\{{(.*?)\}}", style)[1]
        for state in ("waits", "waits_for", "runs", "blocked", "held", "ready")
    }
    assert len(set(forms.values())) == len(forms)


def test_the_ends_differ_in_form_and_word():
    marks = {}
    for program, row in ((together, 1), (cancelling, 1), (failing, 2), (leaving, 1), (stuck, 1)):
        shown = drawn(program)
        drawing, task = svg._Drawing(shown, None), shown.rows[row]
        drawing._end(task, 0)
        form = re.sub(r"^M[\d.]+ |#\w+", "", drawing.parts[0].split('d="')[1])
        marks[form] = task.words
    assert len(marks) == len(set(marks.values())) == 5


def test_a_task_that_took_no_time_is_still_seen():
    picture, _ = shapes(no_time)
    assert picture.count('stroke-width="3"') == 3


def test_the_cause_is_marked_where_it_is():
    found = SimpleNamespace(at=0.0, task=2, line=15)
    assert "line 15" in shapes(blocking, found=found)[0]
    assert "line 15" in shapes(blocking, found=SimpleNamespace(at=None, task=2, line=15))[0]
    nowhere = SimpleNamespace(at=1.0, task=None, line=None)
    assert shapes(blocking, found=nowhere)[0] == shapes(blocking)[0]


def test_the_expected_time_is_marked():
    picture = svg.svg(drawn(one_by_one, expected_seconds=3))
    assert "expected 3 s" in picture
    assert 'stroke-dasharray="6 4"' in picture
    assert drawn(one_by_one, expected_seconds=8).end == 8


# ---------------------------------------------------------------- two runs, and a prediction


def test_two_runs_stand_on_one_axis():
    shown = beside([drawn(one_by_one), drawn(blocking)])
    assert [row.name for row in shown.rows] == [
        *["one_by_one", "blocking", "brew 1", "sleeper", "brew 2"],
    ]
    assert [row.apart for row in shown.rows] == [False, True, False, False, False]
    assert shown.end == 4
    assert shown.blocked == [(0, 1, 1, 4)]
    woken = [n for n in shown.links if n.kind == "woke"]
    assert [(n.source, n.target) for n in woken] == [(4, 1)]
    picture = svg.svg(shown)
    ET.fromstring(picture)
    assert picture.count("done at 3 s") == 2
    assert "done at 4 s" in picture


def test_a_prediction_has_a_row_of_its_own():
    said = [(0.0, "start tea", True), (3.0, "done egg", False)]
    shown = drawn(one_by_one, expected_seconds=5, whose="you said", predicted=said)
    assert (shown.rows[-1].name, shown.rows[-1].ended) == ("you said", "")
    assert [(n.at, n.kind) for n in shown.rows[-1].notes] == [(0, "print"), (3, "differs")]
    picture = svg.svg(shown)
    ET.fromstring(picture)
    assert "you said 5 s" in picture
    assert "✗ “done egg”" in picture


def test_the_image_holds_the_picture_and_is_escaped():
    picture, _ = shapes(together)
    image = svg.img(picture, 'a "quoted" <b>')
    assert 'alt="a &quot;quoted&quot; &lt;b&gt;" src="data:image/svg+xml;' in image
    assert base64.b64decode(image.split("base64,")[1][:-2]).decode() == picture


def test_names_and_output_are_escaped():
    async def main():
        asyncio.current_task().set_name("<script>&")
        print("]]> </svg> \x00 \x1b[1m")
        await asyncio.sleep(1)

    shapes(main)


def test_ten_thousand_tasks():
    shown = chart(observe(crowd(9990)))
    assert len(shown.rows) <= 30
    assert len(svg.svg(shown)) < 200_000
    assert len(chart_text.text(shown)) < 10_000


def test_a_crowd_that_does_much_is_not_large():
    def task(number):
        spans = [Span("waits", s / 100, (s + 1) / 100, 1, "sleep(0.01)") for s in range(0, 1000, 2)]
        return Task(number, f"job {chr(97 + number)}", None, 0.0, spans=spans)

    run = Run(tasks=[task(n) for n in range(60)], took=10.0)
    run.printed = [Printed(n / 100, "tick\n", task=n % 60) for n in range(1000)]
    assert len(svg.svg(chart(run))) < 200_000


async def shop():
    """What the prediction below is about."""
    await asyncio.gather(brew("tea", 2), brew("egg", 1))


def test_waits_and_blocks_too_short_to_be_seen_keep_their_shares():
    async def polls():
        for _ in range(2_000):
            await asyncio.sleep(0.3)
            time.sleep(0.1)

    drawing = chart(observe(polls))
    seconds = Counter()
    for bar in drawing.rows[0].bars:
        seconds[bar.state] += bar.end - bar.start
    assert seconds == pytest.approx({"waits": 600, "blocked": 200}, rel=0.1)
    assert drawing.rows[0].bars[0].label == "40 times"
    assert drawing.rows[0].path == drawing.blocked == []
    assert len(svg.svg(drawing)) < 30_000


def test_a_prediction_is_drawn_over_what_happened():
    exercise = SimpleNamespace(id="shop", asks=("prints",))
    right = ["start tea", "start egg", "done egg", "done tea"]
    said = {"prints": [*right[:2], "done tea", "done egg"], "takes": 3}
    verdict = judge_prediction(exercise, Answer.of(shop), said)
    assert verdict.predicted == [
        (0, "start tea", True),
        (0, "start egg", True),
        (1, "done tea", False),
    ]
    assert verdict.expected_seconds == 3
    verdict = judge_prediction(exercise, Answer.of(shop), {"prints": right, "takes": 2})
    assert verdict.passed
    assert [line for _, line, holds in verdict.predicted if holds] == right
    verdict = judge_prediction(exercise, Answer.of(shop), {"prints": [*right, "more"]})
    assert verdict.predicted[-1] == (2, "more", False)


# ---------------------------------------------------------------- in one sentence, for a verdict


def test_the_rows_of_a_verdict_are_counted_and_not_named():
    shown = drawn(together, expected_seconds=2)
    ends = "done at 1 s; done at 2 s; 2 × done at 3 s"
    assert outline(shown, 4) == f"4 tasks in 3 s: {ends}. Expected: 2 s. Line 4 is marked."
    assert outline(drawn(stuck)) == "3 tasks in 1 s: 3 × waits for ever."


def test_what_was_asked_to_stop_does_not_decide_the_time():
    assert [row.path for row in drawn(cancelling).rows if row.ended == "cancelled"] == [[]]
