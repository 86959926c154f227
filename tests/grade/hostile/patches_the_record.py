"""Tries to lie about the time where a run becomes JSON."""

# %%

from checker.engine import Run

real = Run.to_json


def to_json(run):
    data = real(run)
    data["took"] = max((call["end"] - call["start"] for call in data["calls"]), default=0)
    return data


Run.to_json = to_json


# %% exercise:fetch_all
async def fetch_all(fetch, names):
    return [await fetch(name) for name in names]
