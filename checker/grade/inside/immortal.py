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

_IMMORTAL = 0xFFFF_FFFF  # of `None` in 3.12 and 3.13; where it is another number, nothing is done
_Count = ctypes.c_uint32  # the low half on all machines with the low half first


def make_all_immortal():
    """Make immortal what the garbage collector knows, and all that this refers to.

    Nothing of it is ever freed again: for a process that only makes children.
    """
    if sys.getrefcount(None) != _IMMORTAL or sys.byteorder != "little":
        return
    todo = gc.get_objects()
    own = id(todo)
    while todo:
        one = todo.pop()
        count = _Count.from_address(id(one))
        if count.value == _IMMORTAL or id(one) == own or isinstance(one, types.FrameType):
            continue
        count.value = _IMMORTAL
        todo += gc.get_referents(one)
        if isinstance(one, types.CodeType):  # the collector does not ask it
            todo += [one.co_consts, one.co_names, one.co_filename, one.co_name, one.co_qualname]
            todo += [one.co_linetable, one.co_exceptiontable]
