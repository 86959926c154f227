"""The same assignment graded by this checker, by otter-grader and by nbgrader, in one run.

Both are installed into environments of their own in a temporary folder, which takes a minute and
needs a package index. It prints seconds for each submission, the ratios, and who graded what wrong.
"""

import argparse
import csv
import json
import os
import statistics
import subprocess
import tempfile
import time
import venv
from pathlib import Path

from benchmarks.assignment import HANDED_IN, code, notebook
from checker.grade import Options, grade

OTTER, NBGRADER = "otter-grader==7.0.0", "nbgrader==0.9.6"
RULES = Path(__file__).with_name("three")
MANY = 400  # submissions for our own figure
ROUNDS = 3

TEST = """\
import asyncio, threading, time

def timed():
    box, delays = [], {delays!r}

    async def job(name):
        await asyncio.sleep(delays[name] * {scale})
        return name

    def run():
        started = time.perf_counter()
        box.append((asyncio.run({call}), time.perf_counter() - started))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return box[0]

result, took = timed()
assert result == {result!r}, result
assert {scale} == 0 or abs(took - {seconds}) <= {seconds} / 5, took
"""


def tests(scale):
    """id → a test as one writes it with nothing but a wall clock; sleeps last `scale` as long.

    It runs a loop in a thread: otter calls tests while the kernel's own loop runs.
    """
    six = dict.fromkeys("abcdef", 0.5)
    return {
        name: TEST.format(delays=delays, call=call, result=result, seconds=seconds, scale=scale)
        for name, delays, call, result, seconds in (
            ("at_once", {"a": 1, "b": 2, "c": 3}, "at_once(job, list('abc'))", list("abc"), 3),
            ("two_at_a_time", six, "two_at_a_time(job, list('abcdef'))", list("abcdef"), 1.5),
            ("in_time", {"a": 10}, f"in_time(job, 'a', {scale})", None, 1),
        )
    }


def environment(folder, package):
    """A virtual environment with the package; its folder of programs."""
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    if programs.exists():  # kept from before
        return programs
    venv.create(folder, with_pip=True)
    pip = [programs / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, package, "ipykernel"], check=True, stderr=subprocess.DEVNULL)
    return programs


def call(programs, folder, *command):
    """Run a program of the environment in `folder`; the seconds that it took."""
    path = os.pathsep.join([str(programs), os.environ["PATH"]])
    environ = {**os.environ, "PATH": path, "PYTHONPATH": ""}
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environ, capture_output=True, check=False)
    return time.perf_counter() - started


# ------------------------------------------------------------------ otter-grader


class Otter:
    """`otter run`, once for each submission: `otter grade` needs docker."""

    def __init__(self, folder):
        self.folder = folder
        self.programs = environment(folder / "venv", OTTER)

    def grade(self, handed_in, scale):
        """(seconds of all, points of each); points are None if it gave none."""
        place = Path(tempfile.mkdtemp(dir=self.folder))
        (place / "tests").mkdir()
        for name, test in tests(scale).items():
            body = "".join(f"    {line}\n" for line in test.splitlines())
            (place / "tests" / f"{name}.py").write_text(
                "from otter.test_files import test_case\n"
                f"OK_FORMAT, name, points = False, {name!r}, 1\n"
                f"@test_case(points=1)\ndef test(env):\n    {name} = env[{name!r}]\n{body}"
            )
        call(self.programs, place, "otter", "generate", "-t", "tests", "-o", "autograder.zip")
        took, points = 0, []
        for number, cells in enumerate(handed_in):
            setup = code("import asyncio, otter\ngrader = otter.Notebook()")
            checks = [code(f"grader.check({name!r})") for name in tests(scale)]
            answers = zip(map(code, cells), checks, strict=True)
            (place / "one.ipynb").write_text(notebook([setup, *(c for p in answers for c in p)]))
            out = place / f"out-{number}"
            out.mkdir()
            run = ("otter", "run", "one.ipynb", "-a", "autograder.zip", "-o", out.name)
            took += call(self.programs, place, *run)
            points.append(_otter_points(out / "results.json"))
        return took, points


def _otter_points(path):
    if not path.exists():
        return None
    return sum(test.get("score", 0) for test in json.loads(path.read_text())["tests"])


# ------------------------------------------------------------------ nbgrader


