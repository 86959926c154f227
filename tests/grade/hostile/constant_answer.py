"""Tries to pass with the texts that it guesses, and no fetch at all."""

# %% exercise:fetch_all
async def fetch_all(fetch, names):
    return [f"the {name} page" for name in names]
