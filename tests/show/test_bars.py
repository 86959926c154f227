"""Measured times as bars: stable words, figures in the picture alone."""

import base64
import re
import xml.etree.ElementTree as ET

from checker.show.bars import Bars

ONE_WAY = {"in_turn": 4.0, "at <once>": 0.5}
THE_SAME_LATER = {"in_turn": 9.0, "at <once>": 0.7}


def drawn(seconds):
    """The picture that a page gets, as an element tree."""
    data = re.search(r"base64,([^\"]*)", Bars(seconds)._repr_html_())[1]
    return ET.fromstring(base64.b64decode(data))


def test_the_words_name_the_slowest_and_no_figure():
    words = "in_turn took longest. The figures of this machine are in the picture."
    assert repr(Bars(ONE_WAY)) == repr(Bars(THE_SAME_LATER)) == words


def test_nothing_but_the_picture_differs_from_run_to_run():
    def page(seconds):
        return re.sub(r"data:image/svg[^\"']*", "PICTURE", Bars(seconds)._repr_html_())

    assert page(ONE_WAY) == page(THE_SAME_LATER)


def test_the_picture_has_a_bar_for_each_in_proportion():
    bars = [e for e in drawn(ONE_WAY).iter() if e.get("class") == "b"]
    long, short = (int(bar.get("width")) for bar in bars)
    assert round(long / short) == 8


def test_the_picture_has_the_names_and_the_figures():
    texts = [e.text for e in drawn(ONE_WAY).iter() if e.tag.endswith("text")]
    assert texts == ["in_turn", "4.00 s", "at <once>", "0.50 s, 8.0 ×"]


def test_a_time_of_next_to_nothing_has_a_bar_too():
    bars = [e for e in drawn({"a": 100.0, "b": 0.0001}).iter() if e.get("class") == "b"]
    assert [int(bar.get("width")) > 0 for bar in bars] == [True, True]
