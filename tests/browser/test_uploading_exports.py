"""Another tracker's export in a real browser: dropped, asked about, processed, looked at."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from pipeline.domain import Lesson
from pipeline.ingest.lessons import read_lesson
from tests.browser.conftest import OTHER, TABLET, Open

pytestmark = pytest.mark.browser

PATIENCE_MS = 60_000
STUDIO = "importers/tobii_studio/Rec_04-All-Data-2stimuli.tsv"


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return read_lesson(OTHER)


def table(path: Path, lesson: Lesson, people: int = 2) -> Path:
    """50 Hz of each person on the first slide, then a cross, then the second slide."""
    first, second = (slide.slide_id for slide in lesson.slides[:2])
    shown = [first] * 100 + ["cross"] * 20 + [second] * 100
    rows = [
        f"p{person};{number / 50:.2f};0.{3 + person};0.5;{what}"
        for person in range(people)
        for number, what in enumerate(shown)
    ]
    path.write_text("\n".join(["who;when;where_x;where_y;what", *rows]) + "\n")
    return path


def drop(page: Page, path: Path) -> None:
    """Drop a file on the zone, as a mouse would."""
    transfer = page.evaluate_handle(
        """([name, text]) => {
            const data = new DataTransfer();
            data.items.add(new File([text], name));
            return data;
        }""",
        [path.name, path.read_text("utf-8-sig")],
    )
    page.dispatch_event("#upload-drop", "drop", {"dataTransfer": transfer})


def select(page: Page, label: str, option: str) -> None:
    field = page.get_by_role("textbox", name=label, exact=True)
    field.click()
    page.get_by_role("option", name=option, exact=True).click()
    field.press("Escape")


def choose_lesson(page: Page, lesson: Lesson) -> None:
    select(page, "Lesson", f"{lesson.course_title}: {lesson.lesson_title}")


def row(page: Page) -> Locator:
    return page.locator("article.upload").first


def no_overflow(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_real_export_is_dropped_and_becomes_a_session(
    open_page: Open, console: list[str], lesson: Lesson, shared_data: Path
) -> None:
    page = open_page("/upload", ready="#upload-file")
    drop(page, shared_data / STUDIO)
    expect(page.get_by_role("heading", name="Recording Rec_04")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator(".export-found")).to_contain_text("Tobii Studio data export")
    expect(page.locator(".export-found")).to_contain_text("50 Hz")
    choose_lesson(page, lesson)
    page.get_by_label("Student").fill("E01")
    page.get_by_role("button", name="Make sessions of it").click()
    expect(page.get_by_role("alert").last).to_contain_text('got "SMI Label.bmp"', timeout=PATIENCE_MS)
    select(page, "SMI Label.bmp", lesson.slides[2].title)
    page.get_by_role("button", name="Make sessions of it").click()
    expect(row(page).get_by_role("status")).to_have_text("Ready.", timeout=PATIENCE_MS)
    expect(page.locator("#upload-form")).to_be_hidden()
    row(page).get_by_role("link", name="Open the session").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("E01")
    expect(page.locator("#content")).to_contain_text("50 Hz")
    console.clear()  # the refusal of the form


def test_an_unknown_table_is_mapped_once_and_known_the_next_time(
    open_page: Open, lesson: Lesson, tmp_path: Path
) -> None:
    page = open_page("/upload", size=TABLET, ready="#upload-file")
    page.set_input_files("#upload-file", table(tmp_path / "class.csv", lesson))
    expect(page.get_by_text("Which column is what")).to_be_visible(timeout=PATIENCE_MS)
    assert no_overflow(page)
    expect(page.get_by_role("button", name="Make sessions of it")).to_be_disabled()
    columns = {"Time": "when", "Across (x)": "where_x", "Down (y)": "where_y"}
    columns |= {"Participant": "who", "Stimulus or slide": "what"}
    for label, name in columns.items():
        select(page, label, name)
    select(page, "Times are in", "seconds")
    select(page, "Places are in", "shares of the screen, 0 to 1")
    page.get_by_role("button", name="Read it like this").click()
    expect(page.locator(".export-found")).to_contain_text("440", timeout=PATIENCE_MS)
    choose_lesson(page, lesson)
    page.get_by_label("Student").fill("G")
    assert no_overflow(page)
    first = page.get_by_role("textbox", name=lesson.slides[0].slide_id, exact=True)
    expect(first).to_have_value(lesson.slides[0].title)
    expect(page.get_by_role("textbox", name="cross", exact=True)).to_have_value("")
    page.get_by_role("button", name="Make sessions of it").click()
    expect(row(page).get_by_role("status")).to_have_text("Ready: 2 sessions.", timeout=PATIENCE_MS)
    expect(row(page).get_by_role("link")).to_have_text("Open the lesson")
    page.set_input_files("#upload-file", table(tmp_path / "next.csv", lesson, people=3))
    expect(page.get_by_text("as the last file with the same columns was read")).to_be_visible(
        timeout=PATIENCE_MS
    )
    expect(page.locator(".export-found")).to_contain_text("660")
    page.get_by_role("button", name="Cancel").click()
    expect(row(page).get_by_role("status")).to_have_text("Given up. Nothing of it was kept.")
    expect(page.locator("#upload-form")).to_be_hidden()


def test_a_file_that_is_no_export_is_refused(open_page: Open, console: list[str], tmp_path: Path) -> None:
    page = open_page("/upload", ready="#upload-file")
    wrong = tmp_path / "notes.txt"
    wrong.write_text("Dear diary,\nnothing happened.\n")
    page.set_input_files("#upload-file", wrong)
    expect(row(page).get_by_role("status")).to_have_text(
        "Not accepted. Nothing of it was kept.", timeout=PATIENCE_MS
    )
    expect(row(page).locator(".reason")).to_contain_text("Tobii Pro Lab")
    console.clear()
