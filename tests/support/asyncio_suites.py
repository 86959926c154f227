"""CPython's own tests of asyncio, once with the stock loop and once with the virtual one.

`python -m tests.support.asyncio_suites [SUITE…]` runs the suites of the package
`test.test_asyncio` of the Python that calls it, all by default, and compares them test by test.
It exits with 1 if a test comes out differently and `EXPLAINED` does not say why.

Each suite runs in a child process. Where a test stands still for `PATIENCE`, or takes its process
with it, it counts as "stuck" or "crashed", and another child goes on with the next test.
"""

import argparse
import asyncio
import collections
import concurrent.futures
import fnmatch
import functools
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PACKAGE = "test.test_asyncio"
PATIENCE = 120  # real seconds for one test; the longest takes some ten
JOBS = 2
# Of loops that run: ours, asyncio's own, and those that a test builds itself from the base class.
KINDS = ("virtual", "stock", "mock")

# Test (a pattern of `fnmatch`) → why it must come out differently, in one line.
_HELD = "a run holds its connections until its end, or it would be chance which are left open"
_FORKED = "the clock knows nothing of `os.fork`: the test's 300 s may be over before its child is"
EXPLAINED = {
    "test_ssl.TestSSL.test_*_timeout_handler_leak": _HELD,
    "test_sslproto.*.test_create_connection_memory_leak": _HELD,
    "test_sslproto.*.test_handshake_timeout": _HELD,
    "test_sslproto.*.test_start_tls_failed_certificate_no_cycles": _HELD,  # since 3.14
    "test_unix_events.TestFork.test_fork_not_share_event_loop": _FORKED,
}


# ------------------------------------------------------------------ in a child process


class _Listener(unittest.TestResult):
    """Writes a line of JSON when a test starts and when it ends."""

    def __init__(self, file, around):
        super().__init__()
        self.file = file
        self.around = around

    def tell(self, **what):
        self.file.write(json.dumps(what) + "\n")
        self.file.flush()

    def startTest(self, test):
        super().startTest(test)
        self.outcome, self.detail = "ok", ""
        self.tell(starts=test.id())

    def stopTest(self, test):
        if isinstance(sys.exc_info()[1], KeyboardInterrupt):
            self.outcome = "interrupted"  # and no test after it would run
        self.around.leave()
        self.tell(ends=test.id(), outcome=self.outcome, detail=self.detail)
        super().stopTest(test)

    def _note(self, test, outcome, detail):
        if isinstance(test, unittest.suite._ErrorHolder):  # a class or a module that cannot start
            self.tell(ends=test.id(), outcome=outcome, detail=detail)
        else:
            self.outcome, self.detail = outcome, detail

    def addError(self, test, error):
        self._note(test, "error", self._exc_info_to_string(error, test))

    def addFailure(self, test, error):
        self._note(test, "fail", self._exc_info_to_string(error, test))

    def addSubTest(self, test, subtest, error):
        if error is not None:
            failed = issubclass(error[0], test.failureException)
            self._note(test, "fail" if failed else "error", self._exc_info_to_string(error, test))

    def addSkip(self, test, reason):
        self._note(test, "skip", reason)

    def addExpectedFailure(self, test, error):
        self._note(test, "expected failure", "")

    def addUnexpectedSuccess(self, test):
        self._note(test, "unexpected success", "")


class _Stock:
    """Nothing is swapped."""

    def leave(self):
        pass


