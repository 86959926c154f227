"""Tries to keep the judge busy for ever: two tasks were each cancelled because of the other."""

# %%

from checker.engine import Run

real = Run.to_json


def to_json(run):
    data = real(run)
    tasks, took = data["tasks"], data.get("took", 0)
    if len(tasks) > 2 and data.get("calls"):
        for one, other in ((1, 2), (2, 1)):
            made_at = tasks[one]["made_at"]
            wait = {"state": "waits", "start": made_at, "end": took, "on": [other]}
            requests = [{"at": took, "by": "await"}]
            tasks[one].update(service=False, cancels=requests, spans=[wait])
        data["calls"][0].update(outcome="cancelled", end=took, task=1)
    return data


Run.to_json = to_json


# %% exercise:fetch_all
async def fetch_all(fetch, names):
    tasks = [asyncio.create_task(fetch(name)) for name in names]
    return [None, *[await task for task in tasks]]
