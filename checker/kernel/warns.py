"""Warnings about a cell's own code name the line in the cell.

Python names a temporary file instead, which is another one on every run. What it says of a cell's
syntax, it would say twice: IPython compiles each cell once before, to see whether it awaits.
"""

import linecache
import warnings

WHAT = "short warnings"
_TRIAL = "<>"  # the file's name in `IPython.core.async_helpers._should_be_async`


def install(ip):
    """Replace `warnings.formatwarning`; returns the function that puts it back."""
    ordinary = warnings.formatwarning

    def formatwarning(message, category, filename, lineno, line=None):
        if filename == _TRIAL:
            return ""
        if not ip.compile.format_code_name(filename):
            return ordinary(message, category, filename, lineno, line)
        source = (line or linecache.getline(filename, lineno)).strip()
        return f"{category.__name__}: {message} (line {lineno}: {source})\n"

    warnings.formatwarning = formatwarning

    def undo():
        if warnings.formatwarning is formatwarning:
            warnings.formatwarning = ordinary

    return undo
