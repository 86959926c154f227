"""Exercises of 02_coroutines: calling, awaiting, chains, sleep, and coroutines by hand."""

NEEDS = ("01_why_asyncio",)
EXERCISES = (
    "open_shop",
    "total_price",
    "errands",
    "ask_again",
    "pass_on",
    "copy_page",
    "step_in_turns",
    "on_the_beat",
)
