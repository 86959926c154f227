"""Exercises of 01_why_asyncio: waiting and working, threads, selectors, and a loop by hand."""

NEEDS = ("00_welcome",)
EXERCISES = (
    "cpu_share",
    "two_cakes",
    "ask_all",
    "mailbox",
    "take_turns",
    "hear_all",
    "run_sleepers",
)
