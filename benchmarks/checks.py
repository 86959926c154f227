"""How long a verdict takes, picture included, beside the time that the answer sleeps."""

import statistics
import time

from checker.exercise import exercises
from checker.files import cells, notebooks

ROUNDS = 20


def main():
    """Print for each answer: seconds slept, milliseconds that the verdict took, their ratio."""
    folder = notebooks.solutions_dir()
    print(f"{'exercise':12} {'sleeps':>9} {'verdict':>9} {'ratio':>8}")
    for exercise in exercises():
        notebook = notebooks.read(folder / f"{exercise.chapter}.ipynb")
        names = cells.namespace([cell.source for cell in notebook.setup_cells()])
        [cell] = [c for c in notebook.cells_of(exercise.id) if "answer" in c.tags]
        _, [asked] = cells.run(cell.source, names, f"<{cell.id}>")
        times = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            verdict = cells.verdict(asked)
            verdict._repr_html_()
            times.append(time.perf_counter() - started)
        sleeps = sum(run.took for run in verdict.runs)
        took = statistics.median(times)
        print(f"{exercise.id:12} {sleeps:7.1f} s {took * 1000:6.1f} ms {sleeps / took:7.0f} x")


if __name__ == "__main__":
    main()
