"""The grades as a file: CSV, JSON or JUnit XML, written at once or not at all.

Each is made from a `Journal`, so it does not depend on the order in which grades came.
"""

import csv
import json
import re
from xml.sax.saxutils import XMLGenerator

from checker.files.atomic import replacing
from checker.grade.report.tally import Tally

# What XML 1.0 cannot hold: https://www.w3.org/TR/xml/#charsets
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What a spreadsheet takes for a formula; a file's name must not run in the instructor's.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(path, journal):
    """One row a submission, one column an exercise: its points, or its cause beside them.

    The column of an exercise holds the points; the one beside it, named "… cause", what was wrong.
    """
    tally = _tally(journal)
    ids = [exercise.id for exercise in tally.exercises]
    head = ["submission", "chapter", "points", "of"]
    for id in ids:
        head += [id, f"{id} cause"]
    with replacing(path, errors="replace", newline="") as file:
        rows = csv.writer(file)
        rows.writerow([*head, "problem", "notices", "sandbox", "digest"])
        for graded in journal:
            by_id = {exercise.id: exercise for exercise in graded.exercises}
            row = [graded.name, graded.chapter, graded.points, graded.max_points]
            if graded.problem:
                row[2:] = ["", ""]
            for id in ids:
                exercise = by_id.get(id)
                row += ["", ""] if exercise is None else [exercise.points, exercise.cause or ""]
            row += [graded.problem, "; ".join(graded.notices), graded.sandbox, graded.digest]
            rows.writerow([_no_formula(value) for value in row])


def _no_formula(value):
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def write_json(path, journal):
    """Everything but the pages; `schema.json` beside this module says in which form."""
    tally = _tally(journal)
    with replacing(path, errors="replace", newline="") as file:
        file.write('{"format": 1,\n "course": ')
        json.dump(journal.course, file)
        file.write(',\n "exercises": [')
        _write_items(file, (_tallied(exercise) for exercise in tally.exercises))
        file.write('],\n "submissions": [')
        _write_items(file, (_submission(graded) for graded in journal))
        file.write("]}\n")


def _write_items(file, items):
    comma = ""
    for item in items:
        file.write(f"{comma}\n  ")
        json.dump(item, file)
        comma = ","


def _tallied(tally):
    return {
        "id": tally.id,
        "chapter": tally.chapter,
        "solved": tally.solved,
        "failed": tally.failed,
        "causes": dict(sorted(tally.causes.items())),
    }


def _submission(graded):
    data = graded.to_json()
    del data["seconds"]  # another one each time
    for exercise in data["exercises"]:
        del exercise["page"]
    return {**data, "points": graded.points, "max_points": graded.max_points}


def write_junit(path, journal):
    """A test suite a submission, a test case an exercise."""
    with replacing(path, errors="replace", newline="") as file:
        xml = XMLGenerator(file, encoding="utf-8", short_empty_elements=True)
        xml.startDocument()
        xml.startElement("testsuites", {"name": "checker"})
        for graded in journal:
            _suite(xml, graded)
        xml.endElement("testsuites")
        xml.endDocument()


def _suite(xml, graded):
    failed = sum(not exercise.passed for exercise in graded.exercises)
    broken = bool(graded.problem)
    numbers = {"tests": len(graded.exercises) or 1, "failures": failed, "errors": int(broken)}
    xml.startElement("testsuite", _attributes(name=graded.name, **numbers))
    if broken:
        _case(xml, graded, "the notebook", "error", graded.problem, graded.problem)
    for exercise in graded.exercises:
        if exercise.passed:
            _case(xml, graded, exercise.id)
        else:
            text = exercise.text
            message = exercise.message or text
            _case(xml, graded, exercise.id, "failure", message, text, exercise.cause)
    if graded.notices:
        xml.startElement("system-out", {})
        xml.characters(_NOT_IN_XML.sub("\ufffd", "\n".join(graded.notices)))
        xml.endElement("system-out")
    xml.endElement("testsuite")


def _case(xml, graded, name, outcome=None, message="", text="", kind=None):
    xml.startElement("testcase", _attributes(classname=graded.name, name=name))
    if outcome:
        about = {"message": message, **({"type": kind} if kind else {})}
        xml.startElement(outcome, _attributes(**about))
        xml.characters(_NOT_IN_XML.sub("\ufffd", text))
        xml.endElement(outcome)
    xml.endElement("testcase")


def _attributes(**values):
    return {name: _NOT_IN_XML.sub("\ufffd", str(value)) for name, value in values.items()}


def _tally(journal):
    tally = Tally()
    for graded in journal:
        tally.add(graded)
    return tally


WRITERS = {".csv": write_csv, ".json": write_json, ".xml": write_junit}
