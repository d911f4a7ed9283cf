"""Fixations as an SVG over a thumbnail."""

from __future__ import annotations

from xml.etree import ElementTree

import pandas as pd
import pytest

from dashboard.figures.thumbnail import fixations_svg
from pipeline.domain import Slide

SLIDE = Slide("1", "Start", "1.png", 1000, 500)
CIRCLE = "{http://www.w3.org/2000/svg}circle"


def circles(fixations: pd.DataFrame) -> list[dict[str, str]]:
    return [each.attrib for each in ElementTree.fromstring(fixations_svg(SLIDE, fixations)).iter(CIRCLE)]


def test_circles_lie_on_the_fixations_and_grow_by_area() -> None:
    seen = pd.DataFrame({"slide_x": [0.1, 0.5], "slide_y": [0.2, 0.8], "duration_ms": [200.0, 800.0]})
    short, long = circles(seen)
    assert (short["cx"], short["cy"], long["cx"], long["cy"]) == ("100", "100", "500", "400")
    assert float(long["r"]) == pytest.approx(2 * float(short["r"]), rel=0.02)


def test_what_lies_beside_the_slide_is_left_out() -> None:
    seen = pd.DataFrame({"slide_x": [1.4], "slide_y": [0.2], "duration_ms": [200.0]})
    assert circles(seen) == []
