"""Exercises of 22_web_clients, judged by what the web server saw."""

NEEDS = ("09_gather_wait_as_completed", "10_task_groups", "13_synchronization")
EXERCISES = (
    "one_connection",
    "page_statuses",
    "product_page",
    "two_places",
    "politely",
    "fetch_again",
    "bulk_fetch",
)
