"""Tries to confuse the grader with infinities, and with numbers of a million digits."""

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


send(b'{"took": Infinity, "charged": NaN, "turns": ' + b"9" * 1_000_000 + b"}")


# %% exercise:fetch_all
async def fetch_all(fetch, names):
    return [f"the {name} page" for name in names]
