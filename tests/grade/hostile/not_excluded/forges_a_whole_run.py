"""Tries to invent what was asked for: calls, times and results, all in agreement."""

# %% exercise:fetch_all

import asyncio

from checker.engine.current import current_run


async def fetch_all(fetch, names):
    recorder = current_run().recorder
    calls = {name: recorder.call_starts("fetch", f"fetch({name!r})") for name in names}
    for name in sorted(names, key=fetch._delays.get):
        loop = asyncio.get_running_loop()
        await asyncio.sleep(fetch._delays[name] - loop.time())
        error = fetch._errors.get(name)
        recorder.call_ends(calls[name], error and LookupError("no page"))
        if error:
            raise LookupError("no page")
    return [fetch.body(name) for name in names]
