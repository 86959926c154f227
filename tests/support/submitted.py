"""Notebooks as they are handed in, made for tests."""

import json
import re
from pathlib import Path

HOSTILE = Path(__file__).parents[1] / "grade" / "hostile"
SETUP = "%load_ext checker\nimport asyncio\nfrom checker import check, predict"
RIGHT = """
async def fetch_all(fetch, names):
    tasks = [asyncio.create_task(fetch(name)) for name in names]
    if tasks:
        await asyncio.wait(tasks)
    return [task.result() for task in tasks]

await check(fetch_all)
"""


def code(source, *tags, number=0):
    """A code cell as nbformat has it."""
    return {
        "cell_type": "code",
        "id": f"cell-{number}",
        "metadata": {"tags": list(tags)} if tags else {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def notebook(*cells):
    """The bytes of a notebook; a cell is a source, or (source, tag, …)."""
    cells = [(cell,) if isinstance(cell, str) else cell for cell in cells]
    content = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [code(*cell, number=number) for number, cell in enumerate(cells)],
    }
    return json.dumps(content).encode()


def answering(**answers):
    """A notebook with a setup cell and these answers: id of an exercise → source."""
    cells = [(source, f"exercise:{name}") for name, source in answers.items()]
    return notebook((SETUP, "setup"), *cells)


def right():
    """A notebook in which `fetch_all` is solved, and nothing else tried."""
    return answering(fetch_all=RIGHT)


def hostile(path, **words):
    """The notebook that a file in `hostile/` describes; `words` replace words in its source."""
    text = path.read_text()
    for word, value in words.items():
        text = text.replace(word, str(value))
    _, *parts = re.split(r"^# %%(.*)$", text, flags=re.MULTILINE)
    cells = [
        (source.strip("\n"), *title.split())
        for title, source in zip(parts[::2], parts[1::2], strict=True)
    ]
    return notebook((SETUP, "setup"), *cells)
