"""Exercises of 19_streams, judged by what the other side of the connection saw."""

NEEDS = (
    "05_timeouts",
    "09_gather_wait_as_completed",
    "10_task_groups",
    "12_async_context_managers",
    "18_sockets",
)
EXERCISES = (
    "ask_line",
    "messages_from",
    "pipelined",
    "fetch_text",
    "pour",
    "drop_idle",
    "status_words",
    "line_server",
)
