"""The warm process and its children, seen from the process that judges."""

import base64
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from checker.grade import sandbox
from checker.grade.inside import messages

START_SECONDS = 60  # real seconds that a warm process may take to get ready
END_SECONDS = 10  # real seconds in which it must have ended a child
MOST_BYTES = 8 * sandbox.MB  # of one message from a child


class Lost(Exception):
    """The warm process is gone, or does not obey."""


class ForkServer:
    """A process that has everything imported and makes a child for each submission.

    Args:
        method: one of `sandbox.METHODS`.
        submissions: the paths of the command line, of which nothing is to be seen there.
        modules: names of modules to import before.
        cpu: seconds of CPU that each process of a submission may use.

    Raises:
        sandbox.SandboxMissing: if the method is not to be had here.
    """

    def __init__(self, method, submissions=(), modules=(), cpu=60):
        self.method = method
        self.folder = tempfile.mkdtemp(prefix="grade-")
        uid = sandbox.another_user()
        if uid is not None:
            os.chown(self.folder, uid, uid)
        own_disk = method in ("bubblewrap", "namespaces")
        self._settings = {
            "control": None,
            "namespaces": own_disk,
            "enclosed": method == "bubblewrap",
            "uid": uid,
            "modules": sorted(modules),
            "scratch": [sandbox.HOME, "/dev/shm"] if own_disk else [self.folder],
            "cover": sandbox.secrets(submissions),
            "keep": sandbox.keep(),
            "limits": {**sandbox.LIMITS, "cpu": cpu},
        }
        self._command, self._view, self._settings["course"] = sandbox.command(method, submissions)
        self.process = self._control = None
        self.namespaces = False
        self.modules = True  # whether a submission can import what is not loaded yet
        if method != "spawn":
            try:
                self._start()
            except BaseException:
                self.close()
                raise

    def _start(self):
        self._control, theirs = socket.socketpair()
        self._settings["control"] = theirs.fileno()
        with tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as view:
            # In a file without a name: what lists processes must not show it.
            view.write(b"".join(os.fsencode(word) + b"\0" for word in self._view))
            view.seek(0)
            command = [word.format(view.fileno()) for word in self._command]
            passed = [theirs.fileno(), view.fileno()]
            try:
                with theirs:
                    self.process = _begin(command, self._settings, theirs, errors, passed)
                self._control.settimeout(START_SECONDS)
                ready = self._line()
            except (OSError, Lost):
                errors.seek(0)
                why = errors.read().decode(errors="replace").strip().splitlines()
                words = why[-1] if why else "it did not start"
                raise sandbox.SandboxMissing(f"{self.method}: {words}") from None
        self.namespaces, self.trouble = ready["namespaces"], ready["trouble"]
        self.modules = ready["modules"]
        if self.method == "namespaces" and not self.namespaces:
            raise sandbox.SandboxMissing(f"namespaces: {self.trouble}")

    def _line(self):
        text = b""
        while not text.endswith(b"\n"):
            try:
                piece = self._control.recv(1000)
            except OSError:
                raise Lost from None
            if not piece:
                raise Lost
            text += piece
        return json.loads(text)

    @property
    def words(self):
        """What shuts a submission in, for the report."""
        parts = ["bubblewrap"] if self.method == "bubblewrap" else []
        parts += ["namespaces"] if self.namespaces else []
        return ", ".join([*parts, "limits" if os.name == "posix" else "time limit"])

    def child(self):
        """A new `Child`.

        Raises:
            Lost: if there is none to be had.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            if self.method == "spawn":
                settings = {**self._settings, "stream": theirs.fileno()}
                return Child(self, ours, _begin(self._command, settings, theirs))
            try:
                self._control.settimeout(END_SECONDS)
                socket.send_fds(self._control, [b"F"], [theirs.fileno()])
            except OSError:
                ours.close()
                raise Lost from None
        return Child(self, ours, None)

    def end_child(self):
        """End the child and all that it has started. Returns its exit code, as `Popen` has it.

        Raises:
            Lost: if the warm process does not answer.
        """
        self._control.settimeout(END_SECONDS)
        with contextlib.suppress(OSError):
            self._control.sendall(b"K")
        return self._line()["ended"]

    def close(self):
        """End the process and everything that it has started."""
        if self._control is not None:
            self._control.close()
        if self.process is not None:
            try:
                self.process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                _kill(self.process)
        shutil.rmtree(self.folder, ignore_errors=True)


class Child:
    """One child, which holds one submission."""

    def __init__(self, warm, stream, process):
        self._warm = warm
        self._stream = stream
        self._process = process  # where each child is a process of ours

    def send(self, data, until):
        """Send a message; `until` is a moment on `time.monotonic`.

        Raises:
            EOFError, TimeoutError: as `receive`.
        """
        self._stream.settimeout(max(until - time.monotonic(), 0.001))
        try:
            messages.send(self._stream, data)
        except ConnectionError:
            raise EOFError from None

    def receive(self, until):
        """The next message, as bytes.

        Raises:
            EOFError: if the child has ended.
            TimeoutError: if nothing whole has come until then.
            messages.TooLong: if it is more than a child may send.
        """
        return messages.receive(self._stream, MOST_BYTES, until)

    def end(self):
        """End it. Returns how it ended: its exit code, minus the signal if one has killed it.

        Raises:
            Lost: if the warm process does not answer.
        """
        self._stream.close()
        if self._process is None:
            return self._warm.end_child()
        _kill(self._process)
        return self._process.returncode


def _begin(command, settings, theirs, errors=None, passed=None):
    options = {}
    if os.name == "posix":
        options = {"pass_fds": passed or [theirs.fileno()], "cwd": "/"}
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"}
    # The linker looks names up once, not again in each child; a thread needs no heap of its own.
    environment |= {"LD_BIND_NOW": "1", "MALLOC_ARENA_MAX": "1"}
    environment["HOME"] = environment["TMPDIR"] = settings["scratch"][0]
    if sys.platform == "win32":  # Python does not start without
        environment["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=errors or subprocess.DEVNULL,
        env=environment,
        **options,
    )
    if sys.platform == "win32":
        settings = {**settings, "share": base64.b64encode(theirs.share(process.pid)).decode()}
    with contextlib.suppress(OSError), process.stdin:
        process.stdin.write(json.dumps(settings).encode() + b"\n")
    return process


def _kill(process):
    if os.name == "posix" and process.poll() is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getpgid(process.pid) == process.pid:  # it has a group of its own by now
                os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
