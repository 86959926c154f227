"""Exercises of 19_streams, judged by what the other side of the connection saw."""

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
