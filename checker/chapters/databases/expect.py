"""What the rules of 23_databases expect of what a database server saw, and of what is stored.

Every scene of this chapter returns a dict. Its part "log" is what the server saw, as
`checker.lab.postgresql.wire.Log.data` has it; what the other parts are is said there, too.
"""

from typing import Any

from checker.engine.values import short_repr
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
        log=run.part("log").value if run.has_returned else None,
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


def same_data(run: Observed, part: str, wanted: Any, where: str = "") -> None:
    """A part of what the scene returned is `wanted`: the answer's result, or what is stored.

    Args:
        where: the beginning of what was expected: "stored: ".
    """
    result = run.part(part).value
    same = result == wanted and type(result) is type(wanted)
    expected, seen = difference(wanted, result) if not same else ("", "")
    server_saw(run, same, f"{where}{expected}", seen)


def one_transaction(run: Observed) -> None:
    """All changes were one transaction."""
    transactions = len(changing(run.part("log").value))
    seen = f"the server saw {counted(transactions, 'transaction')}"
    server_saw(run, transactions == 1, "one transaction", seen, together=True)


def error_came_out(run: Observed, error: str) -> None:
    """The answer ended with the error of the server's that has this name."""
    outcome = run.part("outcome").value
    if "raised" in outcome:
        seen = f"it raised {outcome['raised']}"
    else:
        seen = f"it returned {short_repr(outcome['returned'], 80)}"
    server_saw(run, outcome == {"raised": error}, f"{error} to be raised", seen, error=error)


def transaction_over(run: Observed) -> None:
    """The connection of the answer is in no transaction any more."""
    over = run.part("transaction_over").value
    expected = "the transaction to be over"
    server_saw(run, over, expected, "it is still open", transaction_open=True)


def all_given_back(run: Observed, size: int = 1) -> None:
    """All connections of the pool, which has `size` of them, are free again."""
    free = run.part("free").value
    seen = f"{size - free} of {size} still out"
    server_saw(run, free == size, "every connection back in the pool", seen, pool_kept=True)


def locks_were_kept(run: Observed) -> None:
    """No lock was taken that ended at once, because its `select` was a transaction by itself."""
    for transaction in run.part("log").value["transactions"]:
        first, *others = transaction["statements"]
        text = first.lower()
        lost = not others and text.startswith("select") and "for update" in text
        expected = "the row to be locked until it is changed"
        server_saw(run, not lost, expected, "the lock ended with its `select`", at_once=True)


def not_stuck(run: Observed) -> None:
    """The scene did not give up: there was a connection for whoever had to go on."""
    stuck = run.failure is not None and run.failure.type == "NoConnectionLeft"
    server_saw(run, not stuck, "a result", "it waits for a connection for ever", pool_empty=True)
