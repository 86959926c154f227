"""Links from a notebook's output to a heading of another one, which arrive there."""

from pathlib import Path

_SCRIPT = Path(__file__).with_name("arrive.js")


def script() -> str:
    """JavaScript with the function `arrive(links)`, for a script in an output."""
    return _SCRIPT.read_text(encoding="utf-8")
