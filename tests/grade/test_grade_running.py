"""What runs of a submission, and in what; what an early end costs; and that grades repeat."""

import multiprocessing
import os
import re
import signal
import subprocess
import sys
from multiprocessing import connection

import pytest

from checker.grade import Grader, Options, Submission, grade, remote, sandbox
from tests.support import submitted

SETUP = (submitted.SETUP, "setup")
ANSWER = (submitted.RIGHT, "exercise:fetch_all")

MORNING = (
    "async def brew(what, seconds):\n    print(what, 'on')\n    await asyncio.sleep(seconds)\n"
    "    print(what, 'ready')\n\n"
    "async def morning():\n    tea = asyncio.create_task(brew('tea', 3), name='tea')\n"
    "    egg = asyncio.create_task(brew('egg', 2), name='egg')\n    print('table laid')\n"
    "    await asyncio.sleep(1)\n    print('paper read')\n    await tea\n    await egg\n\n"
)


@pytest.fixture(scope="module")
def grader():
    with Grader(Options()) as one:
        yield one


def graded(grader, *cells):
    content = submitted.notebook(SETUP, *cells)
    return grader.grade(Submission("it", "it.ipynb", content=content))


def of(result, name="fetch_all"):
    return next(one for one in result.exercises if one.id == name)


@pytest.mark.parametrize("method", sandbox.METHODS)
def test_each_way_of_shutting_in_gives_the_same_verdict(method, grader):
    wrong = "async def fetch_all(fetch, names):\n    return [await fetch(n) for n in names]"
    cells = [ANSWER, ("async def both(first, second):\n    return [await first]", "exercise:both")]
    expected = [graded(grader, *cells), graded(grader, (wrong, "exercise:fetch_all"))]
    try:
        other = Grader(Options(method=method))
    except sandbox.SandboxMissing:
        pytest.skip(f"there is no {method} here")
    with other:
        seen = [graded(other, *cells), graded(other, (wrong, "exercise:fetch_all"))]
    for one in (*expected, *seen):
        one.seconds, one.sandbox = 0, ""
    assert seen == expected
    assert of(seen[0]).passed and not of(seen[0], "both").passed


def test_bubblewrap_that_is_not_installed_is_said_so(monkeypatch):
    monkeypatch.setattr(sandbox, "bubblewrap", lambda: None)
    with pytest.raises(sandbox.SandboxMissing, match="no `bwrap` here"):
        Grader(Options(method="bubblewrap"))


def test_a_helper_in_a_cell_of_the_learners_own(grader):
    helper = "def start(fetch, names):\n    return [asyncio.create_task(fetch(n)) for n in names]"
    answer = "async def fetch_all(fetch, names):\n    tasks = start(fetch, names)\n"
    answer += "    return [t.result() for t in tasks if await asyncio.wait(tasks)]"
    assert of(graded(grader, helper, (answer, "exercise:fetch_all"))).passed


def test_a_helper_that_comes_after_the_answer(grader):
    answer = "async def fetch_all(fetch, names):\n    tasks = start(fetch, names)\n"
    answer += "    return [t.result() for t in tasks if await asyncio.wait(tasks)]"
    helper = "def start(fetch, names):\n    return [asyncio.create_task(fetch(n)) for n in names]"
    assert of(graded(grader, (answer, "exercise:fetch_all"), helper)).passed


def test_the_last_cell_that_defines_the_answer_counts(grader):
    first = ("async def fetch_all(fetch, names):\n    return []", "exercise:fetch_all")
    result = graded(grader, first, ANSWER)
    assert of(result).passed
    assert "2 cells define it" in result.notices[0]


def test_text_that_is_none_costs_nothing(grader):
    print_it = submitted.RIGHT.replace(
        "tasks = [", "print('half a pair: \\ud83d', 'é')\n    tasks = ["
    )
    assert of(graded(grader, (print_it, "exercise:fetch_all"))).passed
    give_it = "async def fetch_all(fetch, names):\n    return ['\\ud83d']"
    assert of(graded(grader, (give_it, "exercise:fetch_all"))).cause == "wrong_result"


