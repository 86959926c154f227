"""How many submissions are graded in a second; what time and memory each costs as a class grows."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

try:
    import resource
except ImportError:  # Windows
    resource = None

from checker.exercise import exercises
from checker.grade import Options, grade
from checker.grade.local import cores
from checker.maintain.handed_in import hand_in, right

CHAPTER = "03_tasks"
EXERCISES = 5
SPEED = 300  # submissions for a figure of speed
SIZES = (10, 100, 1000, 10_000)


def main():
    """Print submissions a second, and how the cost of one grows with their number."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=SIZES[-1], help="size of the largest class")
    most = parser.parse_args().most
    wanted = [one.id for one in exercises(CHAPTER)][:EXERCISES]
    answers = {id: f"# of 0\n{source}" for id, source in right(CHAPTER).items() if id in wanted}
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder, "first.ipynb")
        hand_in(first, CHAPTER, answers)
        text = first.read_text(encoding="utf-8")
        first.unlink()

        def a_class(number):
            for i in range(len(list(Path(folder).iterdir())), number):
                Path(folder, f"{i:05}.ipynb").write_text(text.replace("# of 0", f"# of {i}"))
            return folder

        print(f"{EXERCISES} right answers to {CHAPTER}, each submission in a process of its own")
        for jobs in sorted({1, cores()}):
            seconds, sandbox = graded(a_class(SPEED), jobs)
            print(f"{jobs} at once: {SPEED / seconds:6.1f} a second ({sandbox})")
        base = None
        for size in (size for size in SIZES if size <= most):
            seconds, _ = graded(a_class(size), cores(), size)
            each = seconds / size
            base = base or each
            figures = f"{each * 1000:6.2f} ms each, {each / base:5.2f}x"
            print(f"{size:6} submissions: {figures}, {_megabytes()} MB at most")


def _megabytes():
    """The most memory that this process has had until now, or "?" on Windows."""
    if resource is None:
        return "?"
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit


def graded(folder, jobs, first=None):
    """(seconds for all after the first, what they ran in)."""
    from checker.grade import find

    started = None
    for one in grade(find([folder])[:first], jobs=jobs, options=Options()):
        started = started or time.perf_counter()  # the start is paid once
        if one.points < EXERCISES:
            raise SystemExit(f"{one.name} got {one.points} points: {one.problem or one.exercises}")
    return time.perf_counter() - started, one.sandbox


if __name__ == "__main__":
    main()
