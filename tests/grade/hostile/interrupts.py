"""Tries to end the grader with KeyboardInterrupt."""

# %% exercise:fetch_all
async def fetch_all(fetch, names):
    raise KeyboardInterrupt
