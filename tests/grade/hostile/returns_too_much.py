"""Tries to fill the grader's memory with a result."""

# %% exercise:fetch_all

async def fetch_all(fetch, names):
    return ["x" * 1_000_000] * 1_000
