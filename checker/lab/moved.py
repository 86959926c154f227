"""Modules of the lab under the names that earlier notebooks import them by.

A learner's notebook keeps its cells when the course is updated, those with imports too. So
`from checker.lab.web import Page` goes on to work.
"""

import importlib
import importlib.util
import sys

PLACES = {
    "checker.lab.peers": "checker.lab.network.peers",
    "checker.lab.processes": "checker.lab.fakes.processes",
    "checker.lab.scripts": "checker.lab.network.scripts",
    "checker.lab.scripts_http": "checker.lab.network.scripts_http",
    "checker.lab.web": "checker.lab.network.web",
}


class _Finder:
    """Finds an old name, and gives the module that has a new one."""

    def find_spec(self, name, path=None, target=None):
        if name in PLACES:
            return importlib.util.spec_from_loader(name, self)
        return None

    def create_module(self, spec):
        return None  # an empty one

    def exec_module(self, module):
        present = importlib.import_module(PLACES[module.__name__])
        vars(module).update({k: v for k, v in vars(present).items() if not k.startswith("__")})


def install() -> None:
    """Let the old names be found; calling it again changes nothing."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.append(_Finder())
