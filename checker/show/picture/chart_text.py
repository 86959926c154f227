"""A chart in characters, for `text/plain`: the same on every run and Python version."""

from checker.judge.wording import duration
from checker.show.picture.chart import shorter

NAMES = 24  # columns for names, at most
LEGEND_ITEMS = 4  # in a line
SIGNS = {"waits": "─", "waits_for": "·", "runs": "█", "blocked": "█", "held": "▒", "band": "═"}
SIGNS |= {"step": "▓", "ready": "░"}
ENDS = {"done": "┤", "cancelled": "×", "failed": "!", "left": "→", "stuck": "‖", "cut": "~"}
_HEAVY = {"─": "━", "┼": "┿"}
LEGEND = {
    "─": "waits",
    "━": "decides the time",
    "·": "waits for a task",
    "█": "blocks all others",
    "▒": "held up",
    "▓": "runs",
    "░": "stands in line",
    "═": "several tasks",
    "*": "prints",
    "×": "cancelled",
}


def text(chart, width=60):
    """The chart as lines of text without spaces at their ends.

    A run with real work in it takes another time each time, so its rows have words and no bars.

    Args:
        chart: a `checker.show.picture.chart.Chart`.
        width: columns for names and bars; the words after the bars come on top of it.
    """
    if not chart.rows:
        return "No task ran."
    names = [_cut("  " * row.indent + row.name, NAMES) for row in chart.rows]
    left = max(map(len, names)) + 2
    if not chart.exact:
        rows = zip(names, chart.rows, strict=True)
        lines = [f"{name:{left}}{_in_words(row)}" for name, row in rows]
        return "\n".join([*lines, "(real work in it: times vary)"])
    plot = max(width - left, 20)
    bars = [_bars(chart, row, plot) for row in chart.rows]
    lines = [" " * left + _axis(chart, plot)]
    for name, bar, row in zip(names, bars, chart.rows, strict=True):
        lines += [""] * row.apart + [f"{name:{left}}{bar} {row.words}"]
    if chart.expected is not None:
        at = _column(chart, chart.expected, plot)
        lines.append(" " * (left + at) + f"^ {chart.whose} {duration(chart.expected)}")
    drawn = "".join(bars)
    used = [f"{sign} {word}" for sign, word in LEGEND.items() if sign in drawn]
    for first in range(0, len(used), LEGEND_ITEMS):
        lines.append(" " * left + "   ".join(used[first : first + LEGEND_ITEMS]))
    return "\n".join(line.rstrip() for line in lines)


def _cut(text, most):
    return text if len(text) <= most else text[: most - 1] + "…"


def _column(chart, at, plot):
    return round(at / chart.end * (plot - 1)) if chart.end else 0


def _axis(chart, plot):
    line, widest = "", len(chart.mark(chart.ticks[-1])) + 3
    for tick in chart.marks(most=max(2, plot // widest)):
        at = _column(chart, tick, plot)
        if not line or at > len(line):
            line = f"{line:{at}}{chart.mark(tick)}"
    return line


def _bars(chart, row, plot):
    """The row's bar from the left edge to its end mark."""
    first = _column(chart, row.start, plot)
    prints = sorted({_column(chart, n.at, plot) for n in row.notes if n.kind == "print"})
    cancels = {_column(chart, n.at, plot) for n in row.notes if n.kind == "cancel"}
    end = max(_column(chart, row.end, plot), first + bool(prints))
    cells = [" "] * end
    for state, begun, over, label in _stretches(row):
        start, until = _column(chart, begun, plot), _column(chart, over, plot)
        cells[start:until] = SIGNS[state] * (until - start)
        if first < start < until and state == "waits" and cells[start - 1] == "─":
            cells[start] = "┼"
        if until - start < len(label) + 5:
            label = shorter(label)
        _write(cells, start, until, label)
    for begun, over in row.path:
        for at in range(_column(chart, begun, plot), _column(chart, over, plot)):
            cells[at] = _HEAVY.get(cells[at], cells[at])
    for at in cancels:
        if first <= at < end:
            cells[at] = "×"
    for at in prints:
        cells[max(first, min(at, end - 1))] = "*"
    return "".join(cells) + ENDS[row.ended]


def _stretches(row):
    """(state, start, end, label) of what is drawn in a row."""
    if not row.levels:
        return [(bar.state, bar.start, bar.end, bar.label) for bar in row.bars]
    most = max(level[2] for level in row.levels)
    return [("band", row.start, row.end, f"up to {most:,} at once")]


def _write(cells, start, until, label):
    """Write `label` into the bar if there is room for it."""
    if label and until - start >= len(label) + 5:
        cells[start + 2 : start + 4 + len(label)] = f" {label} "


def _in_words(row):
    """What a row does, one thing after the other, without a time."""
    parts = []
    for bar in row.bars:
        verb = {"waits": "waits: ", "waits_for": "waits for ", "runs": "works: "}.get(bar.state, "")
        parts.append(f"{verb}{bar.label}".rstrip(": "))
    if row.levels:
        parts.append("several tasks")
    return ", ".join([*dict.fromkeys(parts), row.words])
