"""Links between chapters: what is generated, and what `prove` says of links that lead nowhere."""

import json
import re

import pytest

from checker.files import headings, notebooks
from checker.maintain import links, navigation


def notebook(path, *texts):
    """Write a notebook of text cells, and read it as the course does."""
    cells = [
        {"cell_type": "markdown", "id": f"cell-{number}", "metadata": {}, "source": text}
        for number, text in enumerate(texts)
    ]
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(content), encoding="utf-8")
    return notebooks.read(path)


def chapter(name, title, **times):
    times = {"reading": 60, "exercises": 7, "exercise_time": 75} | times
    return navigation.Chapter(name=name, title=title, **times)


CHAPTERS = {
    "00_welcome": chapter("00_welcome", "00 Welcome", reading=30),
    "03_tasks": chapter("03_tasks", "03 Tasks"),
    "04_cancellation": chapter("04_cancellation", "04 Cancellation"),
}


def test_a_chapter_between_two_others_leads_to_both_and_to_the_contents():
    cells = {one.id: one for one in navigation.generated("03_tasks", CHAPTERS, "title")}
    said = cells["navigation"].source
    assert "Previous: [00 Welcome](00_welcome.ipynb)" in said
    assert "[Contents](00_welcome.ipynb#The-path)" in said
    assert "Next: [04 Cancellation](04_cancellation.ipynb)" in said
    assert cells["navigation"].after is None


def test_the_last_chapter_leads_to_none_that_is_planned():
    [*_, last] = navigation.generated("04_cancellation", CHAPTERS, "title")
    assert "Next" not in last.source and "05" not in last.source


def test_what_one_needs_stands_below_the_title_and_names_no_planned_chapter(monkeypatch):
    needs = ("03_tasks", "13_synchronization")
    monkeypatch.setattr(navigation, "needs", lambda name: needs)
    first, *_ = navigation.generated("04_cancellation", CHAPTERS, "title")
    assert (first.id, first.after) == ("you-need", "title")
    assert first.source == "You need: [03 Tasks](03_tasks.ipynb)"


def test_a_need_that_nobody_plans_is_refused(monkeypatch):
    import checker.chapters.tasks as package

    monkeypatch.setattr(package, "NEEDS", ("99_nothing",), raising=False)
    with pytest.raises(LookupError, match="99_nothing"):
        navigation.needs("03_tasks")


def test_every_chapter_after_the_first_says_what_it_needs():
    first, *others = navigation.existing()
    assert navigation.needs(first) == ()
    assert [name for name in others if not navigation.needs(name)] == []


def test_the_contents_have_times_and_what_is_planned():
    said = navigation.contents(CHAPTERS)
    assert "| [03 Tasks](03_tasks.ipynb) | 60 minutes | 7, 75 minutes |" in said
    assert "Planned: 09 gather wait as completed, 10 task groups" in said
    # 150 minutes to read and 225 of exercises for 3 of 31 chapters
    assert "31 chapters in 5 parts, some 65 hours" in said
    assert "3 of them are here: 2 hours to read, and 4 hours for the exercises" in said


def test_once_all_chapters_are_there_nothing_is_planned():
    every = [chapter(name, name) for name in navigation.PLANNED]
    assert navigation.totals(every) == (
        "The course has 31 chapters in 5 parts: 31 hours to read, and 39 hours for the exercises."
    )


def test_the_times_of_a_chapter_are_those_of_its_labels(tmp_path):
    book = notebook(
        tmp_path / "03_tasks.ipynb",
        "# 03 Tasks\n\n90 minutes, and 15 for the exercises · ★★ medium.",
        "### Exercise 1: `both`\n\n★ easy · 5 minutes · write",
        "### Exercise 2: `fetch_all`\n\n★★ medium · 12 minutes · write",
    )
    found = navigation.chapter(book)
    assert (found.title, found.reading, found.exercise_time) == ("03 Tasks", 90, 17)


@pytest.mark.parametrize("said", ["An hour, and 70 minutes for the exercises · ★★ medium.", ""])
def test_a_chapter_that_does_not_say_how_long_it_takes_to_read_is_refused(tmp_path, said):
    book = notebook(tmp_path / "03_tasks.ipynb", f"# 03 Tasks\n\n{said}")
    with pytest.raises(LookupError, match="first cell of 03_tasks needs a line such as"):
        navigation.chapter(book)


