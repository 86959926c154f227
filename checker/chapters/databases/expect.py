"""What a rule may expect of what a database server saw, and of what is stored.

The first thing that a scene returns is what the server saw
(`checker.lab.postgresql.wire.Log.data`).
"""

from typing import Any

from checker.judge.causes.databases import changing
from checker.judge.compare import difference
from checker.judge.expect import Observed
from checker.judge.unmet import Seen
from checker.judge.wording import counted


def server_saw(
    run: Observed,
    holds: object,
    expected: str,
    seen: str,
    *,
    error: str = "",
    together: bool = False,
    rows_needed: int | None = None,
    at_once: bool = False,
    pool_kept: bool = False,
    transaction_open: bool = False,
    pool_empty: bool = False,
    overlap: bool = False,
    rounds: bool = False,
    unasked: bool = False,
) -> None:
    """What the server saw is as it should be: `holds` is true.

    Args:
        expected, seen: they complete "Expected …, but …".
        error and the others: what it is about, as `Seen` says.
    """
    if holds:
        return
    raise Seen(
        run,
        expected,
        seen,
        log=run.part(0).value if run.has_returned else None,
        error=error,
        together=together,
        rows_needed=rows_needed,
        at_once=at_once,
        pool_kept=pool_kept,
        transaction_open=transaction_open,
        pool_empty=pool_empty,
        overlap=overlap,
        rounds=rounds,
        unasked=unasked,
    )


def same_data(run: Observed, seen: Any, wanted: Any, where: str = "") -> None:
    """What the answer returned, or what is stored now.

    Args:
        where: the beginning of what was expected: "stored: ".
    """
    if seen != wanted or type(seen) is not type(wanted):
        expected, shown = difference(wanted, seen)
        raise Seen(run, f"{where}{expected}", shown)


def one_transaction(run: Observed) -> None:
    """All changes were one transaction."""
    many = len(changing(run.part(0).value))
    seen = f"the server saw {counted(many, 'transaction')}"
    server_saw(run, many == 1, "one transaction", seen, together=True)


def came_out(run: Observed, outcome: list[str], error: str) -> None:
    """The server's error came out. `outcome` is ["returned", a value] or ["raised", a name]."""
    how, what = outcome
    expected = f"{error} to be raised"
    server_saw(run, outcome == ["raised", error], expected, f"it {how} {what}", error=error)


def showed(run: Observed, seen: list, wanted: list) -> None:
    """What was shown, in any order."""
    same = sorted(map(repr, seen)) == sorted(map(repr, wanted))
    server_saw(run, same, repr(wanted), f"it showed {seen!r}")


def is_over(run: Observed, closed: bool) -> None:
    """The connection of the answer is in no transaction any more."""
    expected = "the transaction to be over"
    server_saw(run, closed, expected, "it is still open", transaction_open=True)


def all_back(run: Observed, free: int, size: int = 1) -> None:
    """All connections of the pool are free again."""
    seen = f"{size - free} of {size} still out"
    server_saw(run, free == size, "every connection back in the pool", seen, pool_kept=True)


def kept_locks(run: Observed) -> None:
    """No lock was taken that ended at once, because its `select` was a transaction by itself."""
    transactions = run.part(0).value["transactions"]
    alone = [t["statements"][0] for t in transactions if len(t["statements"]) == 1]
    gone = any(one.lower().startswith("select") and "for update" in one.lower() for one in alone)
    expected = "the row to be locked until it is changed"
    server_saw(run, not gone, expected, "the lock ended with its `select`", at_once=True)


def not_stuck(run: Observed) -> Observed:
    """The run, if the scene did not give up: there was a connection for whoever had to go on."""
    stuck = run.failure is not None and run.failure.type == "NoConnectionLeft"
    server_saw(run, not stuck, "a result", "it waits for a connection for ever", pool_empty=True)
    return run
