"""What is chosen on the workbench survives its address, and no address can break it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from dashboard.choice import NOTHING, OPACITY, OPTIONS, OVERLAYS, USUAL, Choice
from dashboard.group import Rules


def there_and_back(choice: Choice) -> Choice:
    """As an address holds it: words alone, lists joined by commas, nothing of what is not set."""
    words = {
        name: value if isinstance(value, str) else ",".join(value)
        for name, value in choice.address().items()
        if value is not None
    }
    return Choice.read(words)


@pytest.mark.parametrize(
    "choice",
    [
        Choice(),
        Choice(overlays=()),
        Choice(overlays=OVERLAYS),
        *(Choice(**{name: value}) for name, values in OPTIONS.items() for value in values),
        *(Choice(against=against) for against in ("others", "group:7b", "version:12")),
        Choice(opacity=(("fog", 10), ("heatmap", 60), ("regions", 35))),
        Choice(students=("S01", "S02"), sort="-gap", order="equation", region="title"),
        Choice(rules=Rules(0.7, 2.5, False, "7b", dt.date(2026, 10, 1), dt.date(2026, 11, 1), 2)),
    ],
)
def test_an_address_brings_everything_back(choice: Choice) -> None:
    assert there_and_back(choice) == choice


def test_the_usual_needs_no_words() -> None:
    assert set(Choice().address().values()) == {None}


@pytest.mark.parametrize(
    "asked",
    [
        {"overlays": "nonsense", "kind": "<script>", "against": "group:", "opacity.heatmap": "lots"},
        {"overlays": ["heatmap", {"a": 1}], "kind": None, "students": None, "opacity.fog": "-5"},
        {"against": "version:0", "sort": "__class__", "region": "x" * 100, "opacity.regions": "9" * 50},
        {"against": "others; drop table", "sort": "--gap", "opacity.heatmap": "٣٤", "order": ["equation"]},
        {"students": ",,", "cloud": "heatmap", "path": 3.5, "error": [], "labels": "BOTH", "opacity": "1e3"},
    ],
)
def test_what_makes_no_sense_is_as_if_it_were_not_there(asked: dict[str, Any]) -> None:
    read = Choice.read(asked)
    assert set(read.overlays) <= set(USUAL)
    assert read == Choice(overlays=read.overlays)


def test_opacity_stays_between_its_bounds() -> None:
    read = Choice.read({"opacity.heatmap": "3", "opacity.fog": "999", "opacity.regions": "50"})
    assert [read.opacity_of(name) for name in ("heatmap", "fog", "regions")] == [10, 100, 50]
    assert read.opacity_of("cloud") == OPACITY["cloud"]


def test_overlays_lie_over_one_another_in_one_order_whatever_the_address_says() -> None:
    assert Choice.read({"overlays": "regions,heatmap,fog,heatmap"}).overlays == ("fog", "heatmap", "regions")
    assert Choice.read({"overlays": NOTHING}).overlays == ()


@pytest.mark.parametrize(
    ("asked", "overlays"),
    [
        ({"overlay": "heatmap"}, ("heatmap", "regions")),
        ({"overlay": "scanpath", "regions": "0"}, ("scanpath",)),
        ({"overlay": "regions"}, ("regions",)),
        ({"overlay": "nonsense"}, USUAL),
        ({"overlay": "scanpath", "overlays": "fog"}, ("fog",)),
    ],
)
def test_addresses_with_one_overlay_still_lead_to_it(
    asked: dict[str, str], overlays: tuple[str, ...]
) -> None:
    assert Choice.read(asked).overlays == overlays


def test_the_heatmaps_opacity_is_read_as_it_was_written_once() -> None:
    assert Choice.read({"opacity": "40"}).opacity_of("heatmap") == 40
    assert Choice.read({"opacity": "40", "opacity.heatmap": "60"}).opacity_of("heatmap") == 60


def test_rules_kept_by_a_pages_controls_come_before_those_of_the_address() -> None:
    read = Choice.read({"group": "7a", "overlays": "fog"}, {"group": "7b"})
    assert (read.rules.group, read.overlays) == ("7b", ("fog",))
