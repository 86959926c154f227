"""Tries to make every wait of the lab take no time."""

# %%

import asyncio


async def sleep(seconds, result=None):
    return result


asyncio.sleep = sleep


# %% exercise:fetch_all
async def fetch_all(fetch, names):
    return [await fetch(name) for name in names]
