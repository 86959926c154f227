"""The warm process: everything is imported, nothing has run; each submission gets a fork of it.

It takes orders on one socket: a byte and, with `F`, the socket of a new child. `K` ends that child
and everything that it has started. It has one child at a time.
"""

import contextlib
import gc
import importlib
import json
import os
import signal
import socket

from inside import isolate, limits, serve, warm_up


def prepare(modules):
    """Import what submissions are likely to need, so that no child has to."""
    for name in modules:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    # What cells and runs touch first; the Unicode tables and codecs among them.
    importlib.import_module("encodings.idna")
    warm_up.warm_up()
    gc.collect()
    gc.freeze()


def main(settings):
    """Serve orders on file descriptor `settings["control"]` until its other end is closed."""
    control = socket.socket(fileno=settings["control"])
    isolate.undumpable()
    isolate.adopt_orphans()
    with contextlib.suppress(OSError):
        os.setsid()
    prepare(settings["modules"])
    trouble = "not on this system"
    if settings["namespaces"] and isolate.can_clone():
        trouble = _enclose(settings)
    if settings["uid"] is not None:
        become(settings["uid"])
    settings["ids"] = os.getuid(), os.getgid()  # within a new user namespace nobody has a number
    settings["without"] = ()
    if not trouble:
        trouble, settings["without"] = _attempt(isolate.clone, lambda: _confine(settings))
    # A submission is another user, who may not come to a Python in somebody's home.
    readable = os.access(os.__file__, os.R_OK)
    ready = {"namespaces": not trouble, "trouble": trouble, "modules": readable}
    control.sendall(json.dumps(ready).encode() + b"\n")
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.close(nothing)
    _Orders(control, settings, not trouble).follow()


def become(uid):
    """Be this user, who owns nothing, instead of root."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    isolate.undumpable()


def _enclose(settings):
    """Do what bubblewrap has not done. Returns why it cannot be done, or ""."""
    if settings["enclosed"]:
        return ""

    def enclose():
        isolate.enclose(settings["cover"], settings["keep"], settings["scratch"])

    trouble, _ = _attempt(os.fork, enclose)  # half of it would be worse than nothing
    if not trouble:
        enclose()
        isolate.undumpable()
    return trouble


def _attempt(fork, action):
    """Do it in a child that ends at once. Returns (why it failed, or ""; what it returned)."""
    reader, writer = os.pipe()
    try:
        pid = fork()
    except OSError as error:
        os.close(reader)
        os.close(writer)
        return str(error), None
    if pid == 0:
        try:
            outcome = ["", action()]
        except BaseException as error:
            outcome = [f"{type(error).__name__}: {error}", None]
        os.write(writer, json.dumps(outcome).encode())
        os._exit(0)
    os.close(writer)
    with open(reader) as pipe:
        text = pipe.read()
    os.waitpid(pid, 0)
    return json.loads(text or '["it ended", null]')


def _confine(settings):
    refused = isolate.settle(*settings["ids"], settings["scratch"], settings["without"])
    isolate.drop_rights()
    return refused


class _Orders:
    """What the warm process does, order by order."""

    def __init__(self, control, settings, confined):
        self.control = control
        self.settings = settings
        self.confined = confined
        self.child = None
        if not confined and hasattr(os, "waitid"):
            signal.signal(signal.SIGCHLD, self._reap)

    def _reap(self, *_):
        """Let go the orphans that have ended: they count among the processes that there may be."""
        while self.child is not None:
            try:
                ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if ended is None or ended.si_pid == self.child:
                return
            os.waitpid(ended.si_pid, 0)

    def follow(self):
        """Until the control socket is closed."""
        while True:
            order, descriptors, *_ = socket.recv_fds(self.control, 1, 1)
            if order == b"F":
                self._begin(descriptors[0])
            elif order == b"K":
                report = json.dumps({"ended": self._end()})
                self.control.sendall(report.encode() + b"\n")
            elif not order:
                if self.child is not None:
                    self._end()
                return

    def _begin(self, descriptor):
        pid = isolate.clone() if self.confined else os.fork()
        if pid == 0:
            _child(descriptor, self)
        os.close(descriptor)
        self.child = pid

    def _end(self):
        """End the child if it has not ended by itself. Returns its exit code, as `Popen` has it."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.child, signal.SIGKILL)
        if not self.confined:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.child, signal.SIGKILL)
        _, status = os.waitpid(self.child, 0)
        self.child = None
        if not self.confined:
            _end_orphans()
        return os.waitstatus_to_exitcode(status)


def _end_orphans():
    """End what a submission has left, also daemons: as orphans they became our children."""
    for _ in range(200):
        try:
            with open(f"/proc/self/task/{os.getpid()}/children") as file:
                pids = [int(word) for word in file.read().split()]
        except OSError:
            return
        if not pids:
            return
        for pid in pids:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        for pid in pids:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _child(descriptor, orders):
    """The life of a child; it never returns."""
    try:
        if not orders.confined:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        orders.control.close()
        isolate.die_with_parent()
        with contextlib.suppress(OSError):
            os.setsid()
        os.closerange(3, descriptor)
        os.closerange(descriptor + 1, 1 << 10)
        if orders.confined:
            _confine(orders.settings)
        limits.apply(orders.settings["limits"])
        folder = orders.settings["scratch"][0]
        if not orders.confined:
            folder = limits.folder_of_its_own(orders.settings["scratch"])
            os.environ["HOME"] = os.environ["TMPDIR"] = folder
        os.chdir(folder)
        serve.main(socket.socket(fileno=descriptor))
    finally:
        os._exit(70)
