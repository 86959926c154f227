"""Answers of readers who had seen only the notebooks: right ones in odd styles, and wrong ones in
ways of their own. Each must get its verdict, and the cause that its author meant.
"""

import json
import sys
from pathlib import Path

import pytest

from checker.files import cells

pytestmark = pytest.mark.solutions

FILES = sorted(Path(__file__).parent.glob("readers*.json"))
ANSWERS = [answer for file in FILES for answer in json.loads(file.read_text(encoding="utf-8"))]


def verdict(source):
    names = cells.namespace(["import asyncio\nfrom checker import check, predict"])
    broken, asked = cells.run(source, names, f"<reader {hash(source)}>")
    assert broken is None
    return cells.verdict(asked[-1])


@pytest.mark.chapters
@pytest.mark.parametrize("number", range(len(ANSWERS)))
def test_a_readers_answer_gets_its_verdict(number):
    answer = ANSWERS[number]
    if sys.version_info < tuple(answer.get("since", ())):
        pytest.skip("it leans on what an older Python lacks")
    told = verdict(answer["source"])
    assert told.passed is (answer["cause"] is None), f"{answer.get('why')}\n{told}"
    assert told.cause == answer["cause"], f"{answer.get('why')}\n{told}"
