"""Tries to find what the one before has left in the scratch folder."""

# %%

import os

SEEN = repr([os.listdir(p) for p in (".", os.environ["HOME"], "/dev/shm") if os.path.isdir(p)])
for number in range(50):
    with open(f"left-by-me-canary-{number}", "w") as file:
        file.write("canary")


# %% exercise:fetch_all


async def fetch_all(fetch, names):
    raise ValueError(SEEN[:400])
