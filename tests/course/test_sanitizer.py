"""The file that tells nbval what may differ between two runs. A slip in it is silent there."""

import re

from nbval.plugin import get_sanitize_patterns

from checker.maintain.committed import ROOT

TEXT = (ROOT / "tests/support/sanitize.cfg").read_text()
PAIRS = get_sanitize_patterns(TEXT)


def sanitize(text):
    for regex, replacement in PAIRS:
        text = re.sub(regex, replacement, text)
    return text


def test_nbval_finds_every_pair_that_was_written():
    written = [line for line in TEXT.splitlines() if line.startswith("regex:")]
    replacements = [line for line in TEXT.splitlines() if line.startswith("replace:")]
    assert len(PAIRS) == len(written) == len(replacements) > 0


def test_no_regex_stands_twice():
    regexes = [regex for regex, _ in PAIRS]
    assert len(regexes) == len(set(regexes))


def test_nbval_would_drop_a_pair_without_its_blank():
    assert get_sanitize_patterns("regex: a\nreplace:\n") == []
    assert get_sanitize_patterns("regex: a\nreplace: \n") == [("a", "")]


def test_a_picture_is_replaced_and_its_surroundings_stay():
    double = '<img alt="3 s" src="data:image/svg+xml;base64,AAAA/+=="><b>solved</b>'
    assert sanitize(double) == '<img PICTURE"><b>solved</b>'
    single = "<img src='data:image/svg+xml,%3Csvg%3E' alt=\"x\">"
    assert sanitize(single) == "<img src='PICTURE' alt=\"x\">"


def test_other_text_stays():
    text = "6 s = 3 + 1 + 2: line 4 waits; data:image/png;base64,AAAA"
    assert sanitize(text) == text
