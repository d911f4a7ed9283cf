"""Labels lie outside their regions and over nothing else, as long as there is room."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dashboard.figures.labels import LABEL_HEIGHT, Box, place_labels

TOP = -0.06


def test_a_label_sits_on_its_region() -> None:
    assert place_labels([(0.2, 0.3, 0.6, 0.5)], ["Leaf"], top=TOP) == [(0.2, 0.3 - LABEL_HEIGHT)]


def test_a_label_goes_below_where_another_region_is_above() -> None:
    regions: list[Box] = [(0.1, 0.1, 0.9, 0.3), (0.1, 0.31, 0.9, 0.5)]
    assert place_labels(regions, ["A", "B"], top=TOP)[1] == (0.1, 0.5)


def test_a_label_stays_on_the_slide_at_its_right_edge() -> None:
    ((left, _),) = place_labels([(0.95, 0.3, 0.99, 0.5)], ["A long name of a region"], top=TOP)
    assert left < 0.95


def test_the_topmost_label_uses_the_room_above_the_slide() -> None:
    assert place_labels([(0.1, 0.0, 0.5, 0.2)], ["Title"], top=TOP) == [(0.1, -LABEL_HEIGHT)]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), unique=True, min_size=1, max_size=12))
def test_labels_of_spread_regions_never_cover_anything(cells: list[tuple[int, int]]) -> None:
    regions = [(0.02 + x / 4, 0.05 + y / 3, 0.2 + x / 4, 0.25 + y / 3) for x, y in cells]
    places = place_labels(regions, ["Region"] * len(regions), top=TOP)
    width = 0.07
    for left, up in places:
        for x0, y0, x1, y1 in regions:
            beside = left >= x1 or left + width <= x0
            assert beside or up >= y1 - 1e-9 or up + LABEL_HEIGHT <= y0 + 1e-9
