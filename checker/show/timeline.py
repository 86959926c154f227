"""What `await timeline(main())` shows: the result, what was printed, and the picture."""

from html import escape

from checker.engine import Run, values
from checker.engine.values import Plain
from checker.judge.wording import duration
from checker.show.picture import chart, chart_text, fold, svg, turns
from checker.show.remarks import remarks

MOST_LINES = 30  # of what was printed
MOST_FOLDED, LONGEST_FOLDED = 8, 60  # lines, and letters of one, that the picture has room for
MOST_LETTERS = 100  # of one line, and of the result


class Timeline:
    """One run, or several beside each other, which shows itself.

    Args:
        runs: one or more `checker.engine.Run`.
    """

    def __init__(self, *runs: Run):
        self.runs = runs
        self.run = runs[0]
        by_turns = all(turns.fits(run) for run in runs)  # else they have no axis in common
        charts = [chart.chart(run, by_turns=by_turns) for run in runs]
        self.chart = charts[0] if len(charts) == 1 else chart.beside(charts)

    @property
    def result(self) -> Plain:
        """What the (first) coroutine returned, as plain data; None if it returned nothing."""
        return self.run.result

    def __repr__(self) -> str:
        lines = [
            line
            for run in self.runs
            for line in (self._headline(run), *_printed(run), *_cut_all(remarks(run)))
        ]
        return "\n".join([*lines, "", chart_text.text(self.chart)])

    def _headline(self, run: Run) -> str:
        name = f"{run.tasks[0].name}: " if len(self.runs) > 1 and run.tasks else ""
        return name + _outcome(run)

    def _repr_html_(self) -> str:
        parts = []
        for run in self.runs:
            parts.append(f"<div><b>{escape(self._headline(run))}</b></div>")
            parts += [_folded(_printed(run)), _plain(_cut_all(remarks(run)))]
        if self.chart.rows:
            parts.append(f"<div>{svg.img(svg.svg(self.chart), chart.summary(self.chart))}</div>")
        return "".join(parts)


def _folded(lines: list[str]) -> str:
    """What was printed: the picture says it too, as far as it has room, so it is folded away."""
    if not lines:
        return ""
    many = "1 line" if len(lines) == 1 else f"{len(lines)} lines"
    crowded = len(lines) > MOST_FOLDED or any(len(line) > LONGEST_FOLDED for line in lines)
    unfolded = " open" if crowded else ""
    return f"<details{unfolded}><summary>It printed {many}</summary>{_pre(lines)}</details>"


def _plain(lines: list[str]) -> str:
    # In a div: JupyterLab puts wide margins around a <pre> that is an output's own child.
    return f"<div>{_pre(lines)}</div>" if lines else ""


def _pre(lines: list[str]) -> str:
    text = escape("\n".join(lines))
    return f"<pre>{text}</pre>" if lines else ""


def _outcome(run: Run) -> str:
    """One line: how the run ended, and after how long."""
    after = f" after {duration(run.took)}" if chart.exact(run) else ""
    if run.stop and run.stop.reason == "deadlock":
        return f"stuck{after}: every task waits, and nobody can wake any of them"
    if run.stop:
        where = f", line {run.stop.line}" if run.stop.line else ""
        if run.stop.until is not None and run.took < run.stop.until / 2:
            return f"stopped{after}: it waits for more than an hour on the clock{where}"
        if run.stop.text == "time.sleep":
            return f"stopped{after}: `time.sleep` holds the loop again and again{where}"
        if run.stop.full_pipe:
            return f"stopped: a child stands at a full pipe, and nobody reads from it{where}"
        return f"stopped{after}: it used up more than a run may ({_LIMITS[run.stop.reason]}){where}"
    if run.failure:
        return _cut(f"raised {run.failure}".splitlines()[0]) + after
    return f"returned {values.short_repr(run.result, MOST_LETTERS)}{after}"


_LIMITS = {
    "seconds": "seconds on the clock",
    "turns": "turns of the loop",
    "still_turns": "turns of the loop while no time passed",
    "printed": "output",
    "tasks": "tasks at once",
    "real_seconds": "real time",
}


def _printed(run):
    """Each line that was printed, in order, with its time where that is exact, and its task."""
    who = fold.names(run.own_tasks)
    alone, exact = len(who) == 1, chart.exact(run)
    shown = []
    for entry in run.printed:
        when = f"printed at {duration(entry.at)}" if exact else "printed"
        name = "" if alone else who.get(entry.task, "")
        shown += [(when, name, line) for line in entry.text.splitlines()]
    most_lines = shown[:MOST_LINES]
    wide = [max((len(row[i]) for row in most_lines), default=0) for i in (0, 1)]
    lines = [
        f"{when:{wide[0]}}{'  ' if wide[1] else ''}{name:{wide[1]}} | {_cut(line)}".rstrip()
        for when, name, line in most_lines
    ]
    if len(shown) > MOST_LINES:
        lines.append(f"… {len(shown) - MOST_LINES:,} more lines")
    return lines


def _cut_all(lines):
    return [_cut(line) for line in lines]


def _cut(text):
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"