class _Virtual:
    """From its first loop on, each test is a run of its own: it reads the run's clock.

    A test that only uses loops which it builds itself has no run, and reads the real clock.
    """

    live = None

    def __init__(self):
        # Not at the top: the child with the stock loop shall have nothing of the engine.
        from checker.engine import current, limits, private
        from checker.engine.clock import waiter
        from checker.engine.live import LiveRun
        from checker.engine.loop import loop
        from checker.engine.patches import install

        self.current, self.new_run, self.limits = current, LiveRun, limits.Limits()
        self.sleep = waiter.sleep
        install.install()
        around, stock = self, asyncio.SelectorEventLoop

        class Loop(loop.VirtualLoop):
            """What `asyncio.SelectorEventLoop` is while the tests run. It has its own selector."""

            def __init__(self, selector=None):
                live = around.entered()
                super().__init__(live.clock, live.recorder)

        for name, value in list(vars(asyncio).items()):
            if value is stock:
                setattr(asyncio, name, Loop)
        private.LOOP_POLICY.new_event_loop = lambda policy: Loop()

    def entered(self):
        """The run of this test; the calling thread works for it from now on."""
        if self.live is None:
            self.live = self.new_run(self.limits, frozenset(), snapshots=False, walk=None)
            # What asyncio complains of goes where the tests look for it, not to the record.
            self.live.recorder.complain = lambda context: False
            # The limits of an answer are none of the loop's.
            self.live.turn = lambda: None
            self.live.idle = lambda until: None
            self.live.sleep = functools.partial(self.sleep, self.live.clock)
        self.current._local.run = self.live
        return self.live

    def leave(self):
        if self.live is not None:
            self.current._local.run = None
            self.live.recorder.over = True
            self.live.recorder.forget()
            self.live.clock.wake_all()
            self.live = None


def _count_loops(counts):
    """Count the loops that run at least once, by their `KINDS`."""
    run_forever = asyncio.BaseEventLoop.run_forever

    def counted(self):
        if not hasattr(self, "_counted"):
            self._counted = True
            counts[_kind(self)] += 1
        return run_forever(self)

    asyncio.BaseEventLoop.run_forever = counted


def _kind(loop):
    modules = [kind.__module__ for kind in type(loop).__mro__]
    if "checker.engine.loop.loop" in modules:
        return "virtual"
    return "stock" if "asyncio.unix_events" in modules else "mock"


def _child(loop, suite, file):
    """Run the tests of a suite that have not started yet."""
    told = _read(file)
    started = {line["starts"] for line in told if "starts" in line}
    counts = collections.Counter()
    around = _Virtual() if loop == "virtual" else _Stock()
    _count_loops(counts)
    tests = unittest.defaultTestLoader.loadTestsFromName(f"{PACKAGE}.{suite}")
    with open(file, "a", encoding="utf-8") as lines:
        listener = _Listener(lines, around)
        _without(tests, started).run(listener)
        listener.tell(loops=counts)


def _without(tests, names):
    """The same tree of suites, without the tests of these names."""
    if isinstance(tests, unittest.TestSuite):
        return type(tests)([_without(test, names) for test in tests])
    return unittest.TestSuite() if tests.id() in names else tests


