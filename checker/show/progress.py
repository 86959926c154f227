"""What is done and what is next, chapter by chapter."""

import html
import secrets
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

from checker import exercise, kernel
from checker.files import headings
from checker.files.store import Result
from checker.show import arrive

SOLVED, TRIED, UNTRIED = "✓", "◐", "○"
_STATES = {SOLVED: "solved", TRIED: "tried", UNTRIED: "not tried"}
_LEGEND = ", ".join(f"{mark} {state}" for mark, state in _STATES.items())
_WIDTH = 80  # columns
_BAR = 10  # columns


@dataclass(frozen=True)
class Line:
    """One exercise: its id, its state (`SOLVED`, `TRIED` or `UNTRIED`) and its best points."""

    id: str
    state: str
    points: int
    max_points: int


class Progress:
    """The state of every exercise; shows itself.

    Attributes:
        chapters: {chapter name: [`Line`, …]}, both in reading order.
        next: (chapter name, exercise id) of what to do next, None if all is solved.
        news: what must be told of the progress file, or None.
    """

    def __init__(self, results: Mapping[str, Result], news: str | None = None):
        """`results`: what `Store.all` returns."""
        self.news = news
        self.chapters: dict[str, list[Line]] = {name: [] for name in exercise.CHAPTERS}
        for one in exercise.exercises():
            self.chapters[one.chapter].append(_line(one, results.get(one.id)))
        self.next = _next(self.chapters)

    def __repr__(self) -> str:
        texts = [self.news, ""] if self.news else []
        width = max(map(len, self.chapters), default=0)
        for name, lines in self.chapters.items():
            texts.append(f"{name:<{width}}   {_text_bar(lines)}   {_sum(lines)}")
            # Wrapped between the exercises, never between a mark and its exercise.
            marked = "   ".join(f"{line.state}\0{line.id}" for line in lines)
            wrapped = textwrap.wrap(marked, _WIDTH, initial_indent="  ", subsequent_indent="  ")
            texts += [text.replace("\0", " ") for text in wrapped]
        if self.next:
            chapter, name = self.next
            texts += ["", f"Next: {name}, in {chapter}.ipynb"]
        elif any(self.chapters.values()):
            texts += ["", "All solved."]
        return "\n".join([*texts, _LEGEND])

    def _repr_html_(self) -> str:
        rows = "".join(_row(name, lines) for name, lines in self.chapters.items())
        told = f"<p>{html.escape(self.news)}</p>" if self.news else ""
        if self.next:
            chapter, name = self.next
            told += f"<p>Next: {_link(chapter, name)}, in {_link(chapter)}</p>"
        elif any(self.chapters.values()):
            told += "<p>All solved.</p>"
        head = "".join(f"<th {_LEFT}>{text}</th>" for text in ("Chapter", "Points", "Exercises"))
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        shown = f"{table}{told}<p><small>{_LEGEND}</small></p>"
        return _arriving(shown) if kernel.live() else shown


def _arriving(shown: str) -> str:
    """HTML whose links also arrive in chapters that are not open yet."""
    place = f"progress-{secrets.token_hex(8)}"
    begin = f'arrive(document.getElementById("{place}").querySelectorAll("a"));'
    script = f"<script>(() => {{\n{arrive.script()}\n{begin}\n}})();</script>"
    return f'<div id="{place}">{shown}</div>{script}'


def progress() -> Progress:
    """What you have solved, what it gave, and what is next: a `Progress`, which shows itself."""
    from checker.files import store

    kept = store.store()
    results = kept.all()
    return Progress(results, kept.news())


def _line(one: exercise.Exercise, result: Result | None) -> Line:
    if result is None or not (result.tries or result.solved):
        return Line(one.id, UNTRIED, 0, one.max_points)
    # An exercise may have gained or lost rules since it was tried.
    points = one.max_points if result.solved else min(result.points, one.max_points)
    return Line(one.id, SOLVED if result.solved else TRIED, points, one.max_points)


def _next(chapters: dict[str, list[Line]]) -> tuple[str, str] | None:
    """The first unsolved exercise after the last solved one, else the first unsolved of all."""
    lines = [(chapter, line) for chapter, found in chapters.items() for line in found]
    solved = [number for number, (_, line) in enumerate(lines) if line.state == SOLVED]
    start = solved[-1] + 1 if solved else 0
    for chapter, line in lines[start:] + lines[:start]:
        if line.state != SOLVED:
            return chapter, line.id
    return None


def _points(lines: list[Line]) -> tuple[int, int]:
    return sum(line.points for line in lines), sum(line.max_points for line in lines)


def _sum(lines: list[Line]) -> str:
    points, most = _points(lines)
    return f"{points} of {most} points"


def _text_bar(lines: list[Line]) -> str:
    """A bar of `_BAR` columns; it is full when all is solved, and begins with the first point."""
    points, most = _points(lines)
    full = _BAR * points // most if most else 0
    full = max(full, 1) if points else 0
    return "█" * full + "░" * (_BAR - full)


_LEFT = 'style="text-align: left"'
_WHOLE = 'style="white-space: nowrap; text-align: left"'


def _row(name: str, lines: list[Line]) -> str:
    marks = " ".join(_marked(name, line) for line in lines)
    return (
        f"<tr><td {_WHOLE}>{_link(name)}</td>"
        f"<td {_WHOLE}>{_bar(lines)}{_sum(lines)}</td><td {_LEFT}>{marks}</td></tr>"
    )


def _marked(chapter: str, line: Line) -> str:
    """An exercise with its mark, which stay together on one line."""
    mark = f'<span role="img" aria-label="{_STATES[line.state]}:">{line.state}</span>'
    style = "white-space: nowrap; display: inline-block; margin-right: 1em"
    return f'<span style="{style}">{mark}&nbsp;{_link(chapter, line.id)}</span>'


def _bar(lines: list[Line]) -> str:
    """How much of a chapter is done; the words beside it say the same."""
    points, most = _points(lines)
    share = 100 * points // most if most else 0
    frame = "border: 1px solid #8a939e; width: 90px; height: 8px; border-radius: 5px"
    full = f"background: #2a8fc4; height: 100%; width: {share}%; border-radius: 4px"
    return f'<div style="{frame}" aria-hidden="true"><div style="{full}"></div></div>'


def _link(chapter: str, exercise_id: str | None = None) -> str:
    """A link to a chapter, or to the heading of an exercise, where its text begins."""
    heading = headings.of_exercise(chapter, exercise_id) if exercise_id else ""
    text = html.escape(exercise_id or chapter)
    return f'<a href="{html.escape(headings.link(chapter, heading))}">{text}</a>'
