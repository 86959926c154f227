"""Tries to break the report by what it is called and says."""

# %%
"\ud800"


# %% exercise:fetch_all
async def fetch_all(fetch, names):
    return [f"the {name} page" for name in names]
