"""What only a browser does: make a picture of a chart, keep choices in the address."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from contextlib import closing
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from dashboard.theme import TO_LIGHT
from tests.browser.conftest import Open, wait_until

pytestmark = pytest.mark.browser

SLIDE = "/slide/biology-7/photosynthesis/3-the-equation"
DARK_ONLY = sorted(set(TO_LIGHT) - set(TO_LIGHT.values()))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_chart_can_be_taken_along_as_a_picture_for_print(
    open_page: Open, tmp_path: Path, scheme: str
) -> None:
    page = open_page(SLIDE, scheme=scheme, ready=".slide-card image")
    image = taken(page, "PNG", tmp_path)
    assert image.name == "photosynthesis-3-the-equation-heatmap.png"
    with Image.open(image) as opened:
        assert opened.width == 1890  # 16 cm at 300 dots an inch
        assert opened.info["dpi"] == pytest.approx((300, 300), abs=0.1)
        pixels, colours = np.asarray(opened.convert("RGB")), np.asarray(opened.convert("HSV"))[..., 1]
    assert (colours > 60).mean() > 0.1  # the heatmap is in it
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    assert (edge == 255).all()  # white paper in both schemes


def test_a_vector_picture_stands_alone_and_says_what_it_is(open_page: Open, tmp_path: Path) -> None:
    page = open_page(SLIDE, scheme="dark", ready=".slide-card image")
    svg = taken(page, "SVG", tmp_path).read_text(encoding="utf-8")
    sources = re.findall(r'(?:href|src)="([^"#]+)"', svg)
    assert len(sources) == 3  # the slide, its heatmap, and the grid for the pointer
    assert all(source.startswith("data:image/png;base64,") for source in sources)
    said = ET.fromstring(svg)
    texts = " ".join("".join(text.itertext()) for text in said.iter("{http://www.w3.org/2000/svg}text"))
    assert texts.startswith("The equation")
    assert "mean of 7 students" in texts
    assert "Biology 7" in texts
    assert page.inner_text(".lead").split(". ")[0] in " ".join(texts.split())
    assert not {hex_.lower() for hex_ in DARK_ONLY} & set(re.findall(r"#[0-9a-f]{6}", svg.lower()))
    assert not [c for c in map(rgb, DARK_ONLY) if c in svg.replace(" ", "")]


def taken(page: Page, kind: str, folder: Path) -> Path:
    """A chart's picture of this kind, under the name that it is offered by."""
    page.wait_for_load_state("networkidle")
    with page.expect_download() as waiting:
        page.locator(".below-graph").get_by_role("button", name=kind).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def rgb(colour: str) -> str:
    return "rgb(" + ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + ")"


def test_what_is_chosen_stands_in_the_address_and_comes_back(open_page: Open) -> None:
    page = open_page(SLIDE, ready=".slide-card image")
    overlays = page.get_by_role("group", name="What lies over the slide")
    for name in ("Scanpaths", "Heatmap", "Regions"):
        overlays.get_by_text(name, exact=True).click()
    page.locator("#slide-choice-students").click()
    page.keyboard.type("S02")
    page.keyboard.press("Enter")
    wait_until(page, "location.search === '?overlays=scanpath&students=S02'")
    page.reload()
    expect(page.locator("#slide-panel")).to_contain_text("1 of 1")
    expect(overlays.get_by_role("checkbox", name="Regions")).not_to_be_checked()
    expect(overlays.get_by_role("checkbox", name="Scanpaths")).to_be_checked()


def test_a_report_is_made_for_the_filters_in_the_address(open_page: Open, tmp_path: Path) -> None:
    page = open_page("/lesson/biology-7/photosynthesis?accuracy=2")
    page.wait_for_load_state("networkidle")
    page.locator("#rules-words").click()
    page.locator("#rules-tracked").fill("80")
    page.keyboard.press("Tab")
    wait_until(page, "location.search.includes('tracked=80')")
    link = page.get_by_role("link", name="Report (PDF)")
    with page.expect_download() as waiting:
        link.click()
        expect(page.get_by_text("Making the report…")).to_be_visible()
    expect(link).to_be_visible()
    assert waiting.value.suggested_filename == "photosynthesis-report.pdf"
    waiting.value.save_as(tmp_path / "report.pdf")
    with closing(pdfium.PdfDocument(tmp_path / "report.pdf")) as document:
        words = document[0].get_textpage().get_text_range() + document[1].get_textpage().get_text_range()
    assert "at least 80% of the time" in words
    assert "off by at most 2°" in words


def test_a_comparison_can_be_taken_along_as_a_report(open_page: Open, tmp_path: Path) -> None:
    page = open_page("/compare?of=course:biology-7,course:physics-8")
    page.wait_for_load_state("networkidle")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Report (PDF)").click()
    waiting.value.save_as(tmp_path / waiting.value.suggested_filename)
    with closing(pdfium.PdfDocument(tmp_path / "comparison.pdf")) as document:
        words = " ".join(document[0].get_textpage().get_text_range().split())
    assert " ".join(page.inner_text(".lead").split())[:60] in words
    assert "Physics 8" in words
