"""How causes show in what a database server saw. A rule hands that over in a `Seen` expectation.

As in `ending`, a function returns None, or what it saw.
"""

import ast

from checker.judge.causes.case import begins
from checker.judge.source import tree
from checker.judge.unmet import Seen

_CHANGES = {"insert", "update", "delete", "copy", "merge", "with"}
_FRAME = ("", "begin", "commit", "rollback", "start", "end", "savepoint", "release")


def several_transactions(case):
    if not isinstance(case.unmet, Seen) or not case.unmet.together:
        return None
    parts = changing(case.unmet.log)
    if len(parts) < 2:
        return None
    first = next(text for text in parts[1]["statements"] if _is_work(text))
    line = line_of(case, first)
    text = f"The server saw {len(parts)} transactions where one was wanted. The second begins with"
    return f"{text} `{_short(first)}`: {case.at(line)}.", line


def fetched_too_much(case):
    if not isinstance(case.unmet, Seen) or case.unmet.rows_needed is None:
        return None
    most = max(case.unmet.log["statements"], key=lambda s: s["rows"])
    line = line_of(case, most["text"])
    text = f"`{_short(most['text'])}` fetched {most['rows']:,} rows"
    return f"{text}; {case.unmet.rows_needed:,} were needed: {case.at(line)}.", line


def lost_update(case):
    """A row was read, and written later by what was read."""
    if not isinstance(case.unmet, Seen) or not case.unmet.at_once:
        return None
    for part in case.unmet.log["transactions"]:
        for read in part["statements"]:
            locks = "for update" in read.lower() and len(part["statements"]) > 1
            if _first_word(read) == "select" and not locks:
                line = line_of(case, read)
                text = f"Between `{_short(read)}` and the update that follows, somebody else may"
                text += " change the row, and that is overwritten"
                return f"{text}. {begins(case.at(line))}.", line
    return None


def kept_connection(case):
    """A connection of a pool was not given back."""
    if not isinstance(case.unmet, Seen) or not case.unmet.pool_kept:
        return None
    line = _borrows(case)
    return f"A connection was borrowed and not given back: {case.at(line)}.", line


def open_transaction(case):
    """A transaction was begun and is still open."""
    if not isinstance(case.unmet, Seen) or not case.unmet.transaction_open:
        return None
    calls = [n for n in _nodes(case) if isinstance(n, ast.Attribute)]
    by_hand = [n.lineno for n in calls if n.attr == "start"]
    blocks = [n.lineno for n in calls if n.attr == "transaction"]
    line = min(by_hand or blocks, default=case.usual_line())
    return f"A transaction was begun and not ended: {case.at(line)}.", line


def none_left(case):
    """It waits for a connection of a pool that nobody will give back."""
    if not isinstance(case.unmet, Seen) or not case.unmet.pool_empty:
        return None
    line = _borrows(case)
    text = "All connections of the pool are lent out, and whoever has one waits for another, or has"
    return f"{text} not given it back. They are borrowed in {case.at(line)}.", line


def _borrows(case):
    calls = [n for n in _nodes(case) if isinstance(n, ast.Attribute) and n.attr == "acquire"]
    return min((n.lineno for n in calls), default=case.usual_line())


def error_hushed(case):
    """The server refused a statement, and nobody was told."""
    if not isinstance(case.unmet, Seen) or not case.unmet.error:
        return None
    refused = [s for s in case.unmet.log["statements"] if s["status"] == "failed"]
    if not refused:
        return None
    line = line_of(case, refused[0]["text"])
    text = f"The server refused `{_short(refused[0]['text'])}`: {refused[0]['error']}. No exception"
    return f"{text} came out: {case.at(line)}.", line


def in_turn(case):
    """The server never had two statements of the answer's at once."""
    if not isinstance(case.unmet, Seen) or not case.unmet.overlap:
        return None
    log = case.unmet.log
    if log["busy_most"] > 1:
        return None
    statements = [s["text"] for s in log["statements"] if _is_work(s["text"])]
    line = line_of(case, statements[0]) if statements else case.usual_line()
    text = "The server never had two statements of yours at once; each waited for the one before"
    return f"{text}. {begins(case.at(line))}.", line


def in_rounds(case):
    """A query waited for others that it needed not wait for."""
    if not isinstance(case.unmet, Seen) or not case.unmet.rounds:
        return None
    statements = [s["text"] for s in case.unmet.log["statements"] if _is_work(s["text"])]
    line = line_of(case, statements[0])
    text = "A connection was free, but no statement came until all of those before were done"
    return f"{text}. {begins(case.at(line))}.", line


def read_first(case):
    """Nothing was begun before the last item had come."""
    if not isinstance(case.unmet, Seen) or not case.unmet.unasked:
        return None
    loops = [n.lineno for n in _nodes(case) if isinstance(n, ast.AsyncFor)]
    nodes = [n for n in _nodes(case) if isinstance(n, ast.comprehension) and n.is_async]
    line = min(loops + [n.target.lineno for n in nodes], default=case.usual_line())
    return f"Nothing was asked before the last line had come. {begins(case.at(line))}.", line


def changing(log):
    """The transactions that change something, in order."""
    return [t for t in log["transactions"] if _CHANGES & set(map(_first_word, t["statements"]))]


def _first_word(text):
    return text.split()[0].lower() if text else ""


def _is_work(text):
    return _first_word(text) not in _FRAME


def line_of(case, statement):
    """The line of the answer that holds the text of a statement; else the usual line."""
    texts = [n for n in _nodes(case) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    same = [n.lineno for n in texts if " ".join(n.value.split()).rstrip("; ") == statement]
    return min(same, default=case.usual_line())


def _nodes(case):
    """The nodes of the answer's text that ran."""
    nodes = (n for n in ast.walk(tree(case.answer.source)) if hasattr(n, "lineno"))
    return [n for n in nodes if case.has_run(n.lineno)] + _clauses(case)


def _clauses(case):
    """The `for` parts of comprehensions that ran: these nodes have no line of their own."""
    nodes = [n for n in ast.walk(tree(case.answer.source)) if isinstance(n, ast.comprehension)]
    return [n for n in nodes if case.has_run(n.target.lineno)]


def _short(text):
    return text if len(text) <= 60 else f"{text[:59]}…"
