"""Tries to fill the loop with tasks."""

# %% exercise:fetch_all

import asyncio


async def fetch_all(fetch, names):
    tasks = []
    while True:
        tasks.append(asyncio.create_task(asyncio.sleep(1)))
