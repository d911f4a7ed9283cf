"""The library in a browser: what is made, changed and deleted there, and undone again."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from pipeline.storage.catalogue import Catalogue
from tests.browser.conftest import PATIENCE_MS, Open
from tests.served import Server, free_port

pytestmark = pytest.mark.browser

PLACE = ("physics-8", "the-pendulum")


@pytest.fixture(scope="module")
def data(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the school that may be turned upside down."""
    return Path(shutil.copytree(data, tmp_path_factory.mktemp("library") / "data"))


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Server]:
    server = Server(data, free_port(), workers=1)
    assert "Gazeboard is at" in server.first_line()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def catalogue(data: Path) -> Iterator[Catalogue]:
    opened = Catalogue.open(data)
    yield opened
    opened.close()


def deck(path: Path, words: list[str]) -> Path:
    """A PDF of a page for each word."""
    pages = []
    for number, word in enumerate(words):
        page = Image.new("RGB", (960, 540), "white")
        draw = ImageDraw.Draw(page)
        draw.text((60, 40), word, fill="black", font_size=54)
        draw.rectangle((80 + 40 * number, 200, 400, 460), fill=(30, 90 + 20 * number, 160))
        pages.append(page)
    pages[0].save(path, save_all=True, append_images=pages[1:])
    return path


