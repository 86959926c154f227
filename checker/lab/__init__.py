"""Services that exercises and chapters talk to. They end with the learner's own process.

What a notebook imports from here is named in this module; the rest is for rules and scenes.
"""

from typing import TYPE_CHECKING

from checker.lab import moved
from checker.lab.fakes.pages import Pages, Reports, Saves, pages
from checker.lab.fakes.processes import Pool
from checker.lab.network.peers import Peer
from checker.lab.network.scripts import (
    answer_lines,
    deaf,
    echo,
    in_pieces,
    slow_reader,
    start_tls,
    vanish,
)
from checker.lab.network.scripts_http import http_pages
from checker.lab.network.status import status
from checker.lab.postgresql.server import postgres

if TYPE_CHECKING:
    from checker.lab.network.web import Page, Web

__all__ = [
    "Page",
    "Pages",
    "Peer",
    "Pool",
    "Reports",
    "Saves",
    "Web",
    "answer_lines",
    "deaf",
    "echo",
    "http_pages",
    "in_pieces",
    "pages",
    "postgres",
    "slow_reader",
    "start_tls",
    "status",
    "vanish",
]

moved.install()


def __getattr__(name: str) -> object:
    if name in ("Page", "Web"):  # aiohttp takes a while to import, and few chapters need it
        from checker.lab.network import web

        return getattr(web, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
