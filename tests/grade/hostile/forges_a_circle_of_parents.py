"""Tries to keep the judge busy for ever: two tasks each made the other."""

# %%

from checker.engine import Run

real = Run.to_json


def to_json(run):
    data = real(run)
    tasks, took = data["tasks"], data.get("took", 0)
    if len(tasks) > 2:
        for one, other in ((1, 2), (2, 1)):
            tasks[one].update(parent=other, made_at=took, spans=[], service=False, ended_at=took)
        tasks[0]["woken_by"] = [[took, 1]]
    return data


Run.to_json = to_json


# %% exercise:fetch_all
async def fetch_all(fetch, names):
    tasks = [asyncio.create_task(fetch(name)) for name in names]
    if tasks:
        await asyncio.wait(tasks)
    return [task.result() for task in tasks]
