"""Tries to fill the instructor's screen or disk past Python's own output."""

# %%

import os
import time

begun = time.monotonic()
while time.monotonic() - begun < 0.5:
    os.write(1, b"x" * 100_000)
    os.write(2, b"x" * 100_000)


# %% exercise:fetch_all
async def fetch_all(fetch, names):
    return [f"the {name} page" for name in names]
