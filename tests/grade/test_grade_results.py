"""The grades as files: whole or not there, the same each time, safe to open."""

import csv
import json
import xml.etree.ElementTree as xml
from pathlib import Path

import jsonschema
import pytest

import checker.grade.report.tables
from checker.files.atomic import replacing
from checker.grade.report import pages, tables
from checker.grade.report.graded import Graded, GradedExercise
from checker.grade.report.journal import Journal, JournalError
from checker.grade.report.tally import Tally

COURSE = "c" * 64
DIGEST = "d" * 64
SCHEMA = Path(checker.grade.report.tables.__file__).with_name("schema.json")


def solved(id="greet"):
    return GradedExercise(id, True, 2, 2, f"{id}: solved, 2 of 2 rules hold.")


def failed(id="countdown", cause="sequential", page=""):
    text = f"{id}: not yet, 1 of 2 rules hold."
    return GradedExercise(id, False, 1, 2, text, cause, "line 4 awaits inside the loop", 4, page)


def graded(name, *exercises, **more):
    more = {"chapter": "00_welcome", "digest": DIGEST, "sandbox": "limits", **more}
    return Graded(name, f"class/{name}.ipynb", exercises=list(exercises), **more)


def broken(name):
    return Graded(name, f"class/{name}.ipynb", problem=f"class/{name}.ipynb: it is empty.")


CLASS = (
    graded("bob", solved(), failed(), seconds=0.3),
    graded("ada", solved(), solved("countdown"), notices=["cell 7: `!ls` was not run"]),
    broken("eve"),
    graded("cyd", failed("greet", "raised"), failed()),
)


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path / "grades.part", COURSE)
    for one in CLASS:
        journal.add(one)
    yield journal
    journal.close()


def again(journal):
    return Journal(journal.path, COURSE, resume=True)


def test_a_journal_gives_back_what_was_put_in_by_name(journal):
    assert [one.name for one in journal] == ["ada", "bob", "cyd", "eve"]
    assert list(journal) == sorted(CLASS, key=lambda one: one.name)


def test_a_journal_that_is_opened_again_has_all_of_it(journal):
    assert list(again(journal)) == list(journal)


def test_a_journal_is_whole_wherever_its_writing_broke_off(journal, tmp_path):
    whole = journal.path.read_bytes()
    names = [one.name for one in CLASS]
    for cut in range(0, len(whole), 7):
        (tmp_path / "cut").write_bytes(whole[:cut])
        cut_off = Journal(tmp_path / "cut", COURSE, resume=True)
        kept = {one.name for one in cut_off}
        assert kept == set(names[: len(kept)])
        for one in CLASS:
            if one.name not in kept:
                cut_off.add(one)
        assert list(cut_off) == list(journal)
        cut_off.close()


def test_a_submission_that_was_handed_in_anew_is_graded_anew(journal):
    assert journal.has("ada", DIGEST)
    assert not journal.has("ada", "e" * 64)
    journal.add(graded("ada", failed(), digest="e" * 64))
    assert journal.has("ada", "e" * 64)
    assert [one.points for one in again(journal) if one.name == "ada"] == [1]


def test_a_journal_that_was_left_is_not_written_over(journal):
    with pytest.raises(JournalError, match="--resume"):
        Journal(journal.path, COURSE)
    assert len(again(journal)) == 4


def test_a_journal_of_another_version_of_the_course_is_not_gone_on_with(journal):
    with pytest.raises(JournalError, match="another version of the course"):
        Journal(journal.path, "0" * 64, resume=True)


@pytest.mark.parametrize("content", [b"name,points\nada,3\n", b"[]\n", b"\xff\xfe\n"])
def test_a_file_that_is_no_journal_is_left_alone(tmp_path, content):
    path = tmp_path / "grades.part"
    path.write_bytes(content)
    with pytest.raises(JournalError, match="is no journal"):
        Journal(path, COURSE, resume=True)
    assert path.read_bytes() == content


