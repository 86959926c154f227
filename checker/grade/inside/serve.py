"""A child: it runs the cells of one submission, then answers requests until it is ended.

It is told of no expectation. What it says is believed by nobody without a look at it: see
`checker.grade.record`.
"""

import json
import os
import sys

from inside import limits, messages
from inside.notebook import Notebook

from checker.engine import observe
from checker.engine.ending.watchdog import LOOK_EVERY, watchdog
from checker.engine.patches import originals
from checker.engine.values import short_repr


def serve(stream):
    """Serve the process at the other end of the socket `stream`."""
    sys.setrecursionlimit(1000)
    notebook, answers, several = Notebook(), {}, []
    while True:
        kind, *rest = messages.Unpickler(messages.receive(stream), answers).load()
        if kind == "cells":
            _tell(stream, _load(stream, notebook, answers, *rest))
        else:
            _tell(stream, _done(kind, rest, several))


def _tell(stream, data):
    text = json.dumps(data, ensure_ascii=False)
    messages.send(stream, text.encode(errors="replace"))  # half of a surrogate pair is no text


def _load(stream, notebook, answers, cells, places, tell):
    """Run cells, and put into `answers` what is to be judged.

    Args:
        places: (number of a cell, name) of each answer, in order: it is what the name means when
            the cells up to that number have run.
        tell: whether to send the number of each cell before it runs: one of them ends this process.

    Returns what is to be said of it.
    """
    broken, notices, described, todo = {}, [], {}, list(places)

    def describe(up_to):
        while todo and todo[0][0] <= up_to:
            _, name = todo.pop(0)
            known = name in notebook.names
            answers[name] = notebook.names.get(name)
            described[name] = _described(answers[name]) if known else None

    for number, source, is_bound in cells:
        describe(number - 1)
        if tell:
            _tell(stream, number)
        trouble = notebook.run(source, f"<cell {number}>", is_bound)
        if trouble:
            broken[str(number)] = trouble[:500]
        notices += [f"cell {number}: {text}"[:300] for text in notebook.notices]
        notebook.notices.clear()
    describe(places[-1][0])
    if line := originals.notice():
        notices.insert(0, line)
    return {"broken": broken, "notices": notices[:20], "answers": described}


def _described(answer):
    """[whether it can be called, its first line, its code's flags]."""
    code = getattr(answer, "__code__", None)
    line, flags = getattr(code, "co_firstlineno", None), getattr(code, "co_flags", None)
    return [callable(answer), line, flags]


def _done(kind, rest, several):
    """The answer to one request: a run, or how many runs there are."""
    try:
        if kind == "again":
            number, index = rest
            return several[number][index].to_json()
        functions, options = rest
        made = observe(*functions, **options)
        if kind == "run":
            return made.to_json()
        several.append(made)
        return {"number": len(several) - 1, "count": len(made)}
    except (SystemExit, KeyboardInterrupt):
        raise
    except BaseException as error:
        return {"error": short_repr(error)}


def main(stream):
    """Serve, then end this process, whatever a submission has left in it."""
    sys.path.insert(0, "")  # as in a notebook: what a cell has written can be imported
    watchdog.lazy = True
    if not limits.call_after(LOOK_EVERY, watchdog.start):
        watchdog.lazy = False
    status = 1
    try:
        serve(stream)
    except EOFError:
        status = 0
    finally:
        os._exit(status)
