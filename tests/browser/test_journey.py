"""What people come for, from end to end in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from pipeline.domain import Aoi, Lesson
from pipeline.ingest.lessons import read_lesson
from pipeline.storage.catalogue import Catalogue
from tests.browser.conftest import COUNTED, LESSON, OTHER, Open, wait_until

pytestmark = pytest.mark.browser

SLIDE_ID = "3-the-equation"
REGION = "Equation"
CHART = ".js-plotly-plot .main-svg"
ARRIVAL_MS = 60_000


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return read_lesson(LESSON)


@pytest.fixture(scope="module")
def region(lesson: Lesson) -> Aoi:
    slide = next(slide for slide in lesson.slides if slide.slide_id == SLIDE_ID)
    return next(aoi for aoi in slide.aois if aoi.name == REGION)


def looked(catalogue: Catalogue, lesson: Lesson, region: Aoi) -> pd.DataFrame:
    """Per student, straight from the lake's files: ms in the region and ms on the slide, by fixations."""
    (left, top), (right, bottom) = region.parts[0].points
    rows = []
    for session in catalogue.sessions(lesson.course_id, lesson.lesson_id):
        fixations = pd.read_parquet(session.files["fixations"].path)
        here = fixations[fixations["slide_id"] == SLIDE_ID]
        on_slide = here[here["slide_x"].between(0, 1) & here["slide_y"].between(0, 1)]
        inside = on_slide[on_slide["slide_x"].between(left, right) & on_slide["slide_y"].between(top, bottom)]
        rows.append((session.student, inside["duration_ms"].sum(), on_slide["duration_ms"].sum()))
    return pd.DataFrame(rows, columns=["student", "region_ms", "slide_ms"]).set_index("student")


def cells(page: Page, region: Aoi) -> list[str]:
    """The region's row in the table of numbers."""
    row = page.locator(f'#slide-numbers tr[data-region="{region.aoi_id}"]')
    expect(row).to_have_count(1)
    return row.locator("th, td").all_inner_texts()


def test_from_the_overview_to_a_number_that_the_lake_confirms(
    open_page: Open, catalogue: Catalogue, lesson: Lesson, region: Aoi
) -> None:
    page = open_page("/")
    page.locator(".lesson-card", has_text=lesson.lesson_title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(lesson.lesson_title)
    page.get_by_role("link", name=re.compile("The equation")).first.click()
    expect(page).to_have_url(re.compile(f"/slide/biology-7/photosynthesis/{SLIDE_ID}"))

    expected = looked(catalogue, lesson, region)
    share = (expected["region_ms"] / expected["slide_ms"]).mean()
    reached = int((expected["region_ms"] > 0).sum())
    numbers = cells(page, region)
    assert numbers[0] == REGION
    assert numbers[2].startswith(f"{share:.0%}\n")
    assert numbers[5].startswith(f"{reached} / {len(COUNTED)}\n")
    assert f"{expected['region_ms'].mean() / 1000:.1f}" == numbers[-2]


def test_overlays_are_switched_and_the_address_says_which(open_page: Open) -> None:
    page = open_page(f"/slide/biology-7/photosynthesis/{SLIDE_ID}", ready=CHART)
    overlays = page.get_by_role("group", name="What lies over the slide")
    plot = "document.querySelector('#slide-graph .js-plotly-plot')"
    # Nothing is drawn before the page knows its colours, so there may be no picture yet.
    layers = f"({plot}?.layout?.images ?? []).length"
    traces = f"({plot}?.data ?? []).map(trace => trace.type + ':' + trace.mode).join(' ')"
    wait_until(page, f"{layers} === 2")  # the slide, and the heatmap over it
    for name, sign in (("Fixations", "scatter:markers"), ("Scanpaths", "scatter:lines")):
        overlays.get_by_text(name, exact=True).click()
        wait_until(page, f"{layers} === 2 && ({traces}).includes('{sign}')")
        expect(page).to_have_url(re.compile(f"overlays=[a-z,]*{name.lower()[:8]}"))
    overlays.get_by_text("Heatmap", exact=True).click()
    wait_until(page, f"{layers} === 1")
    page.reload()
    page.wait_for_selector(CHART)
    wait_until(page, f"{layers} === 1 && ({traces}).includes('scatter:lines')")
    overlays.get_by_text("Heatmap", exact=True).click()
    wait_until(page, f"{layers} === 2")


def test_one_student_is_shown_alone(
    open_page: Open, catalogue: Catalogue, lesson: Lesson, region: Aoi
) -> None:
    page = open_page(f"/slide/biology-7/photosynthesis/{SLIDE_ID}?students=S02")
    own = looked(catalogue, lesson, region).loc["S02"]
    assert cells(page, region)[2].strip() == f"{own['region_ms'] / own['slide_ms']:.0%}"
    heatmap = page.request.get(
        f"{page.url.split('/slide/')[0]}/media/heatmap/biology-7/photosynthesis/{SLIDE_ID}.png?students=S02"
    )
    assert heatmap.headers["content-type"] == "image/png"


def test_a_package_arrives_and_is_one_click_away(
    open_page: Open, catalogue: Catalogue, package: Path
) -> None:
    lesson = read_lesson(OTHER)  # the numbers of the other tests stay what they are
    page = open_page("/upload", ready="#upload-file")
    page.set_input_files("#upload-file", package)
    upload = page.locator("article.upload")
    expect(upload.get_by_role("status")).to_have_text("Ready.", timeout=ARRIVAL_MS)
    upload.get_by_role("link", name="Open the session").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("N01")

    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Lessons").click()
    sessions = catalogue.sessions(lesson.course_id, lesson.lesson_id)
    card = page.locator(".lesson-card", has_text=lesson.lesson_title)
    expect(card).to_contain_text(f"{len(sessions)} sessions")
    assert [row.is_readable for row in sessions if row.student == "N01"] == [True]
