"""Tries to fill the grader's memory with output."""

# %% exercise:fetch_all

async def fetch_all(fetch, names):
    while True:
        print("x" * 100_000)
