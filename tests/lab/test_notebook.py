"""A notebook's cells outside of a kernel."""

import subprocess
import sys
import threading

from checker.lab.notebook import Notebook, only_defines

FIRST = """
from checker.lab.notebook import Notebook
names = {"__name__": "__main__"}
Notebook(names).run("import threading\\nlock = threading.Lock()\\n", "<cell>")
print(type(names["lock"]).__module__)
"""


def test_a_lock_of_a_cell_is_the_runs_also_where_nothing_has_run_before():
    said = subprocess.run([sys.executable, "-c", FIRST], capture_output=True, text=True, check=True)
    assert said.stdout == "checker.engine.patches.thread_locks\n"
    names = {"__name__": "__main__", "threading": threading}
    Notebook(names).run("lock = threading.Lock()\n", "<cell>")
    assert type(names["lock"]).__module__ == "checker.engine.patches.thread_locks"


def test_a_cell_that_only_defines_is_told_at_a_glance():
    asks = 'async def f(a, b):\n    """Text."""\n    return a\n\n# so\nawait check(f)\n'
    assert only_defines(asks)
    assert only_defines("")
    for more in ("f()", "async def g(a=f()): pass", "@f", "class A:", "await f()", "import a; f()"):
        assert not only_defines(f"{asks}{more}\n")
    assert not only_defines("def f(): pass\nif f:\n    f()\n")
