"""What the text of an answer tells: which of its lines to name where a run names none."""

import ast
import functools

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
# Who takes a function to call it later, and which of the arguments that is.
_TAKERS = {
    "to_thread": 0,
    "submit": 0,
    "call_soon": 0,
    "call_soon_threadsafe": 0,
    "add_done_callback": 0,
    "run_in_executor": 1,
    "call_later": 1,
    "call_at": 1,
}


def usual_line(source: str, name: str) -> int | None:
    """The line to name where none is known: the last `return`, or where the answer begins."""
    definitions = _definitions(source, name)
    return return_line(source, name) or (definitions[0].lineno if definitions else None)


def line_of(source: str, name: str) -> int | None:
    """The line of the last definition of `name` in a cell, at any depth, or None."""
    definitions = _definitions(source, name)
    return definitions[-1].lineno if definitions else None


def return_line(source: str, name: str) -> int | None:
    """The line of the last `return` of a value; of what makes a function, the line of that one."""
    definitions = _definitions(source, name)
    nested = [inner for outer in definitions for inner in _defined_in(outer) if inner is not outer]
    in_nested = {node for inner in nested for node in ast.walk(inner)}
    nodes = [node for outer in definitions for node in ast.walk(outer) if node not in in_nested]
    returns = [node for node in nodes if isinstance(node, ast.Return) and node.value]
    if not returns:
        return None
    last = max(returns, key=lambda node: node.lineno)
    value = last.value
    made = [inner for inner in nested if isinstance(value, ast.Name) and inner.name == value.id]
    return made[-1].lineno if made else last.lineno


def method_line(source: str, name: str, method: str) -> int | None:
    """The line where a method of the class `name` begins, or None."""
    inner = (node for outer in _definitions(source, name) for node in _defined_in(outer))
    return next((node.lineno for node in inner if node.name == method), None)


def last_line(source: str, name: str) -> int | None:
    """The line of the last statement of a function that has no `return` of a value, or None."""
    definitions = _definitions(source, name)
    if not definitions or return_line(source, name) is not None:
        return None
    return definitions[-1].body[-1].end_lineno


def called_too_soon(source: str) -> tuple[int, str] | None:
    """(line, "work()") of the first call whose result is handed over in place of the function."""
    handed = [value for value in _handed_over(source) if isinstance(value, ast.Call)]
    return (handed[0].lineno, ast.unparse(handed[0])) if handed else None


def awaits_around(source: str, line: int, name: str) -> bool:
    """Whether in that line an `await` is not for a call of `name`, but for what is asked of the
    coroutine: `await read().upper()`, `await (not read())`.
    """
    awaits = [n for n in ast.walk(tree(source)) if isinstance(n, ast.Await) and n.lineno == line]
    return any(_asked_of(a.value) == name for a in awaits)


def _asked_of(node):
    """The name of the function whose call is asked for an attribute, an item or its truth."""
    asked = False
    while True:
        if asked and isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return node.func.id
        steps = (getattr(node, field, None) for field in ("func", "value", "operand"))
        node = next((step for step in steps if isinstance(step, ast.expr)), None)
        if node is None:
            return None
        asked = True


def handing_line(source: str) -> int | None:
    """The line that hands a function over to be called later, if there is just one; else None."""
    lines = {value.lineno for value in _handed_over(source)}
    return lines.pop() if len(lines) == 1 else None


def _handed_over(source):
    """The expressions that stand where a function is handed over."""
    for node in ast.walk(tree(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        place = _TAKERS.get(name)
        yield from (k.value for k in node.keywords if name == "Thread" and k.arg == "target")
        yield from node.args[place : place + 1] if place is not None else ()


def _definitions(source: str, name: str) -> list[_Definition]:
    """What a cell defines under this name, at any depth, in order."""
    return [node for node in _defined_in(tree(source)) if node.name == name]


def _defined_in(tree: ast.AST) -> list[_Definition]:
    """The functions and classes in a tree, at any depth; itself, if it is one."""
    return [node for node in ast.walk(tree) if isinstance(node, _Definition)]


@functools.lru_cache(maxsize=16)
def tree(source: str) -> ast.Module:
    """The syntax tree of a text; one without a statement if it is no Python: magics, or worse."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])
