"""A notebook outside of a kernel: its cells run one after the other, as they do in a kernel.

Top-level `await` works, and whatever a cell does at its top finds a running loop: all cells share
one, so a task that a cell starts goes on beside the cells below. It has a virtual clock: waits cost
no time. This lies in the lab because the cells of a submission are run by it, too.
"""

import ast
import asyncio
import contextlib
import inspect
import linecache
import re
import types

from checker.engine.clock.clock import Clock
from checker.engine.ending.cleanup import one_turn
from checker.engine.loop.loop import VirtualLoop
from checker.engine.patches import install

ASKS = ("check", "predict", "timeline", "play")  # what they return waits for nothing here
# A cell that defines functions, perhaps asks for a check, and runs nothing of its own: as most
# answers are written. What is not of this form may be harmless, too.
_ONLY_DEFINES = re.compile(
    r"(?:(?:[ \t#].*|(?:async )?def \w+\([\w, ]*\):.*|(?:await )?(?:"
    + "|".join(ASKS)
    + r")\(\w+\)|)\n)*"
)
TURNS = 50  # of the loop after a cell, for tasks that have something to do
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_WAITS = (ast.AsyncFor, ast.AsyncWith)


def only_defines(text):
    """Whether a cell, read without its magics, runs nothing but `def`s and what asks for a check.

    It can be told of most answers at a glance; where it cannot, this is False.
    """
    return _ONLY_DEFINES.fullmatch(text) is not None


class Notebook:
    """The names of a notebook, and the loop of its cells.

    Attributes:
        names: name → value, of all that the cells have defined; it may hold some from the start.
    """

    def __init__(self, names):
        install.install()  # as `%load_ext` does: a lock that a cell makes may be used in a run
        self.names = names
        self._loop = None

    def run(self, text, file):
        """Run one cell.

        Args:
            text: its source without magics.
            file: what its code is called in records and tracebacks.

        Raises:
            BaseException: whatever comes out of the cell.
        """
        _remember(text, file)
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        code = compile(text, file, "exec", flags=flags, dont_inherit=True)
        if not only_defines(text) and _needs_loop(ast.parse(text, file)):
            self._run_in_loop(code)
            return
        coroutine = types.FunctionType(code, self.names)()
        if inspect.iscoroutine(coroutine):  # it asks for a check, which does not wait
            with contextlib.suppress(StopIteration):
                coroutine.send(None)

    def bind(self, text, file):
        """Make the names that the statements of a cell make, each by itself.

        A statement that fails makes no name: it may need what the rest of its cell would have done.
        """
        _remember(text, file)
        for statement in ast.parse(text, file).body:
            code = compile(ast.Module([statement], []), file, "exec", dont_inherit=True)
            with contextlib.suppress(Exception):
                exec(code, self.names)

    def close(self):
        """Close the loop. Tasks that still wait are dropped."""
        if self._loop is not None:
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._take_turns()
            self._loop.close()
            self._loop = None

    def _run_in_loop(self, code):
        if self._loop is None:
            self._loop = VirtualLoop(Clock())
        task = self._loop.create_task(_cell(code, self.names))
        try:
            self._loop.run_until_complete(task)
        finally:
            task.cancel()  # of a cell that was given up
            self._take_turns()

    def _take_turns(self):
        for _ in range(TURNS):
            if not self._loop.ready:
                break
            one_turn(self._loop)


async def _cell(code, names):
    coroutine = types.FunctionType(code, names)()
    if inspect.iscoroutine(coroutine):
        await coroutine


def _remember(text, file):
    """Let tracebacks and verdicts quote the lines of the cell."""
    lines = text.split("\n")
    lines = [f"{line}\n" for line in (lines if lines[-1] else lines[:-1])]
    linecache.cache[file] = (len(text), None, lines, file)


def _needs_loop(tree):
    """Whether a cell calls or awaits anything at its top, but for `await check(…)` and the like.

    Most cells only define and ask. They are spared the loop, which costs more than they do.
    """
    todo = list(tree.body)
    while todo:
        node = todo.pop()
        if isinstance(node, _WAITS) or (isinstance(node, ast.comprehension) and node.is_async):
            return True
        if isinstance(node, ast.Await):
            if not _asks(node.value):
                return True
            node = node.value
        if isinstance(node, ast.Call):
            if not _asks(node):
                return True
            todo += [*node.args, *(word.value for word in node.keywords)]
        elif isinstance(node, _FUNCTIONS):  # its body runs later, what stands around it runs now
            if getattr(node, "decorator_list", ()):
                return True
            todo += [*node.args.defaults, *filter(None, node.args.kw_defaults)]
        elif isinstance(node, ast.ClassDef) and node.decorator_list:
            return True
        else:
            todo += ast.iter_child_nodes(node)
    return False


def _asks(node):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ASKS
