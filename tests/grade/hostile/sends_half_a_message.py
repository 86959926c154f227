"""Tries to keep the grader waiting for the rest of a message."""

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


channel().sendall((1000).to_bytes(4, "big") + b"{")
os.kill(os.getpid(), 19)


# %% exercise:fetch_all
async def fetch_all(fetch, names):
    return [f"the {name} page" for name in names]
