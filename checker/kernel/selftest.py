"""`await selftest()`: is this set-up fit for the course, and what to do where it is not?"""

import asyncio
import base64
import html
import importlib.metadata
import importlib.util
import os
import pathlib
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import platformdirs

from checker import kernel
from checker.engine import private

_TICK = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16">'
    '<circle cx="8" cy="8" r="8" fill="#0072b2"/>'
    '<path d="M4 8l3 3 5-6" fill="none" stroke="#fff" stroke-width="2"/></svg>'
)
_SOLUTIONS = pathlib.Path(__file__).parents[2] / "solutions"
_REINSTALL = "Run `python -m pip install -r requirements.txt` in the course's folder, then restart"


@dataclass(frozen=True)
class Point:
    """One thing looked at: `text` says how it is; `remedy` what to do, empty where all is well."""

    text: str
    remedy: str = ""

    @property
    def state(self) -> Literal["ok", "fix"]:
        """Whether all is well here, or something is to be done."""
        return "fix" if self.remedy else "ok"


class SelfTest:
    """The points in order; shows itself. `ok` is whether none needs a remedy."""

    def __init__(self, points: Sequence[Point]):
        self.points = points
        self.ok = not any(point.remedy for point in points)

    def __repr__(self) -> str:
        lines = []
        for point in self.points:
            lines.append(f"{point.state:<5}{point.text}")
            if point.remedy:
                lines.append(f"     → {point.remedy}")
        return "\n".join([*lines, "", self._summary()])

    def _summary(self) -> str:
        if self.ok:
            return "Your set-up is ready for the course."
        count = sum(bool(point.remedy) for point in self.points)
        return f"{count} point{'s need' if count > 1 else ' needs'} a remedy before you go on."

    def _repr_html_(self) -> str:
        rows = ""
        for point in self.points:
            cell = _html(point.text) + (f"<br>→ {_html(point.remedy)}" if point.remedy else "")
            rows += f"<tr><td><b>{point.state}</b></td>"
            rows += f'<td style="text-align:left">{cell}</td></tr>'
        source = base64.b64encode(_TICK.encode()).decode()
        picture = f'<img alt="no picture" src="data:image/svg+xml;base64,{source}">'
        look = f"Pictures look like this: {picture} (a white tick on a blue disc)."
        return f"<table>{rows}</table><p>{self._summary()} {look}</p>"


def _html(text: str) -> str:
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", html.escape(text, quote=False))


async def selftest() -> SelfTest:
    """Look at everything that the course rests on; nothing is changed or written.

    Returns a `SelfTest`. Its text is the same on every set-up that is well.
    """
    points = [_python(), await _cells_await(), _extension(), _asyncio_unpatched()]
    return SelfTest([*points, _buttons(), _pictures(), _data_folder(), _solutions()])


def _python(version: tuple[Any, ...] = sys.version_info) -> Point:
    oldest, newest = (".".join(map(str, bound)) for bound in (private.OLDEST, private.NEWEST))
    if version < private.OLDEST:
        remedy = f"Make the course's environment with a Python from {oldest} to {newest}."
        return Point(f"Python is {version[0]}.{version[1]}, which is too old", remedy)
    if private.untested(version):
        return Point(f"Python is {version[0]}.{version[1]}, newer than the course was tested with")
    return Point(f"Python is one that the course was tested with, {oldest} to {newest}")


async def _cells_await() -> Point:
    if not kernel.in_kernel():
        return Point("This is no notebook", "Open `notebooks/00_welcome.ipynb` in JupyterLab.")
    try:
        await asyncio.wait_for(asyncio.to_thread(int), timeout=5)
    except Exception as error:
        remedy = f"Restart the kernel; if that does not help: {_REINSTALL} JupyterLab."
        return Point(f"Cells cannot use `await`: {type(error).__name__}", remedy)
    return Point("Cells can use `await`")


def _extension() -> Point:
    if not kernel.is_loaded():
        return Point("The checker is not loaded", "Run the first cell, `%load_ext checker`.")
    if kernel.problems:
        return Point(kernel.problems[0], f"{_REINSTALL} the kernel.")
    return Point("The checker is loaded")


def _asyncio_unpatched() -> Point:
    if hasattr(asyncio, "_nest_patched"):
        remedy = "Remove the line with `nest_asyncio.apply()`, then restart the kernel."
        return Point("asyncio was changed by nest_asyncio", remedy)
    return Point("asyncio is as Python ships it")


def _buttons(least: tuple[int, int] = (7, 4), widgets: str = "ipywidgets") -> Point:
    found = importlib.metadata.version("ipykernel")
    if tuple(int(number) for number in re.findall(r"\d+", found)[:2]) < least:
        return Point(f"ipykernel {found} is too old for buttons", f"{_REINSTALL} the kernel.")
    if importlib.util.find_spec(widgets) is None:
        return Point(f"{widgets} is missing: no buttons", f"{_REINSTALL} JupyterLab.")
    return Point("Buttons can be shown")


def _pictures() -> Point:
    formatter = getattr(kernel.frontend.shell(), "display_formatter", None)
    if "text/html" not in getattr(formatter, "active_types", ()):
        return Point("Pictures cannot be shown here", "Open the notebook in JupyterLab.")
    return Point("Pictures can be shown")


def _data_folder(folder: str | pathlib.Path | None = None) -> Point:
    folder = pathlib.Path(folder or platformdirs.user_data_dir("asyncio-course"))
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK):
        remedy = f"Allow yourself to write to `{existing}`; until then your progress is not kept."
        return Point("Your progress cannot be saved", remedy)
    return Point("Your progress can be saved")


def _solutions(beside: pathlib.Path = _SOLUTIONS) -> Point:
    elsewhere = os.environ.get("CHECKER_SOLUTIONS")
    if beside.is_dir() or elsewhere and pathlib.Path(elsewhere).is_dir():
        return Point("The solutions are here")
    if elsewhere:
        remedy = "Correct or unset the environment variable CHECKER_SOLUTIONS, then restart."
        return Point("CHECKER_SOLUTIONS names no folder", remedy)
    return Point("This copy came without solutions.")
