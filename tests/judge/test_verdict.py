"""Verdicts: what they say, of which answer, and that they say it the same each time."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from checker.exercise import Exercise, exercises, find
from checker.judge import Answer, InternalError, judge, observe
from checker.judge.compare import difference, same
from checker.judge.inputs import inputs_for
from checker.judge.predict import judge_prediction
from checker.judge.unmet import Seen
from tests.support.answers import answer, unmet

pytestmark = pytest.mark.solutions  # it holds an answer

RIGHT = """
async def both(first, second):
    one = asyncio.create_task(first)
    two = asyncio.create_task(second)
    return [await one, await two]
"""
IN_TURN = """
async def both(first, second):
    a = await first
    b = await second
    return [a, b]
"""
STUB = '''
async def both(first, second):
    """Run two coroutines at the same time; return their results in order."""
    raise NotImplementedError
'''


def verdict(source, exercise="both"):
    """The verdict as a kernel makes it: in a thread, where a KeyboardInterrupt is the answer's."""
    made = find(exercise)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(judge, made, answer(source, exercise, made.is_async)).result()


def test_a_right_answer_gets_all_points():
    told = verdict(RIGHT)
    assert (told.passed, told.points, told.max_points, told.cause) == (True, 2, 2, None)
    assert repr(told) == "both: solved, every rule holds."


def test_the_stub_is_not_tried_yet():
    told = verdict(STUB)
    assert told.cause == "not_attempted"
    assert repr(told).splitlines()[0] == "both: not tried yet."
    assert "line 3, `raise NotImplementedError`" in repr(told)


def test_a_wrong_answer_is_told_its_cause_and_its_line():
    told = verdict(IN_TURN)
    assert (told.passed, told.points, told.cause, told.line) == (False, 1, "one_after_the_other", 2)
    assert "line 2, `a = await first`" in repr(told)
    assert "both(fetch(" in repr(told)


def test_the_verdict_is_the_same_each_time():
    assert {repr(verdict(IN_TURN)) for _ in range(5)} == {repr(verdict(IN_TURN))}
    assert verdict(IN_TURN)._repr_html_() == verdict(IN_TURN)._repr_html_()


def test_inputs_stay_the_same_until_the_source_changes():
    numbers = [inputs_for("both", "rule", source).random() for source in ("a", "a", "b")]
    assert numbers[0] == numbers[1] != numbers[2]


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        ("    while True:\n        pass", "never_ended"),
        ("    await asyncio.Event().wait()", "deadlock"),
        ("    while True:\n        print('x' * 1000)", "gave_up_limit"),
        ("    import sys\n    sys.exit()", "raised"),
        ("    raise KeyboardInterrupt", "raised"),
        ("    return first", "never_awaited"),
        ("    return both(first, second)", "never_awaited"),
        ("    import time\n    time.sleep(9999)", "blocked_the_loop"),
        ("    await asyncio.sleep(9999)", "never_ended"),
        ("    while True:\n        await asyncio.sleep(0)", "busy_waiting"),
        ("    return await both(first, second)", "raised"),
    ],
)
def test_an_answer_that_misbehaves_gets_a_verdict_and_a_line(body, cause):
    told = verdict(f"async def both(first, second):\n{body}\n")
    assert told.cause == cause
    assert told.line is not None
    assert verdict(RIGHT).passed


def test_an_answer_that_catches_everything_gets_a_verdict():
    source = """
async def both(first, second):
    while True:
        try:
            await asyncio.sleep(1)
        except BaseException:
            pass
"""
    assert verdict(source).cause == "never_ended"
    assert verdict(RIGHT).passed


def test_a_syntax_error_is_pythons_own():
    with pytest.raises(SyntaxError):
        answer("async def both(first, second):\n    return [await first, await second", "both")


def test_points_go_by_rules():
    told = verdict("async def save_all(save, items):\n    return len(items)\n", "save_all")
    assert (told.points, told.max_points) == (1, 3)
    assert [holds for _, holds in told.rules] == [False, False, True]


def test_a_rule_that_errs_itself_is_not_blamed_on_the_answer():
    exercise = Exercise("broken_rule_for_a_test", kind="write", hints=[])

    @exercise.rule("It holds.")
    def holds(answer, inputs):
        raise ZeroDivisionError

    with pytest.raises(InternalError, match="ZeroDivisionError"):
        judge(exercise, answer("async def answer():\n    return 1"))


