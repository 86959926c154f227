"""One wording for errors that CPython words anew from version to version.

What is said of an answer is the same on every Python. So the interpreter's own messages get the
words of its newest version here; what only newer ones know to add is left out.
"""

import re
import traceback
from typing import Any


def _quote_methods(match):
    names = ", ".join(f"'{name}'" for name in match[3].split(", "))
    begin = f"Can't instantiate abstract class {match[1]}"
    return f"{begin} without an implementation for {match[2]} {names}"


# Type of the error, the whole message on some version, and the words for it.
_ANEW: list[tuple[type[Exception], Any, Any]] = [
    (
        TypeError,
        r"object (\S+) can't be used in 'await' expression",  # up to 3.13
        r"'\1' object can't be awaited",
    ),
    (
        TypeError,
        # 3.14 adds the module's name, which method is missing, and what may have been meant.
        r"'(?:[\w.]+\.)?(\w+)' object does not support the (asynchronous )?context manager "
        r"protocol.*",
        r"'\1' object does not support the \2context manager protocol",
    ),
    (
        TypeError,
        r"(.* got an unexpected keyword argument '\w+')\. Did you mean .*",  # since 3.13
        r"\1",
    ),
    (
        TypeError,
        r"cannot use .* as a .* \((unhashable type: .*)\)",  # since 3.14
        r"\1",
    ),
    (
        TypeError,
        r"Can't instantiate abstract class (\w+) with (abstract methods?) (.*)",  # up to 3.11
        _quote_methods,
    ),
    (
        TypeError,
        r"data argument must be a bytes-like object, not (.*)",  # up to 3.13
        r"data argument must be a bytes, bytearray, or memoryview object, not \1",
    ),
    (
        TypeError,
        r"expect an iterable of futures, not (.*)",  # up to 3.12
        r"expects an iterable of awaitables, not \1",
    ),
    (
        ValueError,
        r"too many values to unpack \((expected \d+), got \d+\)",  # since 3.14
        r"too many values to unpack (\1)",
    ),
    (
        ValueError,
        r"(max|min)\(\) arg is an empty sequence",  # up to 3.11
        r"\1() iterable argument is empty",
    ),
    (
        ValueError,
        r"parties must be > 0",  # up to 3.13
        r"parties must be >= 1",
    ),
    (
        ValueError,
        r"timeout value must be positive",  # up to 3.12
        r"timeout value must be a non-negative number",
    ),
    (
        ZeroDivisionError,
        r"(integer|float) (division|modulo|division or modulo|floor division)( by zero)?"  # up to
        r"|float divmod\(\)",  # 3.13
        r"division by zero",
    ),
    (
        RuntimeError,
        r"TaskGroup (.*) has been already entered",  # 3.11.2
        r"TaskGroup \1 has already been entered",
    ),
    (
        ImportError,
        r"(cannot import name '\w+' from '[\w.]+') \(.*\)",  # where the module's file lies
        r"\1",
    ),
]
_ANEW = [(kind, re.compile(pattern, re.DOTALL), words) for kind, pattern, words in _ANEW]


def message_of(error):
    """The text of an exception, in the same words on every Python.

    An answer's own messages stay as they are: they match none of the interpreter's.
    """
    text = str(error)
    for kind, pattern, words in _ANEW:
        match = pattern.fullmatch(text) if type(error) is kind else None
        if match:
            return words(match) if callable(words) else match.expand(words)
    return text


def line_in(error, file):
    """The line of this file at which an exception left it, None if it never was there."""
    if isinstance(error, SyntaxError):
        return error.lineno
    frames = traceback.walk_tb(error.__traceback__)
    lines = [line for frame, line in frames if frame.f_code.co_filename == file]
    return lines[-1] if lines else None