def test_a_cell_may_await_at_its_top(grader):
    own = "await asyncio.sleep(3600)\nasync with asyncio.timeout(5):\n    started = True"
    answer = submitted.RIGHT.replace("tasks = [", "assert started\n    tasks = [")
    assert of(graded(grader, own, (answer, "exercise:fetch_all"))).passed


def test_magics_are_handled_or_named(grader):
    cells = [
        "%%writefile helper.py\nfactor = 3",
        "%time import helper\nimport helper\nassert helper.factor == 3",
        "%matplotlib inline\n!pip install nothing\nfiles = !ls\nassert files == []",
        "%%bash\necho no",
        "asyncio?\n%time 1 + 1",
        "%%time\nseen = 'in the cell'",
        "assert seen",
        "text = '''\n%not magic\n!nor this\n'''\nassert '!nor' in text",
    ]
    result = graded(grader, *cells, ANSWER)
    assert of(result).passed
    assert result.notices == [
        "cell 4: `!pip install nothing` was not run",
        "cell 4: `files = !ls` was not run",
        "cell 5: `%%bash` was not run",
    ]


def test_what_a_cell_shows_and_asks_is_no_trouble(grader):
    own = (
        "display(1)\nfrom checker import hint, solution\nhint('both')\nawait check(print)\nprint(2)"
    )
    result = graded(grader, own, ANSWER)
    assert of(result).passed
    assert result.notices == []


def test_a_cell_that_does_not_run_is_named_and_the_others_count(grader):
    result = graded(grader, "1 / 0", "if True print('x')", ANSWER)
    assert of(result).passed
    assert "cell 2 does not run: line 1: ZeroDivisionError" in result.notices[0]
    assert "cell 3 does not run: line 1: SyntaxError" in result.notices[1]


def test_an_answer_that_is_missing_broken_or_no_function(grader):
    result = graded(
        grader,
        ("async def fetch_all(fetch, names)\n    return 1", "exercise:fetch_all"),
        ("both = 3", "exercise:both"),
    )
    assert of(result).cause == "broken" and "SyntaxError" in of(result).message
    assert of(result, "both").cause == "broken" and "no function" in of(result, "both").message
    assert of(result, "drain").cause == "missing"


def test_an_answer_that_ends_python_costs_its_own_exercise_alone(grader):
    ending = "import os\nasync def both(first, second):\n    os._exit(0)"
    result = graded(grader, (ending, "exercise:both"), ANSWER)
    assert of(result, "both").cause == "never_ended"
    assert "ended Python" in of(result, "both").message
    assert of(result).passed


@pytest.mark.parametrize("text", ["x" + "()" * 100_000, "-" * 50_000 + "1", "1<" * 20_000 + "1"])
def test_a_source_that_is_hard_to_read(grader, text):
    answer = f"async def fetch_all(fetch, names):\n    return []\n    {text}"
    assert not of(graded(grader, (answer, "exercise:fetch_all"))).passed
    assert of(graded(grader, ANSWER)).passed


def test_a_cell_that_ends_python_is_left_out(grader):
    result = graded(grader, "import os\nos._exit(3)", ANSWER)
    assert of(result).passed


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_warm_process_that_was_killed_is_replaced(grader):
    assert of(graded(grader, ANSWER)).passed
    os.kill(grader._warm.process.pid, signal.SIGKILL)
    assert of(graded(grader, ANSWER)).passed


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_warm_process_that_is_killed_costs_nobody_a_grade(grader, monkeypatch):
    make = remote.Engine

    def kill_first(*args):
        monkeypatch.setattr(remote, "Engine", make)
        os.kill(grader._warm.process.pid, signal.SIGKILL)
        grader._warm.process.wait()
        return make(*args)

    monkeypatch.setattr(remote, "Engine", kill_first)
    assert of(graded(grader, ANSWER)).passed


