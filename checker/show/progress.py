"""What is done and what is next, chapter by chapter."""

import html
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

from checker import exercise
from checker.files.store import Result

SOLVED, TRIED, UNTRIED = "✓", "·", "–"
_LEGEND = f"{SOLVED} solved   {TRIED} tried   {UNTRIED} not tried"
_WIDTH = 80  # columns


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
            texts.append(f"{name:<{width}}   {_sum(lines)}")
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
        return f"<table>{rows}</table>{told}<p><small>{_LEGEND}</small></p>"


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


def _sum(lines: list[Line]) -> str:
    points, most = sum(line.points for line in lines), sum(line.max_points for line in lines)
    return f"{points} of {most} points"


def _row(name: str, lines: list[Line]) -> str:
    marks = " &nbsp; ".join(f"{line.state}&nbsp;{_link(name, line.id)}" for line in lines)
    left = 'style="text-align:left"'
    return f"<tr><td {left}>{_link(name)}</td><td {left}>{marks}</td><td>{_sum(lines)}</td></tr>"


def _link(chapter: str, exercise_id: str | None = None) -> str:
    """A link to a chapter or to an exercise's cell, whose id is the exercise's with `-` for `_`."""
    place = f"#cell-id={exercise_id.replace('_', '-')}" if exercise_id else ""
    text = html.escape(exercise_id or chapter)
    return f'<a href="{html.escape(chapter)}.ipynb{html.escape(place)}">{text}</a>'
