"""Where a kernel stood that an answer froze.

A call that keeps the interpreter to itself, such as a huge sum, stops the whole kernel: no check
can report it, and all that helps is a restart. Python's `faulthandler` has a thread that needs no
interpreter, so it can write down where the answer stands; the next kernel tells.
"""

import contextlib
import faulthandler
import os
import re
from collections.abc import Iterator
from pathlib import Path

import psutil

AFTER = 3  # real seconds; what can be stopped has been stopped by then
_LINE = re.compile(r'File "[^"]*ipykernel_[^"]*", line (\d+) in (\S+)')


@contextlib.contextmanager
def watched(folder: Path | None) -> Iterator[None]:
    """While the block runs, write down where it stands, should it freeze the kernel.

    Args:
        folder: the `Path` of the folder for the note, None if nobody will ask for it.
    """
    if folder is None:
        yield
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        note = open(folder / f"frozen-{os.getpid()}.txt", "w")  # noqa: SIM115
    except OSError:  # nothing can be kept there
        yield
        return
    faulthandler.dump_traceback_later(AFTER, file=note)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
        note.close()
        Path(note.name).unlink(missing_ok=True)


def last_words(folder: Path) -> str | None:
    """What a frozen kernel left behind, told once: a sentence, or None.

    Args:
        folder: the `Path` that was given to `watched`.
    """
    for note in sorted(folder.glob("frozen-*.txt")):
        if psutil.pid_exists(int(note.stem.removeprefix("frozen-"))):
            continue  # it may still be at work
        found = _LINE.search(note.read_text(errors="replace"))
        note.unlink(missing_ok=True)
        if found:
            line, name = found.groups()
            return (
                f"Before the restart, line {line}, in `{name}`, kept the whole kernel to itself: "
                "one call that Python cannot interrupt. Nothing else could run, nor stop it."
            )
    return None
