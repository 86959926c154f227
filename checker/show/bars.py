"""A few measured times as bars: words that are the same on every machine, figures in a picture."""

from html import escape

from checker.show.picture import svg

LEFT, TOP, APART, THICK = 130, 14, 30, 18  # px
LONGEST = svg.WIDTH - LEFT - 110
_STYLE = f"text{{font:{svg.SIZE}px {svg.FONT};fill:{svg.INK}}}rect.b{{fill:{svg.BLUE}}}"


class Bars:
    """Measured seconds, to be shown as the value of a cell.

    Args:
        seconds: what was measured → real seconds.
    """

    def __init__(self, seconds):
        self.seconds = dict(seconds)

    def __repr__(self):
        slowest = max(self.seconds, key=self.seconds.get)
        return f"{slowest} took longest. The figures of this machine are in the picture."

    def _repr_html_(self):
        most = max(self.seconds.values())
        words = [
            f"{name}: {took:.2f} s, {most / took:.1f} times as fast as the slowest"
            for name, took in self.seconds.items()
        ]
        # Also the words for those who do not see the picture are figures: they stand in its data.
        titled = f"<title>{escape('; '.join(words))}</title>"
        return svg.img(self._svg(titled, most), "Measured times as bars.")

    def _svg(self, titled, most):
        height = TOP * 2 + APART * len(self.seconds) - (APART - THICK)
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{svg.WIDTH}" height="{height}">',
            f"{titled}<style>{_STYLE}</style>",
            f'<rect width="{svg.WIDTH}" height="{height}" rx="6" fill="{svg.PANEL}"/>',
        ]
        for number, (name, took) in enumerate(self.seconds.items()):
            top = TOP + number * APART
            width = max(1, round(LONGEST * took / most))
            factor = f", {most / took:.1f} ×" if took < most else ""
            parts += [
                f'<text x="12" y="{top + 13}">{escape(name)}</text>',
                f'<rect class="b" x="{LEFT}" y="{top}" width="{width}" height="{THICK}"/>',
                f'<text x="{LEFT + width + 8}" y="{top + 13}">{took:.2f} s{factor}</text>',
            ]
        return "".join(parts) + "</svg>"
