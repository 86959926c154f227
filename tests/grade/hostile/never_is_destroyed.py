"""Tries to keep the grader in a destructor."""

# %% exercise:fetch_all

class Clinging:
    def __del__(self):
        while True:
            pass


async def fetch_all(fetch, names):
    return [Clinging()]
