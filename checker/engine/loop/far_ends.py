"""Who is at the other end of a socket or a pipe: this run, or somebody outside it."""

import contextlib
import os
import select
import socket
import stat
import struct
import sys

from checker.engine.clock.clock import SECOND, real_ns

GRACE = 0.002  # real seconds to see what is on its way between two local sockets
HELD_BACK = SECOND // 4  # real nanoseconds; TCP holds a small piece back for 40 ms, rarely 200 ms
_ANY_ADDRESS = ("0.0.0.0", "::")
_ENDED = (6, 7, 8, 9, 11)  # TCP states in which nothing can come any more, see `_has_ended`
_NOT_ACKNOWLEDGED, _NOT_SENT = 0x5411, 0x894B  # Linux: SIOCOUTQ, SIOCOUTQNSD, see tcp(7)


def is_external(descriptors, here, sent):
    """Whether anybody outside the run can make one of these file descriptors ready.

    A socket that listens, and one that only receives datagrams, wait for whoever knows them. Only
    the run itself does; so nobody outside is expected there.

    Args:
        descriptors: those that a loop waits for.
        here: the open sockets of the run.
        sent: descriptor → addresses to which datagrams went from there.
    """
    names = {_name(sock.getsockname) for sock in here if sock.fileno() >= 0} - {None}
    return any(_is_foreign(fd, names, sent.get(fd, ())) for fd in descriptors)


def on_its_way(poll, here):
    """What comes within a moment from another socket of the run.

    Args:
        poll: waits for so many real seconds and returns what has come.
        here: the open sockets of the run.
    """
    began, events, held = real_ns(), poll(GRACE), True
    while not events and held and real_ns() - began < HELD_BACK:
        held = _held_back(list(here))
        events = poll(GRACE if held else 0)  # what was let go after the last poll is here now
    return events


def _held_back(here):
    """Whether a TCP socket keeps a small piece until the one before is acknowledged (RFC 896).

    That takes some 40 ms, also between two sockets of one machine, unless `TCP_NODELAY` is set, as
    asyncio does for sockets that it makes itself. Only Linux tells.
    """
    return sys.platform == "linux" and any(_holds_back(sock) for sock in here)


def _holds_back(sock):
    if sock.type != socket.SOCK_STREAM or sock.family not in (socket.AF_INET, socket.AF_INET6):
        return False
    try:
        # What is not sent because the other end does not read is all there is.
        return 0 < _queued(sock, _NOT_SENT) < _queued(sock, _NOT_ACKNOWLEDGED)
    except (OSError, ValueError):  # it listens, or it is closed
        return False


def _queued(sock, question):
    import fcntl

    return struct.unpack("i", fcntl.ioctl(sock, question, bytes(4)))[0]


def _is_foreign(fd, names, sent):
    try:
        status = os.fstat(fd)
    except OSError:  # closed, but still in the list
        return False
    if stat.S_ISFIFO(status.st_mode):
        return not _both_ends_here(status)
    if not stat.S_ISSOCK(status.st_mode):
        return True  # a terminal, a timer of the system, …
    sock = socket.SocketType(fileno=fd)
    try:
        if sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            return False
        if _has_ended(sock):
            return False
        peer = _name(sock.getpeername)
        if peer is not None:
            return not _is_one_of(peer, names)
        if sock.type == socket.SOCK_DGRAM:
            return not all(_is_one_of(address, names) for address in sent)
        return not (_is_over(fd) or _is_own_process(sock))
    finally:
        sock.detach()


def _has_ended(sock):
    """Whether the other end of a TCP connection has closed it, and all that it sent is here.

    Its states are TIME_WAIT, CLOSE, CLOSE_WAIT, LAST_ACK and CLOSING. Only Linux tells.
    """
    if sys.platform != "linux" or sock.type != socket.SOCK_STREAM:
        return False
    if sock.family not in (socket.AF_INET, socket.AF_INET6):
        return False
    return sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] in _ENDED


def _name(ask):
    """What `getsockname` or `getpeername` says, or None if there is no name."""
    try:
        return ask() or None
    except OSError:
        return None


def _is_one_of(address, names):
    if isinstance(address, tuple):
        return address in names or any((any_, *address[1:]) in names for any_ in _ANY_ADDRESS)
    return address in names


def _is_over(fd):
    """Whether a connection was refused or reset: then nobody is there to send anything."""
    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(fd, 0)  # errors are told unasked
    return bool(poll.poll(0))


def _is_own_process(sock):
    """Whether the other end of a UNIX socket without a name was made in this process (Linux)."""
    if sock.family != getattr(socket, "AF_UNIX", None) or not hasattr(socket, "SO_PEERCRED"):
        return False
    made_by = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return struct.unpack("3i", made_by)[0] == os.getpid()


def _both_ends_here(status):
    """Whether this process has both ends of a pipe open."""
    modes = set()
    for name in os.listdir("/dev/fd"):
        with contextlib.suppress(OSError):  # the folder's own, closed by now
            other = os.fstat(int(name))
            if (other.st_dev, other.st_ino) == (status.st_dev, status.st_ino):
                modes.add(_access(int(name)))
    return len(modes) > 1 or os.O_RDWR in modes


def _access(fd):
    import fcntl  # there is none on Windows, and there are no such pipes

    return fcntl.fcntl(fd, fcntl.F_GETFL) & (os.O_RDONLY | os.O_WRONLY | os.O_RDWR)