def read_csv(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_csv_has_a_row_a_submission_and_a_column_an_exercise(journal, tmp_path):
    tables.write_csv(tmp_path / "grades.csv", journal)
    rows = read_csv(tmp_path / "grades.csv")
    points = [(row["submission"], row["points"], row["greet"], row["countdown"]) for row in rows]
    assert points == [
        ("ada", "4", "2", "2"),
        ("bob", "3", "2", "1"),
        ("cyd", "2", "1", "1"),
        ("eve", "", "", ""),
    ]
    assert rows[1]["countdown cause"] == "sequential"
    assert rows[3]["problem"] == "class/eve.ipynb: it is empty."
    assert rows[0]["notices"] == "cell 7: `!ls` was not run"


def test_a_name_is_no_formula_in_a_spreadsheet(journal, tmp_path):
    journal.add(graded('=HYPERLINK("http://x","y")', solved()))
    tables.write_csv(tmp_path / "grades.csv", journal)
    assert read_csv(tmp_path / "grades.csv")[0]["submission"].startswith("'=")


def test_json_keeps_to_its_schema(journal, tmp_path):
    tables.write_json(tmp_path / "grades.json", journal)
    data = json.loads((tmp_path / "grades.json").read_text())
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(data, schema)
    assert [one["name"] for one in data["submissions"]] == ["ada", "bob", "cyd", "eve"]
    assert data["exercises"][1] == {
        "id": "countdown",
        "chapter": "00_welcome",
        "solved": 1,
        "failed": 2,
        "causes": {"sequential": 2},
    }
    del data["submissions"][0]["points"]
    with pytest.raises(jsonschema.ValidationError, match="points"):
        jsonschema.validate(data, schema)


def test_junit_has_a_suite_a_submission_and_a_case_an_exercise(journal, tmp_path):
    odd = "it printed \x00\x1b[31m and <b>&"
    journal.add(graded("odd\x07", GradedExercise("greet", text=odd, cause="raised", message=odd)))
    tables.write_junit(tmp_path / "grades.xml", journal)
    suites = xml.parse(tmp_path / "grades.xml").getroot()
    assert [suite.get("name") for suite in suites] == ["ada", "bob", "cyd", "eve", "odd\ufffd"]
    bob, eve, odd = suites[1], suites[3], suites[4]
    assert (bob.get("tests"), bob.get("failures"), bob.get("errors")) == ("2", "1", "0")
    failure = bob.find("testcase[@name='countdown']/failure")
    assert (failure.get("type"), failure.get("message")) == (
        "sequential",
        "line 4 awaits inside the loop",
    )
    assert eve.find("testcase/error").text == "class/eve.ipynb: it is empty."
    assert odd.find("testcase/failure").text == "it printed \ufffd\ufffd[31m and <b>&"


@pytest.mark.parametrize("ending", tables.WRITERS)
def test_the_file_does_not_depend_on_the_order_nor_on_the_time_it_took(tmp_path, ending):
    files = []
    for number, them in enumerate((CLASS, CLASS[::-1])):
        journal = Journal(tmp_path / f"{number}.part", COURSE)
        for one in them:
            journal.add(Graded.from_json({**one.to_json(), "seconds": number}))
        files.append(tmp_path / f"{number}{ending}")
        tables.WRITERS[ending](files[-1], journal)
        journal.close()
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_file_that_could_not_be_written_whole_leaves_the_old_one(tmp_path):
    path = tmp_path / "grades.csv"
    path.write_text("the old grades")
    with pytest.raises(ZeroDivisionError), replacing(path) as file:
        file.write("half of the new ones")
        1 / 0
    assert path.read_text() == "the old grades"
    assert [file.name for file in tmp_path.iterdir()] == ["grades.csv"]


def tally_of(journal):
    tally = Tally()
    for one in journal:
        tally.add(one)
    return tally


def test_the_tally_says_what_failed_most_and_why(journal):
    tally = tally_of(journal)
    assert [(one.id, one.solved, one.failed) for one in tally.hardest] == [
        ("countdown", 1, 2),
        ("greet", 2, 1),
    ]
    assert tally.hardest[0].causes == {"sequential": 2}
    assert tally.problems == [("eve", "class/eve.ipynb: it is empty.")]
    assert (tally.points, tally.max_points) == (9, 12)


def test_a_page_shows_the_verdict_and_escapes_what_was_handed_in(tmp_path):
    page = "<div>the <b>picture</b></div>"
    one = graded("<script>x", failed(page=page), notices=["cell 7: `<img>`"])
    pages.write_page(tmp_path, one)
    text = (tmp_path / pages.place(one.name)).read_text()
    assert page in text
    assert "&lt;script&gt;x" in text and "<script>" not in text
    assert "cell 7: `&lt;img&gt;`" in text
    assert '<a href="../index.html">' in text


def test_the_overview_leads_to_each_page(journal, tmp_path):
    journal.add(graded("group 1/zoë #2", solved()))
    for one in journal:
        pages.write_page(tmp_path, one)
    pages.write_overview(tmp_path, journal, tally_of(journal))
    text = (tmp_path / pages.OVERVIEW).read_text()
    assert "2 × sequential" in text and "class/eve.ipynb: it is empty." in text
    assert 'href="submissions/group%201/zo%C3%AB%20%2523%2522.html"' not in text
    assert (tmp_path / "submissions/group 1/zoë %232.html").exists()
    assert 'href="submissions/group%201/zo%C3%AB%20%25232.html"' in text


def test_no_page_leaves_its_folder_or_is_anothers():
    names = [
        "a",
        "../a",
        "./a",
        "/a",
        "a/",
        "a//b",
        "a/b",
        "a/../b",
        "..",
        "index",
        "A b",
        "x" * 999,
    ]
    names += ["x" * 998, "a\\b", "a:b", "", "...", "a%2e"]
    places = [pages.place(name) for name in names]
    assert len(set(places)) == len(names)
    for place in places:
        assert place.startswith("submissions/")
        assert not {"", ".", ".."} & set(place.split("/"))
        assert all(len(part.encode()) < 256 for part in place.split("/"))
