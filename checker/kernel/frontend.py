"""Who sent the request that is being answered: a person's notebook, or a program."""

import os
import pathlib
import sys
from typing import Any

_person_seen = False  # whether any request so far came from a live front end


def shell() -> Any:
    """IPython's shell, or None where there is none; does not import IPython to find out."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def in_kernel() -> bool:
    """Whether this code runs in an IPython kernel."""
    return hasattr(shell(), "kernel")


def _request() -> dict[str, Any]:
    """The message that the kernel is answering; empty outside of a kernel."""
    try:
        return shell().kernel.get_parent() or {}
    except AttributeError:
        return {}


def cell_id() -> str | None:
    """The id of the cell that is being run, if the front end told it, else None."""
    metadata = _request().get("metadata") or {}
    return metadata.get("cellId")


def live() -> bool:
    """Whether a person looks on: the request came from JupyterLab or a relative of it.

    Those send the cell's id along; nbclient, nbval and nbconvert do not. A click on a button names
    no cell, but only those who were shown the button can click it.
    """
    global _person_seen
    if _request().get("header", {}).get("msg_type", "").startswith("comm_"):
        return _person_seen
    if cell_id() is None:
        return False
    _person_seen = True
    return True


def in_console() -> bool:
    """Whether a person types into a text console: it names no cells, and can be asked for input.

    The programs that run notebooks can not.
    """
    asks = (_request().get("content") or {}).get("allow_stdin")
    return in_kernel() and cell_id() is None and bool(asks)


def notebook_path() -> pathlib.Path | None:
    """The path of the notebook as it was when its kernel started, or None if nobody told it."""
    told = os.environ.get("JPY_SESSION_NAME")
    if not told and in_kernel():
        told = shell().user_ns.get("__vsc_ipynb_file__")
    return pathlib.Path(told) if told and told.endswith(".ipynb") else None


def notebook_name() -> str | None:
    """The notebook's file name as it was when its kernel started, or None if nobody told it."""
    path = notebook_path()
    return path.name if path else None
