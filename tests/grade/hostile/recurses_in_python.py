"""Tries to crash Python by a recursion without end."""

# %% exercise:fetch_all

import sys

sys.setrecursionlimit(10**9)


def deeper(level):
    return deeper(level + 1) + 1


async def fetch_all(fetch, names):
    return deeper(0)
