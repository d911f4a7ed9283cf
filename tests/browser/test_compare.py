"""The administrator compares the courses: what the page says is what the files of the lake say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from pipeline.storage.catalogue import Catalogue
from tests.browser.conftest import COUNTED, LESSON, OTHER, PATIENCE_MS, Open, wait_until
from tests.seeded_school import seed
from tests.served import Server, free_port

pytestmark = pytest.mark.browser
expect.set_options(timeout=PATIENCE_MS)

COURSES = ("biology-7", "physics-8")
NAMES = ["Biology 7", "Physics 8"]
PLACE = "biology-7/photosynthesis"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A school of this module's own: what others upload or delete is not in the figures."""
    folder = tmp_path_factory.mktemp("compared") / "data"
    seed(folder, viewers=COUNTED, lessons=[LESSON, OTHER], slide_s=12.0).close()
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


def plain_gap(catalogue: Catalogue, course_id: str) -> float:
    """Half the sum of distances between mean and expected shares, each student one vote, from the files."""
    rows = [row for row in catalogue.sessions(course_id) if row.student in {v.student for v in COUNTED}]
    lesson = catalogue.lesson(course_id, str(rows[0].lesson_id))
    tracked = {}
    for row in rows:
        times = pd.read_parquet(row.files["exposures"].path).groupby("slide_id", observed=True)
        times = times[["tracked_ms", "duration_ms"]].sum()
        tracked[row.session_id] = set(times.index[times["tracked_ms"] / times["duration_ms"] >= 0.5])
    votes = {row.session_id: 1 / len(tracked[row.session_id]) for row in rows}
    total = 0.0
    for slide in lesson.slides:
        weights = np.array([aoi.weight for aoi in slide.aois], float)
        off, rest = np.zeros(len(weights)), 0.0
        for row in rows:
            if slide.slide_id not in tracked[row.session_id]:
                continue
            own = pd.read_parquet(row.files["fixations"].path)
            on = own[(own["slide_id"] == slide.slide_id)]
            on = on[on["slide_x"].between(0, 1) & on["slide_y"].between(0, 1)]
            shares = []
            for aoi in slide.aois:
                (x0, y0), (x1, y1) = np.min(aoi.parts[0].points, axis=0), np.max(aoi.parts[0].points, axis=0)
                inside = on["slide_x"].between(x0, x1) & on["slide_y"].between(y0, y1)
                shares.append(on["duration_ms"][inside].sum() / on["duration_ms"].sum())
            off += votes[row.session_id] * (np.array(shares) - weights / weights.sum())
            rest += votes[row.session_id] * (1 - sum(shares))
        total += np.abs(off).sum() + max(0.0, rest)
    return total / 2 / len(rows)


def column(page: Page, heading: str) -> list[str]:
    """What a column of the table says."""
    heads = [text.strip(" ↑↓") for text in page.locator(".compare-table thead th").all_inner_texts()]
    cells = page.locator(f".compare-table tbody tr > :nth-child({heads.index(heading) + 1})")
    return [" ".join(text.split()) for text in cells.all_inner_texts()]


def test_the_administrator_compares_the_courses(open_page: Open, catalogue: Catalogue) -> None:
    page = open_page("/")
    page.get_by_role("link", name="Compare", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare")
    page.get_by_role("link", name="All courses").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Courses")
    expect(page.locator(".compare-table tbody tr")).to_have_count(2)
    assert column(page, "Compared") == NAMES
    gaps = {course: plain_gap(catalogue, course) for course in COURSES}
    assert [value.split()[0] for value in column(page, "Gap score")] == [
        f"{gap:.2f}" for gap in gaps.values()
    ]
    wait_until(page, "document.querySelectorAll('.js-plotly-plot .point').length > 2")

    page.get_by_text("On the slide", exact=True).click()
    expect(page.locator(".chart-card h2").first).to_have_text("On the slide")
    wait_until(page, "location.href.includes('measure=on_slide_share')")
    shares = column(page, "On the slide")
    assert all(share.split()[0].endswith("%") for share in shares)

    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy table").click()
    expect(page.get_by_role("button", name="Table copied")).to_be_visible()
    lines = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert lines[0].split("\t")[:3] == ["Compared", "Lessons", "Students"]
    assert [line.split("\t")[0] for line in lines[1:3]] == NAMES
    assert lines[1].split("\t")[5] == shares[0]
    assert "mean of the students" in lines[-1]
    assert page.evaluate("navigator.clipboard.read().then((items) => items[0].types.includes('text/html'))")

    copied = page.url
    again = open_page(copied[copied.index("/compare") :])
    expect(again.locator(".compare-table tbody tr")).to_have_count(2)
    assert column(again, "On the slide") == shares


def test_items_are_added_moved_and_removed_by_keyboard(open_page: Open) -> None:
    page = open_page("/compare?of=course:biology-7")
    expect(page.locator(".lead")).to_contain_text("add something")
    expect(page.locator(".compare-add")).to_have_attribute("open", "")  # while there is only one
    page.locator("#compare-add-course").click()
    page.get_by_role("option", name="Physics 8").click()
    page.get_by_role("button", name="Add", exact=True).press("Enter")
    expect(page.locator(".compare-item")).to_have_count(2)
    page.get_by_role("button", name="Move Physics 8 up").press("Enter")
    expect(page.locator(".compare-item").first).to_contain_text("Physics 8")
    expect(page.locator(".compare-table tbody tr").first).to_contain_text("Physics 8")
    page.get_by_role("button", name="Compared", exact=False).first.press("Enter")
    expect(page.locator(".compare-table tbody tr").first).to_contain_text("Biology 7")
    page.get_by_role("button", name="Remove Physics 8").press("Enter")
    expect(page.locator(".compare-item")).to_have_count(1)
    wait_until(page, "!location.href.includes('physics')")


def test_two_sides_of_a_slide_lie_beside_one_another(open_page: Open) -> None:
    item = f"slide:{PLACE}/3-the-equation"
    page = open_page(f"/compare?of={item},{item}~students:S01:S02:S03:S04:S05&measure=gap_score")
    expect(page.get_by_role("heading", name="Where the two looked differently")).to_be_visible()
    pictures = "[...document.querySelectorAll('.compare-slide img')]"
    wait_until(page, f"{pictures}.length === 4 && {pictures}.every((i) => i.complete && i.naturalWidth > 0)")
    expect(page.get_by_text("The 5 students who are in both are compared with themselves.")).to_be_visible()
    expect(page.get_by_role("heading", name="Region by region")).to_be_visible()
