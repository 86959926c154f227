"""How long the picture of a large run takes, beside the run itself, and how large it is."""

import time

from checker.engine import observe
from checker.show.picture import chart_text, svg
from checker.show.picture.chart import chart
from tests.support.chart_programs import crowd

ROUNDS = 5


def main():
    """Print for crowds of tasks: milliseconds to run and to draw, their ratio, kilobytes."""
    print(f"{'tasks':>7} {'run':>9} {'drawing':>9} {'ratio':>6} {'SVG':>8}")
    for many in (10, 1_000, 10_000):
        times = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            run = observe(crowd(many - 1))
            ended = time.perf_counter()
            shown = chart(run)
            picture = svg.svg(shown)
            chart_text.text(shown)
            times.append((ended - started, time.perf_counter() - ended))
        took, drew = (min(column) for column in zip(*times, strict=True))
        size = len(picture) / 1000
        ran, drawn = f"{took * 1e3:6.1f} ms", f"{drew * 1e3:6.1f} ms"
        print(f"{many:7,} {ran} {drawn} {drew / took:6.2f} {size:5.0f} kB")


if __name__ == "__main__":
    main()
