"""Feedback as HTML: a page a submission with the pictures of its verdicts, and one of the class.

The pages hold all that they need: no script, no font and no style comes from elsewhere.
"""

import functools
import hashlib
from pathlib import Path
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from checker.files.atomic import replacing

OVERVIEW = "index.html"
LONGEST = 200  # bytes of a name of a file or folder


@functools.cache
def _templates():
    return jinja2.Environment(
        loader=jinja2.PackageLoader("checker.grade.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


def place(name):
    """Where the page of a submission stands, below the folder of the pages.

    A name comes from whoever handed in: it must neither leave the folder nor be another page's.
    """
    return "/".join(["submissions", *map(_file_name, name.split("/"))]) + ".html"


def _file_name(part):
    """Readable, another one for each part, and allowed on every system."""
    dots = not part.strip(".")  # "", "." and ".."
    safe = "".join(
        c if c.isalnum() or c in " -_,()" or (c == "." and not dots) else f"%{ord(c):x}"
        for c in part
    )
    if len(safe.encode()) > LONGEST:
        safe = f"{safe[:40]}~{hashlib.sha256(part.encode()).hexdigest()[:16]}"
    return safe or "%"


def write_page(folder, graded):
    """Write the feedback page of one submission."""
    where = place(graded.name)
    with replacing(Path(folder) / where, errors="replace", newline="") as file:
        file.write(
            _templates()
            .get_template("submission.html")
            .render(
                graded=graded,
                # They are made by `checker.show`, which escapes what a submission brings.
                pages=[Markup(exercise.page) for exercise in graded.exercises],
                home="../" * where.count("/") + OVERVIEW,
            )
        )


def write_overview(folder, journal, tally):
    """Write the page of the class: what failed most and why, and a line a submission."""
    with replacing(Path(folder) / OVERVIEW, errors="replace", newline="") as file:
        template = _templates().get_template("overview.html")
        rows = ((quote(place(graded.name)), graded) for graded in journal)
        for piece in template.generate(tally=tally, rows=rows):
            file.write(piece)
