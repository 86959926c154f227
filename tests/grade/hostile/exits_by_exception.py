"""Tries to end the grader with SystemExit, which passes `except Exception`."""

# %% exercise:fetch_all
async def fetch_all(fetch, names):
    raise SystemExit(0)
