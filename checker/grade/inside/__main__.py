"""The start of a warm process, or of one child: `python -I inside`, settings on standard input."""

import base64
import json
import os
import socket
import sys
import types


def _start(settings):
    # The whole course is not to be imported here: these are all that is seen of it.
    inside = types.ModuleType("inside")
    inside.__path__ = [os.path.dirname(os.path.abspath(__file__))]
    sys.modules["inside"] = inside
    from inside import stubs

    stubs.package(settings["course"])
    from inside import forkserver, isolate, limits, serve

    limits.go_first()
    if settings["control"] is not None:
        forkserver.main(settings)
        return

    if "share" in settings:  # Windows
        stream = socket.fromshare(base64.b64decode(settings["share"]))
    else:
        stream = socket.socket(fileno=settings["stream"])
        os.setsid()
        isolate.die_with_parent()
    if settings["uid"] is not None:
        forkserver.become(settings["uid"])
    limits.apply(settings["limits"])
    os.chdir(settings["scratch"][0])
    serve.main(stream)


if __name__ == "__main__":
    _start(json.loads(sys.stdin.buffer.readline()))
