"""Exception groups, and what passes through `except*`, become real `error` outputs.

IPython prints the traceback of an exception group to stderr and sends no error; after an async
first cell it then fails to answer at all, and the cell stays busy for ever. It cannot format some
tracebacks that lead through `except*` either. Both get Python's own form here. Every other
exception is left to IPython.
"""

import sys
import sysconfig
import traceback

from IPython.core.error import UsageError

from checker.kernel import private

WHAT = "showing exception groups as errors"

_LIBRARIES = [sysconfig.get_path(name) for name in ("purelib", "platlib", "stdlib")]


def install(ip):
    """Replace two methods of `ip`; returns the function that puts them back."""
    send = private.error_sender(ip)
    ordinary_show = ip.showtraceback
    ordinary_format = ip.InteractiveTB.structured_traceback
    private.allow_errors_in_async_cells(ip)

    def structured_traceback(etype=None, value=None, tb=None, *args, **kwargs):
        if value is None:
            etype, value, tb = sys.exc_info()
        try:
            if not holds_group(value):
                return ordinary_format(etype, value, tb, *args, **kwargs)
        except Exception:
            pass  # it could not be formatted: Python's own form below
        return python_traceback(ip, value, tb)

    def showtraceback(exc_tuple=None, *args, exception_only=False, **kwargs):
        etype, value, tb = exc_tuple or sys.exc_info()
        if value is None:  # %tb asks for the last one again
            value = getattr(sys, "last_value", None)
            etype, tb = type(value), getattr(sys, "last_traceback", None)
        ours = holds_group(value) and not isinstance(value, (SyntaxError, UsageError))
        if exception_only or not ours:
            ordinary_show(exc_tuple, *args, exception_only=exception_only, **kwargs)
            return
        # The debugger and %tb look here.
        sys.last_type, sys.last_value, sys.last_traceback = etype, value, tb
        send(etype, value, structured_traceback(etype, value, tb))
        if ip.call_pdb:
            ip.debugger(force=True)

    def forget_failed_display(*_):
        private.forget_failed_display(ip)

    ip.showtraceback = showtraceback
    ip.InteractiveTB.structured_traceback = structured_traceback
    ip.events.register("pre_execute", forget_failed_display)

    def undo():
        ip.showtraceback = ordinary_show
        ip.InteractiveTB.structured_traceback = ordinary_format
        ip.events.unregister("pre_execute", forget_failed_display)

    return undo


def holds_group(error):
    """Whether `error`, or one that it was raised from or after, is an exception group."""
    todo, seen = [error], set()
    while todo:
        found = todo.pop()
        if found is None or id(found) in seen:
            continue
        if isinstance(found, BaseExceptionGroup):
            return True
        seen.add(id(found))
        todo += [found.__cause__, found.__context__]
    return False


def python_traceback(ip, error, tb):
    """Python's traceback of `error` as a list of lines, from the cell's first frame on.

    Files are named as IPython names them: `Cell In[3]`, and libraries without their folder.
    """
    start = tb
    while start and not ip.compile.format_code_name(start.tb_frame.f_code.co_filename):
        start = start.tb_next
    report = traceback.TracebackException(type(error), error, start or tb)
    todo = [report]
    while todo:
        part = todo.pop()
        for frame in part.stack or ():
            _ = frame.line  # read now: the source is found by the name that changes next
            frame.filename = _short(ip, frame.filename)
        todo += [other for other in (part.__cause__, part.__context__) if other]
        todo += part.exceptions or ()
    return "".join(report.format()).splitlines()


def _short(ip, filename):
    cell = ip.compile.format_code_name(filename)
    if cell:
        return " ".join(cell)
    for folder in _LIBRARIES:
        if filename.startswith(folder):
            return filename[len(folder) + 1 :]
    return filename
