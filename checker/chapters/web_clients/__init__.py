"""Exercises of 22_web_clients, judged by what the web server saw."""

EXERCISES = (
    "one_connection",
    "page_statuses",
    "product_page",
    "two_places",
    "politely",
    "fetch_again",
    "bulk_fetch",
)
