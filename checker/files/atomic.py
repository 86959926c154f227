"""Writing a file as a whole or not at all: a reader sees the old one or the new one."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any


@contextlib.contextmanager
def replacing(path: str | Path, mode: str = "w", **options: Any) -> Iterator[IO[Any]]:
    """A file that takes the place of `path` at the end of the block, if it ends well.

    Folders that are missing are made. A file that was there keeps its permissions.

    Args:
        mode, options: as for `open`; UTF-8 for text, if no `encoding` is given.

    Raises:
        OSError: if nothing can be written there.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if "b" not in mode:
        options.setdefault("encoding", "utf-8")
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with open(handle, mode, **options) as file:
            yield file
        # mkstemp lets nobody else read; a shared copy of the course needs the usual rights.
        os.chmod(scratch, path.stat().st_mode & 0o777 if path.exists() else 0o644)
        os.replace(scratch, path)
    except BaseException:
        os.unlink(scratch)
        raise


def write(path: str | Path, content: bytes) -> None:
    """Write the whole file, or leave what was there.

    Raises:
        OSError: if nothing can be written there.
    """
    with replacing(path, "wb") as file:
        file.write(content)
