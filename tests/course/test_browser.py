"""A real JupyterLab: answers with hint and verdict, timeline, player, progress."""

import base64
import re

import nbformat
import pytest

from checker.engine import observe
from checker.files import cells
from checker.maintain.home import files_below
from checker.show.player import Player
from checker.show.timeline import Timeline
from tests.support import lab_driver

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


# ---------------------------------------------------------------- before anything is run

WELCOME = "notebooks/00_welcome.ipynb"


def test_a_fresh_notebook_tells_nothing_of_what_is_to_be_predicted(tmp_path, committed_tree):
    with lab_driver.Lab(tmp_path, windowed=True) as lab:
        for chapter in (WELCOME, CHAPTER):
            page = lab.open(lab.add(committed_tree / chapter))
            for index in page.evaluate(UNSEEN):
                page.evaluate(SHOW, index)
                place = page.locator(f".jp-Cell[data-windowed-list-index='{index}']")
                place.locator(".cm-content").wait_for()
                assert place.locator(".jp-InputPrompt").inner_text().strip() == "[ ]:"
                assert place.locator(".jp-OutputArea-output").count() == 0
                assert place.locator(".jp-OutputPlaceholder").count() == 0


UNSEEN = """() => jupyterapp.shell.currentWidget.content.widgets
    .map((cell, index) => [index, cell.model.getMetadata('tags') || []])
    .filter(([index, tags]) => tags.includes('predict') || tags.includes('unseen'))
    .map(([index, tags]) => index)"""
SHOW = "index => jupyterapp.shell.currentWidget.content.scrollToItem(index, 'center')"


# ---------------------------------------------------------------- pictures

SETUP = """%load_ext checker
import asyncio
from checker import check, play, progress, timeline
"""
PROGRAM = """async def brew(what, seconds, stove):
    async with stove:
        print(what, "on")
        await asyncio.sleep(seconds)
    return what

async def breakfast():
    stove = asyncio.Lock()
    tea = asyncio.create_task(brew("tea", 3, stove), name="tea")
    egg = asyncio.create_task(brew("egg", 2, stove), name="egg")
    return [await tea, await egg]
"""
TIMELINE, PLAYER, PROGRESS = 2, 3, 4  # the indices of these cells


def notebook(path):
    """A notebook with a timeline, a player and the progress of one program."""
    sources = [SETUP, PROGRAM, "await timeline(breakfast())", PROGRAM, "progress()"]
    sources[PLAYER] += "\nawait play(breakfast())"
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(made, path)
    return path


def recorded(snapshots=False):
    """The run of the program, recorded here."""
    names = {"asyncio": __import__("asyncio")}
    cells.run(PROGRAM, names, "<program>")
    return observe(names["breakfast"], snapshots=snapshots)


def shown(player, what):
    """The words of one part of the player."""
    return re.sub(r"\s+", " ", player.locator(f"[data-shows={what}]").inner_text()).strip()


def agrees(player, step, names):
    """Whether the page shows this step of the record."""
    assert shown(player, "did") == step["did"]
    assert shown(player, "ready") == (" ".join(step["ready"]) or "empty")
    tasks = [
        " ".join(filter(None, [names[n], state, line and f"line {line}" + ":" * bool(what), what]))
        for n, state, line, what in step["tasks"]
    ]
    assert shown(player, "tasks") == (" ".join(tasks) or "none yet")
    timers = [f"{at:g} s {label}" for at, label in step["timers"]]
    assert shown(player, "timers") == (" ".join(timers) or "none set")
    for name, state, line, _ in step["things"]:
        assert " ".join([name, state, *[f"in line: {n}" for n in line]]) in shown(player, "things")
    lines = {names[n]: line for n, _, line, _ in step["tasks"] if line}
    for chip in player.locator(".line .chip").all():
        line = chip.locator("xpath=ancestor::*[@data-line]").get_attribute("data-line")
        assert lines.pop(chip.inner_text()) == int(line)
    assert not lines