def test_the_same_submission_gets_the_same_grade(grader):
    wrong = "async def fetch_all(fetch, names):\n    return {*names}"
    first, *others = [graded(grader, (wrong, "exercise:fetch_all")) for _ in range(3)]
    for other in others:
        other.seconds = first.seconds
        assert other == first


def test_inputs_depend_on_every_cell(grader):
    answer = "async def fetch_all(fetch, names):\n    raise ValueError(repr(fetch))"
    plain = graded(grader, (answer, "exercise:fetch_all"))
    other = graded(grader, "table = {}", (answer, "exercise:fetch_all"))
    # Both are shown with the inputs that the learner's own notebook draws …
    assert of(plain).text == of(other).text
    # … and what passes has passed with inputs that such a table cannot know.
    table = of(plain).message.partition("pages(")[2].partition(")")[0]
    known = (
        f"TABLE = {table!r}",
        "async def fetch_all(fetch, names):\n    assert repr(fetch) == f'pages({TABLE})'",
    )
    result = graded(grader, known[0], (known[1], "exercise:fetch_all"))
    assert "AssertionError" in of(result).message


def test_predictions_are_read_off_the_cell(grader):
    program = MORNING
    lines = ["table laid", "tea on", "egg on", "paper read", "egg ready", "tea ready"]
    for said, right in (
        (f"lines = {lines}\nawait predict(morning, prints=lines, takes=1 + 2)", True),
        (f"v = await predict(morning, prints={lines}, takes=3)", True),
        (f"await predict(morning, prints={lines[:2]} + {lines[2:]} * 1, takes=3)", True),
        (f"await predict(morning, prints=['x'] * 10**4 + {lines}, takes=3)", False),
        (f"await predict(morning, prints={lines}, takes=4)", False),
        ("await predict(morning, prints=..., takes=...)", False),
        (f"await predict(morning, prints={lines})", False),  # how long, it does not say
        ("await predict(morning, raises=None)", False),
    ):
        result = graded(grader, (program + said, "exercise:morning"))
        assert of(result, "morning").passed == right, said
        computed = "**" in said  # it is not read: it could be anything
        notices = ["morning: its prediction, in cell 2, is computed"] if computed else []
        assert result.notices == notices


def test_jobs_grade_what_one_grader_grades():
    handed_in = [Submission(f"s{n}", "x", content=submitted.right()) for n in range(6)]
    handed_in[2:2] = [Submission("broken", "x", content=b"")]
    seen = {one.name: one for one in grade(handed_in, jobs=2, skip=["s5"])}
    assert sorted(seen) == ["broken", "s0", "s1", "s2", "s3", "s4"]
    assert {one.points for one in seen.values()} == {0, 4}
    assert all(of(one).passed for one in seen.values() if not one.problem)


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_job_that_was_killed_costs_no_submission_its_grade():
    handed_in = [Submission(f"s{n}", "x", content=submitted.right()) for n in range(24)]
    seen = {}
    for one in grade(handed_in, jobs=2):
        if not seen:
            os.kill(multiprocessing.active_children()[0].pid, signal.SIGKILL)
        assert one.name not in seen
        seen[one.name] = one.points
    assert seen == {one.name: 4 for one in handed_in}


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_who_stops_early_waits_for_nobody():
    endless = submitted.hostile(submitted.HOSTILE / "catches_everything.py")
    handed_in = [Submission("right", "x", content=submitted.right())]
    handed_in += [Submission(f"s{n}", "x", content=endless) for n in range(4)]
    # `active_children` may still name one that has ended: the pool's own thread has yet to note it.
    before = set(multiprocessing.active_children())
    coming = grade(handed_in, jobs=2)
    assert of(next(coming)).passed
    running = [one.sentinel for one in set(multiprocessing.active_children()) - before]
    coming.close()
    assert len(running) == 2 and set(connection.wait(running, timeout=0)) == set(running)


def test_a_sandbox_can_be_required(monkeypatch):
    monkeypatch.setattr(sandbox, "best_first", lambda: ["limits", "spawn"])
    with pytest.raises(sandbox.SandboxMissing, match="no sandbox here"):
        Grader(Options(require_sandbox=True))
    with Grader(Options()) as grader:
        assert grader.sandbox in ("limits", "time limit")


