"""How soon `python -m checker check NOTEBOOK --watch` answers: from the save to the verdict."""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from checker.exercise import exercises
from checker.maintain.handed_in import hand_in, right

CHAPTER = "03_tasks"
SAVES = 20


def main():
    """Save a notebook again and again, each time with another answer changed."""
    answers = right(CHAPTER)
    ids = [one.id for one in exercises(CHAPTER) if one.kind != "predict"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "learner.ipynb")
        hand_in(path, CHAPTER, answers)
        command = [sys.executable, "-m", "checker", "check", str(path), "--watch"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watching:
            try:
                _until(watching, "solved.")
                waits = [_save(path, watching, answers, ids, n) for n in range(SAVES)]
            finally:
                watching.terminate()
    print(f"{CHAPTER}, {len(answers)} answers, {SAVES} saves with one changed")
    for what, times in zip(("its verdict", "the rest, too"), zip(*waits, strict=True), strict=True):
        print(f"{what:14} after {statistics.median(times):4.0f} ms, at most {max(times):4.0f} ms")


def _save(path, watching, answers, ids, number):
    """(milliseconds until the verdict on what was changed, until all is judged again)."""
    changed = ids[number % len(ids)]
    hand_in(path, CHAPTER, {**answers, changed: f"{answers[changed]}\n# save {number}"})
    begun = time.perf_counter()
    _until(watching, changed)
    verdict = time.perf_counter()
    _until(watching, "solved.")
    return [(moment - begun) * 1000 for moment in (verdict, time.perf_counter())]


def _until(watching, text):
    for line in watching.stdout:
        if text in line:
            return
    raise SystemExit("it ended before it had judged the notebook")


if __name__ == "__main__":
    main()
