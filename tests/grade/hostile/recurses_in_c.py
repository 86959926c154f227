"""Tries to crash Python by a recursion outside of Python's own count."""

# %% exercise:fetch_all

async def fetch_all(fetch, names):
    nested = []
    for _ in range(10_000_000):
        nested = [nested]
    return nested
