"""Tries to fill the machine's memory before anything is asked."""

# %%

held = []
while True:
    held.append(bytearray(64 << 20))


# %% exercise:fetch_all
async def fetch_all(fetch, names):
    return [f"the {name} page" for name in names]
