"""Changing whose recordings count, and reading a quiz, in a real browser."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from playwright.sync_api import expect

from pipeline.storage.catalogue import Catalogue
from tests.browser.conftest import COUNTED, Open

pytestmark = pytest.mark.browser

LESSON = "/lesson/biology-7/photosynthesis"
SLIDE = "/slide/biology-7/photosynthesis/3-the-equation"
STRICT_DEG = 2  # only S04 of those counted is off by more


def test_a_stricter_rule_says_whom_it_removes_and_changes_the_numbers(
    open_page: Open, catalogue: Catalogue
) -> None:
    page = open_page(SLIDE)
    reached = page.locator('#slide-numbers tr[data-region="equation"] td').nth(4)
    everybody = f"/ {len(COUNTED)}"
    expect(reached).to_contain_text(everybody)
    before = reached.inner_text()
    removed = page.locator("#slide-removed")
    expect(removed).to_have_text("Nobody is left out.")

    page.get_by_text("Tracked at least 50 % of the time").click()
    page.get_by_label("Largest error on validation dots").fill(str(STRICT_DEG))
    expect(removed).to_contain_text(f"S04 (off by 2.40 deg, more than {STRICT_DEG} deg)")
    expect(reached).to_contain_text(f"/ {len(COUNTED) - 1}")
    assert reached.inner_text() != before
    expect(page.locator("#slide-panel")).to_contain_text(f"{len(COUNTED) - 1} of {len(COUNTED)}")
    expect(page).to_have_url(re.compile(f"accuracy={STRICT_DEG}"))

    page.reload()
    expect(removed).to_contain_text("S04 (off by")
    expect(reached).to_contain_text(f"/ {len(COUNTED) - 1}")
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Photosynthesis").click()
    expect(page).to_have_url(re.compile(f"{LESSON}.*accuracy={STRICT_DEG}"))
    expect(page.locator("section.left-out").get_by_role("row", name="S04 Off by 2.40 deg")).to_be_visible()
    expect(page.locator(".film").nth(2)).to_contain_text(f"{len(COUNTED) - 1} of {len(COUNTED)} students")


def test_the_class_is_held_against_the_content_after_the_first_paint(open_page: Open) -> None:
    page = open_page(SLIDE)
    maps = page.locator(".maps")
    expect(maps.get_by_role("columnheader", name="Rest of the class")).to_be_visible()
    expect(maps.get_by_role("row")).to_have_count(8)
    expect(page.locator(".ways").get_by_role("row")).to_have_count(8)  # six regions and elsewhere


def test_quiz_answers_are_shown_beside_the_gaze(open_page: Open, catalogue: Catalogue) -> None:
    quiz: pd.DataFrame = catalogue.quiz("biology-7", "photosynthesis")
    page = open_page(LESSON)
    table = page.locator("table.quiz")
    for question in quiz["question"].unique():
        expect(table.get_by_role("rowheader", name=question)).to_be_visible()
    expect(page.locator("#lesson-quiz")).to_contain_text("A relation is not a cause")
    other = open_page("/lesson/physics-8/the-pendulum")
    expect(other.locator("#lesson-quiz code")).to_contain_text("python -m pipeline quiz FILE")
