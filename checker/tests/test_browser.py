"""One learner, one chapter, a real JupyterLab: a wrong answer, a hint, the right answer."""

import pytest

from checker.tests import lab_driver
from checker.tests.home import files_below

pytestmark = [
    pytest.mark.browser,
    pytest.mark.solutions,
    pytest.mark.skipif(lab_driver.chromium() is None, reason="there is no Chromium here"),
]

CHAPTER = "notebooks/03_tasks.ipynb"
EXERCISE = "exercise:both"
FAILED = "not yet"
PASSED = "solved"
HINT = "Hint"

WRONG = """async def both(first, second):
    one = await first
    two = await second
    return [one, two]

await check(both)
"""
RIGHT = """async def both(first, second):
    return await asyncio.gather(first, second)

await check(both)
"""


def answer(page, source):
    """Type an answer into its cell and run it. Returns the output's place in the page."""
    index = lab_driver.cell_by_tag(page, EXERCISE)
    lab_driver.type_into(page, index, source)
    lab_driver.run_cell(page, index)
    return lab_driver.output(page, index)


def test_a_wrong_answer_a_hint_and_the_right_answer(tmp_path, committed_tree):
    with lab_driver.Lab(tmp_path) as lab:
        page = lab.open(lab.add(committed_tree / CHAPTER))
        lab_driver.run_all(page)
        # "[*]" is a cell whose reply was lost, "[ ]" one that was never reached.
        prompts = page.locator(".jp-CodeCell .jp-InputPrompt").all_inner_texts()
        assert [text for text in prompts if not text.strip("[]: ").isdigit()] == []

        said = answer(page, WRONG)
        said.get_by_text(FAILED).first.wait_for(timeout=10_000)
        assert PASSED not in said.inner_text()

        before = said.inner_text()
        said.get_by_role("button", name=HINT).click()
        page.wait_for_timeout(500)
        assert len(said.inner_text()) > len(before)

        said = answer(page, RIGHT)
        said.get_by_text(PASSED).first.wait_for(timeout=10_000)
        assert FAILED not in said.inner_text()

    # The checker keeps progress in the user's data folder and leaves nothing beside the notebook.
    beside = [name for name in files_below(lab.work) if ".ipynb_checkpoints/" not in name]
    assert beside == ["03_tasks.ipynb"]