def _read(file):
    with open(file, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


# ------------------------------------------------------------------ in the parent


def run(loop, suite):
    """Run one suite with one kind of loop, in child processes.

    Args:
        loop: "stock" or "virtual".
        suite: the name of a module of the package, "test_locks".

    Returns:
        the outcome of each test by its name, what was said of it, and how many loops ran.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "outcomes")
        pathlib.Path(file).touch()
        while True:
            why = _start_child(loop, suite, file, folder)
            told = _read(file)
            if any("loops" in line for line in told):
                break
            open_ = _still_open(told)
            if open_ is None and told and told[-1].get("outcome") == "interrupted":
                continue
            if open_ is None:
                raise RuntimeError(
                    f"{suite} broke off with the {loop} loop: {why}\n{_said(folder)}"
                )
            with open(file, "a", encoding="utf-8") as lines:
                lines.write(json.dumps({"ends": open_, "outcome": why, "detail": why}) + "\n")
    ends = [line for line in told if "ends" in line]
    loops = collections.Counter()
    for line in told:
        loops.update(line.get("loops", {}))
    prefix = f"{PACKAGE}."
    return (
        {line["ends"].removeprefix(prefix): line["outcome"] for line in ends},
        {line["ends"].removeprefix(prefix): line["detail"] for line in ends},
        loops,
    )


def _said(folder):
    return pathlib.Path(folder, "said").read_text(encoding="utf-8", errors="replace")[-2000:]


def _still_open(told):
    """The test that has started and not ended, or None."""
    ended = {line["ends"] for line in told if "ends" in line}
    return next((t for line in told if (t := line.get("starts", "")) and t not in ended), None)


def _start_child(loop, suite, file, folder):
    """Run a child to its end; "stuck" or "crashed" if it had to be ended or ended early."""
    command = [sys.executable, "-m", __spec__.name, "--child", loop, file, suite]
    root = str(pathlib.Path(__file__).parents[2])
    env = {**os.environ, "PYTHONPATH": root}
    env.pop("PYTHONASYNCIODEBUG", None)
    with open(os.path.join(folder, "said"), "w+b") as said:
        child = subprocess.Popen(
            command,
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        size, at = -1, time.monotonic()
        while True:
            try:
                child.wait(0.2)
                return f"crashed with {child.returncode}"
            except subprocess.TimeoutExpired:
                pass
            if os.path.getsize(file) != size:
                size, at = os.path.getsize(file), time.monotonic()
            elif time.monotonic() - at > PATIENCE:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
                return "stuck"


def suites():
    """The names of all modules with tests that the interpreter has, in order; none: no tests."""
    try:
        package = __import__(PACKAGE, fromlist=["__path__"])
    except ImportError:
        return []
    files = pathlib.Path(package.__path__[0]).glob("test_*.py")
    return sorted(file.stem for file in files if "windows" not in file.stem)


def explanation(test):
    """Why this test must come out differently, or None."""
    return next((why for name, why in EXPLAINED.items() if fnmatch.fnmatchcase(test, name)), None)


def compare(suite):
    """Run a suite with both loops.

    Returns:
        its name; the outcomes with the stock loop and with ours; what was said of the latter; how
        many loops ran beside ours, by kind.
    """
    stock, _, _ = run("stock", suite)
    virtual, said, loops = run("virtual", suite)
    return suite, stock, virtual, said, loops


def differences(stock, virtual):
    """Tests that come out differently: (name, outcome, outcome, why or None)."""
    names = sorted(stock.keys() | virtual.keys())
    pairs = ((name, stock.get(name), virtual.get(name)) for name in names)
    return [(name, a, b, explanation(name)) for name, a, b in pairs if a != b]


def _counts(outcomes):
    found = collections.Counter(outcomes.values())
    skipped = found.pop("skip", 0)
    good = found.pop("ok", 0) + found.pop("expected failure", 0)
    return f"{good:5} {skipped:5} {sum(found.values()):5}"


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m tests.support.asyncio_suites")
    parser.add_argument("suites", nargs="*", metavar="SUITE", help="test_locks; all by default")
    parser.add_argument("--why", action="store_true", help="print the errors of differing tests")
    parser.add_argument("--child", nargs=2, metavar=("LOOP", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        _child(options.child[0], options.suites[0], options.child[1])
        return 0
    if not suites():
        print("This Python came without its tests; CONTRIBUTING.md says where to get them.")
        return 2
    bad = 0
    print(
        f"Python {sys.version.split()[0]}; of the tests: ok, skipped, not ok; of the loops that ran"
    )
    print(f"{'':28} {'stock':^17} | {'virtual':^17} | " + " ".join(f"{k:>7}" for k in KINDS))
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        for suite, stock, virtual, said, loops in pool.map(compare, options.suites or suites()):
            ran = " ".join(f"{loops[kind]:7}" for kind in KINDS)
            print(f"{suite:28} {_counts(stock)} | {_counts(virtual)} | {ran}", flush=True)
            bad += loops["stock"]
            for test, a, b, why in differences(stock, virtual):
                bad += why is None
                print(f"  {test}: {a} | {b}: {why or 'not explained'}")
                if options.why and why is None:
                    print(said.get(test, ""))
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