class Nbgrader:
    """`nbgrader autograde`, in one call for all submissions."""

    def __init__(self, folder):
        self.folder = folder
        self.programs = environment(folder / "venv", NBGRADER)

    def grade(self, handed_in, scale):
        """(seconds of all, points of each); points are None if it gave none."""
        place = Path(tempfile.mkdtemp(dir=self.folder))
        source = place / "source" / "ps1"
        source.mkdir(parents=True)
        names = [f"s{number:03}" for number in range(len(handed_in))]
        (place / "nbgrader_config.py").write_text(
            f"c = get_config()\nc.CourseDirectory.course_id = 'c'\n"
            f"c.CourseDirectory.root = {str(place)!r}\n"
        )
        stubs = [f"async def {name}(job, *args):\n    ..." for name in tests(scale)]
        (source / "ps1.ipynb").write_text(_nbgrader_notebook(stubs, scale))
        call(self.programs, place, "nbgrader", "generate_assignment", "ps1")
        for name, cells in zip(names, handed_in, strict=True):
            folder = place / "submitted" / name / "ps1"
            folder.mkdir(parents=True)
            (folder / "ps1.ipynb").write_text(_nbgrader_notebook(cells, scale))
        took = call(self.programs, place, "nbgrader", "autograde", "ps1", "--force")
        call(self.programs, place, "nbgrader", "export")
        with open(place / "grades.csv", newline="") as file:
            points = {row["student_id"]: float(row["raw_score"]) for row in csv.DictReader(file)}
            graded = {path.name for path in (place / "autograded").iterdir()}
        return took, [points.get(name) if name in graded else None for name in names]


def _nbgrader_notebook(cells, scale):
    made = [code("import asyncio")]
    for (name, test), source in zip(tests(scale).items(), cells, strict=True):
        answer = {"grade": False, "solution": True, "locked": False, "points": 0}
        locked = {"grade": True, "solution": False, "locked": True, "points": 1}
        for kind, text, about in (("answer", source, answer), ("test", test, locked)):
            about |= {"schema_version": 3, "grade_id": f"{name}-{kind}", "task": False}
            made.append(code(text, nbgrader={**about, "cell_type": "code"}))
    return notebook(made)


# ------------------------------------------------------------------ this checker


def ours(folder, handed_in, jobs=1):
    """(seconds of all, points of each) with the warm process started before, as in a class."""
    folder = Path(tempfile.mkdtemp(dir=folder))
    for number, cells in enumerate(handed_in):
        made = [code("import asyncio", tags=["setup"])]
        for name, source in zip(tests(1), cells, strict=True):
            made.append(code(source, tags=[f"exercise:{name}"]))
        (folder / f"s{number:05}.ipynb").write_text(notebook(made))
    found, started = {}, None
    for graded in grade([folder], jobs=jobs, options=Options(rules=str(RULES))):
        started = started or time.perf_counter()  # the first one came with the start
        found[graded.name] = None if graded.problem else graded.points
    took = (time.perf_counter() - started) * len(handed_in) / max(len(handed_in) - 1, 1)
    return took, [found[name] for name in sorted(found)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--keep", metavar="FOLDER", help="make the environments there and keep them"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(options.keep or scratch)
        compare(folder)


def compare(folder):
    """Grade with all three and print seconds, ratios, and wrong grades."""
    right = next(cells for cells, _ in HANDED_IN.values())
    graders = {"otter-grader": Otter(folder / "otter"), "nbgrader": Nbgrader(folder / "nbgrader")}
    different = [numbered(right, n) for n in range(MANY)]
    one = statistics.median(ours(folder, different)[0] for _ in range(ROUNDS)) / MANY
    print(f"{'':32} {'s each':>9} {'ratio':>8}")
    print(f"{f'this checker, {MANY} in one call':32} {one:9.4f}")
    for name, grader in graders.items():
        for many in (1, 20) if name == "nbgrader" else (1,):
            for scale, how in ((1, ""), (0, ", no sleeps")):
                rounds = ROUNDS if many == 1 else 1
                took = [grader.grade([right] * many, scale)[0] for _ in range(rounds)]
                each = statistics.median(took) / many
                what = f"{name}, {many} in one call{how}" if many > 1 else f"{name}, one{how}"
                print(f"{what:32} {each:9.4f} {each / one:7.0f}x")
    print(f"\n{'points of 3':24} {'right':>6}", *(f"{name:>13}" for name in ["ours", *graders]))
    handed_in = [cells for cells, _ in HANDED_IN.values()]
    given = [ours(folder, handed_in)[1]]
    given += [grader.grade(handed_in, 1)[1] for grader in graders.values()]
    for (name, (_, points)), *theirs in zip(HANDED_IN.items(), *given, strict=True):
        marks = [
            f"{'none' if t is None else f'{t:g}'}{' ' if t == points else '!'}" for t in theirs
        ]
        print(f"{name:24} {points:6}", *(f"{mark:>13}" for mark in marks))


def numbered(cells, number):
    """The same answers in a submission of its own."""
    return [f"{cells[0]}# {number}\n", *cells[1:]]


if __name__ == "__main__":
    main()
