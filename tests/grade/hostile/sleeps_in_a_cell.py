"""Tries to keep the grader waiting before there is an answer."""

# %%
import time

time.sleep(10**6)


# %% exercise:fetch_all
async def fetch_all(fetch, names):
    return [f"the {name} page" for name in names]
