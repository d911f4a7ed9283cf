"""The three readers' first visits, from end to end, over a class whose looking is known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from pipeline.domain import Lesson
from pipeline.ingest.lessons import read_lesson
from pipeline.storage.catalogue import Catalogue
from tests.browser.conftest import LESSON, OTHER, Open
from tests.seeded_school import Viewer, seed
from tests.served import Server, free_port

pytestmark = pytest.mark.browser

PLACE = "biology-7/photosynthesis"
# Four of eight never look at the equation, which is required; a ninth is seldom tracked.
VIEWERS = [
    *(Viewer(f"S{n}", error_deg=0.3) for n in range(1, 5)),
    *(Viewer(f"T{n}", error_deg=0.1, jitter_deg=0.1, wander=0, ignores=("equation",)) for n in range(1, 5)),
    Viewer("U1", tracked=0.25),
]
NUMBER = re.compile(r"\d+\.\d\d")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("visits") / "data"
    seed(folder, viewers=VIEWERS, lessons=[OTHER, LESSON], slide_s=15.0).close()
    return folder


@pytest.fixture(scope="module")
def catalogue(data: Path) -> Iterator[Catalogue]:
    opened = Catalogue.open(data)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Server]:
    server = Server(data, free_port(), workers=0)
    assert "Gazeboard is at" in server.first_line()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def lessons() -> list[Lesson]:
    return [read_lesson(LESSON), read_lesson(OTHER)]


def shares(catalogue: Catalogue, lesson: Lesson, slide_id: str) -> pd.DataFrame:
    """From the files: of each student who was tracked, the share of looking at each region of a slide.

    The regions of these lessons are rectangles, and gaze counts for each that it is in.
    """
    slide = next(slide for slide in lesson.slides if slide.slide_id == slide_id)
    rows = {}
    for session in catalogue.sessions(lesson.course_id, lesson.lesson_id):
        shown = pd.read_parquet(session.files["exposures"].path)
        here = shown[shown["slide_id"] == slide_id]
        if here["tracked_ms"].sum() < 0.5 * here["duration_ms"].sum():
            continue
        looked = pd.read_parquet(session.files["fixations"].path)
        looked = looked[(looked["slide_id"] == slide_id)]
        looked = looked[looked["slide_x"].between(0, 1) & looked["slide_y"].between(0, 1)]
        own = {}
        for aoi in slide.aois:
            (left, top), (right, bottom) = aoi.parts[0].points
            inside = looked["slide_x"].between(left, right) & looked["slide_y"].between(top, bottom)
            own[aoi.aoi_id] = looked.loc[inside, "duration_ms"].sum() / looked["duration_ms"].sum()
        rows[session.student] = own
    return pd.DataFrame(rows).T


def gap(catalogue: Catalogue, lesson: Lesson, slide_id: str) -> float:
    """Half the sum of what was looked at more or less than intended, over the regions and the rest."""
    slide = next(slide for slide in lesson.slides if slide.slide_id == slide_id)
    observed = shares(catalogue, lesson, slide_id).mean()
    weights = pd.Series({aoi.aoi_id: aoi.weight for aoi in slide.aois})
    rest = max(0.0, 1 - observed.sum())
    return float(((observed - weights / weights.sum()).abs().sum() + rest) / 2)


def numbers(page: Page, selector: str) -> list[float]:
    return [float(found) for found in NUMBER.findall(page.locator(selector).inner_text())]


def test_a_teacher_comes_from_the_home_to_the_region_that_half_the_class_missed(
    open_page: Open, catalogue: Catalogue, lessons: list[Lesson]
) -> None:
    page = open_page("/")
    card = page.locator(".latest", has_text="Photosynthesis")
    expect(card).to_contain_text("8 of 9 students could be tracked well enough. Not U1")
    missed = shares(catalogue, lessons[0], "3-the-equation")["equation"] == 0
    assert (missed.sum(), len(missed)) == (4, 8)
    line = card.get_by_role("listitem").filter(has_text="4 of 8 never looked at “Equation”")
    line.get_by_role("link", name="Slide 3").click()
    expect(page).to_have_url(re.compile(f"/slide/{PLACE}/3-the-equation"))
    row = page.locator('tr[data-region="equation"]')
    expect(row).to_contain_text("4 / 8")


def test_a_lesson_tells_who_could_not_be_tracked_and_when_what_was_shown(open_page: Open) -> None:
    page = open_page(f"/lesson/{PLACE}", ready=".js-plotly-plot .main-svg")
    left_out = page.locator("section.left-out")
    expect(left_out).to_contain_text("One of 9 students")
    expect(left_out.get_by_role("link", name="U1")).to_be_visible()
    expect(left_out).to_contain_text("not the same as not looking")
    page.get_by_text("In numbers, slide by slide").click()
    expect(page.locator(".in-numbers tbody tr")).to_have_count(4)
    heading = page.locator("#lesson-sessions").get_by_role("button", name=re.compile("^Tracked"))
    heading.click()
    expect(page).to_have_url(re.compile("sort=-?tracked"))
    if "sort=-" in page.url:  # the most first; each click turns it round
        heading.click()
        expect(page).to_have_url(re.compile("sort=tracked"))
    expect(page.locator("#lesson-sessions tbody th").first).to_have_text("U1")
    page.get_by_text("In numbers, slide by slide").scroll_into_view_if_needed()
    chart = page.locator("#lesson-time .nsewdrag").bounding_box()
    assert chart is not None
    page.mouse.click(chart["x"] + 0.9 * chart["width"], chart["y"] + chart["height"] / 2)
    expect(page).to_have_url(re.compile(f"/slide/{PLACE}/4-"))


def test_a_designer_sees_first_what_needs_most_work(
    open_page: Open, catalogue: Catalogue, lessons: list[Lesson]
) -> None:
    page = open_page("/design", ready=".slide-list")
    gaps = {
        f"{lesson.course_id}/{lesson.lesson_id}/{slide.slide_id}": gap(catalogue, lesson, slide.slide_id)
        for lesson in lessons
        for slide in lesson.slides
    }
    for name, expected in gaps.items():
        assert numbers(page, f'tr[data-slide="{name}"] .gap-number') == [pytest.approx(expected, abs=0.006)]
    first = page.locator("tr[data-slide]").first.get_attribute("data-slide")
    assert first == max(gaps, key=gaps.__getitem__)
    page.get_by_text("Required regions", exact=True).click()
    region = page.locator("tr[data-region]").first
    expect(region).to_contain_text("Equation")
    expect(region).to_contain_text("4 of 8")
    expect(page).to_have_url(re.compile("view=regions"))
    page.reload()
    page.locator("tr[data-region]").first.get_by_role("link", name="Edit regions").click()
    expect(page).to_have_url(re.compile(f"/edit/{PLACE}/3-the-equation"))


def test_an_administrator_reads_how_courses_compare_and_how_good_the_data_are(
    open_page: Open, catalogue: Catalogue, lessons: list[Lesson]
) -> None:
    page = open_page("/administer", ready=".compare-table")
    for lesson in lessons:
        mean = np.mean([gap(catalogue, lesson, slide.slide_id) for slide in lesson.slides])
        row = page.locator(".compare-table tbody tr", has_text=lesson.course_title)
        shown = [float(each) for each in NUMBER.findall(row.locator("td").nth(4).inner_text())]
        assert shown[0] == pytest.approx(mean, abs=0.006)
        assert shown[1] <= shown[0] <= shown[2]
        sessions = catalogue.sessions(lesson.course_id)
        tracked = np.mean([row.quality["tracked_share"] for row in sessions])
        line = page.locator(f'tr[data-course="{lesson.course_id}"]')
        expect(line).to_contain_text(f"{tracked:.0%}")
        expect(line.locator("td").first).to_have_text("9")
    expect(page.get_by_text("Consent is recorded of all 18 sessions.")).to_be_visible()
    expect(page.locator("#administer-storage")).to_contain_text("are stored.", timeout=20_000)
