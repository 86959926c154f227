"""The colours of the pictures: seen on their ground, and told apart by colour-blind readers."""

import itertools
import math

import pytest

from checker.show.picture import svg


def _light(colour):
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    dark, light = sorted((_light(one), _light(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_colours_can_be_told_from_the_ground():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    for colour in (svg.BLUE, svg.RED, svg.GREEN, svg.PINK, svg.GREY):
        assert contrast(colour, svg.PANEL) >= 3
        assert contrast(colour, "#111111") >= 3
    assert contrast(svg.INK, svg.PANEL) >= 7
    assert contrast(svg.GREY, svg.PANEL) >= 4.5  # it is text, too


# Machado, Oliveira, Fernandes: A Physiologically-based Model for Simulation of Color Vision
# Deficiency (2009), severity 1.0; on linear RGB.
COLOUR_BLIND = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def _linear(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def _seen(colour, matrix):
    rgb = _linear(colour)
    mixed = [sum(m * c for m, c in zip(row, rgb, strict=True)) for row in matrix]
    return [min(max(part, 0.0), 1.0) for part in mixed]


def _lab(rgb):
    """CIE L*a*b* of linear sRGB, white point D65."""
    red, green, blue = rgb
    xyz = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
    )
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in xyz)
    return (116 * y - 16, 500 * (x - y), 200 * (y - z))


@pytest.mark.parametrize("matrix", COLOUR_BLIND.values(), ids=COLOUR_BLIND)
def test_colour_blind_readers_tell_the_states_apart(matrix):
    """Forms and words carry the meaning; the colours must not work against them."""
    for one, other in itertools.combinations((svg.BLUE, svg.RED, svg.GREEN, svg.INK), 2):
        assert math.dist(_lab(_seen(one, matrix)), _lab(_seen(other, matrix))) >= 15, (one, other)
    for colour in (svg.BLUE, svg.RED, svg.GREEN, svg.PINK, svg.GREY):
        red, green, blue = _seen(colour, matrix)
        light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        assert 1.05 / (light + 0.05) >= 3, colour  # against the white panel
