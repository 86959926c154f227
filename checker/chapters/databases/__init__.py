"""Exercises of 23_databases: one connection, pools, transactions, cursors, cancellation."""

NEEDS = (
    "09_gather_wait_as_completed",
    "10_task_groups",
    "11_async_iteration",
    "12_async_context_managers",
    "13_synchronization",
    "14_queues",
)
EXERCISES = (
    "find_price",
    "fetch_names",
    "add_products",
    "move_stock",
    "half_saved",
    "import_products",
    "fill_parcel",
    "fetch_within",
    "run_lines",
)
