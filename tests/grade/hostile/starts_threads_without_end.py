"""Tries to fill the machine with threads."""

# %% exercise:fetch_all

import threading
import time


def wait():
    time.sleep(1000)


async def fetch_all(fetch, names):
    while True:
        threading.Thread(target=wait, daemon=True).start()