def test_values_must_be_of_the_same_type():
    assert same([1, "a", {"b": (2.5,)}], [1, "a", {"b": (2.5,)}])
    assert not same(True, 1)
    assert not same((1, 2), [1, 2])
    assert not same({"a": 1.0}, {"a": 1})


def test_an_object_that_is_equal_to_everything_convinces_nobody():
    source = """
class Yes:
    def __eq__(self, other):
        return True

async def answer():
    return Yes()
"""
    found, _ = unmet(source, lambda run: run.returned(3))
    assert "Yes object" in found.seen


@pytest.mark.parametrize(
    ("expected", "seen", "told"),
    [
        ([1, 2], [1, 3], ("item 1 is 2", "item 1 is 3")),
        ([1, 2], [1], ("2 items: [1, 2]", "1 item: [1]")),
        ({"a": 1}, {}, ("the key 'a'", "it is not in {}")),
        ({"a": 1}, {"a": 2}, ("'a': 1", "'a': 2")),
        (3, "3", ("3", "'3'")),
    ],
)
def test_the_first_difference_is_shown(expected, seen, told):
    assert difference(expected, seen) == told


def test_a_repr_that_raises_does_not_stop_the_verdict():
    source = """
class Bad:
    def __repr__(self):
        raise ValueError

async def answer():
    return Bad()
"""
    found, _ = unmet(source, lambda run: run.returned(3))
    assert found.seen == "<Bad; its repr raised ValueError>"


PROGRAM = """
async def morning():
    print("up")
    await asyncio.sleep(2)
    print("out")
    return 7
"""


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ({"prints": ["up", "out"], "takes": 2}, None),
        ({"prints": ["up", "out"], "takes": 2.0, "returns": 7}, None),
        ({"prints": "up\nout"}, None),
        ({"prints": ["out", "up"]}, "wrong_order"),
        ({"prints": ["up"]}, "wrong_output"),
        ({"prints": ["up", "out", "home"]}, "wrong_output"),
        ({"takes": 3}, "wrong_time"),
        ({"takes": "two"}, "wrong_time"),
        ({"returns": 8}, "wrong_result"),
        ({"raises": ValueError}, "wrong_error"),
        ({"raises": None}, None),
    ],
)
def test_a_prediction_is_compared_with_what_happens(said, cause):
    right = {"prints": ["up", "out"], "takes": 2}
    told = judge_prediction(find("morning"), answer(PROGRAM, "morning"), right | said)
    assert told.cause == cause
    assert told.passed is (cause is None)
    assert told.points == int(told.passed)


NOT_TRIED = [
    (None, "Say also `prints=` and `takes=`."),
    ({"returns": 7}, "Say also `prints=` and `takes=`."),
    ({"raises": None, "takes": 2}, "Say also `prints=`."),
    ({"prints": ["up", "out"]}, "Say also `takes=`."),
    (
        {"prints": ..., "takes": 2},
        "Replace each `...` by what you expect, then run the cell again.",
    ),
    ({"prints": ["up", ...], "takes": 2}, "Replace each `...` by what you expect, then run the "),
]


@pytest.mark.parametrize(("said", "message"), NOT_TRIED)
def test_who_does_not_say_all_that_was_asked_has_not_tried(said, message):
    told = judge_prediction(find("morning"), answer(PROGRAM, "morning"), said)
    assert told.cause == "not_attempted"
    assert told.message.startswith(message)
    assert not told.passed and told.points == 0 and told.run is None


@pytest.mark.parametrize("exercise", [e for e in exercises() if e.kind == "predict"], ids=repr)
def test_no_prediction_is_solved_by_saying_less(exercise):
    assert exercise.asks
    for said in ({"returns": None}, {"raises": None}, {"takes": 0}):
        told = judge_prediction(exercise, answer(PROGRAM, "morning"), said)
        assert told.cause == "not_attempted"


@pytest.mark.parametrize(
    ("kind", "asks"), [("predict", ()), ("write", ("prints",)), ("predict", ("took",))]
)
def test_a_prediction_and_nothing_else_asks(kind, asks):
    with pytest.raises(ValueError, match="a prediction asks some of prints, takes"):
        Exercise("asks_for_a_test", kind=kind, hints=[], asks=asks)


def test_a_wrong_prediction_names_the_line_that_decides():
    said = {"prints": ["out", "up"], "takes": 2}
    told = judge_prediction(find("morning"), answer(PROGRAM, "morning"), said)
    assert told.message == (
        "Line 1 of the output is 'up', not 'out': line 2, `print(\"up\")`, prints it at 0 s."
    )


