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


def methods_of(source: str, name: str) -> list[Definition]:
    """What the last class with this name defines in its body, in order; [] if it is no class."""
    made = definitions(source, name)[-1:]
    bodies = (node.body for node in made if isinstance(node, ast.ClassDef))
    return [node for body in bodies for node in body if isinstance(node, Definition)]


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
    gathered = [n for n in calls if _name_of(n.func) == "gather"]
    return any(len(n.args) == 1 and not isinstance(n.args[0], ast.Starred) for n in gathered)


def _name_of(function: ast.expr) -> str:
    """ "gather" of `asyncio.gather` and of `gather`."""
    return str(getattr(function, "attr", getattr(function, "id", "")))


def gathers(source: str, line: int) -> str:
    """How the statement in this line calls `gather`: "keeps" or "raises" the members' errors; "" if
    it does not call it.
    """
    statement = statement_at(source, line)
    for node in ast.walk(statement) if statement else ():
        if isinstance(node, ast.Call) and _name_of(node.func) == "gather":
            return "keeps" if any(k.arg == "return_exceptions" for k in node.keywords) else "raises"
    return ""


def deciding_line(source: str, line: int) -> int | None:
    """The line of the innermost `if` on which it depends whether this line runs, or None."""
    around = (n for n in ast.walk(tree(source)) if isinstance(n, ast.If) and _has(n, line))
    return max((n.lineno for n in around if n.lineno != line), default=None)


def asked_of_a_task(source: str, line: int) -> str:
    """ "task.result()" if the statement in this line asks a task for its outcome, else ""."""
    statement = statement_at(source, line)
    for node in ast.walk(statement) if statement else ():
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr in ("result", "exception") and not node.args:
            return ast.unparse(node)
    return ""


def step_of(made: ast.ClassDef) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The `__anext__` of a class, None if it has none."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    steps = [n for n in made.body if isinstance(n, kinds) and n.name == "__anext__"]
    return steps[-1] if steps else None


def yields_of(source: str, name: str) -> list[int]:
    """The lines with a `yield` of its own in the last `async def` with this name, in order."""
    made = definitions(source, name)
    if not made or not isinstance(made[-1], ast.AsyncFunctionDef):
        return []
    lines = {n.lineno for n in ast.walk(made[-1]) if isinstance(n, ast.Yield)}
    return sorted(n for n in lines if function_around(source, n) is made[-1])


def only_calls(source: str, line: int, name: str) -> bool:
    """Whether the statement in this line calls `name`, and does nothing with what that gives."""
    statement = statement_at(source, line)
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == name


def is_iterator(source: str, name: str) -> bool:
    """Whether it is an async generator, or a class with an `__anext__`."""
    made = definitions(source, name)
    if made and isinstance(made[-1], ast.ClassDef):
        return step_of(made[-1]) is not None
    return bool(yields_of(source, name))


def leaves(loop: ast.stmt | None, statement: ast.stmt | None) -> bool:
    """Whether a statement is the `break` of this very loop."""
    kinds = (ast.For, ast.AsyncFor, ast.While)
    if not isinstance(loop, kinds) or not isinstance(statement, ast.Break):
        return False
    loops = [n for n in ast.walk(loop) if isinstance(n, kinds) and _has(n, statement.lineno)]
    return max(loops, key=lambda n: n.lineno) is loop if loops else False


def left_loops(source: str) -> list[int]:
    """The lines of the `break`s and `return`s that leave an `async for` early, in order."""
    found = []
    for loop in ast.walk(tree(source)):
        if isinstance(loop, ast.AsyncFor):
            todo = list(loop.body)
            while todo:
                node = todo.pop()
                if isinstance(node, (ast.Break, ast.Return)):
                    found.append(node.lineno)
                inner = (ast.For, ast.While, ast.AsyncFor, ast.FunctionDef, ast.AsyncFunctionDef)
                if not isinstance(node, inner):
                    todo += [n for n in ast.iter_child_nodes(node) if isinstance(n, ast.stmt)]
                    todo += [s for n in ast.iter_child_nodes(node) for s in _clause_body(n)]
    return sorted(found)


def _clause_body(node: ast.AST) -> list[ast.stmt]:
    return node.body if isinstance(node, (ast.ExceptHandler, ast.match_case)) else []


def dropped_closes(source: str) -> list[tuple[int, str]]:
    """(line, "source.aclose()") of each statement that makes the step that closes a generator, and
    awaits nothing."""
    statements = [n.value for n in ast.walk(tree(source)) if isinstance(n, ast.Expr)]
    calls = [n for n in statements if isinstance(n, ast.Call)]
    closes = [c for c in calls if isinstance(c.func, ast.Attribute) and c.func.attr == "aclose"]
    return [(call.lineno, ast.unparse(call)) for call in closes]


def takes_as_they_end(value: ast.expr) -> bool:
    """Whether an expression takes results as they come, from `as_completed`."""
    names = (n.func for n in ast.walk(value) if isinstance(n, ast.Call))
    return any("as_completed" in (getattr(f, "attr", ""), getattr(f, "id", "")) for f in names)


def tries_again(source: str, clause: ast.ExceptHandler) -> bool:
    """Whether a loop goes on after an `except` clause."""
    loops = [n for n in ast.walk(tree(source)) if isinstance(n, (ast.For, ast.AsyncFor, ast.While))]
    inside = any(_has(loop, clause.lineno) for loop in loops)
    return inside and not isinstance(clause.body[-1], (ast.Break, ast.Return))


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


def as_line(source: str) -> int | None:
    """The line that decides what `as` gets: the `return` of `__aenter__`, or its `def` where it has
    none; else the `yield` of a generator that is a manager; None if there is neither.
    """
    for enter in definitions(source, "__aenter__")[-1:]:
        returns = [n.lineno for n in ast.walk(enter) if isinstance(n, ast.Return)]
        return max(returns, default=enter.lineno)
    for generator in managing_generators(source)[-1:]:
        return next((n.lineno for n in ast.walk(generator) if isinstance(n, ast.Yield)), None)
    return None


def managing_generators(source: str) -> list[ast.AsyncFunctionDef]:
    """The functions that `asynccontextmanager` decorates, in order."""
    functions = [n for n in _defined_in(tree(source)) if isinstance(n, ast.AsyncFunctionDef)]
    return [f for f in functions if any(map(_makes_a_manager, f.decorator_list))]


def _makes_a_manager(decorator: ast.expr) -> bool:
    return ast.unparse(decorator).rpartition(".")[2] == "asynccontextmanager"


def handed_to(source: str, taker: str, name: str) -> int | None:
    """The line of a call `….taker(name, …)`, such as `stack.callback(room.close, …)`, or None."""
    calls = [n for n in ast.walk(tree(source)) if isinstance(n, ast.Call) and n.args]
    taking = (call for call in calls if getattr(call.func, "attr", "") == taker)
    return next((call.lineno for call in taking if ast.unparse(call.args[0]) == name), None)


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
