"""What the text of an answer tells: which of its lines to name where a run names none."""

import ast
import functools

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
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
    "add_signal_handler": 1,
}
# Methods that give None: who hands over what they give has called too soon.
_GIVING_NONE = ("set_result", "set_exception", "set", "append", "put_nowait", "stop", "close")


def line_of(source: str, name: str) -> int | None:
    """The line of the last definition of `name` in a cell, at any depth, or None."""
    made = definitions(source, name)
    return made[-1].lineno if made else None


def _returns_a_value(source: str, name: str) -> bool:
    """Whether a function has a `return` with a value, that of inner functions aside."""
    outer = definitions(source, name)
    nested = [inner for made in outer for inner in _defined_in(made) if inner is not made]
    in_nested = {node for inner in nested for node in ast.walk(inner)}
    nodes = [node for made in outer for node in ast.walk(made) if node not in in_nested]
    return any(isinstance(node, ast.Return) and node.value for node in nodes)


def method_line(source: str, name: str, method: str) -> int | None:
    """The line where a method of the class `name` begins, or None."""
    inner = (node for outer in definitions(source, name) for node in _defined_in(outer))
    return next((node.lineno for node in inner if node.name == method), None)


def return_line(source: str, name: str, method: str) -> int | None:
    """The last line of a method of the class `name` that returns a value, or None."""
    inner = (node for outer in definitions(source, name) for node in _defined_in(outer))
    made = next((node for node in inner if node.name == method), None)
    returns = [n for n in ast.walk(made) if isinstance(n, ast.Return) and n.value] if made else []
    return max((node.lineno for node in returns), default=None)


def last_line(source: str, name: str) -> int | None:
    """The line of the last statement of a function that has no `return` of a value, or None."""
    made = definitions(source, name)
    return None if not made or _returns_a_value(source, name) else made[-1].body[-1].end_lineno


def called_too_soon(source: str, giving_none: bool = False) -> tuple[int, str] | None:
    """(line, "work()") of the first call whose result is handed over in place of the function.

    Args:
        giving_none: it must be one that gives None, so that nothing else can be meant.
    """
    handed = [value for value in _handed_over(source) if isinstance(value, ast.Call)]
    if giving_none:
        handed = [call for call in handed if _gives_none(source, call)]
    return (handed[0].lineno, ast.unparse(handed[0])) if handed else None


def _gives_none(source: str, call: ast.Call) -> bool:
    """Whether a call gives None for certain, and nothing that could be handed over."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    made = definitions(source, name)
    if not made or any(not isinstance(each, ast.FunctionDef) for each in made):
        return not made and name in _GIVING_NONE
    nodes = [node for each in made for node in ast.walk(each)]
    yields = any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in nodes)
    return not yields and not _returns_a_value(source, name)


def without_star(source: str, line: int) -> bool:
    """Whether the statement in this line gives `gather` one thing alone, and without a star."""
    statement = statement_at(source, line)
    calls = [n for n in ast.walk(statement) if isinstance(n, ast.Call)] if statement else []
    gathers = [n for n in calls if getattr(n.func, "attr", getattr(n.func, "id", "")) == "gather"]
    return any(len(n.args) == 1 and not isinstance(n.args[0], ast.Starred) for n in gathers)


def asked_of_a_task(source: str, line: int) -> str:
    """ "task.result()" if the statement in this line asks a task for its outcome, else ""."""
    statement = statement_at(source, line)
    for node in ast.walk(statement) if statement else ():
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr in ("result", "exception") and not node.args:
            return ast.unparse(node)
    return ""


def names_in(clause: ast.ExceptHandler) -> list[str]:
    """What an `except` clause catches, as it is written; [] if that is everything."""
    kinds = clause.type.elts if isinstance(clause.type, ast.Tuple) else [clause.type]
    return [ast.unparse(kind) for kind in kinds if kind is not None]


def handed_as_callback(source: str, name: str) -> int | None:
    """The line that hands the `async def` with this name to somebody who calls it, or None."""
    if not any(isinstance(made, ast.AsyncFunctionDef) for made in definitions(source, name)):
        return None
    calls = [n for n in ast.walk(tree(source)) if isinstance(n, ast.Call)]
    given = [a for call in calls for a in (*call.args, *(k.value for k in call.keywords))]
    return next((a.lineno for a in given if isinstance(a, ast.Name) and a.id == name), None)


def called_again(source: str, line: int, name: str, ran: frozenset[int]) -> int | None:
    """Another line of those that ran with the very call that this line has, or None."""
    function = function_around(source, line)
    calls = [n for n in ast.walk(function) if isinstance(n, ast.Call)] if function else []
    here = {ast.dump(call) for call in calls if call.lineno == line and call.args}
    others = (c.lineno for c in calls if c.lineno != line and ast.dump(c) in here)
    return next((other for other in others if other in ran), None)


def plain_wrapper(source: str, name: str) -> tuple[str, int, str] | None:
    """(its name, its line, what it calls) of a plain function in the answer that returns what a
    parameter of the outer function gives when it is called; None if there is none.
    """
    for outer in definitions(source, name):
        functions = [n for n in _defined_in(outer) if not isinstance(n, ast.ClassDef)]
        given = {a.arg for f in functions for a in f.args.args}
        for inner in functions:
            if inner is outer or isinstance(inner, ast.AsyncFunctionDef):
                continue
            returns = [n for n in ast.walk(inner) if isinstance(n, ast.Return)]
            own = [n for n in returns if function_around(source, n.lineno) is inner]
            calls = [n.value.func for n in own if isinstance(n.value, ast.Call)]
            called = [c.id for c in calls if isinstance(c, ast.Name) and c.id in given]
            if called:
                return inner.name, inner.lineno, called[0]
    return None


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


def definitions(source: str, name: str) -> list[Definition]:
    """What a cell defines under this name, at any depth, in order."""
    return [node for node in _defined_in(tree(source)) if node.name == name]


def _defined_in(tree: ast.AST) -> list[Definition]:
    """The functions and classes in a tree, at any depth; itself, if it is one."""
    return [node for node in ast.walk(tree) if isinstance(node, Definition)]


def first_line(definition: Definition) -> int:
    """Where a function's code begins for Python: at its first decorator."""
    return min([definition.lineno, *(d.lineno for d in definition.decorator_list)])


