"""Memory that all children share stays shared: what it holds is never counted again.

Using an object changes its reference count, and so makes the kernel copy the page that it lies on.
Since Python 3.12 there are immortal objects, whose count stands still; PEP 683 names this very use.
Python has no function for it yet, so the count is written where it lies. Before 3.12 nothing is
done, and children copy more.
"""

import ctypes
import gc
import sys
import types

_IMMORTAL = 0xFFFF_FFFF


def _count_of(one):
    return ctypes.c_uint32.from_address(id(one))


def _known_here():
    """Whether counts lie where 3.12 and 3.13 have them; free-threaded builds differ."""
    one = object()
    here = _count_of(one).value == sys.getrefcount(one) - 1  # the call itself holds one more
    return here and _count_of(None).value == sys.getrefcount(None) == _IMMORTAL


def make_all_immortal():
    """Make immortal what the garbage collector knows, and all that this refers to.

    Nothing of it is ever freed again: for a process that only makes children.
    """
    if not _known_here():
        return
    todo = gc.get_objects()
    own = id(todo)
    while todo:
        one = todo.pop()
        count = _count_of(one)
        if count.value == _IMMORTAL or id(one) == own or isinstance(one, types.FrameType):
            continue
        count.value = _IMMORTAL
        todo += gc.get_referents(one)
        if isinstance(one, types.CodeType):  # the collector does not ask it
            todo += [one.co_consts, one.co_names, one.co_filename, one.co_name, one.co_qualname]
            todo += [one.co_linetable, one.co_exceptiontable]