def test_json_and_back(grader):
    result = graded(grader, ANSWER)
    assert type(result).from_json(result.to_json()) == result


def run_inside(program):
    """What a program prints that can import `inside`."""
    program = f"import sys\nsys.path.insert(0, {str(sandbox.INSIDE.parent)!r})\n{program}"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout


WATCHED = """
import asyncio
import os
import threading
from checker.engine import Limits, observe
from checker.engine.ending.watchdog import watchdog
from inside import limits

async def names():
    return [thread.name for thread in threading.enumerate()]

def spin():
    while True:
        pass

async def endless():
    WAY

watchdog.lazy = limits.call_after(0.05, watchdog.start)
print(observe(names).result)
print(observe(endless, limits=Limits(real_seconds=0.1)).stop.reason, watchdog.lazy)
print("checker-watchdog" in observe(names).result, flush=True)
os._exit(0)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="timers of its own")
@pytest.mark.parametrize("way", ["spin()", *4 * ["await asyncio.to_thread(spin)"]])
def test_a_short_life_needs_no_watchdog_and_a_long_one_gets_it(way):
    """Also where another thread runs when the time comes, which could take the signal."""
    first, second, third = run_inside(WATCHED.replace("WAY", way)).splitlines()
    assert first == "['MainThread']"
    assert second == "real_seconds False"
    assert third == "True"


DAEMONS = """
import os
from pathlib import Path

async def fetch_all(fetch, names):
    for _ in range(3):
        if os.fork() == 0:
            if os.fork():
                os._exit(0)
            os._exit(0)
        os.wait()
    states = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            states.append(Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()[0])
        except OSError:  # it has ended meanwhile
            pass
    raise RuntimeError(f"{states.count('Z')} have ended and are still there")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_daemons_that_have_ended_are_let_go_while_a_submission_runs():
    with Grader(Options(method="limits")) as grader:
        result = of(graded(grader, (DAEMONS, "exercise:fetch_all")))
    count = int(re.search(r"(\d+) have ended", result.text)[1])
    assert count <= 3  # the last ones may just have ended; each run makes three


def test_what_only_one_chapter_needs_is_imported_when_that_comes():
    with Grader(Options()) as grader:
        first = grader._warm
        grader.child("03_tasks").end()
        assert grader._warm is first
        grader.child("22_web_clients").end()
        second = grader._warm
        assert second is not first
        for chapter in ("03_tasks", "22_web_clients"):
            grader.child(chapter).end()
            assert grader._warm is second


@pytest.mark.parametrize(
    ("above", "said", "cause"),
    [
        ("", 'lines = """{text}""".splitlines()', None),
        ("", 'lines = "{joined}".split(",")', None),
        ("", "lines = []\nfor line in {lines}:\n    lines.append(line)", "computed"),
        ("", "lines = {lines}[:2]", "wrong_output"),
        ("", "lines = [*{first}, {last!r}]", None),
        ("", "lines = {first}\nlines.append({last!r})", None),
        ("", "lines = {first}\nlines += [{last!r}]", None),
        ("", "lines = {first}", "wrong_output"),
        ("", "lines = {first}\nlines.insert(0, 1)", "computed"),
        ("lines = {lines}", "", None),
        ("lines = {first}\nlines.append({last!r})", "", None),
    ],
)
def test_a_prediction_that_is_put_together(above, said, cause, grader):
    lines = ["table laid", "tea on", "egg on", "paper read", "egg ready", "tea ready"]
    words = {
        "lines": lines,
        "first": lines[:-1],
        "last": lines[-1],
        "text": "\n".join(lines),
        "joined": ",".join(lines),
    }
    program = MORNING + said.format(**words) + "\nawait predict(morning, prints=lines, takes=3)"
    result = graded(grader, above.format(**words) or "pass", (program, "exercise:morning"))
    assert of(result, "morning").cause == cause
    assert ("is computed" in " ".join(result.notices)) == (cause == "computed")
