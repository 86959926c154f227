"""The coroutine function that notebooks ask pages with before they have met streams."""

import asyncio
from urllib.parse import urlsplit


async def status(url: str) -> int:
    """Ask for a page, and return the status of the answer, such as 200.

    Args:
        url: the page's address; without a path it is "/".

    Raises:
        OSError: if nobody is there, or the connection is lost.
    """
    site = urlsplit(url)
    encrypted = site.scheme == "https"
    port = site.port or (443 if encrypted else 80)
    reader, writer = await asyncio.open_connection(site.hostname, port, ssl=encrypted or None)
    try:
        lines = [f"GET {site.path or '/'} HTTP/1.1", f"Host: {site.netloc}", "Connection: close"]
        writer.write("".join(f"{line}\r\n" for line in [*lines, ""]).encode())
        first_line = await reader.readline()  # such as b"HTTP/1.1 200 OK\r\n"
    finally:
        writer.close()
    if not first_line:
        raise ConnectionResetError(f"{site.netloc} has closed the connection without an answer")
    return int(first_line.split()[1])
