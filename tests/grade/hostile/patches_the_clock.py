"""Tries to have time stand still."""

# %%

from checker.engine.clock.clock import Clock

Clock.now = lambda clock: 0


# %% exercise:fetch_all
async def fetch_all(fetch, names):
    return [await fetch(name) for name in names]
