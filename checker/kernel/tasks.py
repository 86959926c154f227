"""What a learner would call a task, and who made it."""

import re

_DEFAULT_NAME = re.compile(r"Task-\d+")

_OTHERS = {"IPython", "checker", "ipykernel", "ipywidgets", "jupyter_client", "tornado", "zmq"}


def title(name, coroutine):
    """What to call a task with this name: the name, or the coroutine's where asyncio made it up.

    `coroutine` is a qualified name such as `main.<locals>.save`, which gives `save`.
    """
    if name and not _DEFAULT_NAME.fullmatch(name):
        return name
    return coroutine.rpartition(".")[2]


def coroutine_name(task):
    """The qualified name of the task's coroutine."""
    coroutine = task.get_coro()
    return getattr(coroutine, "__qualname__", None) or type(coroutine).__name__


def is_learners(task):
    """Whether the task's coroutine is neither the kernel's nor the checker's own.

    A coroutine without a Python frame, such as one that closes an async generator, is asyncio's.
    """
    frame = getattr(task.get_coro(), "cr_frame", None)
    if frame is None:
        return False
    return frame.f_globals.get("__name__", "").partition(".")[0] not in _OTHERS
