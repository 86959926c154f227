"""The imports of earlier notebooks go on to work."""

import importlib
import sys

import pytest

from checker import lab
from checker.lab.moved import PLACES

# What the setup cells of the chapters imported before the lab was sorted into folders.
EARLIER = {
    "checker.lab.peers": ["Peer"],
    "checker.lab.processes": ["Pool"],
    "checker.lab.scripts": [
        "answer_lines",
        "deaf",
        "echo",
        "in_pieces",
        "slow_reader",
        "start_tls",
        "vanish",
    ],
    "checker.lab.scripts_http": ["http_pages"],
    "checker.lab.web": ["Page", "Web"],
}


@pytest.mark.parametrize("name", EARLIER)
def test_an_earlier_import_gives_what_the_lab_has_now(name, monkeypatch):
    monkeypatch.delitem(sys.modules, name, raising=False)
    module = importlib.import_module(name)
    present = importlib.import_module(PLACES[name])
    for wanted in EARLIER[name]:
        assert getattr(module, wanted) is getattr(present, wanted) is getattr(lab, wanted)


def test_every_earlier_name_is_known():
    assert set(PLACES) == set(EARLIER)


def test_a_name_that_never_was_is_still_an_error():
    with pytest.raises(ModuleNotFoundError, match="nothing"):
        importlib.import_module("checker.lab.nothing")
    with pytest.raises(AttributeError, match="nothing"):
        lab.nothing
