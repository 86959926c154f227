"""A connection to a reader that takes its time, without a socket.

How much a system keeps on the way differs from one moment to the next. Here nothing is on the way:
what waits, waits in the writer's buffer, and so an exercise about that gets one verdict.
"""

import asyncio
import contextvars
from typing import Any

from checker.engine.service import serving

HIGH, LOW = 65_536, 16_384  # bytes: the marks of a socket's transport


class PacedTransport(asyncio.Transport):
    """Takes `size` bytes at once of what is written, and rests for `gap` seconds after that.

    Args:
        protocol: what is told to pause and to go on, as by a socket's transport.
        size: bytes that are taken at once.
        gap: seconds of a rest.

    Attributes:
        arrived: the bytes that were taken.
        most_waiting: the largest number of bytes that waited after a write.
        lost: whether bytes were thrown away.
        ended: set when the connection was closed and all bytes were taken.
    """

    def __init__(self, protocol: asyncio.Protocol, size: int, gap: float):
        super().__init__()
        self._protocol = protocol
        self._size = size
        self._gap = gap
        self._loop = asyncio.get_running_loop()
        self._low, self._high = LOW, HIGH
        self._buffer = bytearray()
        self._resting = self._paused = self._closing = False
        token = serving.set(True)  # its timers are none of the answer's
        self._context = contextvars.copy_context()
        serving.reset(token)
        self.arrived = bytearray()
        self.most_waiting = 0
        self.lost = False
        self.ended = asyncio.Event()
        protocol.connection_made(self)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Nothing is known of a socket that is not there."""
        return default

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Put bytes into the buffer; the protocol is paused above the high-water mark."""
        if not isinstance(data, (bytes, bytearray, memoryview)):
            raise TypeError(f"data must be bytes, not {type(data).__name__}")
        if self._closing:
            return
        self._buffer += data
        self._take()
        self.most_waiting = max(self.most_waiting, len(self._buffer))
        if len(self._buffer) > self._high and not self._paused:
            self._paused = True
            self._protocol.pause_writing()

    def _take(self) -> None:
        """Take what may be taken now, and end the connection if that was the last of it."""
        if self._resting:
            return
        if self._buffer:
            self.arrived += self._buffer[: self._size]
            del self._buffer[: self._size]
            self._resting = True
            self._loop.call_later(self._gap, self._rested, context=self._context)
        if self._paused and len(self._buffer) <= self._low:
            self._paused = False
            self._protocol.resume_writing()
        if self._closing and not self._buffer:
            self._end()

    def _rested(self) -> None:
        self._resting = False
        self._take()

    def _end(self) -> None:
        if not self.ended.is_set():
            self.ended.set()
            self._loop.call_soon(self._protocol.connection_lost, None, context=self._context)

    def close(self) -> None:
        """Take no more, and end once the buffer is empty."""
        if self._closing:
            return
        self._closing = True
        if not self._buffer:
            self._end()

    def abort(self) -> None:
        """End at once; what waits is lost."""
        self.lost = self.lost or bool(self._buffer)
        self._buffer.clear()
        self._closing = True
        self._end()

    def is_closing(self) -> bool:
        """Whether it was closed."""
        return self._closing

    def can_write_eof(self) -> bool:
        """True, as of a socket's transport."""
        return True

    def write_eof(self) -> None:
        """The reader sees the end; the connection stays open."""

    def get_write_buffer_size(self) -> int:
        """How many bytes wait."""
        return len(self._buffer)

    def get_write_buffer_limits(self) -> tuple[int, int]:
        """The two marks, the low one first."""
        return self._low, self._high

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Change the marks, as those of a socket's transport are changed."""
        self._high = high if high is not None else HIGH if low is None else 4 * low
        self._low = low if low is not None else self._high // 4


def paced(size: int, gap: float) -> tuple[asyncio.StreamWriter, PacedTransport]:
    """A writer for such a connection, and its transport. `size` and `gap` as for that."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    transport = PacedTransport(protocol, size, gap)
    return asyncio.StreamWriter(transport, protocol, reader, loop), transport
