"""Exercises of 23_databases: one connection, pools, transactions, cursors, cancellation."""

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
