"""Tries to fill the disk with one file and with many."""

# %%

import os

os.makedirs("many", exist_ok=True)
try:
    with open("large", "wb") as file:
        for _ in range(10_000):
            file.write(bytes(1 << 20))
except OSError:
    pass
try:
    for number in range(100_000):
        open(f"many/{number}", "wb").close()
except OSError:
    pass


# %% exercise:fetch_all
async def fetch_all(fetch, names):
    return [f"the {name} page" for name in names]
