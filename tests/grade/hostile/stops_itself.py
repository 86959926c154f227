"""Tries to be neither there nor gone."""

# %%

import os
import signal

os.kill(os.getpid(), signal.SIGSTOP)


# %% exercise:fetch_all
async def fetch_all(fetch, names):
    return [f"the {name} page" for name in names]