def statement_at(source: str, line: int) -> ast.stmt | None:
    """The innermost statement that has this line, or None."""
    found = [n for n in ast.walk(tree(source)) if isinstance(n, ast.stmt) and _has(n, line)]
    return max(found, key=lambda n: (n.lineno, -(n.end_lineno or 0)), default=None)


def function_around(source: str, line: int) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The innermost function that has this line, or None."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = [n for n in ast.walk(tree(source)) if isinstance(n, kinds) and _has(n, line)]
    return max(found, key=lambda n: n.lineno, default=None)


def tries_around(source: str, line: int) -> list[ast.Try | ast.TryStar]:
    """The `try` statements whose guarded part has this line, from the outermost inwards."""
    nodes = [n for n in ast.walk(tree(source)) if isinstance(n, (ast.Try, ast.TryStar))]
    around = [n for n in nodes if any(_has(inner, line) for inner in n.body)]
    return sorted(around, key=lambda n: n.lineno)


def comes_after_a_return(source: str, line: int) -> bool:
    """Whether a function can end in this line although its `return` stands in another: it is in a
    `finally`, or the head of a `with`.
    """
    nodes = list(ast.walk(tree(source)))
    last = [s for n in nodes if isinstance(n, ast.Try) for s in n.finalbody]
    heads = [n for n in nodes if isinstance(n, (ast.With, ast.AsyncWith)) and n.lineno == line]
    return bool(heads) or any(_has(statement, line) for statement in last)


def outermost(source: str) -> set[ast.stmt]:
    """The statements that run when the cell does: its own, and those of its classes."""
    found, todo = set[ast.stmt](), list[ast.stmt](tree(source).body)
    while todo:
        statement = todo.pop()
        found.add(statement)
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            todo += [n for n in ast.iter_child_nodes(statement) if isinstance(n, ast.stmt)]
    return found


def span(statement: ast.stmt) -> tuple[int, int]:
    """The first and the last line of a statement; of one that holds others, those of its head."""
    body = getattr(statement, "body", None)
    last = statement.end_lineno or statement.lineno
    return statement.lineno, max(statement.lineno, body[0].lineno - 1) if body else last


def _has(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)


@functools.lru_cache(maxsize=16)
def tree(source: str) -> ast.Module:
    """The syntax tree of a text; one without a statement if it is no Python: magics, or worse."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])
