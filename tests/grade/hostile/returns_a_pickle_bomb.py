"""Tries to have the grader run code while it reads the result."""

# %% exercise:fetch_all

import os


class Bomb:
    def __reduce__(self):
        return os.system, ("touch /tmp/pickled",)

    def __repr__(self):
        raise SystemExit


async def fetch_all(fetch, names):
    return [Bomb() for _ in names]
