"""Notebooks as a class hands them in, made of the course's own notebooks and solutions."""

import json
from pathlib import Path

from checker.files import notebooks


def solutions(chapter):
    """id → [(cause, or None of a right answer, the cell's source)] of the solutions."""
    found = {}
    notebook = notebooks.read(notebooks.solutions_dir() / f"{chapter}.ipynb")
    for id in notebook.exercise_ids():
        for cell in notebook.cells_of(id):
            if cell.type != "code":
                continue
            wrong = [tag.removeprefix("wrong:") for tag in cell.tags if tag.startswith("wrong:")]
            found.setdefault(id, []).append((wrong[0] if wrong else None, cell.source))
    return found


def hand_in(path, chapter, answers, added=()):
    """Write a learner's copy of a chapter.

    Args:
        answers: id of an exercise → what stands in its cell; the others are as they were shipped.
        added: sources of new cells, which come right after the setup.
    """
    data = json.loads((notebooks.notebooks_dir() / f"{chapter}.ipynb").read_bytes())
    cells = []
    for cell in data["cells"]:
        tags = cell["metadata"].get("tags", [])
        for id, source in answers.items():
            if f"exercise:{id}" in tags and cell["cell_type"] == "code":
                cell["source"] = source
        cells.append(cell)
        if "setup" in tags:
            cells += [
                {"cell_type": "code", "id": f"own-{number}", "metadata": {}, "outputs": []}
                | {"execution_count": None, "source": source}
                for number, source in enumerate(added)
            ]
    Path(path).write_text(json.dumps({**data, "cells": cells}), encoding="utf-8")


def right(chapter):
    """id → a right answer."""
    return {id: answers[0][1] for id, answers in solutions(chapter).items()}
