"""What a notebook imports from `checker`, in a child: names that do nothing."""

import sys
import types

VERBS = ("check", "predict", "timeline", "play")
OTHERS = ("hint", "solution", "progress", "selftest")


class Asked:
    """Something to await that is over at once."""

    def __await__(self):
        return
        yield


def _verb(name):
    def verb(*_, **__):
        return Asked()

    verb.__name__ = verb.__qualname__ = name
    return verb


def package(path):
    """The module `checker` of a child, put in place.

    Args:
        path: the folder that holds `engine` and `lab`.
    """
    module = types.ModuleType("checker")
    module.__path__ = [path]
    for name in (*VERBS, *OTHERS):
        setattr(module, name, _verb(name))
    module.__all__ = [*VERBS, *OTHERS]
    sys.modules["checker"] = module
