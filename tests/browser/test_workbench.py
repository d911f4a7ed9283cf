"""An hour at one slide: overlays that combine and come back, the keyboard, a region held up everywhere."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from pipeline.domain import Aoi
from pipeline.storage.catalogue import Catalogue
from tests.browser.conftest import Open, wait_until

pytestmark = pytest.mark.browser

SLIDE = "/slide/biology-7/photosynthesis/3-the-equation"
CHART = "#slide-graph .js-plotly-plot .main-svg"
PLOT = "document.querySelector('#slide-graph .js-plotly-plot')"


def drawn(page: Page) -> Any:
    """What lies over the slide: the pictures by their addresses, the traces, how opaque each is."""
    return page.evaluate(
        f"""() => ({{
          images: {PLOT}.layout.images.map(({{ source, opacity }}) => [source.split('?')[0], opacity]),
          traces: {PLOT}.data.map(({{ name, opacity }}) => [name ?? null, opacity ?? 1]),
          shapes: {PLOT}.layout.shapes.filter(({{ name }}) => name !== 'legend').length,
        }})"""
    )


def overlay(page: Page, name: str) -> Locator:
    bar = page.get_by_role("group", name="What lies over the slide")
    return bar.get_by_text(name, exact=True)


def names(page: Page) -> list[str]:
    """The regions in the order of the table's lines."""
    return page.locator("#slide-region-rows .region-button").all_inner_texts()


def test_overlays_combine_and_the_address_brings_them_back(open_page: Open) -> None:
    page = open_page(SLIDE, ready=CHART)
    wait_until(page, f"{PLOT}?.layout?.images?.length === 2")
    for name in ("Fog", "Scanpaths", "Error"):
        overlay(page, name).click()
    page.locator("#slide-choice-path").click()
    page.get_by_role("option", name="Flow of all").click()
    page.get_by_label("Opacity: Heatmap").fill("40")
    wait_until(page, f"{PLOT}.layout.images.length === 3 && {PLOT}.data.some(trace => trace.name === 'flow')")
    wait_until(page, f"{PLOT}.layout.images.some(image => image.opacity === 0.4)")
    expect(page).to_have_url(re.compile(r"overlays=fog,heatmap,scanpath,uncertainty,regions"))
    expect(page).to_have_url(re.compile(r"path=flow"))
    expect(page).to_have_url(re.compile(r"opacity\.heatmap=40"))
    before = drawn(page)

    again = open_page(_path(page), ready=CHART)
    wait_until(
        again, f"{PLOT}?.layout?.images?.length === 3 && {PLOT}.data.some(trace => trace.name === 'flow')"
    )
    wait_until(
        again, f"{PLOT}.layout.shapes.filter(({{ name }}) => name !== 'legend').length === {before['shapes']}"
    )
    assert drawn(again) == before


def _path(page: Page) -> str:
    return page.evaluate("location.pathname + location.search")


def test_a_layer_that_was_got_once_is_not_asked_for_again(open_page: Open) -> None:
    page = open_page(SLIDE, ready=CHART)
    wait_until(page, f"{PLOT}?.layout?.images?.length === 2")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    overlay(page, "Heatmap").click()
    wait_until(page, f"{PLOT}.layout.images.length === 1")
    overlay(page, "Heatmap").click()
    wait_until(page, f"{PLOT}.layout.images.length === 2")
    assert not [address for address in asked if "/media/layer/" in address]


def test_the_table_is_sorted_by_the_keyboard(open_page: Open) -> None:
    page = open_page(SLIDE)
    before = names(page)
    page.get_by_role("button", name="Gap", exact=True).focus()
    page.keyboard.press("Enter")
    head = page.locator("#slide-region-heads th", has_text="Gap")
    expect(head).to_have_attribute("aria-sort", "descending")
    gaps = _gaps(page)
    assert gaps == sorted(gaps, reverse=True)
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert _gaps(page) == sorted(gaps)
    expect(page).to_have_url(re.compile("sort=gap"))
    sorted_names = names(page)
    page.reload()
    expect(page.locator("#slide-region-rows .region-button").first).to_have_text(sorted_names[0])
    assert names(page) == sorted_names
    page.get_by_role("button", name="Region", exact=True).click()
    expect(page.locator("#slide-region-rows .region-button").first).to_have_text(before[0])
    assert names(page) == before


