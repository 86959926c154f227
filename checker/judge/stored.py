"""What a rule may expect of what a database server saw, and of what is stored.

The first thing that a scene returns is what the server saw (`checker.lab.wire.Log.data`).
"""

from checker.judge.databases import changing
from checker.judge.expect import Unmet, difference


def server_saw(run, holds, expected, seen, **data):
    """What the server saw is as it should be."""
    if not holds:
        log = run.value[0] if run.run.returned else None
        raise Unmet(run, "seen", expected, seen, log=log, **data)


def same_data(run, seen, wanted, line=""):
    """`seen` is what the answer returned, or what is stored now."""
    if seen != wanted or type(seen) is not type(wanted):
        expected, shown = difference(wanted, seen)
        raise Unmet(run, "seen", f"{line}{expected}", shown)


def one_transaction(run):
    """All changes were one transaction."""
    many = len(changing(run.value[0]))
    seen = f"the server saw {many} transaction{'s' * (many != 1)}"
    server_saw(run, many == 1, "one transaction", seen, together=1)


def came_out(run, outcome, error):
    """The server's error came out. `outcome` is ["returned", a value] or ["raised", a name]."""
    how, what = outcome
    seen = f"it {how} {what}"
    server_saw(run, outcome == ["raised", error], f"{error} to be raised", seen)


def showed(run, seen, wanted):
    """What was shown, in any order."""
    same = sorted(map(repr, seen)) == sorted(map(repr, wanted))
    server_saw(run, same, repr(wanted), f"it showed {seen!r}")


def is_over(run, closed):
    """The connection of the answer is in no transaction any more."""
    server_saw(run, closed, "the transaction to be over", "it is still open", begun=1)


def all_back(run, free, size=1):
    """All connections of the pool are free again."""
    seen = f"{size - free} of {size} still out"
    server_saw(run, free == size, "every connection back in the pool", seen, kept=1)


def kept_locks(run):
    """No lock was taken that ended at once, because its `select` was a transaction by itself."""
    transactions = run.value[0]["transactions"]
    alone = [t["statements"][0] for t in transactions if len(t["statements"]) == 1]
    gone = any(one.lower().startswith("select") and "for update" in one.lower() for one in alone)
    expected = "the row to be locked until it is changed"
    server_saw(run, not gone, expected, "the lock ended with its `select`", at_once=1)


def not_stuck(run):
    """The run, if the scene did not give up: there was a connection for whoever had to go on."""
    failure = run.run.failure
    stuck = failure is not None and failure.type == "NoConnectionLeft"
    server_saw(run, not stuck, "a result", "it waits for a connection for ever", none_left=1)
    return run
