"""A real kernel of the Python that runs the tests, one cell at a time."""

import os
import pathlib
import subprocess
import sys
import time

from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpec

import checker
from tests.support.start_again import started

OUT = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
ROOT = str(pathlib.Path(checker.__file__).parents[1])


def spec(python):
    """How to start a kernel of the Python at this path."""
    argv = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    return KernelSpec(argv=argv, display_name="a Python", language="python")


class Kernel:
    """A kernel of this very Python, or of another one, which answers one cell at a time."""

    def __init__(self, python=sys.executable, **environment):
        started(lambda: self._start(python, {**os.environ, "PYTHONPATH": ROOT, **environment}))

    def _start(self, python, environment):
        self.manager = KernelManager()
        self.manager._kernel_spec = spec(python)
        self.manager.start_kernel(env=environment, **OUT)
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=30)

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def send(self, code, **metadata):
        message = self.client.session.msg(
            "execute_request",
            {"code": code, "silent": False, "store_history": True, "stop_on_error": False},
        )
        message["metadata"] = metadata
        self.client.shell_channel.send(message)
        return message["header"]["msg_id"]

    def answer(self, sent, limit=5):
        """What the cell showed: {"stdout", "stderr", "result", "error", "status"}."""
        shown = {"stdout": "", "stderr": "", "result": "", "error": None}
        deadline = time.monotonic() + limit
        while True:
            message = self.client.get_iopub_msg(timeout=max(deadline - time.monotonic(), 0))
            if message["parent_header"].get("msg_id") != sent:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                shown[content["name"]] += content["text"]
            elif kind in ("execute_result", "display_data"):
                shown["result"] += content["data"]["text/plain"]
            elif kind == "error":
                shown["error"] = content["ename"]
                shown["traceback"] = "\n".join(content["traceback"])
            elif kind == "status" and content["execution_state"] == "idle":
                break
        while True:
            reply = self.client.get_shell_msg(timeout=max(deadline - time.monotonic(), 0))
            if reply["parent_header"].get("msg_id") == sent:
                return {**shown, "status": reply["content"]["status"]}

    def run(self, code, **metadata):
        return self.answer(self.send(code, **metadata))

    def stopped(self, code, after=0.3):
        """The answer to a cell that is interrupted while it runs, and how long that took."""
        sent = self.send(code)
        time.sleep(after)
        start = time.monotonic()
        self.manager.interrupt_kernel()
        return self.answer(sent), time.monotonic() - start
