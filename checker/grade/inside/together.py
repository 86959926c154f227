"""The code that every child runs lies together in memory.

Code that runs is written to: it counts what it meets, and is fitted to it (PEP 659). So a child
copies each page of memory that holds some of it; spread over all that is imported, it lies on more
than twice as many pages as it fills.
"""

import gc
import sys
import types

_left = []  # code that was copied: what is free lies scattered, and children would fill it


def used_by(action):
    """The numbers (`id`) of the code that `action` runs, in order; none before Python 3.12.

    For a process that ends after it: code that was watched keeps traces of that.
    """
    used = {}
    if hasattr(sys, "monitoring"):  # PEP 669
        _watch(
            sys.monitoring, lambda code, offset: used.setdefault(id(code), sys.monitoring.DISABLE)
        )
        action()
    return list(used)


def _watch(monitoring, see):
    tool, events = monitoring.PROFILER_ID, monitoring.events
    monitoring.use_tool_id(tool, __name__)
    for event in (events.PY_START, events.PY_RESUME):
        monitoring.register_callback(tool, event, see)
    monitoring.set_events(tool, events.PY_START | events.PY_RESUME)


def lay(numbers):
    """Give each function whose code has one of these numbers a copy of it, one after the other."""
    order = {number: at for at, number in enumerate(numbers)}
    functions = [one for one in gc.get_objects() if type(one) is types.FunctionType]
    functions.sort(key=lambda one: order.get(id(one.__code__), len(order)))
    copies = {}
    for one in functions:
        _left.append(one.__code__)
        one.__code__ = _copy(one.__code__, order, copies)


def _copy(code, order, copies):
    """The code itself where it is not used, and holds none that is."""
    if id(code) not in copies:
        inner = [
            _copy(held, order, copies) if type(held) is types.CodeType else held
            for held in code.co_consts
        ]
        moved = any(new is not held for new, held in zip(inner, code.co_consts, strict=True))
        used = id(code) in order
        copies[id(code)] = code.replace(co_consts=tuple(inner)) if moved or used else code
    return copies[id(code)]
