"""`check` and its sisters in a real kernel: every answer gets words, and the kernel goes on."""

import time

import pytest

from checker.files import notebooks
from tests.support.real_kernel import Kernel

pytestmark = pytest.mark.solutions  # it holds an answer

RIGHT = """
async def both(first, second):
    task = asyncio.create_task(second)
    return [await first, await task]

await check(both)
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    started = Kernel(XDG_DATA_HOME=str(tmp_path_factory.mktemp("data")))
    shown = started.run(
        "%load_ext checker\nimport asyncio, time\n"
        "from checker import check, hint, play, predict, progress, solution, timeline"
    )
    assert (shown["status"], shown["stdout"], shown["stderr"]) == ("ok", "", "")
    yield started
    started.close()


def answered(kernel, body, limit=15):
    """What the cell shows for `both` with this body."""
    sent = kernel.send(f"async def both(first, second):\n{body}\nawait check(both)")
    return kernel.answer(sent, limit)


@pytest.mark.parametrize(
    ("body", "headline", "said"),
    [
        ("    raise NotImplementedError", "not tried yet", "raise NotImplementedError"),
        ("    raise ValueError('no')", "not yet", "ValueError: no. It happened at line 2"),
        ("    return first", "not yet", "made but never run"),
        ("    while True:\n        print('x' * 100)", "not yet", "a million characters"),
        ("    while True:\n        pass", "not yet", "never comes back from line"),
        ("    await asyncio.Event().wait()", "not yet", "Event.wait"),
        ("    import sys\n    sys.exit()", "not yet", "asks Python to exit"),
        ("    raise KeyboardInterrupt", "not yet", "KeyboardInterrupt"),
        ("    while True:\n        await asyncio.sleep(0)", "not yet", "again and again"),
        (
            "    while True:\n        asyncio.create_task(asyncio.sleep(9))",
            "not yet",
            "10,000 tasks",
        ),
        ("    return await both(first, second)", "not yet", "RecursionError"),
        (
            "    while True:\n        try:\n            await asyncio.sleep(1)\n"
            "        except BaseException:\n            pass",
            "not yet",
            "After an hour on the clock",
        ),
    ],
)
def test_every_answer_gets_a_verdict_and_the_kernel_goes_on(kernel, body, headline, said):
    shown = answered(kernel, body)
    assert (shown["status"], shown["stdout"], shown["stderr"]) == ("ok", "", "")
    assert shown["result"].startswith(f"both: {headline}")
    assert said in shown["result"]
    assert kernel.run("1 + 1")["result"] == "2"


def test_a_right_answer_is_solved_and_quick(kernel):
    shown = kernel.run(RIGHT)
    assert shown["result"] == "both: solved, every rule holds."


@pytest.mark.parametrize("metadata", [{}, {"cellId": "dinner"}], ids=["program", "person"])
def test_a_prediction_is_heard_whoever_makes_it(kernel, metadata):
    solutions = notebooks.read(notebooks.solutions_dir() / "05_timeouts.ipynb")
    cells = [cell for cell in solutions.cells if "exercise:dinner" in cell.tags]
    right, *wrong = [kernel.run(cell.source, **metadata)["result"] for cell in cells]
    assert right.splitlines()[0] == "dinner: solved. You said what happens."
    assert wrong and all(text.startswith("dinner: not yet") for text in wrong)


def test_a_syntax_error_is_shown_by_python_itself(kernel):
    shown = answered(kernel, "    return [await first, await second")
    assert shown["error"] == "SyntaxError"
    assert kernel.run(RIGHT)["result"].startswith("both: solved")


def test_a_thread_that_cannot_be_stopped_is_said_so(kernel):
    body = "    import _thread\n    lock = _thread.allocate_lock()\n    lock.acquire()\n"
    shown = answered(kernel, body + "    lock.acquire(timeout=20)", limit=20)
    assert "cannot be stopped" in shown["result"]
    assert "from line 5, `lock.acquire(timeout=20)`" in shown["result"]
    assert "The kernel goes on" in shown["result"]
    assert kernel.run("1 + 1")["result"] == "2"


def test_the_kernel_lives_while_an_answer_runs(kernel):
    kernel.run(
        "ticks = 0\nasync def tick():\n    global ticks\n    while True:\n"
        "        ticks += 1\n        await asyncio.sleep(0.01)\n"
        "ticker = asyncio.create_task(tick())"
    )
    answered(kernel, "    while True:\n        pass")
    assert kernel.run("ticker.cancel()\nprint(ticks > 50)")["stdout"] == "True\n"


def test_the_kernel_reads_the_real_clock_beside_a_check(kernel):
    kernel.run(
        "from datetime import datetime\nfrom time import monotonic, sleep\n"
        "steps = []\nasync def watch(read=time.perf_counter):\n"
        "    while True:\n"
        "        before = read(), monotonic(), time.time(), datetime.now().timestamp()\n"
        "        await asyncio.sleep(0.01)\n"
        "        after = read(), monotonic(), time.time(), datetime.now().timestamp()\n"
        "        steps.extend(b - a for a, b in zip(before, after))\n"
        "watcher = asyncio.create_task(watch())"
    )
    body = (
        "    before = monotonic()\n    for _ in range(300):\n        await asyncio.sleep(10)\n"
        "        sleep(1)\n    raise ValueError(monotonic() - before)"
    )
    shown = answered(kernel, body)
    assert "ValueError: 3300.0" in shown["result"]
    said = kernel.run("watcher.cancel()\nprint(len(steps) > 0, max(steps) < 15)")["stdout"]
    assert said == "True True\n"


def test_an_interrupt_stops_a_check_within_a_second(kernel):
    code = "async def both(first, second):\n    while True:\n        pass\nawait check(both)"
    shown, took = kernel.stopped(code)
    assert (shown["status"], shown["stdout"], shown["error"]) == ("error", "Stopped.\n", None)
    assert took < 1
    time.sleep(0.3)
    assert kernel.run(RIGHT)["result"].startswith("both: solved")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("check(both)", "Not run yet. Write `await check(both)`."),
        ("await check(both(1, 2))", "Write     `await check(both)`."),
        ("await check('both')", "without the quotes"),
        ("await check(3)", "wants the function that you wrote, not a int"),
        ("async def bth(): pass\nawait check(bth)", "Did you mean 'both'?"),
        ("await timeline(main)", "Write `await timeline(main())`"),
        ("await timeline(3)", "this is a int"),
        ("await play(main)", "Write `await play(main())`"),
        ("play(main())", "Not run yet. Write `await play(main())`."),
        ("play(main)", "Not run yet. Write `await play(main())`: with the brackets."),
        ("async def drain(a): pass\nplay(drain)", "needs arguments: `await check(drain)` gives it"),
        ("async def pair(a, b): pass\nawait play(pair)", "write `await play(pair(…))` with them"),
        ("done = main()\nawait done\nawait timeline(done)", "has run already"),
        ("async def morning(): pass\nawait check(morning)", "await predict(morning, …)"),
        ("hint('bth')", "Did you mean 'both'?"),
        ("solution('outcomes')", "not tried yet; `solution(outcomes, anyway=True)` shows it."),
    ],
)
def test_a_usual_slip_is_answered_by_name(kernel, code, said):
    kernel.run("async def main():\n    return 1\nasync def both(first, second):\n    pass")
    shown = kernel.run(code)
    assert (shown["error"], shown["stderr"]) == (None, "")
    assert said in shown["result"]


def test_hints_come_one_after_the_other_and_the_last_stays(kernel):
    hints = [kernel.run("hint('timed')")["result"] for _ in range(4)]
    shown = [[line[:11] for line in text.splitlines()] for text in hints]
    all_three = ["Hint 1 of 3", "Hint 2 of 3", "Hint 3 of 3"]
    assert shown == [all_three[:1], all_three[:2], all_three, all_three]


def test_a_solution_shows_why_it_is_right_and_the_program(kernel):
    shown = kernel.run("solution('both', anyway=True)")["result"]
    assert "before the first `await`" in shown
    assert "async def both(first, second):" in shown


def test_play_opens_the_run_that_failed(kernel):
    answered(kernel, "    return [await first, await second]")
    shown = kernel.run("await play(both)")["result"]
    assert shown.startswith("0 s, turn 1: both starts")
    assert "it waits in line 2: fetch(" in shown
    shown = kernel.run("play(both)")["result"]
    assert shown == "Not run yet. Write `await play(both)`: it plays the run of your last check."


def test_a_timeline_shows_its_result_and_costs_no_time(kernel):
    started = time.monotonic()
    shown = kernel.run("await timeline(asyncio.sleep(600, 'ten minutes later'))")["result"]
    assert shown.startswith("returned 'ten minutes later' after 600 s")
    assert time.monotonic() - started < 5


def test_a_live_front_end_is_told_what_is_next(kernel):
    in_a_program = kernel.run(RIGHT)["result"]
    assert in_a_program == "both: solved, every rule holds."
    shown = kernel.run(RIGHT, cellId="both")["result"]
    assert "next         fetch_all, in 03_tasks.ipynb" in shown
    assert "`solution(both)` shows other answers" in shown
    others = kernel.run("solution(both)", cellId="x")["result"]
    assert others.count("async def both") > 1 and "Also right: " in others


def test_a_wrong_answer_says_what_to_type_everywhere(kernel):
    in_turn = "async def both(first, second):\n    return [await first, await second]"
    wrong = f"{in_turn}\nawait check(both)"
    for cell in ({}, {"cellId": "both"}):
        shown = kernel.run(wrong, **cell)["result"]
        assert "look closer  `await play(both)`" in shown
        assert "stuck?       `hint(both)` or `solution(both)`" in shown
        assert "VBox" not in shown


def test_progress_is_kept_by_a_live_front_end_alone(kernel):
    assert "○ drain" in kernel.run("progress()", cellId="x")["result"]
    drain = (
        "async def drain(prefix):\n    others = asyncio.all_tasks() - {asyncio.current_task()}\n"
        "    named = [t for t in others if t.get_name().startswith(prefix)]\n"
        "    await asyncio.gather(*named, return_exceptions=True)\n    return len(named)\n"
        "await check(drain)"
    )
    assert "solved" in kernel.run(drain, cellId="drain")["result"]
    assert "✓ drain" in kernel.run("progress()", cellId="x")["result"]
    assert "✓ drain" not in kernel.run("progress()")["result"]


def test_a_kernel_that_an_answer_froze_is_told_of_by_the_next_one(tmp_path):
    """One call keeps the interpreter: nothing in the kernel can stop it, or even say so."""
    setup = "%load_ext checker\nimport asyncio\nfrom checker import check"
    frozen = "async def both(first, second):\n    sum(range(10**12))\n\nawait check(both)"
    first = Kernel(XDG_DATA_HOME=str(tmp_path))
    try:
        first.run(setup)
        first.send(frozen, cellId="both")
        folder = tmp_path / "asyncio-course"
        note = None
        while not (note and note.read_text()):  # until the dump is there
            time.sleep(0.1)
            note = next((file for file in folder.glob("frozen-*.txt")), None)
    finally:
        first.close()
    second = Kernel(XDG_DATA_HOME=str(tmp_path))
    try:
        second.run(setup)
        shown = second.run(RIGHT, cellId="both")
        assert "Before the restart, line 2, in `both`, kept the whole kernel" in shown["stdout"]
        again = second.run(RIGHT, cellId="both")
        assert "Before the restart" not in again["stdout"]
    finally:
        second.close()
    assert not list(folder.glob("frozen-*.txt"))


WRAPPED = """
def traced(function):
    async def wrapper(*arguments):
        return await function(*arguments)
    return wrapper

@traced
async def both(first, second):
    begun = loop.time()
    done = list(await asyncio.gather(first, second))
    assert loop.time() > begun
    return done

await check(both)
"""
PARTIAL = """
from functools import partial
async def wait(together, first, second):
    return list(await together(first, second))
both = partial(wait, asyncio.gather)
await check(both)
"""


def test_what_tests_grade_test_same_verdict_says_of_a_kernel_holds_in_one(kernel):
    kernel.run("loop = asyncio.get_running_loop()")
    assert kernel.run(WRAPPED)["result"] == "both: solved, every rule holds."
    assert kernel.run(PARTIAL)["result"] == "both: solved, every rule holds."
    shown = kernel.run("box = loop.create_future()")
    shown = answered(kernel, "    await box")
    assert "It asks for another event loop." in shown["result"]


def test_a_missing_name_is_said_with_the_cell_that_makes_it(kernel):
    shown = answered(kernel, "    return both_of_them(first), second, boil_twice")
    assert "NameError: name 'both_of_them' is not defined" in shown["result"]
    assert "is made" not in shown["result"]
    shown = answered(kernel, "    functools.wraps")
    made = "`functools` is made in the cell under “Exercise 7: timed”: run it first (Run > Run"
    assert made in shown["result"]
