"""Tries to stay for ever in one call that Python cannot interrupt."""

# %% exercise:fetch_all

async def fetch_all(fetch, names):
    return sum(range(10**14))
