"""Answers for tests, written as a learner would write them: a source text with a function."""

import asyncio
import itertools
import linecache

from checker.judge import Answer, Unmet, observe
from checker.judge.causes.table import diagnose

_numbers = itertools.count()


def answer(source, name="answer", is_async=True):
    """The `Answer` that a cell with this source holds."""
    source = source.strip("\n") + "\n"
    file = f"<answer {next(_numbers)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    names = {"asyncio": asyncio, "__name__": "__main__"}
    exec(compile(source, file, "exec"), names)
    made = Answer.of(names[name], is_async)
    made.source = source
    return made


def unmet(source, expect, *args, scenario=None, **options):
    """The `Unmet` expectation of an answer, and the answer. `expect` gets the observed run."""
    made = answer(source)
    subjects = (made,) if scenario is None else (scenario, made)
    observed = observe(*subjects, *args, **options)
    try:
        expect(observed)
    except Unmet as found:
        return found, made
    raise AssertionError(f"the expectation holds, but it should not: {made.runs[-1]}")


def found(source, expect, *args, scenario=None, **options):
    """The `Found` cause of an answer that does not meet an expectation."""
    return diagnose(*unmet(source, expect, *args, scenario=scenario, **options))


def cause(source, expect, *args, scenario=None, **options):
    """The id of that cause."""
    return found(source, expect, *args, scenario=scenario, **options).cause.id
