"""The engine as the rules see it here: each `observe` is a request to the child, and its answer.

What goes out is pickled, since it is ours: services, scenes of the lab by name, plain data, limits.
What comes back is JSON that `checker.grade.record` has looked at, and nothing else.
"""

import pickle
import time
from types import SimpleNamespace

from checker.engine import Service
from checker.engine.reruns.runs import Runs
from checker.grade import record
from checker.grade.inside.messages import Function
from checker.judge import Answer, NoRun

REQUEST_SECONDS = 12  # real seconds that one run may take; the engine ends nearly all within 8


class Gone(NoRun):
    """The child has not answered. `why` is "ended", "silent", "too long" or "unfit"."""

    def __init__(self, why, text):
        super().__init__(text)
        self.why = why


class Engine:
    """`observe` in a child.

    Args:
        child: a `checker.grade.forkserver.Child` whose cells have run.
        until: the moment on `time.monotonic` at which the submission's time is over.
    """

    def __init__(self, child, until):
        self._child = child
        self.until = until

    def observe(self, *functions, schedules=None, cancel=None, schedule=0, traced=False, **options):
        """As `checker.engine.observe`.

        Raises:
            Gone: if no run comes back, or none that can be believed.
        """
        if schedules is None and cancel != "everywhere":
            options = {**options, "schedule": schedule, "cancel": cancel, "traced": traced}
            return self._run(("run", functions, options), schedule, functions, traced)
        options = {**options, "schedules": schedules, "cancel": cancel}
        data, _ = self._ask(("several", functions, options))
        answer = self._believed(lambda: record.parse(data))
        number, count = answer.get("number"), answer.get("count")
        most = schedules or 2_000
        if type(number) is not int or type(count) is not int or not 1 <= count <= most:
            raise Gone("unfit", "it did not say how many runs there are")
        return Runs(lambda i: self._run(("again", number, i), schedules and i, functions), count)

    def _run(self, request, schedule, functions, traced=False):
        data, seconds = self._ask(request)
        services = [argument for argument in functions if isinstance(argument, Service)]
        return self._believed(lambda: record.read(data, seconds, schedule or 0, services, traced))

    def _believed(self, read):
        try:
            return read()
        except record.Unfit as error:
            raise Gone("unfit", str(error)) from None

    def _ask(self, request):
        data = pickle.dumps(request, pickle.HIGHEST_PROTOCOL)
        begun = time.monotonic()
        until = min(self.until, begun + REQUEST_SECONDS)
        try:
            self._child.send(data, until)
            data = self._child.receive(until)
        except EOFError:
            raise Gone("ended", "it ended Python") from None
        except TimeoutError:
            raise Gone("silent", "it did not come back") from None
        except ValueError as error:
            raise Gone("too long", str(error)) from None
        return data, time.monotonic() - begun


def answer(exercise, described, source, number, engine, salt=""):
    """The `Answer` that rules get: its function is in the child, its source is here."""
    _, line, flags = described
    function = Function(exercise.id)
    if type(line) is int and type(flags) is int:
        function.__code__ = SimpleNamespace(co_firstlineno=line, co_flags=flags)
    file = f"<cell {number}>"
    return Answer(function, source, file, exercise.is_async, observe=engine.observe, salt=salt)
