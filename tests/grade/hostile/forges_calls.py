"""Tries to write calls into the record that take no time."""

# %% exercise:fetch_all

from checker.engine.current import current_run


async def fetch_all(fetch, names):
    recorder = current_run().recorder
    for name in names:
        recorder.call_ends(recorder.call_starts("fetch", f"fetch({name!r})"), None)
    return [f"the {name} page" for name in names]
