"""Servers, connections, pipes and child processes of a run: which are still open at its end."""

from typing import Any

from checker.engine.patches.children import alive
from checker.engine.record import Left

_IS_OPEN = {
    "server": lambda server: bool(server.sockets),
    "transport": lambda transport: not transport.is_closing(),
    "pipe": lambda transport: not transport.is_closing(),
    "process": lambda transport: transport.get_returncode() is None,
    "child": alive,
}
_WORDS = {
    "server": "an open server",
    "transport": "an open connection",
    "pipe": "an open pipe",
    "process": "a child process",
    "child": "a child process",
}


def _words(kind, line):
    accepted = kind == "transport" and line is None
    return "a connection that a server accepted" if accepted else _WORDS[kind]


class OpenThings:
    """What a run has opened, each with the line and the number of the task that did.

    It is held here, so that it is never up to the garbage collector whether a connection that
    nobody closed is still open at the end.
    """

    def __init__(self) -> None:
        self._opened: list[tuple[str, Any, int | None, int | None]] = []
        self._dropped: list[Left] = []

    def add(self, kind: str, thing: Any, line: int | None, task: int | None) -> None:
        """A thing of one of the kinds in `_WORDS` is there."""
        self._opened.append((kind, thing, line, task))

    def drop(self, transport: object) -> None:
        """The stream of this transport is destroyed: nobody can close it any more."""
        for kind, thing, line, task in self._opened:
            if thing is transport:
                self._dropped.append(Left(kind, _words(kind, line), line, task))

    def left(self) -> list[Left]:
        """What is said of those that are still open."""
        left = list(self._dropped)
        for kind, thing, line, task in self._opened:
            if _IS_OPEN[kind](thing):
                noun = "process" if kind == "child" else kind
                left.append(Left(noun, _words(kind, line), line, task))
        return left
