"""Tries to make the program easier before it predicts it."""

# %% exercise:morning
async def morning():
    print("done")


predict(morning, prints=["done"], takes=0)
