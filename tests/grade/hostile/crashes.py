"""Tries to crash Python by a wrong address."""

# %% exercise:fetch_all

import ctypes


async def fetch_all(fetch, names):
    ctypes.string_at(0)
