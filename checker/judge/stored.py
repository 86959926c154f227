"""What a rule may expect of what a database server saw, and of what is stored."""

from checker.judge.expect import Unmet, difference


def server_saw(run, holds, expected, seen, **data):
    """What the server saw is as it should be."""
    if not holds:
        raise Unmet(run, "seen", expected, seen, **data)


def same_data(run, seen, wanted, line=""):
    """`seen` is what the answer returned, or what is stored now."""
    if seen != wanted or type(seen) is not type(wanted):
        expected, shown = difference(wanted, seen)
        raise Unmet(run, "seen", f"{line}{expected}", shown)


def one_transaction(run, log):
    """All changes were one transaction. `log` is what `checker.lab.wire.Log.data` gave."""
    parts = [t for t in log["transactions"] if _changes(t)]
    many = f"{len(parts)} transaction{'s' * (len(parts) != 1)}"
    server_saw(
        run, len(parts) == 1, "one transaction", f"the server saw {many}", log=log, together=1
    )


def _changes(transaction):
    words = [text.split()[0].lower() for text in transaction["statements"] if text]
    return {"insert", "update", "copy", "merge", "with"} & set(words)
