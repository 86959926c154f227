"""What a task group makes of errors: they come out together, in an exception group, and each one
ends the others.

As in `ending`, a function returns None, or what it saw.
"""

import ast

from checker.judge import source
from checker.judge.causes.case import begins
from checker.judge.unmet import Called, Checked, Raised, Took
from checker.judge.wording import duration

_GROUPS = ("BaseExceptionGroup", "ExceptionGroup")


def came_in_a_group(case):
    """An `except` clause asks for an error that came in a group, or looks for it at the line that
    started the member.
    """
    failure = case.failure
    if failure is None or not failure.of or case.ran is None or isinstance(case.unmet, Took):
        return None
    leaves = list(failure.leaves())
    for passed in case.ran.trace.passed:
        clause = case.ran.clause(passed)
        if clause is None or passed.type not in _GROUPS:
            continue
        if clause[1] or clause[0].body[0].lineno in passed.then:  # it was taken there
            continue
        leaf = _wanted(clause[0], leaves)
        if leaf:
            line = clause[0].lineno
            text = f"{begins(case.at(line))}, lets the {passed.type} of line {passed.line} pass"
            return f"{text}: the {leaf.type} is inside it. Write `except*`.", line
    return _tried_at_the_start(case, leaves)


def _tried_at_the_start(case, leaves):
    for task in case.tasks[1:]:
        if task.ended != "failed" or not case.has_run(task.made_line):
            continue
        for statement in source.tries_around(case.answer.source, task.made_line):
            outside = case.failure.line and source.span(statement)[0] < case.failure.line
            kinds = [leaf for h in statement.handlers if (leaf := _wanted(h, leaves))]
            if kinds and not outside:
                line = task.made_line
                text = f"{begins(case.at(line))}, only starts the member"
                text += f": its {kinds[0].type} comes out where the block of the group ends"
                return f"{text}, outside of this `try`.", line
    return None


def still_grouped(case):
    """The error itself was to come out, and it came in a group."""
    if not isinstance(case.unmet, Raised) or not case.unmet.alone:
        return None
    inside = _raised_in_a_clause(case)
    if inside:
        text = f"What {case.at(inside)}, raises in an `except*` clause comes out in a group again"
        return f"{text}. Catch the group with `except ExceptionGroup`, and raise it there.", inside
    line = case.usual_line()
    text = f"At {case.at(line)}, the whole group comes out"
    cure = "Catch it with `except ExceptionGroup`, and raise the error that you find in its"
    return f"{text}. {cure} `exceptions`.", line


def _raised_in_a_clause(case):
    """The line of a `raise` that ran in an `except*` clause, or None."""
    for node in ast.walk(source.tree(case.answer.source)):
        if isinstance(node, ast.TryStar):
            inner = (n for h in node.handlers for n in ast.walk(h) if isinstance(n, ast.Raise))
            line = next((n.lineno for n in inner if n.exc and case.has_run(n.lineno)), None)
            if line:
                return line
    return None


def group_as_error(case):
    """What a service was told is the text of a group."""
    if not isinstance(case.unmet, (Checked, Called)):
        return None
    call = next((c for c in case.run.calls if c.line and "sub-exception" in c.what), None)
    if call is None:
        return None
    text = f"What {case.at(call.line)}, has there is a group, not one of its errors"
    return f"{text}: `{call}`. They are in its `exceptions`.", call.line, call.start, call.task


def caught_too_soon(case):
    """A failure was to end the others, and was caught before any group could hear of it."""
    unmet = case.unmet
    if not isinstance(unmet, Took) or not unmet.ended_by or unmet.seconds > case.run.took:
        return None
    on = f"so the others went on until {duration(case.run.took)}"
    line = case.line_with("return_exceptions=True")
    if line:
        text = f"{begins(case.at(line))}, makes a value of each exception: none ends the others"
        return f"{text}, {on}.", line
    caught = case.ran.caught(unmet.ended_by) if case.ran else None
    if caught is None or caught[0].function == case.answer.name:
        return None
    line = caught[1].lineno
    text = f"{begins(case.at(line))}, catches the {caught[0].type} of line {caught[0].line} inside"
    return f"{text} the member: the group does not hear of it, {on}.", line


def done_twice(case):
    """The same call was made again, because the second one came before the first was noted."""
    if not isinstance(case.unmet, Called) or not case.unmet.again:
        return None
    calls = [c for c in case.run.calls if c.what == case.unmet.again and c.line]
    if len(calls) < 2 or len({c.task for c in calls}) < 2:
        return None
    first, second = calls[:2]
    text = f"`{first}` begins at {duration(first.start)}, and again at {duration(second.start)}"
    cure = "Look and note in one step: whoever runs in between does not see it"
    return f"{text}: {case.at(second.line)}. {cure}.", second.line, second.start, second.task


def _wanted(handler, leaves):
    """The error among `leaves` that this clause asks for by its name, or None."""
    names = {name.rpartition(".")[2] for name in source.names_in(handler)}
    return next((e for e in leaves if names & {e.type, *e.bases}), None)