def until(true: Callable[[], bool]) -> None:
    """Wait for the catalogue to be as expected."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not true():
        assert time.monotonic() < deadline, "never true"
        time.sleep(0.05)


def say(page: Page, *texts: str) -> None:
    """Fill the open dialog and send it by Enter."""
    for number, text in enumerate(texts):
        field = page.locator(f"#library-field-{number}")
        field.fill(text)
    if len(texts) == 1:
        page.locator("#library-field-0").press("Enter")
    else:
        page.locator(".dialog-form button[type=submit]").click()


def toast(page: Page) -> str:
    """What was done last."""
    return page.locator(".toast p").last.inner_text()


def undo(page: Page) -> None:
    page.locator(".toast button", has_text="Undo").last.click()


def ids(catalogue: Catalogue, course_id: str, lesson_id: str) -> list[str]:
    return list(catalogue.lesson(course_id, lesson_id).slide_ids())


def test_a_course_and_a_lesson_from_a_pdf(open_page: Open, catalogue: Catalogue, tmp_path: Path) -> None:
    page = open_page("/library")
    page.get_by_role("button", name="New course").click()
    say(page, "Chemistry 9")
    page.get_by_role("heading", name="Chemistry 9").wait_for()
    course = page.locator("section.card", has=page.get_by_role("heading", name="Chemistry 9"))
    course.get_by_role("button", name="New lesson").click()
    say(page, "Acids and bases")
    page.wait_for_url("**/library/chemistry-9/acids-and-bases")
    page.get_by_text("No slides yet").wait_for()
    path = deck(tmp_path / "acids.pdf", ["Acids", "Bases", "Salts", "pH"])
    page.set_input_files("#library-files", path)
    page.get_by_text("4 slides added").wait_for()
    page.locator(".slide-card").nth(3).wait_for()
    made = catalogue.lesson("chemistry-9", "acids-and-bases")
    assert (made.course_title, made.lesson_title) == ("Chemistry 9", "Acids and bases")
    assert len(made.slides) == 4
    assert sum(len(slide.aois) for slide in made.slides) > 0
    page.get_by_role("link", name="Look through the proposed regions").wait_for()
    shown = [card.get_attribute("data-slide") for card in page.locator(".slide-card").all()]
    assert shown == list(made.slide_ids())
    page.set_input_files("#library-files", path)
    page.get_by_text("These slides are there already").wait_for()
    assert len(ids(catalogue, "chemistry-9", "acids-and-bases")) == 4


def test_slides_are_put_in_order_with_keys_and_with_the_mouse(open_page: Open, catalogue: Catalogue) -> None:
    page = open_page("/library/" + "/".join(PLACE))
    first, second, third, fourth = ids(catalogue, *PLACE)
    page.locator(f"[data-slide='{first}'] [data-handle]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    until(lambda: ids(catalogue, *PLACE) == [second, third, first, fourth])
    expect(page.locator(".slide-card h3").nth(2)).to_contain_text("3.")
    expect(page.locator(f"[data-slide='{first}'] [data-handle]")).to_be_focused()
    page.keyboard.press("End")
    until(lambda: ids(catalogue, *PLACE) == [second, third, fourth, first])
    undo(page)
    until(lambda: ids(catalogue, *PLACE) == [second, third, first, fourth])
    expect(page.locator(".slide-card").nth(2)).to_have_attribute("data-slide", first)
    handle = page.locator(f"[data-slide='{first}'] [data-handle]")
    target = page.locator(f"[data-slide='{second}']")
    handle.hover()
    page.mouse.down()
    box = target.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 40, steps=8)
    page.mouse.up()
    until(lambda: ids(catalogue, *PLACE) == [first, second, third, fourth])


def test_a_picture_is_replaced_and_the_former_used_again(
    open_page: Open, catalogue: Catalogue, tmp_path: Path
) -> None:
    slide_id = ids(catalogue, *PLACE)[1]
    before = catalogue.lesson(*PLACE).slides[1]
    page = open_page("/library/" + "/".join(PLACE))
    new = tmp_path / "newer.png"
    Image.new("RGB", (1280, 720), (200, 220, 255)).save(new)
    with page.expect_file_chooser() as chooser:
        page.locator(f"[data-slide='{slide_id}']").get_by_role("button", name="Replace").click()
    chooser.value.set_files(new)
    page.get_by_text("Replaced: version 2 is in use now").wait_for()
    now = catalogue.lesson(*PLACE).slides[1]
    assert (now.version, now.aois, now.aoi_version) == (2, before.aois, before.aoi_version)
    assert "/edit/" in (page.get_by_role("link", name="Check the regions").get_attribute("href") or "")
    card = page.locator(f"[data-slide='{slide_id}']")
    expect(card).to_contain_text("picture changed, check")
    card.get_by_text("2 pictures so far").click()
    card.get_by_role("button", name="Use again").click()
    until(lambda: catalogue.lesson(*PLACE).slides[1].version == 1)
    expect(card.get_by_text("picture changed, check")).to_have_count(0)


def test_a_slide_is_removed_and_comes_back(open_page: Open, catalogue: Catalogue) -> None:
    page = open_page("/library/" + "/".join(PLACE))
    before = catalogue.lesson(*PLACE)
    page.locator(".slide-card").nth(1).get_by_role("button", name="Remove").click()
    expect(page.locator(".slide-card")).to_have_count(3)
    assert len(ids(catalogue, *PLACE)) == 3
    undo(page)
    expect(page.locator(".slide-card")).to_have_count(4)
    assert catalogue.lesson(*PLACE) == before


def test_students_are_grouped_and_renamed(open_page: Open, catalogue: Catalogue, console: list[str]) -> None:
    page = open_page("/library/students")
    page.get_by_role("button", name="New group").click()
    say(page, "Class 8a", "S01\nS02, S03;  N99")
    page.get_by_role("heading", name="Class 8a").wait_for()
    assert [group.students for group in catalogue.groups()] == [("N99", "S01", "S02", "S03")]
    page.get_by_role("button", name="Take N99 out of Class 8a").click()
    until(lambda: catalogue.groups()[0].students == ("S01", "S02", "S03"))
    undo(page)
    until(lambda: "N99" in catalogue.groups()[0].students)
    row = page.locator("#library-student-grid .ag-row[row-id='S05']")
    row.locator("input[type=checkbox]").check()
    page.get_by_role("button", name="Put into a group").click()
    page.locator(".dialog-form button[type=submit]").click()
    page.get_by_role("button", name="Take S05 out of Class 8a").wait_for()
    row.locator("input[type=checkbox]").check()
    page.locator(".chosen-actions").get_by_role("button", name="Rename").click()
    say(page, "S01")
    page.locator("#library-problem", has_text="nobody has").wait_for()
    console.clear()  # the browser tells of the refusal too
    say(page, "Kestrel")
    until(lambda: "Kestrel" in catalogue.groups()[0].students)
    undo(page)
    until(lambda: "S05" in catalogue.groups()[0].students)


def test_sessions_are_filtered_deleted_restored_and_the_address_keeps_the_filter(
    open_page: Open, catalogue: Catalogue
) -> None:
    everything = len(catalogue.sessions())
    ours = [row for row in catalogue.sessions(*PLACE) if row.student in ("S02", "S03")]
    page = open_page("/library/sessions")
    expect(page.locator("#library-found")).to_have_text(f"{everything} sessions")
    page.locator("#library-by-lesson").click()
    page.get_by_role("option", name="The pendulum").click()
    expect(page.locator("#library-found")).to_have_text(f"7 of {everything} sessions")
    page.wait_for_url("**lesson=physics-8*")
    page.reload()
    expect(page.locator("#library-found")).to_have_text(f"7 of {everything} sessions")
    for row in ours:
        page.locator(f".ag-row[row-id='{row.session_id}'] input[type=checkbox]").check()
    expect(page.locator("#library-session-chosen")).to_have_text("2 chosen")
    page.get_by_role("button", name="Delete").click()
    page.locator(".dialog-form button[type=submit]").click()
    expect(page.locator("#library-found")).to_have_text(f"5 of {everything - 2} sessions")
    assert len(catalogue.sessions(*PLACE)) == 5
    undo(page)
    expect(page.locator("#library-found")).to_have_text(f"7 of {everything} sessions")
    page.get_by_role("button", name="Choose all found").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_text("Delete 7 sessions?").wait_for()
    page.locator(".dialog-form button[type=submit]").click()
    until(lambda: catalogue.sessions(*PLACE) == [])
    page.goto(page.url.split("/library")[0] + "/library/bin")
    page.get_by_role("button", name="Restore").click()
    page.get_by_text("The bin is empty").wait_for()
    assert len(catalogue.sessions()) == everything


def test_the_key_leads_to_the_search_and_the_words_stand_in_the_address(open_page: Open) -> None:
    page = open_page("/upload")
    page.keyboard.press("/")
    expect(page.locator("#search-field")).to_be_focused()
    page.keyboard.type("pendulum")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=pendulum")
    page.get_by_role("link", name="The pendulum").first.wait_for()
    page.locator("#search-words").fill("no such thing")
    page.get_by_text("Nothing has “no such thing” in it").wait_for()
    page.wait_for_url("**/search?q=no+such+thing")
