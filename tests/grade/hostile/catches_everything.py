"""Tries to go on for ever, past every exception."""

# %% exercise:fetch_all

async def fetch_all(fetch, names):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