def test_what_a_chapter_says_of_its_exercises_is_what_their_labels_add_up_to(committed_tree):
    for path in sorted((committed_tree / "notebooks").glob("*.ipynb")):
        book = notebooks.read(path)
        said = re.search(r"and (\d+) for the exercises", book.cells[0].source)
        if said:  # rounded to five minutes
            assert abs(int(said[1]) - navigation.chapter(book).exercise_time) <= 5, path.name


def test_writing_again_changes_nothing_and_other_cells_stay(tmp_path):
    path = tmp_path / "03_tasks.ipynb"
    book = notebook(path, "# 03 Tasks", "text")
    wanted = navigation.generated("03_tasks", CHAPTERS, book.cells[0].id)
    _, once = navigation._text_of(path, wanted)
    path.write_text(once, encoding="utf-8")
    before, again = navigation._text_of(path, wanted)
    assert before == again
    sources = [cell.source for cell in notebooks.read(path).cells]
    assert [text for text in sources if text in ("# 03 Tasks", "text")] == ["# 03 Tasks", "text"]
    assert sources[-1].startswith("---\n← Previous")


def test_the_committed_chapters_are_current(committed_tree, monkeypatch):
    monkeypatch.setattr(notebooks, "root", lambda: committed_tree)
    assert navigation.outdated() == []


# ---------------------------------------------------------------- links that lead nowhere


@pytest.mark.parametrize(
    ("written", "anchor"),
    [
        ("The classic mistake", "The-classic-mistake"),
        ("Exercise 2: `both`", "Exercise-2:-both"),
        ("Start first, await later", "Start-first,-await-later"),
        ("What is *new* (and old)?", "What-is-new-(and-old)?"),
    ],
)
def test_an_anchor_is_the_heading_with_hyphens(written, anchor):
    assert headings.anchor(written) == anchor


def broken(tmp_path, text):
    other = notebook(tmp_path / "other.ipynb", "# Other\n\n## What is (new)?\n\n## Ünicode")
    assert other.cells
    one = notebook(tmp_path / "one.ipynb", "## Here", text)
    return [trouble for _, trouble in links.broken(one, tmp_path)]


@pytest.mark.parametrize(
    "text",
    [
        "[here](#Here)",
        "[other](other.ipynb)",
        "[new](other.ipynb#What-is-(new)?)",
        "[new](<other.ipynb#What-is-(new)?>)",
        "[web](https://docs.python.org/3/#nothing)",
        "```text\n[not a link](gone.ipynb)\n```",
    ],
)
def test_a_link_that_leads_somewhere_is_fine(tmp_path, text):
    assert broken(tmp_path, text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[x](#There)", "the heading 'There', which this notebook does not have"),
        ("[x](gone.ipynb)", "no such file"),
        ("[x](other.ipynb#what-is-(new)?)", "which other.ipynb does not have"),
        ("[x](other.ipynb#Ünicode)", "other letters than ASCII"),
    ],
)
def test_a_link_that_leads_nowhere_is_named(tmp_path, text, said):
    [trouble] = broken(tmp_path, text)
    assert said in trouble


def references(tmp_path, text, monkeypatch):
    monkeypatch.setattr(links, "CHAPTERS", ("03_tasks", "04_cancellation", "06_futures"))
    one = notebook(tmp_path / "03_tasks.ipynb", text)
    return [(missing, text) for _, text, missing in links.plain_references(one)]


def test_a_chapter_that_is_named_without_a_link_is_noted(tmp_path, monkeypatch):
    found = references(tmp_path, "See chapter 04, and [chapter 06](06_futures.ipynb).", monkeypatch)
    assert found == [(False, "make “chapter 04” a link")]


def test_a_chapter_that_does_not_exist_is_found_in_a_list_and_in_a_link(tmp_path, monkeypatch):
    found = references(tmp_path, "You need chapters 03 to 05; [chapter 12](x).", monkeypatch)
    assert [text for missing, text in found if missing] == [
        "there is no chapter 05: do not point at it",
        "there is no chapter 12: do not point at it",
    ]


def test_a_way_that_is_written_by_hand_is_noted(tmp_path):
    texts = ["Read on: [x](y). Next: `17_subprocesses`.", "What comes next: a pause.", "Next: 04."]
    one = notebook(tmp_path / "03_tasks.ipynb", *texts)
    assert [cell for cell, _ in links.by_hand(one)] == ["cell-0", "cell-2"]
