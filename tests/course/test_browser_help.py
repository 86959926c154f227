"""A real JupyterLab: what stands under a verdict, how it survives, and where its links lead."""

import pytest

from checker.show.picture import svg
from tests.course.test_browser import CHAPTER, EXERCISE, RESTART, RIGHT, WRONG
from tests.support import lab_driver

pytestmark = [
    pytest.mark.browser,
    pytest.mark.solutions,
    pytest.mark.skipif(lab_driver.chromium() is None, reason="there is no Chromium here"),
]

NEXT_CHAPTER = "notebooks/04_cancellation.ipynb"
LAST = "exercise:drain"
DRAINED = """async def drain(prefix):
    others = asyncio.all_tasks() - {asyncio.current_task()}
    named = [task for task in others if task.get_name().startswith(prefix)]
    await asyncio.gather(*named, return_exceptions=True)
    return len(named)

await check(drain)
"""
DARK = """async () => {
    await jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'});
}"""
SAVE = "() => jupyterapp.commands.execute('docmanager:save')"
TRUST = """() => {
    for (const cell of jupyterapp.shell.currentWidget.content.widgets) cell.model.trusted = true;
}"""
COLOURS = "spans => spans.map(span => getComputedStyle(span).color)"
FOCUS = "element => document.activeElement === element"
# Whether this heading of this notebook is in sight.
HEADING_IN_SIGHT = """([path, heading]) => {
    const widget = jupyterapp.shell.currentWidget;
    if (widget?.context?.path !== path) return false;
    const found = widget.node.querySelector(`[data-jupyter-id="${heading}"]`);
    const box = found?.getBoundingClientRect();
    return box && box.height > 0 && box.top >= 0 && box.bottom < window.innerHeight;
}"""


def opened(lab, committed_tree, *others):
    """The chapter with its setup cell run."""
    for name in others:
        lab.add(committed_tree / name)
    page = lab.open(lab.add(committed_tree / CHAPTER))
    lab_driver.run_cell(page, lab_driver.cell_by_tag(page, "setup"))
    return page


def answer(page, tag, source):
    """Give an answer. Returns the output's place in the page."""
    index = lab_driver.cell_by_tag(page, tag)
    lab_driver.set_source(page, index, source)
    lab_driver.run_cell(page, index)
    return output(page, index)


def output(page, index):
    place = f'.jp-Cell[data-windowed-list-index="{index}"] .jp-Cell-outputArea'
    return page.locator(place)


@pytest.mark.parametrize("widgets", [True, False])
def test_play_hint_and_solution_stand_under_a_wrong_answer(tmp_path, committed_tree, widgets):
    with lab_driver.Lab(tmp_path, windowed=True, widgets=widgets) as lab:
        page = opened(lab, committed_tree)
        said = answer(page, EXERCISE, WRONG)
        help_ = said.get_by_role("group", name="Help with both")

        # By keyboard alone; an earlier hint stays.
        help_.get_by_role("button", name="Hint 1 of 3").press("Enter")
        help_.get_by_role("button", name="Hint 2 of 3").press("Space")
        hints = help_.locator("[data-shows=hints]")
        assert hints.get_attribute("aria-live") == "polite"
        assert [text[:9] for text in hints.locator("p").all_inner_texts()] == [
            "Hint 1 of",
            "Hint 2 of",
        ]
        help_.get_by_role("button", name="Hint 3 of 3").click()
        assert help_.get_by_role("button", name="No more hints").is_disabled()

        solution = help_.get_by_role("button", name="Solution")
        assert solution.get_attribute("aria-expanded") == "false"
        solution.click()
        assert solution.get_attribute("aria-expanded") == "true"
        program = help_.locator("[data-shows=answers] pre")
        assert program.inner_text().startswith("async def both(first, second):")
        help_.get_by_role("button", name="Copy the code").wait_for()
        colours = program.locator("span").evaluate_all(
            "all => all.map(s => getComputedStyle(s).color)"
        )
        assert len(set(colours)) > 1

        help_.get_by_role("button", name="Play").first.click()
        player = help_.locator(".course-player")
        assert player.evaluate(FOCUS)
        page.keyboard.press("ArrowRight")
        assert "step 2 of" in player.inner_text()
        assert "one = await first" in player.inner_text()

        # Nothing of it hangs on the kernel.
        page.evaluate(RESTART)
        page.wait_for_timeout(1000)
        page.keyboard.press("End")
        assert "All is over." in player.inner_text()


