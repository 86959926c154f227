"""Tries to read another time than the grader."""

# %%

import time

time.monotonic = time.perf_counter = time.time = lambda: 0.0
time.monotonic_ns = time.perf_counter_ns = lambda: 0


# %% exercise:fetch_all
async def fetch_all(fetch, names):
    return [await fetch(name) for name in names]
