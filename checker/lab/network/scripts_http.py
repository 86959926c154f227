"""A script for peers that answers HTTP requests, and what is wrong with a request (RFC 9112)."""

import asyncio
import functools
from asyncio import StreamReader, StreamWriter
from collections.abc import Mapping
from typing import TypeAlias

from checker.lab.network.scripts import Script

# (seconds until the answer, status, body), or what takes over once the request has been read.
Answer: TypeAlias = tuple[float, str, bytes] | Script

_NOT_FOUND: Answer = (0, "404 Not Found", b"no such page")


def http_pages(pages: Mapping[str, Answer]) -> Script:
    """A script that answers HTTP requests: `Peer(http_pages({"/a": (0.2, "200 OK", b"text")}))`.

    A connection stays open for the next request unless the client sends `Connection: close` or
    speaks HTTP/1.0. A request that is not correct gets status 400 and a text that says why.

    Args:
        pages: path → (seconds until the answer, status, body); or path → another script, which
            takes over once the request has been read. Other paths get status 404.
    """
    return functools.partial(_http_pages, pages=pages)


async def _http_pages(
    reader: StreamReader, writer: StreamWriter, *, pages: Mapping[str, Answer]
) -> None:
    while head := await _read_head(reader):
        fault = request_fault(head)
        if fault:
            writer.write(_response("400 Bad Request", fault.encode(), closes=True))
            return
        method, target, version = head.split(b"\r\n", 1)[0].decode().split(" ")
        page = pages.get(target.partition("?")[0], _NOT_FOUND)
        if callable(page):
            await page(reader, writer)
            return
        delay, status, body = page
        closes = version == "HTTP/1.0" or _headers(head).get("connection", "").lower() == "close"
        await asyncio.sleep(delay)
        writer.write(_response(status, body, closes, with_body=method != "HEAD"))
        await writer.drain()
        if closes:
            return


async def _read_head(reader: StreamReader) -> bytes:
    """The lines to the first that is empty, or to the end of what the client sends."""
    lines = []
    while line := await reader.readline():
        lines.append(line)
        if not line.strip():
            break
    return b"".join(lines)


def _response(status: str, body: bytes, closes: bool, with_body: bool = True) -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/plain; charset=utf-8"]
    lines += [f"Content-Length: {len(body)}", *["Connection: close"] * closes, "", ""]
    return "\r\n".join(lines).encode() + (body if with_body else b"")


def _headers(head: bytes) -> dict[str, str]:
    pairs = (line.partition(":") for line in head.decode().split("\r\n")[1:] if line)
    return {name.lower(): value.strip() for name, _, value in pairs}


def request_fault(data: bytes) -> str | None:
    """What is wrong with the first request in these bytes, in words, or None.

    The rules are those of RFC 9112, sections 2.1, 2.2, 3 and 3.2; bodies are not looked at.
    """
    lines = data.split(b"\n")
    for number, line in enumerate(lines[:-1], 1):
        if not line.endswith(b"\r"):
            return f"line {number} ends with \\n alone; HTTP wants \\r\\n"
        if line == b"\r":
            lines = lines[:number]
            break
    else:
        return "the empty line after the headers is missing" if data else "nothing came"
    first, *headers = (line[:-1].decode(errors="replace") for line in lines[:-1])
    words = first.split(" ")
    if len(words) != 3 or not all(words) or words[2] not in ("HTTP/1.1", "HTTP/1.0"):
        return f"the first line must be like GET /path HTTP/1.1, not {first!r}"
    if not words[1].startswith("/"):
        return f"the path must begin with /, not {words[1]!r}"
    for header in headers:
        name, colon, _ = header.partition(":")
        if not colon or not name or name != name.strip():
            return f"a header must be like Name: value, not {header!r}"
    if words[2] == "HTTP/1.1" and "host" not in (h.partition(":")[0].lower() for h in headers):
        return "the header Host is missing"
    return None
