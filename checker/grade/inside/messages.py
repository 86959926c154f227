"""Messages on a stream socket: four bytes of length, then so many bytes."""

import io
import pickle
import time


class Function:
    """Stands for a function of the submission where there is only its name."""

    def __init__(self, name):
        self.__name__ = name

    def __reduce__(self):
        return Function, (self.__name__,)


class Unpickler(pickle.Unpickler):
    """Reads requests, with `answers` (name → function) in place of every `Function`."""

    def __init__(self, data, answers):
        super().__init__(io.BytesIO(data))
        self._answers = answers

    def find_class(self, module, name):
        if name == "Function" and module.endswith("inside.messages"):
            return self._answers.__getitem__
        return super().find_class(module, name)


class TooLong(ValueError):
    """The other side sends more than it may."""


def send(stream, data):
    """Send one message."""
    stream.sendall(len(data).to_bytes(4, "big") + data)


def receive(stream, most=1 << 30, until=None):
    """The next message, as bytes.

    Args:
        most: bytes that it may have.
        until: the moment on `time.monotonic` at which to give up; None to wait for ever.

    Raises:
        EOFError: if the other side has ended.
        TimeoutError: if it does not come, or not whole, in time.
        TooLong: if it is longer than `most`.
    """
    length = int.from_bytes(_exactly(stream, 4, until), "big")
    if length > most:
        raise TooLong(f"{length:,} bytes; {most:,} are allowed")
    return _exactly(stream, length, until)


def _exactly(stream, count, until):
    pieces = []
    while count:
        if until is not None:
            stream.settimeout(max(until - time.monotonic(), 0.000_001))
        try:
            piece = stream.recv(min(count, 1 << 20))
        except ConnectionError:
            raise EOFError from None
        if not piece:
            raise EOFError
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)
