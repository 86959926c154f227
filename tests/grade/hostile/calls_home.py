"""Tries to send something to the outside, or to a server on this machine."""

# %%

import socket

SEEN = "nothing"
for address in (("192.0.2.1", 80), ("127.0.0.1", PORT)):
    try:
        with socket.create_connection(address, timeout=0.3) as stream:
            stream.sendall(b"canary")
            SEEN = f"reached {address[0]}"
    except OSError:
        pass


# %% exercise:fetch_all


async def fetch_all(fetch, names):
    raise ValueError(SEEN[:400])