def _gaps(page: Page) -> list[int]:
    cells = page.locator("#slide-region-rows tr td:nth-child(3)").all_inner_texts()
    return [int(cell.splitlines()[0].replace("\N{MINUS SIGN}", "-")) for cell in cells]


def test_a_region_is_held_up_everywhere(open_page: Open, catalogue: Catalogue) -> None:
    lesson = catalogue.lesson("biology-7", "photosynthesis")
    slide = next(each for each in lesson.slides if each.slide_id == "3-the-equation")
    equation: Aoi = next(aoi for aoi in slide.aois if aoi.name == "Equation")
    page = open_page(SLIDE, ready=CHART)
    wait_until(page, f"{PLOT}?.layout?.images?.length === 2")
    page.locator("#slide-region-rows").get_by_role("button", name="Equation").focus()
    wait_until(page, _outline(equation.aoi_id, 4))
    expect(page).to_have_url(re.compile("region=equation"))
    expect(page.locator('#slide-numbers tr[data-region="equation"]')).to_have_class(re.compile("is-held"))
    scarf = "document.querySelector('#slide-scarf .js-plotly-plot')"
    wait_until(
        page, f"{scarf}?.data?.every(each => (each.opacity ?? 1) === (each.meta === 'equation' ? 1 : 0.22))"
    )
    page.keyboard.press("Escape")
    wait_until(page, _outline(equation.aoi_id, 2))
    expect(page).not_to_have_url(re.compile("region="))

    (left, top), (right, bottom) = equation.parts[0].points
    box: Any = page.evaluate(
        f"""() => {{
          const plot = {PLOT}, {{ xaxis, yaxis }} = plot._fullLayout, at = plot.getBoundingClientRect();
          return [at.left + xaxis._offset + xaxis.d2p({(left + right) / 2}),
                  at.top + yaxis._offset + yaxis.d2p({(top + bottom) / 2})];
        }}"""
    )
    page.mouse.click(*box)
    wait_until(page, _outline(equation.aoi_id, 4))
    expect(page.locator('#slide-region-rows tr[data-region="equation"]')).to_have_class(re.compile("is-held"))


def _outline(aoi_id: str, width: int) -> str:
    found = f"{PLOT}.layout.shapes.find(({{ name }}) => name === 'region:{aoi_id}')"
    return f"{found}?.line.width === {width}"


def test_a_student_is_shown_alone_from_the_table_of_lines(open_page: Open) -> None:
    page = open_page(SLIDE)
    page.get_by_text("As a table").click()
    page.get_by_role("button", name="S03").click()
    expect(page).to_have_url(re.compile("students=S03"))
    expect(page.locator("#slide-panel")).to_contain_text("1 of 1")


def test_ways_are_counted_by_visits_or_by_fixations(open_page: Open) -> None:
    page = open_page(SLIDE)
    left = "[...document.querySelectorAll('#slide-ways tbody tr td:nth-child(2)')]"
    total = f"{left}.reduce((sum, cell) => sum + Number(cell.textContent), 0)"
    wait_until(page, f"{total} > 0")
    visits = page.evaluate(total)
    page.get_by_role("radiogroup", name="What counts as a step").get_by_text("Fixations").click()
    wait_until(page, f"{total} > {visits}")  # also from one fixation to the next in the same region
    expect(page).to_have_url(re.compile("step=fixations"))


def test_brackets_lead_to_the_slides_beside_with_the_same_overlays(open_page: Open) -> None:
    page = open_page(f"{SLIDE}?overlays=fog&region=equation")
    expect(page.locator("#slide-next")).to_have_attribute(
        "href", re.compile(r"4-how-much-light\?overlays=fog$")
    )
    page.keyboard.press("]")
    expect(page).to_have_url(re.compile(r"4-how-much-light\?overlays=fog$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("How much light?")


def test_the_slide_is_seen_whole_with_its_legend_and_the_table_begun(open_page: Open) -> None:
    page = open_page(SLIDE, ready=CHART)
    wait_until(page, f"{PLOT}?.layout?.images?.length === 2")
    seen = page.locator("#slide-graph").bounding_box()
    assert seen is not None
    assert seen["y"] + seen["height"] <= 800
    expect(page.locator("#slide-region-rows tr").nth(2)).to_be_in_viewport()
