"""What several exercises of 08_keeping_the_loop_free use."""

from collections import Counter

from checker.judge import observe
from checker.judge.unmet import Called
from checker.lab.fakes.blocking import Converts
from checker.lab.scenes import keeping_the_loop_free as scenes


def drawn_files(inputs, count, errors=None):
    """(a service that converts `count` files, their names); `errors`: place → error."""
    names = inputs.words(count)
    ends = {names[position]: error for position, error in (errors or {}).items()}
    return Converts(dict(zip(names, inputs.odd_seconds(count), strict=True)), ends), names


def call_of(answer, convert, *args):
    """How a learner would write the call, and how long the conversions take."""
    seconds = ", ".join(f"{s:g}" for s in convert.seconds)
    return f"{answer.name}(convert, {', '.join(map(repr, args))}), which take {seconds} s"


def observe_convert(answer, convert, *args):
    """Run the answer beside a ticker."""
    call = call_of(answer, convert, *args)
    return observe(scenes.beside_ticks, answer, convert, *args, call=call)


def returned(run, names):
    """The names of the pictures came back, in the order of the files."""
    run.part(0).returned([f"{name}.png" for name in names])


def reported_exactly(run, wanted):
    """These reports came, once each, in any order, and no other."""
    run.ended()
    reports = run.calls_of("report")
    missing = Counter(wanted) - Counter(reports.texts)
    extra = Counter(reports.texts) - Counter(wanted)
    other = next(iter(extra), None)
    line = reports.line_of(other)
    if missing:
        seen = f"it was {other}" if extra else "it never came"
        raise Called(run, next(iter(missing)), seen, line=line)
    if extra:
        raise Called(run, "no other reports", f"{other} came", line=line)
