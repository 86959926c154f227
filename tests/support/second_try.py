"""A second try for a test that wants exact figures, where the machine stood still in the first.

A machine that stands still for 50 ms lets real time into a run, as it should. A test then fails by
no fault of its own. It passes by another try only if no real time is in that one: so a test with
real work in it has one try, and a race in it shows.
"""

import functools
import importlib
import warnings

import pytest

TRIES = 3
charged = []  # real seconds that were let in, of each run of the try


def _note_what_is_charged():
    module = importlib.import_module("checker.engine.observe")  # not the function of that name
    write_down = module._write_down

    def noted(live, run):
        write_down(live, run)
        charged.append(run.charged)

    module._write_down = noted


_note_what_is_charged()


def _failure(test):
    """What a try of the test raises: an AssertionError, or None."""
    charged.clear()
    try:
        test()
    except AssertionError as error:
        return error


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """Call a test; see the module."""
    names = pyfuncitem._fixtureinfo.argnames
    arguments = {name: pyfuncitem.funcargs[name] for name in names}
    test = functools.partial(pyfuncitem.obj, **arguments)
    first = _failure(test)
    tries = 1
    while first and any(charged) and tries < TRIES:
        tries += 1
        if not _failure(test) and not any(charged):
            warnings.warn("it failed with real time in a run, and passed without", stacklevel=1)
            return True
    if first:
        raise first
    return True
