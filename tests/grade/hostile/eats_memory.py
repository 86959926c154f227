"""Tries to fill the machine's memory."""

# %% exercise:fetch_all

async def fetch_all(fetch, names):
    held = []
    while True:
        held.append(bytearray(64 << 20))
