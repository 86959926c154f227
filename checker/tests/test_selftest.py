"""What the self-test of a learner's set-up says of set-ups that are not well."""

import asyncio
import importlib.metadata

from checker.kernel import selftest


def test_selftest_names_a_remedy_for_what_is_wrong(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(asyncio, "_nest_patched", True, raising=False)
    no_widgets = selftest._buttons(widgets="no_such_package")
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "6.31.0")
    monkeypatch.setenv("CHECKER_SOLUTIONS", str(tmp_path / "nowhere"))
    wrong = {
        selftest._python((3, 10, 2)): "Make the course's environment with a Python from 3.11",
        selftest._asyncio_unpatched(): "Remove the line with `nest_asyncio.apply()`",
        selftest._buttons(): "pip install -r requirements.txt",
        no_widgets: "pip install -r requirements.txt",
        selftest._extension(): "Run the first cell, `%load_ext checker`.",
        selftest._pictures(): "Open the notebook in JupyterLab.",
        selftest._data_folder(tmp_path / "file" / "inside"): "Allow yourself to write to",
        selftest._solutions(tmp_path / "solutions"): "CHECKER_SOLUTIONS",
    }
    for point, remedy in wrong.items():
        assert remedy in point.remedy, point
    shown = repr(selftest.SelfTest(list(wrong)))
    assert shown.startswith("fix  Python is 3.10, which is too old\n     → Make")
    assert shown.endswith("\n8 points need a remedy before you go on.")


def test_selftest_outside_a_notebook_says_so():
    report = asyncio.run(selftest.selftest())
    assert not report.ok
    assert "This is no notebook" in repr(report)


def test_selftest_finds_nothing_wrong_with_less_usual_set_ups(monkeypatch, tmp_path):
    monkeypatch.delenv("CHECKER_SOLUTIONS", raising=False)
    newer = selftest._python((3, 16, 0))
    assert not newer.remedy and "newer than the course was tested with" in newer.text
    without = selftest._solutions(tmp_path / "solutions")
    assert without == selftest.Point("This copy came without solutions.")
    assert not selftest._data_folder(tmp_path / "not" / "there" / "yet").remedy


def test_selftest_shows_a_picture_and_remedies_as_html():
    report = selftest.SelfTest([selftest.Point("a < b", "Run `x`.")])
    shown = report._repr_html_()
    assert "a &lt; b" in shown and "<code>x</code>" in shown
    assert 'src="data:image/svg+xml;base64,' in shown
