"""What several exercises of 08_keeping_the_loop_free use."""

from collections import Counter

from checker.judge import list_of_times, observe
from checker.judge.unmet import Called
from checker.lab.fakes.blocking import Converts
from checker.lab.scenes import keeping_the_loop_free as scenes


def drawn_files(inputs, count, errors=None):
    """A service that converts `count` files.

    Args:
        errors: place of a file → the error that it ends with: "ValueError: no picture".
    """
    names = inputs.words(count)
    seconds = dict(zip(names, inputs.odd_seconds(count), strict=True))
    errors_by_name = {names[place]: error for place, error in (errors or {}).items()}
    return Converts(seconds, errors_by_name)


def call_of(answer, convert, *args):
    """How a learner would write the call, and how long the conversions take."""
    arguments = ", ".join(map(repr, (list(convert), *args)))
    seconds = list_of_times(convert.seconds)
    return f"{answer.name}(convert, {arguments}), where the conversions take {seconds}"


def observe_convert(answer, convert, *args):
    """Let the answer convert all files beside a ticker; `args` come after the names."""
    call = call_of(answer, convert, *args)
    return observe(scenes.beside_ticker, answer, convert, list(convert), *args, call=call)


def returned_all(run, convert):
    """The names of the pictures came back, in the order of the files."""
    run.part("result").returned([f"{name}.png" for name in convert])


def loop_was_free(run):
    """The ticker beside the answer was never late."""
    run.loop_was_free(run.part("ticks").value)


def reported_exactly(run, expected):
    """These reports came, once each, in any order, and no other.

    Args:
        expected: how the calls are written: "report('home')".
    """
    run.ended()
    reports = run.calls_of("report")
    missing = list((Counter(expected) - Counter(reports.texts)).elements())
    extra = list((Counter(reports.texts) - Counter(expected)).elements())
    line = reports.line_of(extra[0]) if extra else None
    if missing:
        seen = f"it was {extra[0]}" if extra else "it never came"
        raise Called(run, missing[0], seen, line=line)
    if extra:
        raise Called(run, "no other reports", f"{extra[0]} came", line=line)
