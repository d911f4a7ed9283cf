"""Every page in a real browser: at two sizes, in both schemes, without a mouse, and on paper."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dashboard.theme import DARK, LIGHT
from pipeline.storage.catalogue import Catalogue
from tests.browser.conftest import TABLET, WIDE, Open, wait_until

pytestmark = pytest.mark.browser

LESSON = "/lesson/biology-7/photosynthesis"
SLIDE = "/slide/biology-7/photosynthesis/3-the-equation"
REPLAY = "/replay/biology-7/photosynthesis"
COMPARE = "/compare?of=course:biology-7,course:physics-8"
EDIT = "/edit/biology-7/photosynthesis/3-the-equation"
PLACES = (
    "/",
    "/design",
    "/administer",
    LESSON,
    SLIDE,
    EDIT,
    "session",
    REPLAY,
    "/upload",
    COMPARE,
    "/nowhere",
)


def session_address(catalogue: Catalogue) -> str:
    row = next(row for row in catalogue.sessions("biology-7", "photosynthesis") if row.student == "S01")
    return f"/session/{row.session_id}"


def background(page: Page, selector: str) -> tuple[int, ...]:
    """The colour behind an element."""
    colour = page.eval_on_selector(selector, "e => getComputedStyle(e).backgroundColor")
    return tuple(int(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3])


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


@pytest.mark.parametrize("size", [WIDE, TABLET], ids=["wide", "tablet"])
@pytest.mark.parametrize("place", PLACES)
def test_a_page_fits_its_window(
    open_page: Open, catalogue: Catalogue, place: str, size: tuple[int, int]
) -> None:
    address = session_address(catalogue) if place == "session" else place
    page = open_page(address, size)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    for chart in page.query_selector_all(".js-plotly-plot"):
        config: dict[str, Any] = chart.evaluate("e => e._context")
        assert config["showSendToCloud"] is False
        assert config["plotlyServerURL"] == ""


def test_the_scheme_follows_the_system_and_can_be_chosen(open_page: Open) -> None:
    page = open_page("/", scheme="dark")
    assert background(page, "body") == rgb(DARK.page)
    page.get_by_text("Light", exact=True).click()
    wait_until(page, f"getComputedStyle(document.body).backgroundColor === 'rgb{rgb(LIGHT.page)}'")
    page.reload()
    page.wait_for_selector("h1")
    assert background(page, "body") == rgb(LIGHT.page)


def test_charts_follow_the_scheme(open_page: Open) -> None:
    page = open_page(LESSON, scheme="light", ready=".js-plotly-plot .main-svg")
    ink = "document.querySelector('.js-plotly-plot')._fullLayout.font.color"
    assert page.evaluate(ink) == LIGHT.text
    page.get_by_text("Dark", exact=True).click()
    wait_until(page, f"{ink} === '{DARK.text}'")


def test_the_keyboard_alone_reaches_the_content_and_the_upload(open_page: Open) -> None:
    page = open_page("/upload", ready="#upload-file")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#upload-file")).to_be_focused()


def test_the_menu_of_a_tablet_opens_and_closes(open_page: Open) -> None:
    page = open_page(SLIDE, TABLET)
    link = page.get_by_role("navigation", name="Pages").get_by_role("link", name="Photosynthesis")
    expect(link).not_to_be_in_viewport()
    page.get_by_role("button", name="Menu").click()
    expect(link).to_be_in_viewport()
    link.click()
    expect(page.get_by_role("heading", level=1, name="Photosynthesis")).to_be_visible()
    expect(link).not_to_be_in_viewport()


def test_on_paper_there_is_the_content_alone(open_page: Open) -> None:
    page = open_page(LESSON)
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".sidebar")).to_be_hidden()
