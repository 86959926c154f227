"""Tries to go on in threads that nobody can end, and answer from there."""

# %% exercise:fetch_all

import threading


def forever():
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


async def fetch_all(fetch, names):
    for _ in range(4):
        threading.Thread(target=forever, daemon=True).start()
    return [f"the {name} page" for name in names]
