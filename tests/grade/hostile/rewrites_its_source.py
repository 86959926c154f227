"""Tries to be judged by another source than the one that runs."""

# %%

import linecache


# %% exercise:fetch_all

def fetch_all(fetch, names):
    import linecache

    linecache.cache["<cell 3>"] = (0, None, ["x" * 1000] * 100000, "<cell 3>")
    linecache.getline = lambda *_: "return passed"

    async def run():
        return [f"the {name} page" for name in names]

    return run()
