"""What one run leaves behind reaches no later one: verdicts do not depend on what ran before."""

import random

import pytest

from checker.exercise import CHAPTERS, exercises
from tests.judge.test_steady import outcome, verdicts

pytestmark = [pytest.mark.solutions, pytest.mark.long]

ROUNDS = 2


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_answers_of_a_chapter_get_the_same_verdicts_in_any_order(chapter):
    answers = [answer for one in exercises(chapter) if not one.needs for answer in verdicts(one)]
    first = {cell: outcome(judged()) for cell, judged in answers}
    order = random.Random(chapter)
    for _ in range(ROUNDS):
        order.shuffle(answers)
        again = {cell: outcome(judged()) for cell, judged in answers}
        assert again == first, [cell for cell, _ in answers]
