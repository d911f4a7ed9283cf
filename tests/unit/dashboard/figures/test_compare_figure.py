"""The chart of a comparison draws the numbers it is given, in the same places every time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dashboard.figures.compare import NAME_MAX, Scale, dots_and_means, height_px, set_apart

ROWS = pd.DataFrame(
    {
        "name": [
            "Biology 7",
            "A course with such a long name that it needs more than two lines to be written",
        ],
        "below": ["3 lessons", "1 lesson"],
        "score": [0.2, np.nan],
        "low": [0.1, np.nan],
        "high": [0.35, np.nan],
        "hover": ["Biology 7: 0.20", "Too few students"],
    }
)
DOTS = pd.DataFrame({"row": [0, 0, 0], "value": [0.15, 0.25, 0.2], "hover": ["a", "b", "c"]})


def test_dots_bars_and_rings_are_where_the_numbers_say() -> None:
    figure = dots_and_means(ROWS, DOTS, Scale("Share (s)", ".1f", factor=10.0), scheme="light")
    dots, bars, rings = figure.data
    np.testing.assert_allclose(dots.x, [1.5, 2.5, 2.0])
    assert (np.abs(dots.y) < 0.5).all()
    np.testing.assert_allclose(bars.x, [1.0, 3.5, np.nan])
    np.testing.assert_allclose((rings.x[0], rings.y[0]), (2.0, 0.0))
    assert len(rings.x) == 1
    assert figure.layout.annotations[0].text == "Too few students"
    assert figure.layout.annotations[0].y == 1
    low, high = figure.layout.xaxis.range
    assert low < 1.0
    assert high > 3.5
    assert figure.layout.height == height_px(2)


def test_a_score_is_drawn_from_nothing_on() -> None:
    figure = dots_and_means(ROWS, DOTS, Scale("Gap", from_zero=True), scheme="dark")
    assert figure.layout.xaxis.range[0] <= 0


def test_a_long_name_takes_two_lines() -> None:
    label = dots_and_means(ROWS, DOTS, Scale("x"), scheme="light").layout.yaxis.ticktext[1]
    lines = label.split("</b>")[0].removeprefix("<b>").split("<br>")
    assert len(lines) == 2
    assert max(map(len, lines)) <= NAME_MAX + 3
    assert lines[-1].endswith("…")


def test_dots_are_set_apart_the_same_way_every_time() -> None:
    value, row = np.full(40, 0.3), np.repeat([0.0, 1.0], 20)
    offset = set_apart(row, value)
    np.testing.assert_array_equal(offset, set_apart(row, value))
    assert len(np.unique(offset.round(6))) == 40
    assert np.abs(offset).max() < 0.5


def test_nothing_says_so_and_many_dots_stay_small() -> None:
    empty = dots_and_means(ROWS[:0], DOTS[:0], Scale("x"), scheme="light")
    assert "Nothing to draw" in empty.layout.annotations[0].text
    rows = pd.concat([ROWS[:1]] * 12)
    many = pd.DataFrame({"row": np.arange(1200) % 12, "value": np.linspace(0, 1, 1200), "hover": "class 7a"})
    assert len(dots_and_means(rows, many, Scale("x"), scheme="light").to_json()) < 100_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_one_value_has_room(scheme: str) -> None:
    one = DOTS[:1].assign(value=0.0)
    figure = dots_and_means(ROWS.assign(score=0.0, low=0.0, high=0.0), one, Scale("x"), scheme=scheme)
    low, high = figure.layout.xaxis.range
    assert low < 0 < high