@pytest.mark.parametrize("dark", [False, True])
def test_timeline_player_and_progress_show_what_was_recorded(tmp_path, dark):
    timeline, run = Timeline(recorded()), recorded(snapshots=True)
    steps, names = Player(run).steps, Player(run).names
    with lab_driver.Lab(tmp_path, dark=dark) as lab:
        page = lab.open(lab.add(notebook(tmp_path / "pictures.ipynb")), height=1400)
        lab_driver.run_all(page)

        image = lab_driver.output(page, TIMELINE).locator("img")
        svg = base64.b64decode(image.get_attribute("src").partition("base64,")[2]).decode()
        assert all(f">{row.words}</text>" in svg for row in timeline.chart.rows)
        assert image.evaluate("image => image.complete && image.naturalWidth > 0")

        player = lab_driver.output(page, PLAYER).locator(".course-player")
        player.focus()
        for step in steps[:-1]:
            agrees(player, step, names)
            page.keyboard.press("ArrowRight")
        agrees(player, steps[-1], names)
        page.keyboard.press("ArrowLeft")
        agrees(player, steps[-2], names)
        page.keyboard.press("Home")
        agrees(player, steps[0], names)
        player.get_by_role("button", name="Step on").click()
        player.get_by_role("button", name="Step on").click()
        agrees(player, steps[2], names)
        player.get_by_role("button", name="Step back").click()
        agrees(player, steps[1], names)
        player.get_by_role("slider").fill("4")
        agrees(player, steps[4], names)
        page.keyboard.press("Home")
        page.keyboard.press("Space")
        player.get_by_role("button", name="Pause").wait_for()
        player.get_by_text("All is over.").wait_for(timeout=20_000)
        player.get_by_role("button", name="Play").wait_for()
        # JupyterLab must not have taken a key for itself.
        assert page.locator(".jp-CodeCell").count() == 5

        assert "✓" not in lab_driver.output(page, PROGRESS).locator("table").inner_text()


def test_progress_outlives_the_kernel_and_leads_to_what_is_next(tmp_path, committed_tree):
    # Windowed, as by default: where all cells are drawn, JupyterLab loses the place in opening.
    with lab_driver.Lab(tmp_path, windowed=True) as lab:
        lab.add(committed_tree / CHAPTER)
        page = lab.open(lab.add(notebook(tmp_path / "pictures.ipynb")))
        lab_driver.type_into(page, 1, RIGHT)
        lab_driver.run_cell(page, 0)
        lab_driver.run_cell(page, 1)
        lab_driver.output(page, 1).get_by_text(PASSED).first.wait_for(timeout=10_000)
        page.evaluate(RESTART)
        lab_driver.run_cell(page, 0)
        lab_driver.run_cell(page, PROGRESS)
        told = lab_driver.output(page, PROGRESS)
        told.locator("table").wait_for(timeout=10_000)
        assert "✓\xa0both" in told.locator("table").inner_text()
        assert "Next: fetch_all" in told.inner_text()

        link = told.locator("p").get_by_role("link", name="fetch_all")
        for _ in range(2):  # in a chapter that is not open yet, and in one that is
            link.click()
            page.wait_for_function(OPENED, arg="03_tasks.ipynb", timeout=20_000)
            page.wait_for_function(IN_SIGHT, arg="fetch-all-text", timeout=20_000)
            page.evaluate("() => jupyterapp.commands.execute('application:activate-previous-tab')")


RESTART = "() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
OPENED = "name => jupyterapp.shell.currentWidget?.context?.path === name"
IN_SIGHT = """id => {
    const cells = jupyterapp.shell.currentWidget.content.widgets;
    const found = cells.find((cell) => cell.model.id === id);
    if (!found) return false; // the notebook has not been read yet
    const box = found.node.getBoundingClientRect();
    return box.bottom > 0 && box.top < window.innerHeight;
}"""
