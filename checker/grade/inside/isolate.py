"""Shutting one submission in: namespaces of its own, limits, nothing to write on, no rights.

Linux alone has namespaces; `man 7 namespaces`, `user_namespaces`, `pid_namespaces` and
`mount_namespaces` say what each keeps apart. Everything else is POSIX, and is left out where the
system has it not. Only the standard library: this runs in the child, before anything that a
submission brings.
"""

import ctypes
import os
import platform
import socket
import struct
import sys

if sys.platform == "linux":
    import fcntl

_NEW_CGROUP, _NEW_UTS, _NEW_IPC = 0x02000000, 0x04000000, 0x08000000
_NEW_USER, _NEW_PID, _NEW_NET, _NEW_NS = 0x10000000, 0x20000000, 0x40000000, 0x00020000
NAMESPACES = _NEW_USER | _NEW_PID | _NEW_NS | _NEW_IPC | _NEW_UTS | _NEW_CGROUP
_SIGCHLD = 17
_CLONE = {"x86_64": 56, "aarch64": 220, "riscv64": 220}.get(platform.machine())
_MOUNT_SETATTR = 442  # the same number on all machines; Linux 5.12
_CAPSET = {"x86_64": 126, "aarch64": 91, "riscv64": 91}.get(platform.machine())
_RDONLY, _NOSUID, _NODEV, _NOEXEC = 1, 2, 4, 8
_BIND, _RECURSIVE, _PRIVATE_ALL = 4096, 16384, (1 << 18) | 16384
_AT_RECURSIVE = 0x8000
_NO_NEW_PRIVS, _DEATH_SIGNAL, _DUMPABLE, _SUBREAPER = 38, 1, 4, 36
_SET_FLAGS, _UP_AND_RUNNING = 0x8914, 0x41  # `man 7 netdevice`

_libc = ctypes.PyDLL(None, use_errno=True) if sys.platform == "linux" else None


def can_clone():
    """Whether this machine's `clone` is known here."""
    return _libc is not None and _CLONE is not None


def clone():
    """As `os.fork`, but the child is the first process in namespaces of its own.

    When it ends, the kernel ends everything that it has started (pid_namespaces(7)).

    Raises:
        OSError: if the system does not allow it.
    """
    ctypes.pythonapi.PyOS_BeforeFork()
    pid = _libc.syscall(_CLONE, NAMESPACES | _SIGCHLD, 0, 0, 0, 0)
    if pid == 0:
        ctypes.pythonapi.PyOS_AfterFork_Child()
        return 0
    error = ctypes.get_errno()
    ctypes.pythonapi.PyOS_AfterFork_Parent()
    if pid < 0:
        raise OSError(error, os.strerror(error))
    return pid


def settle(uid, gid, scratch, without=()):
    """In the child of `clone`: be the user `uid`, alone with a read-only disk and a small scratch.

    Args:
        scratch: folders that become empty, writable and 16 MB large.
        without: steps that this system refuses, and that need not be tried.

    Returns:
        the steps that this system refuses. "nested": it may make no more namespaces; bubblewrap has
        made the setting read-only, and forbids it too. "proc": it sees its own processes alone; not
        within some containers, and what is seen there is no harm.

    Raises:
        OSError: if the system does not allow one of the others.
    """
    refused = []

    def unless_refused(name, step, *given):
        if name not in without:
            try:
                step(*given)
            except OSError:
                refused.append(name)

    _be(uid, gid)
    unless_refused("nested", _write, "/proc/sys/user/max_user_namespaces", "0")
    _mount(None, "/", None, _PRIVATE_ALL)
    _read_only()
    unless_refused("proc", _mount, "proc", "/proc", "proc", _NOSUID | _NODEV | _NOEXEC)
    for path in scratch:
        options = "size=16m,nr_inodes=2k,mode=1777"
        _mount("tmpfs", path, "tmpfs", _NOSUID | _NODEV, options)
    return refused


def enclose(cover, keep, make):
    """Take this process out of the machine's network, and out of sight of most of its files.

    What bubblewrap does better, where there is none. Root stays root here, and must then become
    somebody else.

    Args:
        cover: folders that become empty, but for
        keep: these, which stay as they are.
        make: folders that are made.

    Raises:
        OSError: if the system does not allow one of these.
    """
    uid, gid = os.getuid(), os.getgid()  # before they are nobody's
    own_user = 0 if uid == 0 else _NEW_USER
    _check(_libc.unshare(own_user | _NEW_NS | _NEW_NET | _NEW_IPC | _NEW_UTS))
    if own_user:
        _be(uid, gid)
    _mount(None, "/", None, _PRIVATE_ALL)
    for folder in cover:
        if os.path.isdir(folder):  # one that was covered before has hidden what was in it
            _cover(folder, [path for path in keep if _within(path, folder)])
    for folder in make:
        os.makedirs(folder, exist_ok=True)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh22x", b"lo", _UP_AND_RUNNING)
        fcntl.ioctl(any_socket, _SET_FLAGS, request)
    if own_user:
        drop_rights()


def _cover(folder, keep):
    held = [(path, os.open(path, os.O_PATH)) for path in keep]
    _mount("tmpfs", folder, "tmpfs", _NOSUID | _NODEV, "size=1m,mode=755")
    for path, there in held:
        os.makedirs(path, exist_ok=True)
        _mount(f"/proc/self/fd/{there}", path, None, _BIND | _RECURSIVE)
        os.close(there)


def _within(path, folder):
    return os.path.commonpath([path, folder]) == folder


def _be(uid, gid):
    undumpable(False)  # or these files are not ours to write
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{uid} {uid} 1")
    _write("/proc/self/gid_map", f"{gid} {gid} 1")


def drop_rights():
    """No capability is left, and no program that is started can bring one."""
    _check(_libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0))
    header = struct.pack("Ii", 0x20080522, 0)
    _check(_libc.syscall(_CAPSET, header, bytes(24)))


def undumpable(yes=True):
    """Whether others of the same user are kept from this process's memory (`man 5 proc`)."""
    if _libc:
        _libc.prctl(_DUMPABLE, 0 if yes else 1, 0, 0, 0)


def die_with_parent():
    """Be killed when the parent ends, however that ends."""
    if _libc:
        _libc.prctl(_DEATH_SIGNAL, 9, 0, 0, 0)


def adopt_orphans():
    """Processes whose parent has ended become children of this one, so that it can end them."""
    if _libc:
        _libc.prctl(_SUBREAPER, 1, 0, 0, 0)


def _read_only():
    attributes = struct.pack("QQQQ", _RDONLY | _NOSUID, 0, 0, 0)
    _check(_libc.syscall(_MOUNT_SETATTR, -100, b"/", _AT_RECURSIVE, attributes, len(attributes)))


def _mount(source, target, kind, flags, options=""):
    source, kind = source and source.encode(), kind and kind.encode()
    flags = ctypes.c_ulong(flags)
    _check(_libc.mount(source, os.fsencode(target), kind, flags, options.encode()))


def _write(path, text):
    file = os.open(path, os.O_WRONLY)
    try:
        os.write(file, text.encode())
    finally:
        os.close(file)


def _check(result):
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
