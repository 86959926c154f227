"""Settling what all children share (experiment)."""

import ctypes
import gc
import sys
import types


def repack(run):
    hot = set()

    def note(frame, event, arg):
        if event == "call":
            hot.add(frame.f_code)

    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(None)
    done = {}

    def new(code):
        if id(code) not in done:
            consts = tuple(new(c) if isinstance(c, types.CodeType) else c for c in code.co_consts)
            done[id(code)] = code, code.replace(co_consts=consts)
        return done[id(code)][1]

    for f in gc.get_objects():
        if type(f) is types.FunctionType and f.__code__ in hot:
            f.__code__ = new(f.__code__)


def forever():
    """Make all objects immortal (PEP 683)."""
    immortal, size = 0xFFFFFFFF, ctypes.c_uint32
    if sys.getrefcount(None) != immortal:
        return
    todo = gc.get_objects()
    mine = {id(todo)}
    while todo:
        one = todo.pop()
        if isinstance(one, types.FrameType) or id(one) in mine:
            continue
        count = size.from_address(id(one))
        if count.value == immortal:
            continue
        count.value = immortal
        todo += gc.get_referents(one)
        if isinstance(one, types.CodeType):
            todo += [one.co_consts, one.co_names, one.co_filename, one.co_name, one.co_qualname, one.co_exceptiontable, one.co_linetable]
