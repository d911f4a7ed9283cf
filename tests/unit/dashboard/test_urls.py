"""An address leads back to what it was made of."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard import urls


def test_a_slide_with_its_filters() -> None:
    address = urls.slide("physics-8", "the-pendulum", "3-period", overlay="aois", students=["S01", "S02"])
    path, query = urlsplit(address).path, parse_qs(urlsplit(address).query)
    assert path == "/slide/physics-8/the-pendulum/3-period"
    assert query == {"overlay": ["aois"], "students": ["S01,S02"]}


def test_filters_that_are_not_set_are_left_out() -> None:
    assert urls.slide("c", "l", "s", overlay=None, students=None) == "/slide/c/l/s"
    assert urls.slide("c", "l", "s") == "/slide/c/l/s"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (urls.lesson("c", "l"), "/lesson/c/l"),
        (urls.lesson("c", "l", tracked="70", accuracy=None), "/lesson/c/l?tracked=70"),
        (urls.content_csv("c", "l", "s", "maps", accuracy="2"), "/table/maps/c/l/s.csv?accuracy=2"),
        (urls.table("sessions"), "/table/sessions.csv"),
        (urls.as_parquet(urls.table("a", "l.csv", x="1.csv")), "/table/a/l.csv.parquet?x=1.csv"),
        (urls.session("0123456789abcdef"), "/session/0123456789abcdef"),
        (urls.slide_image("c", "l", "s.1"), "/media/slide/c/l/s.1"),
        (urls.heatmap_image("c", "l", "s", students=["S1"]), "/media/heatmap/c/l/s.png?students=S1"),
        (urls.session_state("0123456789abcdef"), "/api/sessions/0123456789abcdef"),
    ],
)
def test_fixed_places(address: str, expected: str) -> None:
    assert address == expected


def test_what_is_not_a_slug_cannot_leave_its_place() -> None:
    assert urls.session("../upload?x=1#y") == "/session/..%2Fupload%3Fx%3D1%23y"
