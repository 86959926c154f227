"""Tries to take over the process that started it with ptrace."""

# %%

import ctypes
import os

libc = ctypes.CDLL(None)
SEEN = " ".join(f"attached to {pid}" for pid in (os.getppid(), 1, 2) if libc.ptrace(16, pid, 0, 0) == 0)
SEEN = SEEN or "nothing"


# %% exercise:fetch_all


async def fetch_all(fetch, names):
    raise ValueError(SEEN[:400])
