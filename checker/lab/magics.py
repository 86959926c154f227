"""The magics of a notebook's cells: lines that IPython understands and Python does not.

The one set of rules for whoever runs or reads a cell outside of a kernel. It lies in the lab
because a submission's cells are run by it, too, and of the course a submission sees the lab alone.
"""

import ast
import re
import tokenize
from dataclasses import dataclass, field

# What may be a magic somewhere: `%time`, `!ls`, `?print`, `files = !ls`, `print?`.
_PERHAPS = re.compile(r"^\s*[%!?]|=[ \t]*[%!]|\?[ \t]*$", re.MULTILINE)
_END = re.compile(r"\r\n?")  # Python ends a line there, and at no form feed or U+2028
_LINE = re.compile(r"\s*[%!?]")
_HELP = re.compile(r"%{0,2}[\w.*]+\?{1,2}")
_ASSIGNED = re.compile(r"(\s*)([\w, ]+=)\s*[%!].*")
# Without these, a program is the same; so nobody need be told that they were left out.
_QUIET = ("load_ext", "autoreload", "matplotlib", "time", "timeit", "precision", "config")
_BODY_RUNS = ("time", "timeit", "capture", "prun")
_TEXT_ALONE = ("html", "HTML", "markdown", "latex", "javascript", "js", "svg", "SVG")


@dataclass
class Cell:
    """A cell as plain Python.

    Attributes:
        text: Python alone. Line n is line n of the cell.
        skipped: what is left out and may be missed, as it was written: "!pip install x".
        writes: (path, text, whether to append) of a cell that writes a file, else None.
    """

    text: str
    skipped: list[str] = field(default_factory=list)
    writes: tuple[str, str, bool] | None = None


def without_magics(source: str) -> Cell:
    """The cell with this text as plain Python, as far as it can be had.

    A text that is Python as it is stays so: `%` may begin a line within an expression or a string.
    """
    cell = Cell(_END.sub("\n", source).removesuffix("\n") + "\n")
    if not _PERHAPS.search(cell.text):
        return cell
    if cell.text.lstrip().startswith("%%"):
        _leave_out_cell_magic(cell)
    if not _is_python(cell.text):
        cell.text = "".join(f"{line}\n" for line in _without_magics(cell))
    return cell


def _without_magics(cell):
    lines = []
    for line in cell.text.removesuffix("\n").split("\n"):
        if _PERHAPS.search(line) and not _is_open(lines):
            line = _without_magic(line, cell.skipped)
        lines.append(line)
    return lines


def _is_open(lines):
    """Whether a string or a bracket goes on after these lines: what follows is no magic then."""
    rest = iter([f"{line}\n" for line in lines])
    try:
        for _ in tokenize.generate_tokens(lambda: next(rest, "")):
            pass
    except tokenize.TokenError as error:
        return "EOF in multi-line" in str(error) or "unterminated triple-quoted" in str(error)
    except SyntaxError:  # its indentation
        return False
    return False


def _is_python(text):
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _leave_out_cell_magic(cell):
    """`%%name` in the first line says what the lines below it are."""
    blank = len(cell.text) - len(cell.text.lstrip("\n"))
    head, _, body = cell.text.lstrip("\n").partition("\n")
    name, _, rest = head.strip()[2:].partition(" ")
    if name in _BODY_RUNS:
        cell.text = "\n" * (blank + 1) + body
        return
    cell.text = "\n"
    if name in ("writefile", "file"):
        path = rest.removeprefix("-a ").strip().strip("\"'")
        cell.writes = (path, body, rest.startswith("-a "))
    elif name not in _TEXT_ALONE:
        cell.skipped.append(f"%%{name}")


def _without_magic(line, skipped):
    """The line, or what stands in its place; it may be all that a block holds."""
    text = line.strip()
    if assigned := _ASSIGNED.fullmatch(line):
        skipped.append(text)
        return f"{assigned[1]}{assigned[2]} []"
    if not (_LINE.match(line) or _HELP.fullmatch(text)):
        return line
    name = text.lstrip("%").partition(" ")[0]
    if text.startswith("!") or (text.startswith("%") and name not in _QUIET):
        skipped.append(text)
    return line[: len(line) - len(line.lstrip())] + "pass"
