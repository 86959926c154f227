"""Colours of pictures and marks can be read in a light and in a dark theme: 4.5 to 1 or more."""

import re

import pytest

from checker.show import code, page
from checker.show.picture import svg

LEAST = 4.5


def rgb(colour):
    digits = colour.removeprefix("#")
    return [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]


def luminance(channels):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def in_the_dark(channels):
    """What the style beside a picture makes of a colour: see the CSS filters of that name."""
    amount = float(re.search(r"invert\(([\d.]+)\) hue-rotate\(180deg\)", svg._THEME)[1])
    inverted = [amount * (1 - c) + (1 - amount) * c for c in channels]
    weights = (0.213, 0.715, 0.072)  # hue-rotate(180deg) keeps this sum, and mirrors the rest
    grey = sum(w * c for w, c in zip(weights, inverted, strict=True))
    return [min(1, max(0, 2 * grey - c)) for c in inverted]


@pytest.mark.parametrize("name", ["INK", "GREY"])
@pytest.mark.parametrize("theme", [list, in_the_dark])
def test_the_text_of_a_picture(name, theme):
    text, ground = theme(rgb(getattr(svg, name))), theme(rgb(svg.PANEL))
    assert contrast(text, ground) >= LEAST


@pytest.mark.parametrize("name", ["BLUE", "RED", "GREEN", "PINK", "GREY"])
@pytest.mark.parametrize("theme", [list, in_the_dark])
def test_the_forms_of_a_picture(name, theme):
    form, ground = theme(rgb(getattr(svg, name))), theme(rgb(svg.PANEL))
    assert contrast(form, ground) >= 3


@pytest.mark.parametrize("mark", page._MARKS)
def test_the_marks_of_rules_stand_on_their_own_colour(mark):
    _, colour = page._MARKS[mark]
    assert contrast(rgb(colour), rgb("#ffffff")) >= LEAST


@pytest.mark.parametrize("kind", code._COLOURS)
def test_code_outside_of_jupyter_stands_on_white(kind):
    colour = re.search(r"#\w{6}", code._COLOURS[kind])[0]
    assert contrast(rgb(colour), rgb("#ffffff")) >= LEAST