def test_a_verdict_that_is_opened_again_can_be_unfolded_and_says_what_to_type(
    tmp_path, committed_tree
):
    with lab_driver.Lab(tmp_path, windowed=True) as lab:
        page = opened(lab, committed_tree)
        answer(page, EXERCISE, WRONG).get_by_role("button", name="Solution").wait_for()
        page.evaluate(SAVE)
        page.close()

        page = lab.open("03_tasks.ipynb")
        index = lab_driver.cell_by_tag(page, EXERCISE)
        page.evaluate("i => jupyterapp.shell.currentWidget.content.scrollToItem(i)", index)
        said = output(page, index)
        said.get_by_text("both: not yet").wait_for(timeout=10_000)
        assert "look closer: await play(both)" in said.inner_text()
        assert "VBox" not in said.inner_text() and said.get_by_role("button").count() == 0
        assert not said.get_by_text("await one, await two").is_visible()
        said.get_by_text("Solution", exact=True).click()
        assert said.get_by_text("await one, await two").is_visible()

        page.evaluate(TRUST)
        said.get_by_role("button", name="Play").wait_for(timeout=10_000)
        said.get_by_role("button", name="Hint 1 of 3").click()
        said.get_by_text("Hint 1 of 3: ").wait_for()


def test_a_solved_exercise_has_other_right_answers_and_leads_on(tmp_path, committed_tree):
    with lab_driver.Lab(tmp_path, windowed=True) as lab:
        page = opened(lab, committed_tree, NEXT_CHAPTER)
        said = answer(page, EXERCISE, RIGHT)
        said.get_by_role("button", name="Other right answers").click()
        programs = said.locator("[data-shows=answers] pre")
        assert programs.count() > 1
        assert all("both" in text for text in programs.all_inner_texts())

        said.get_by_role("link", name="Next: fetch_all").click()
        there = ["03_tasks.ipynb", "Exercise-3:-fetch_all"]
        page.wait_for_function(HEADING_IN_SIGHT, arg=there, timeout=20_000)

        # The last one leads to the next chapter, which is not open.
        said = answer(page, LAST, DRAINED)
        said.get_by_role("link", name="Next: power_cut").click()
        there = ["04_cancellation.ipynb", "Exercise-1:-power_cut"]
        page.wait_for_function(HEADING_IN_SIGHT, arg=there, timeout=30_000)


def test_read_again_and_the_links_at_the_end_lead_where_they_say(tmp_path, committed_tree):
    with lab_driver.Lab(tmp_path, windowed=True) as lab:
        page = opened(lab, committed_tree, NEXT_CHAPTER, "notebooks/00_welcome.ipynb")
        said = answer(page, EXERCISE, WRONG)
        said.get_by_role("link", name="03_tasks: The classic mistake").click()
        there = ["03_tasks.ipynb", "The-classic-mistake"]
        page.wait_for_function(HEADING_IN_SIGHT, arg=there, timeout=20_000)

        count = page.evaluate("() => jupyterapp.shell.currentWidget.content.widgets.length")
        page.evaluate("i => jupyterapp.shell.currentWidget.content.scrollToItem(i)", count - 1)
        page.get_by_role("link", name="04 Cancellation").last.click()
        page.wait_for_function(
            "() => jupyterapp.shell.currentWidget?.context?.path === '04_cancellation.ipynb'",
            timeout=20_000,
        )


def test_pictures_follow_the_theme_and_can_be_read_in_a_narrow_window(tmp_path, committed_tree):
    with lab_driver.Lab(tmp_path, windowed=True) as lab:
        page = opened(lab, committed_tree)
        said = answer(page, EXERCISE, WRONG)
        picture = said.locator("img.course-chart").first
        assert "expected 9 s" in svg_of(picture)
        assert picture.get_attribute("alt") == (
            "1 task in 15 s: done at 15 s. Expected: 9 s. Line 2 is marked."
        )
        style = "image => getComputedStyle(image).filter"
        assert picture.evaluate(style) == "none"
        page.set_viewport_size({"width": 900, "height": 900})
        page.wait_for_timeout(500)
        assert picture.bounding_box()["width"] / svg.WIDTH * svg.SIZE >= 10
        said.get_by_role("button", name="Play").first.click()
        panes = said.locator(".course-player .panes > div")
        first, second = (panes.nth(n).bounding_box() for n in (0, 1))
        assert second["y"] >= first["y"] + first["height"]  # one below the other
        page.evaluate(DARK)
        page.wait_for_function("() => document.body.dataset.jpThemeLight === 'false'")
        assert picture.evaluate(style).startswith("invert(0.93)")


def svg_of(picture):
    import base64

    return base64.b64decode(picture.get_attribute("src").partition("base64,")[2]).decode()
