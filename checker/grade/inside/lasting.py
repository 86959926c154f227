"""Objects of the warm process that no child has to count references to.

A child shares its memory with the warm process until it writes to it. Counting references is
writing: a child would copy nearly every page that it reads. Objects that are immortal (PEP 683) are
not counted. That is what the PEP was made for, but Python has no call for it, so the count is set
here, to the value that `Include/object.h` of these two versions gives immortal objects.
"""

import ctypes
import gc
import sys
import types

_COUNT = 0xFFFFFFFF
_VERSIONS = ((3, 12), (3, 13))


def make_lasting():
    """Make all objects that there are immortal, where this Python's layout is known."""
    if sys.version_info[:2] not in _VERSIONS or sys.implementation.name != "cpython":
        return
    if sys.maxsize < 2**32 or sys.byteorder != "little" or set(sys.abiflags) & set("dt"):
        return  # a debug build, or one without the global lock, counts otherwise
    for address in _addresses():
        count = ctypes.c_uint32.from_address(address)
        if count.value < 1 << 31:
            count.value = _COUNT


def _addresses():
    seen, todo = set(), [gc.get_objects()]
    while todo:
        for thing in todo.pop():
            if id(thing) in seen or thing is todo or thing is seen:
                continue
            seen.add(id(thing))
            if isinstance(thing, types.CodeType):
                todo.append((thing.co_consts, thing.co_names, thing.co_name, thing.co_qualname))
            referents = gc.get_referents(thing)
            if referents:
                todo.append(referents)
    return seen