WORKING = """import asyncio, time
async def morning():
    end = time.thread_time() + 0.08
    while time.thread_time() < end:
        pass
    await asyncio.sleep(2)
"""


def test_real_time_makes_no_prediction_wrong_and_is_told_to_nobody():
    said = judge_prediction(find("morning"), answer(WORKING, "morning"), {"prints": [], "takes": 2})
    assert said.passed and said.run.took > 2.05
    for seconds, than in ((1, "more than 1 s"), (5, "less than 5 s")):
        predicted = {"prints": [], "takes": seconds}
        said = judge_prediction(find("morning"), answer(WORKING, "morning"), predicted)
        assert said.message == (
            f"It takes {than}: the last wait is that of `morning` in line 6, "
            "`await asyncio.sleep(2)`."
        )


def test_how_long_it_took_is_not_told_where_real_time_is_in_it():
    for seconds, seen in ((1, "it took longer"), (5, "it took less")):
        source = WORKING.replace("morning", "answer")
        found, _ = unmet(source, lambda run, seconds=seconds: run.took(seconds))
        assert (found.expected, found.seen) == (f"{seconds} s", seen)


def test_an_unknown_question_is_refused():
    with pytest.raises(TypeError, match="prints, takes, returns, raises"):
        judge_prediction(find("morning"), answer(PROGRAM, "morning"), {"took": 3})


def test_a_charged_failure_is_tried_again_and_the_smallest_figure_counts():
    exercise, tries = Exercise("charged_for_a_test", kind="write", hints=[]), []

    @exercise.rule("It takes no time.")
    def takes_none(answer, inputs):
        run = observe(answer)
        tries.append(run.charged)
        run.took(0)

    source = """
import time
work = iter([0.12, 0.12, 0])

async def answer():
    started, seconds = time.thread_time(), next(work)
    while time.thread_time() - started < seconds:
        pass
"""
    assert judge(exercise, answer(source)).passed
    assert [charged > 0 for charged in tries] == [True, True, False]


def test_a_failure_that_hangs_on_no_time_is_not_tried_again():
    exercise, tries = Exercise("counted_for_a_test", kind="write", hints=[]), []

    @exercise.rule("It returns 2.")
    def returns_two(answer, inputs):
        run = observe(answer)
        run.by_count = True
        tries.append(run.charged)
        run.returned(2)

    source = """
import time

async def answer():
    started = time.thread_time()
    while time.thread_time() - started < 0.12:
        pass
    return 1
"""
    assert judge(exercise, answer(source)).cause == "wrong_result"
    assert [charged > 0 for charged in tries] == [True]


def test_what_a_server_received_is_shown_in_place_of_a_picture():
    exercise = Exercise("served_for_a_test", kind="write", hints=[])

    @exercise.rule("The server gets one statement.")
    def one_statement(answer, inputs):
        run = observe(answer)
        log = {"text": "\n".join(f"1 ─ select {n} < 9" for n in range(12))}
        raise Seen(run, "one statement", "12 came", log=log)

    told = judge(exercise, answer("async def answer():\n    return 1\n"))
    lines = repr(told).splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("  the server "))
    assert lines[first] == "  the server   1 ─ select 0 < 9"
    assert lines[first + 9 : first + 11] == [f"{'':15}1 ─ select 9 < 9", f"{'':15}… 2 more lines"]
    assert "<pre>1 ─ select 0 &lt; 9\n" in told._repr_html_()
    assert "<img" not in told._repr_html_()


def test_the_answer_is_found_in_a_class_too():
    made = answer("class answer:\n    def method(self):\n        return 1\n")
    assert isinstance(made, Answer)
    assert made.quote(2) == "def method(self):"


def test_who_asks_says_whether_the_answer_is_the_cell_that_was_shipped():
    exercise = Exercise("repaired_for_a_test", kind="repair", hints=[], shipped="wrong_result")

    @exercise.rule("It returns 2.")
    def returns_two(answer, inputs):
        observe(answer).returned(2)

    @exercise.rule("It ends.")
    def ends(answer, inputs):
        observe(answer).ended()

    source = "async def answer():\n    return 1\n"
    told = judge(exercise, answer(source), shipped=True)
    assert (told.shipped, told.points, told.cause) == (True, 0, "wrong_result")
    told = judge(exercise, answer(source))
    assert (told.shipped, told.points) == (False, 1)
    # Another fault than its own is none that the course has shipped.
    told = judge(exercise, answer("async def answer():\n    return [][0]\n"), shipped=True)
    assert (told.shipped, told.cause) == (False, "raised")
