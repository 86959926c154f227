"""A chart as SVG: the same bytes for the same run, on every machine.

States differ by form and word, not by colour alone. The panel brings its own light ground, because
the styles of the page do not reach into an `<img>`. In a dark theme of JupyterLab, and in a dark
page that nbconvert makes, a style beside it turns it dark; until a notebook is trusted, it stays
light.
"""

import base64
import re
from html import escape

from checker.judge.wording import duration
from checker.show.picture.chart import shorter

WIDTH = 640
LEAST = 500  # px; in a place narrower than that it is moved sideways, so that one can read it
ROW, NOTE, BAR = 24, 16, 15  # heights: a row, what stands under it, its bar
SIZE = 13  # px, of all text: 10 where it is LEAST wide
APART = 12  # px between two runs
LEFT_EDGE = 12
BLUE, RED, GREEN, PINK, GREY = "#0072b2", "#d55e00", "#009e73", "#b8527f", "#5f6b7a"
INK, PANEL, GRID = "#1f2328", "#ffffff", "#dfe3e8"
FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"
LEGEND = (
    ("waits", "waits"),
    ("waits_for", "waits for a task"),
    ("runs", "works"),
    ("blocked", "blocks all others"),
    ("held", "held up"),
    ("step", "runs"),
    ("ready", "stands in line"),
)
_NO_XML = re.compile("[^ -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LETTER = 0.53  # width of a letter of size 1, about
_THEME = (
    "<style>[data-jp-theme-light=false] .course-chart"
    "{filter:invert(.93) hue-rotate(180deg)}</style>"
)
_STYLE = (
    f"text{{font:{SIZE}px {FONT};fill:{INK}}}"
    f".h{{paint-order:stroke;stroke:{PANEL};stroke-width:3px;stroke-linejoin:round}}"
    f".g{{stroke:{GRID}}}.i{{fill:{GREY}}}.l{{stroke:{GREY};fill:none}}"
    f".waits{{fill:{PANEL};stroke:{BLUE};stroke-width:1.4}}"
    f".waits_for{{fill:{PANEL};stroke:{GREY};stroke-width:1.4;stroke-dasharray:4 3}}"
    f".runs,.step{{fill:{GREEN};stroke:{GREEN}}}"
    f".ready{{fill:{PANEL};stroke:{GREEN};stroke-width:1.4;stroke-dasharray:2 3}}"
    f".blocked{{fill:url(#hatch);stroke:{RED};stroke-width:1.4}}"
    f".held{{fill:none;stroke:{RED};stroke-width:2;stroke-dasharray:1.5 4}}"
    f".p{{stroke:{INK};stroke-width:3.2}}"
    f".band{{fill:{PANEL};stroke:{BLUE};stroke-width:1.4}}"
)
_HATCH = (
    '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
    f'patternTransform="rotate(45)"><rect width="6" height="6" fill="{PANEL}"/>'
    f'<rect width="2.4" height="6" fill="{RED}"/></pattern>'
)


def svg(chart, found=None):
    """The chart as an SVG document.

    Args:
        chart: a `checker.show.picture.chart.Chart`.
        found: the cause to mark, an object with `at` (seconds), `task` and `line`; each may be
            None, and without a task there is no mark.
    """
    return _Drawing(chart, found).document()


def img(svg, alt):
    """HTML with an `<img>` that holds the SVG and needs no file beside it."""
    data = base64.b64encode(svg.encode()).decode()
    style = f"min-width: {LEAST}px; max-width: 100%"
    picture = f'<img class="course-chart" style="{style}" alt="{escape(alt)}" '
    picture += f'src="data:image/svg+xml;base64,{data}">'
    return f'{_THEME}<div style="overflow-x: auto">{picture}</div>'


def axis(chart):
    """Where the time axis lies in the picture: its left edge and its length, as parts of the width.

    Args:
        chart: a `checker.show.picture.chart.Chart`.
    """
    drawing = _Drawing(chart, None)
    return [round(drawing.left / WIDTH, 4), round(drawing.plot / WIDTH, 4)]


def _n(value):
    """A coordinate, short: at most one digit after the point."""
    text = f"{value:.1f}"
    return text.removesuffix(".0")


def _wide(text):
    return len(text) * SIZE * _LETTER


def _cut(text, room):
    """`text`, cut so that it takes at most `room` px; "" if nothing sensible fits."""
    letters = int(room / (SIZE * _LETTER))
    if len(text) <= letters:
        return text
    return text[: letters - 1] + "…" if letters >= 4 else ""


class _Drawing:
    def __init__(self, chart, found):
        self.chart = chart
        names = [_wide(row.name) + 14 * row.indent for row in chart.rows]
        self.left = LEFT_EDGE + min(max([50, *names]), 190) + 10
        words = [_wide(row.words) for row in chart.rows]
        self.plot = WIDTH - 24 - min(max([90, *words]), 200) - self.left
        self.caused = chart.row_of.get(found.task) if found and found.line else None
        self.found = found
        self.tops, at = [], 34
        for number, row in enumerate(chart.rows):
            at += APART * row.apart
            self.tops.append(at)
            at += ROW + NOTE * bool(row.notes) + NOTE * (number == self.caused)
        self.bottom = at + 4
        self.parts = []

    def x(self, at):
        return self.left + (self.plot * at / self.chart.end if self.chart.end else 0)

    def mid(self, row):
        return self.tops[row] + ROW / 2

    def add(self, part):
        self.parts.append(part)

    def text(self, x, y, text, style="", anchor=""):
        style = f' class="{style}"' if style else ""
        anchor = f' text-anchor="{anchor}"' if anchor else ""
        text = escape(_NO_XML.sub("\ufffd", text), quote=False)
        self.add(f'<text x="{_n(x)}" y="{_n(y)}"{style}{anchor}>{text}</text>')

    def path(self, d, style="", **attributes):
        extra = "".join(f' {k.replace("_", "-")}="{v}"' for k, v in attributes.items())
        self.add(f'<path d="{d}"' + (f' class="{style}"' if style else "") + f"{extra}/>")

    def document(self):
        self._axis()
        for number, row in enumerate(self.chart.rows):
            self._lifeline(number, row)
        for link in self.chart.links:
            if link.kind == "started":
                self._started(link)
        for number, row in enumerate(self.chart.rows):
            self._row(number, row)
        for link in self.chart.links:
            if link.kind == "woke":
                self._woke(link)
        self._expected()
        height = self._legend()
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{_n(height)}" '
            f'viewBox="0 0 {WIDTH} {_n(height)}"><style>{_STYLE}</style>{_HATCH}'
            f'<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{_n(height - 1)}" rx="8" '
            f'fill="{PANEL}" stroke="#9aa3ad"/>{"".join(self.parts)}</svg>\n'
        )

    def _axis(self):
        for start, end, first, last in self.chart.blocked:
            x, wide = self.x(start), self.x(end) - self.x(start)
            top, under = self.tops[first] - 4, self.tops[last] + ROW
            self.add(
                f'<rect x="{_n(x)}" y="{_n(top)}" width="{_n(wide)}" height="{_n(under - top)}" '
                f'fill="{RED}" opacity="0.13"/>'
            )
        for tick in self.chart.ticks:
            x = self.x(tick)
            self.path(f"M{_n(x)} 26V{_n(self.bottom)}", "g")
            self.text(
                x + 2 * self.chart.turns,
                20,
                self.chart.mark(tick),
                "i",
                "" if self.chart.turns else "middle",
            )

    def _lifeline(self, number, row):
        x, end, y = self.x(row.start), self.x(row.end), self.mid(number)
        if end > x and not row.levels and all(bar.state != "held" for bar in row.bars):
            self.path(f"M{_n(x)} {_n(y)}H{_n(end)}", "l")

    def _started(self, link):
        x = self.x(link.at)
        self.path(f"M{_n(x)} {_n(self.mid(link.source))}V{_n(self.mid(link.target))}", "l")

    def _woke(self, link):
        x, way = self.x(link.at), 1 if link.target > link.source else -1
        begin = self.mid(link.source) + way * BAR / 2
        tip = self.mid(link.target) - way * BAR / 2
        if (tip - begin) * way > 8:
            self.path(f"M{_n(x)} {_n(begin)}V{_n(tip - 6 * way)}", "l", stroke_width="1.8")
        self.path(f"M{_n(x - 4.5)} {_n(tip - 7 * way)}h9L{_n(x)} {_n(tip)}Z", fill=GREY)

    def _row(self, number, row):
        y = self.mid(number)
        indent = LEFT_EDGE + 14 * min(row.indent, 6)
        self.text(indent, y + 4, _cut(row.name, self.left - indent - 8))
        if row.levels:
            self._band(row, y)
        for bar in row.bars:
            self._bar(bar, y)
        for start, end in row.path:
            self.path(f"M{_n(self.x(start))} {_n(y + BAR / 2)}H{_n(self.x(end))}", "p")
        if row.ended:
            self._end(row, y)
        self._notes(row, number)

    def _bar(self, bar, y):
        x, end = self.x(bar.start), self.x(bar.end)
        if bar.state == "held":
            self.path(f"M{_n(x + 2)} {_n(y)}H{_n(end)}", "held")
        else:
            wide = max(end - x, 1)
            self.add(
                f'<rect x="{_n(x)}" y="{_n(y - BAR / 2)}" width="{_n(wide)}" height="{BAR}" '
                f'class="{bar.state}"/>'
            )
        label = bar.label
        if _wide(label) > end - x - 8:
            label = shorter(label)
        label = _cut(label, end - x - 8)
        if label and bar.state == "blocked":
            wide = _wide(label) + 6
            self.add(
                f'<rect x="{_n((x + end - wide) / 2)}" y="{_n(y - 6)}" width="{_n(wide)}" '
                f'height="12" fill="{PANEL}"/>'
            )
        if label:
            self.text((x + end) / 2, y + 4, label, "h", "middle")

    def _band(self, row, y):
        most = max(level[2] for level in row.levels)
        base, d = y + BAR / 2, f"M{_n(self.x(row.start))} {_n(y + BAR / 2)}"
        for start, end, count in row.levels:
            d += f"H{_n(self.x(start))}V{_n(base - (BAR + 2) * count / most)}H{_n(self.x(end))}"
        self.path(f"{d}V{_n(base)}Z", "band")
        label = f"up to {most:,} at once"
        room = self.x(row.end) - self.x(row.start) - 8
        if _wide(label) <= room:
            self.text((self.x(row.start) + self.x(row.end)) / 2, y + 5, label, "h", "middle")

    def _end(self, row, y):
        x, half = self.x(row.end), BAR / 2
        gap = 9
        if row.ended == "done":
            self.path(f"M{_n(x)} {_n(y - half - 2)}v{BAR + 4}", stroke=INK, stroke_width="3")
            gap = 6
        elif row.ended == "cancelled":
            self.path(
                f"M{_n(x - 5)} {_n(y - 5)}l10 10m0 -10l-10 10", stroke=PINK, stroke_width="2.6"
            )
        elif row.ended == "failed":
            self.path(f"M{_n(x)} {_n(y - 9)}l8 9l-8 9l-8 -9Z", fill=RED)
            self.path(f"M{_n(x)} {_n(y - 5)}v6m0 2v2", stroke=PANEL, stroke_width="2")
            gap = 12
        elif row.ended == "left":
            self.path(
                f"M{_n(x)} {_n(y)}h14m-6 -5l6 5l-6 5", stroke=BLUE, stroke_width="2", fill="none"
            )
            gap = 18
        elif row.ended == "stuck":
            d = f"M{_n(x + 3)} {_n(y - half - 2)}v{BAR + 4}m5 {-BAR - 4}v{BAR + 4}"
            self.path(d, stroke=RED, stroke_width="2.4")
            gap = 13
        else:
            d = f"M{_n(x)} {_n(y - half - 2)}l4 4l-4 5l4 5l-4 4"
            self.path(d, stroke=RED, stroke_width="2", fill="none")
        self.text(x + gap, y + 4, _cut(row.words, WIDTH - 8 - x - gap), "h")

    def _notes(self, row, number):
        y, top = self.tops[number] + ROW + 8, self.mid(number) + BAR / 2
        places = {}
        for note in row.notes:
            places.setdefault((_n(self.x(note.at)), note.kind), []).append(note)
        places = [(float(x), kind, notes) for (x, kind), notes in places.items()]
        for i, (x, kind, notes) in enumerate(places):
            sign = {"cancel": "✕ ", "differs": "✗ "}.get(kind, "")
            self.path(f"M{_n(x)} {_n(top)}V{_n(y)}", "l")
            until = places[i + 1][0] if i + 1 < len(places) else WIDTH - 6
            text = " / ".join(n.text for n in notes if n.text) or "(an empty line)"
            text = _cut(sign + (text if kind == "cancel" else f"“{text}”"), until - x - 8)
            if text:
                self.text(x + 4, y, text, "h" if kind == "differs" else "i h")
        if number == self.caused:
            at = row.start if self.found.at is None else self.found.at
            x, y = self.x(at), top + 4 + NOTE * bool(row.notes)
            self.path(f"M{_n(x)} {_n(y)}l6 10h-12Z", fill=RED, stroke=PANEL)
            self.text(x + 9, y + 10, f"line {self.found.line}", "h")

    def _expected(self):
        if self.chart.expected is None:
            return
        label = f"{self.chart.whose} {duration(self.chart.expected)}"
        x = self.x(self.chart.expected)
        d = f"M{_n(x)} 26V{_n(self.bottom + 4)}"
        self.path(d, stroke=PINK, stroke_width="2", stroke_dasharray="6 4")
        self.text(x, self.bottom + 16, label, "h", "middle")
        self.bottom += 20

    def _legend(self):
        """What the forms mean, as far as they occur; returns the height of the picture."""
        used = {bar.state for row in self.chart.rows for bar in row.bars}
        x, y = LEFT_EDGE + 1, self.bottom + 14
        shown = [(state, word) for state, word in LEGEND if state in used]
        for state, word in shown:
            if state == "held":
                self.path(f"M{_n(x)} {_n(y)}h22", "held")
            else:
                self.add(
                    f'<rect x="{_n(x)}" y="{_n(y - 5)}" width="22" height="10" class="{state}"/>'
                )
            self.text(x + 27, y + 4, word, "i")
            x += 27 + _wide(word) + 16
        if any(row.path for row in self.chart.rows):
            self.path(f"M{_n(x)} {_n(y)}h22", "p")
            self.text(x + 27, y + 4, "decides the time", "i")
            x += 27 + _wide("decides the time") + 16
        if any(link.kind == "woke" for link in self.chart.links):
            self.path(f"M{_n(x)} {_n(y + 6)}v-10", "l", stroke_width="1.5")
            self.path(f"M{_n(x - 3.5)} {_n(y)}h7l-3.5 -6Z", fill=GREY)
            self.text(x + 9, y + 4, "wakes", "i")
            x += 9 + _wide("wakes") + 16
        if not self.chart.exact:
            self.text(x, y + 4, "real work in it: times vary", "i")
        return y + 16 if x > LEFT_EDGE + 1 or not self.chart.exact else self.bottom + 8
