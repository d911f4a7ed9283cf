"""The looks: both palettes readable, the stylesheet equal to the palettes, no chart that calls outside."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from dashboard.theme import DARK, GRAPH_CONFIG, LIGHT, MANTINE, Palette, palette, template


def luminance(colour: str) -> float:
    """Relative luminance as in WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ink", ["text", "muted", "accent", "good", "warn", "bad"])
def test_text_is_readable_on_cards_and_on_the_page(colours: Palette, ink: str) -> None:
    assert contrast(getattr(colours, ink), colours.surface) >= 4.5
    assert contrast(getattr(colours, ink), colours.page) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_the_chosen_page_is_readable_in_the_navigation(colours: Palette) -> None:
    assert contrast(colours.accent, colours.accent_soft) >= 4.5


def test_the_stylesheet_has_the_same_colours(repo_root: Path) -> None:
    css = (repo_root / "assets" / "base.css").read_text(encoding="utf-8")
    light, dark = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block)) for block in css.split("}")[:2])
    for written, colours in ((light, LIGHT), (dark, DARK)):
        expected = {f.name.replace("_", "-"): getattr(colours, f.name) for f in fields(colours)}
        del expected["name"]
        assert written == expected


def test_mantine_has_the_same_accent() -> None:
    shade = MANTINE["primaryShade"]
    assert MANTINE["colors"][MANTINE["primaryColor"]][shade["light"]] == LIGHT.accent
    assert MANTINE["colors"][MANTINE["primaryColor"]][shade["dark"]] == DARK.accent


def test_no_chart_offers_to_send_its_data_away() -> None:
    assert GRAPH_CONFIG["showSendToCloud"] is False
    assert GRAPH_CONFIG["plotlyServerURL"] == ""


def test_before_the_browser_has_said_anything_it_is_light() -> None:
    assert palette(None) is LIGHT
    assert palette("dark") is DARK
    assert template("dark").layout.font.color == DARK.text
