"""The editor of regions in a real browser: mouse, fingers, keyboard; saving, versions, conflicts, drafts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shapely
from playwright.sync_api import Browser, Locator, Page, expect

from dashboard import urls
from pipeline.domain import Aoi, Overlap, Part, Role, Shape, Slide
from pipeline.storage.catalogue import Catalogue
from tests.browser.conftest import COUNTED, PATIENCE_MS, TABLET, Open, wait_until
from tests.browser.test_accessibility import broken_rules
from tests.seeded_school import LESSONS, seed
from tests.served import Server, free_port

pytestmark = pytest.mark.browser

expect.set_options(timeout=PATIENCE_MS)  # the machine may be busy

COURSE, LESSON, CELLS, POND = "biology-7", "photosynthesis", "cells", "life-in-a-pond"
Draw = Callable[..., tuple[float, float]]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A school of this file's own: its regions are changed."""
    folder = tmp_path_factory.mktemp("edited") / "data"
    lessons = [LESSONS / COURSE / name for name in (LESSON, CELLS, POND)]
    seed(folder, viewers=COUNTED, lessons=lessons, slide_s=8.0).close()
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


def opened(open_page: Open, place: tuple[str, str, str], **how: Any) -> Page:
    page = open_page(urls.edit(*place), ready=".edit-bar", **how)
    expect(page.locator("#edit-tab-proposals")).to_have_text(re.compile(r"Proposals \d+"))
    expect(measured(page)).to_be_visible()
    return page


def slide_of(catalogue: Catalogue, place: tuple[str, str, str]) -> Slide:
    return next(each for each in catalogue.lesson(*place[:2]).slides if each.slide_id == place[2])


def at(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a place of the slide is in the window."""
    box = page.locator(".edit-frame").bounding_box()
    assert box is not None
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def drag(page: Page, start: tuple[float, float], stop: tuple[float, float], modifier: str = "Alt") -> None:
    """With the mouse, from one place of the slide to another; Alt: without snapping."""
    page.keyboard.down(modifier)
    page.mouse.move(*at(page, *start))
    page.mouse.down()
    middle = ((start[0] + stop[0]) / 2, (start[1] + stop[1]) / 2)
    for place in (middle, stop):
        page.mouse.move(*at(page, *place))
    page.mouse.up()
    page.keyboard.up(modifier)


def tool(page: Page, name: str) -> None:
    page.get_by_role("group", name="Tools").get_by_role("button", name=name).click()


def rows(page: Page) -> Locator:
    return page.locator("#edit-sheet-regions .edit-list > li")


def choose(page: Page, name: str) -> None:
    page.locator(".edit-choose", has=page.get_by_text(name, exact=True)).click()


def field(page: Page, label: str) -> Locator:
    return page.locator(".edit-form").get_by_label(label, exact=True)


def save(page: Page, version: int) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".edit-state")).to_have_text(f"Version {version}, saved")
    expect(measured(page)).to_have_attribute("data-version", str(version))


def measured(page: Page) -> Locator:
    """What is said over the measures: which version, whose gaze."""
    return page.locator("#edit-measures [data-version]")


def looked(catalogue: Catalogue, place: tuple[str, str, str], region: shapely.Geometry) -> pd.DataFrame:
    """Per session, straight from the lake's files: ms in the region and ms on the slide."""
    found = []
    for session in catalogue.sessions(*place[:2]):
        fixations = pd.read_parquet(session.files["fixations"].path)
        here = fixations[fixations["slide_id"] == place[2]]
        here = here[here["slide_x"].between(0, 1) & here["slide_y"].between(0, 1)]
        inside = shapely.intersects_xy(region, here["slide_x"], here["slide_y"])
        found.append((here["duration_ms"][inside].sum(), here["duration_ms"].sum()))
    return pd.DataFrame(found, columns=["region_ms", "slide_ms"])


def measures_say(page: Page, name: str, lake: pd.DataFrame) -> None:
    """The line of a region is what the lake's files say."""
    line = page.locator("#edit-measures tbody tr", has=page.get_by_text(name, exact=True))
    reached = int((lake["region_ms"] > 0).sum())
    share = (lake["region_ms"] / lake["slide_ms"]).mean()
    expect(line.locator("td").last).to_contain_text(f"{reached} / {len(lake)}")
    expect(line.locator(".track")).to_have_attribute("title", re.compile(f"looked at {share:.0%},"))


def close(points: Any, expected: Any) -> bool:
    """Equal to a pixel or so of the screen."""
    return all(
        abs(a - b) < 0.004 for p, q in zip(points, expected, strict=True) for a, b in zip(p, q, strict=True)
    )


def test_shapes_drawn_with_the_mouse_are_saved_and_measured_as_the_lake_says(
    open_page: Open, catalogue: Catalogue
) -> None:
    place = (COURSE, LESSON, "3-the-equation")
    page = opened(open_page, place)
    before = rows(page).count()
    corners = {
        "Rectangle": [(0.10, 0.20), (0.50, 0.40)],
        "Ellipse": [(0.55, 0.57), (0.95, 0.88)],
    }
    for name, (start, stop) in corners.items():
        tool(page, name)
        drag(page, start, stop)
        field(page, "Name").fill(f"My {name.lower()}")
    triangle = [(0.1, 0.6), (0.4, 0.62), (0.3, 0.9)]
    tool(page, "Polygon")
    page.get_by_label("Snap").uncheck()
    for corner in triangle:
        page.mouse.click(*at(page, *corner))
    page.keyboard.press("Enter")
    field(page, "Name").fill("My triangle")
    expect(rows(page)).to_have_count(before + 3)
    causes: list[str] = []
    page.on(
        "request", lambda request: causes.extend((request.post_data_json or {}).get("changedPropIds", []))
    )
    save(page, 2)
    assert "edit-saved.data" in causes  # and not only when the page next asks whether anything is new

    slide = slide_of(catalogue, place)
    rectangle, ellipse, polygon = slide.aois[-3:]
    assert [aoi.aoi_id for aoi in slide.aois[-3:]] == ["my-rectangle", "my-ellipse", "my-triangle"]
    shapes = [aoi.parts[0].shape for aoi in slide.aois[-3:]]
    assert shapes == [Shape.RECTANGLE, Shape.ELLIPSE, Shape.POLYGON]
    assert close(rectangle.parts[0].points, corners["Rectangle"])
    assert close(ellipse.parts[0].points, corners["Ellipse"])
    assert close(polygon.parts[0].points, triangle)

    (x0, y0), (x1, y1) = rectangle.parts[0].points
    measures_say(page, "My rectangle", looked(catalogue, place, shapely.box(x0, y0, x1, y1)))
    (x0, y0), (x1, y1) = ellipse.parts[0].points
    disc = shapely.affinity.scale(shapely.Point((x0 + x1) / 2, (y0 + y1) / 2).buffer(1, 256),
                                  (x1 - x0) / 2, (y1 - y0) / 2)  # fmt: skip
    measures_say(page, "My ellipse", looked(catalogue, place, disc))
    measures_say(page, "My triangle", looked(catalogue, place, shapely.Polygon(polygon.parts[0].points)))

    field(page, "Name").fill("Renamed")
    save(page, 3)
    assert slide_of(catalogue, place).aois[-1] == replace(polygon, name="Renamed")


def test_the_keyboard_alone_makes_places_and_orders_a_region(open_page: Open, catalogue: Catalogue) -> None:
    place = (COURSE, LESSON, "4-how-much-light")
    page = opened(open_page, place)
    count = rows(page).count()
    page.get_by_role("button", name="New region").focus()
    page.keyboard.press("Enter")
    expect(field(page, "Name")).to_be_focused()
    page.keyboard.type("By numbers")
    for label, value in (("Left %", "10"), ("Top %", "20"), ("Width %", "30.5"), ("Height %", "15")):
        page.locator(
            f'[data-number="{label.split()[0].lower().replace("left", "x").replace("top", "y")}"]'
        ).focus()
        page.keyboard.press("Control+a")
        page.keyboard.type(value)
    field(page, "Weight").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("0.5")
    page.get_by_label("Nobody should miss it").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Place of By numbers").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("button", name="Place of By numbers")).to_be_focused()
    page.locator(".edit-region").last.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Alt+ArrowRight")
    page.keyboard.press("Control+s")
    expect(page.locator(".edit-state")).to_have_text("Version 2, saved")

    slide = slide_of(catalogue, place)
    made = next(aoi for aoi in slide.aois if aoi.aoi_id == "by-numbers")
    px, py = 1 / slide.width_px, 1 / slide.height_px
    expected = ((0.1 + px, 0.2 + 10 * py), (0.405 + 2 * px, 0.35 + 10 * py))
    for point, place_ in zip(made.parts[0].points, expected, strict=True):
        assert point == pytest.approx(place_, abs=2e-5)
    assert (made.weight, made.required) == (0.5, True)
    ordered = sorted((aoi for aoi in slide.aois if aoi.order), key=lambda aoi: aoi.order or 0)
    assert [aoi.order for aoi in ordered] == list(range(1, len(ordered) + 1))
    assert ordered.index(made) == len(ordered) - 3
    share = made.weight / sum(aoi.weight for aoi in slide.aois)
    expect(rows(page).nth(len(ordered) - 3)).to_contain_text(f"{100 * share:.1f}".removesuffix(".0"))
    assert len(slide.aois) == count + 1


def test_fingers_move_and_resize(browser: Browser, server: Server, catalogue: Catalogue) -> None:
    place = (COURSE, CELLS, slide_ids(catalogue, CELLS)[0])
    context = browser.new_context(
        viewport=dict(zip(("width", "height"), TABLET, strict=True)), has_touch=True
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(server.address + urls.edit(*place))
    page.wait_for_selector(".edit-region")
    aoi = slide_of(catalogue, place).aois[0]
    (x0, y0), (x1, y1) = aoi.parts[0].points
    middle = ((x0 + x1) / 2, (y0 + y1) / 2)
    page.get_by_label("Snap").uncheck()
    swipe(page, middle, (middle[0] + 0.02, middle[1] + 0.03))
    swipe(page, (x1 + 0.02, y1 + 0.03), (x1 - 0.03, y1 + 0.05))
    page.get_by_role("button", name="Save", exact=True).tap()
    expect(page.locator(".edit-state")).to_have_text("Version 2, saved")
    moved = slide_of(catalogue, place).aois[0].parts[0].points
    assert close(moved, [(x0 + 0.02, y0 + 0.03), (x1 - 0.03, y1 + 0.05)])
    context.close()


def swipe(page: Page, start: tuple[float, float], stop: tuple[float, float]) -> None:
    """One finger, through the browser's own input."""
    devtools = page.context.new_cdp_session(page)
    steps = [
        (start[0] + (stop[0] - start[0]) * k / 5, start[1] + (stop[1] - start[1]) * k / 5) for k in range(6)
    ]
    for kind, (x, y) in zip(
        ["touchStart", *["touchMove"] * 5], (at(page, *step) for step in steps), strict=True
    ):
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    devtools.detach()


def slide_ids(catalogue: Catalogue, lesson_id: str) -> tuple[str, ...]:
    return catalogue.lesson(COURSE, lesson_id).slide_ids()


def test_undo_and_redo_lead_through_everything(open_page: Open, catalogue: Catalogue) -> None:
    page = opened(open_page, (COURSE, CELLS, slide_ids(catalogue, CELLS)[1]))
    names = rows(page).all_inner_texts()
    undo, redo = (page.get_by_role("button", name=name) for name in ("Undo", "Redo"))
    expect(undo).to_be_disabled()
    choose(page, page.locator(".edit-choose-name").first.inner_text())
    page.get_by_role("button", name="Duplicate").click()
    expect(rows(page)).to_have_count(len(names) + 1)
    field(page, "Name").fill("")
    page.keyboard.type("Copy", delay=20)
    page.get_by_role("button", name="Delete").click()
    expect(rows(page)).to_have_count(len(names))
    assert rows(page).all_inner_texts() == names
    undo.click()
    expect(page.locator(".edit-choose-name", has_text="Copy")).to_be_visible()
    undo.click()  # typing is one step
    expect(page.locator(".edit-choose-name", has_text="Copy")).to_have_count(0)
    expect(rows(page)).to_have_count(len(names) + 1)
    page.locator(".edit-stage").focus()
    page.keyboard.press("Control+z")
    assert rows(page).all_inner_texts() == names
    expect(page.locator(".edit-state")).to_have_text("Version 1, saved")
    expect(undo).to_be_disabled()
    for _ in range(3):
        redo.click()
    expect(redo).to_be_disabled()
    assert rows(page).all_inner_texts() == names


def test_proposals_are_accepted_merged_joined_and_refused(
    open_page: Open, catalogue: Catalogue, server: Server
) -> None:
    place = (COURSE, POND, "3-where-the-energy-goes")
    found = server.ask("GET", urls.proposals(*place))["aois"]
    page = opened(open_page, place)
    count = rows(page).count()
    page.get_by_role("tab", name="Proposals").click()
    listed = page.locator(".edit-proposal-list > li")
    expect(listed).to_have_count(len(found))
    page.get_by_role("button", name=f"Accept {found[0]['name']}", exact=True).click()
    for number in (1, 2):
        page.locator(f'[data-proposal-row="{number}"] input').check()
    page.get_by_role("button", name="Merge into one").click()
    page.locator('[data-proposal-row="3"] input').check()
    page.get_by_role("button", name="Add to").click()
    page.get_by_role("button", name=f"Reject {found[4]['name']}", exact=True).click()
    expect(listed).to_have_count(len(found) - 5)
    page.get_by_role("tab", name="Regions").click()
    expect(rows(page)).to_have_count(count + 2)
    save(page, 2)

    accepted, merged = slide_of(catalogue, place).aois[-2:]
    assert [list(point) for point in accepted.parts[0].points] == found[0]["points"]
    points = [point for each in found[1:3] for point in each["points"]]
    xs, ys = zip(*points, strict=True)
    assert merged.parts[0].points == ((min(xs), min(ys)), (max(xs), max(ys)))
    assert [list(point) for point in merged.parts[1].points] == found[3]["points"]
    assert merged.weight == pytest.approx(found[1]["weight"] + found[2]["weight"])


def test_what_cannot_be_saved_is_said_where_it_is(open_page: Open, catalogue: Catalogue) -> None:
    page = opened(open_page, (COURSE, CELLS, slide_ids(catalogue, CELLS)[1]))
    first, second = page.locator(".edit-choose-name").all_inner_texts()[:2]
    choose(page, second)
    field(page, "Name").fill(first)
    expect(page.locator(".edit-form")).to_contain_text("Expected a name that no other region has")
    weight = field(page, "Weight")
    weight.fill("-3")
    expect(page.locator(".edit-form")).to_contain_text("Expected 0 to 1000, got -3.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(weight).to_be_focused()
    weight.fill("3")
    page.get_by_role("button", name="Save", exact=True).click()
    note = page.get_by_role("alert").filter(has_text="Before this can be saved")
    expect(note).to_contain_text(f"{first}: Expected a name that no other region has")
    expect(page.locator(".edit-state")).to_have_text("Unsaved changes")
    note.get_by_role("button", name=first).click()
    expect(field(page, "Name")).to_be_focused()
    field(page, "Name").fill(second)
    expect(note).to_have_count(0)


def test_a_conflict_loses_nobodys_work(open_page: Open, catalogue: Catalogue, console: list[str]) -> None:
    place = (COURSE, LESSON, "1-what-leaves-do")
    before = slide_of(catalogue, place)
    page = opened(open_page, place)
    page.get_by_role("button", name="New region").click()
    field(page, "Name").fill("Mine")
    theirs = Aoi("theirs", "Theirs", Role.TEXT, (Part(((0.1, 0.1), (0.2, 0.2))),))
    catalogue.put_aois(*place, (*before.aois[1:], theirs), Overlap.TOPMOST, seen_version=1, author="Ada")

    page.get_by_role("button", name="Save", exact=True).click()
    note = page.get_by_role("alert").filter(has_text="Ada has saved version 2 meanwhile")
    expect(note).to_contain_text("Only there: “Theirs”.")
    expect(note).to_contain_text(f"Only in yours: “{before.aois[0].name}”, “Mine”.")
    expect(note).to_contain_text("Another rule holds")
    note.get_by_role("button", name="Take theirs").click()
    expect(page.locator(".edit-choose-name", has_text="Theirs")).to_be_visible()
    expect(page.locator(".edit-state")).to_have_text("Version 2, saved")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".edit-choose-name", has_text="Mine")).to_be_visible()
    catalogue.put_aois(*place, before.aois, before.overlap, seen_version=2, author="Ben")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Save mine as the next version").click()
    expect(page.locator(".edit-state")).to_have_text("Version 3, saved")
    assert [aoi.name for aoi in slide_of(catalogue, place).aois][-1] == "Mine"
    assert [line for line in console if "409" not in line] == []
    console.clear()


def test_a_former_version_can_be_looked_at_and_used_again(open_page: Open, catalogue: Catalogue) -> None:
    place = (COURSE, CELLS, slide_ids(catalogue, CELLS)[2])
    before = slide_of(catalogue, place)
    page = opened(open_page, place)
    choose(page, before.aois[0].name)
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("tab", name="Versions").click()
    page.get_by_label("Your name").fill("Grace")
    save(page, 2)
    versions = page.locator(".edit-versions > li")
    expect(versions).to_have_count(2)
    expect(versions.first).to_contain_text("Grace")
    expect(versions.first).to_contain_text("in use")
    assert catalogue.aoi_sets(*place)[-1].author == "Grace"
    page.get_by_role("button", name="Look at version 1").click()
    expect(page.locator(".edit-region")).to_have_count(len(before.aois))
    expect(page.get_by_role("status").filter(has_text="Version 1")).to_contain_text(
        f"Only there: “{before.aois[0].name}”"
    )
    page.get_by_role("button", name="Use version 1 again").click()
    expect(page.locator(".edit-state")).to_have_text("Version 1, saved")
    assert slide_of(catalogue, place).aois == before.aois
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".edit-region")).to_have_count(len(before.aois) - 1)


def test_unsaved_work_survives_a_reload_and_leaving_asks(open_page: Open, catalogue: Catalogue) -> None:
    place = (COURSE, CELLS, slide_ids(catalogue, CELLS)[3])
    page = opened(open_page, place)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("button", name="New region").click()
    page.keyboard.type("Kept")
    page.reload()
    expect(page.get_by_role("status").filter(has_text="Unsaved work is back")).to_be_visible()
    assert asked == ["beforeunload"]
    expect(page.locator(".edit-choose-name", has_text="Kept")).to_be_visible()

    page.get_by_role("link", name="Back to the slide").click()
    leaving = page.get_by_role("dialog", name="Leave with unsaved changes?")
    leaving.get_by_role("button", name="Stay").click()
    expect(leaving).to_have_count(0)
    page.get_by_role("link", name="Back to the slide").click()
    leaving.get_by_role("button", name="Save and leave").click()
    expect(page).to_have_url(re.compile(urls.slide(*place)))
    assert slide_of(catalogue, place).aois[-1].name == "Kept"
    page.go_back()
    expect(page.locator(".edit-choose-name", has_text="Kept")).to_be_visible()
    expect(page.locator(".edit-notes")).to_be_empty()


def test_outlines_snap_unless_they_are_told_not_to(open_page: Open, catalogue: Catalogue) -> None:
    place = (COURSE, LESSON, "3-the-equation")
    page = opened(open_page, place)
    edge = slide_of(catalogue, place).aois[0].parts[0].points[0][0]
    for modifier, expected in (("Shift", edge), ("Alt", edge + 0.003)):
        tool(page, "Rectangle")
        drag(page, (edge + 0.003, 0.92), (edge + 0.2, 0.98), modifier)
        left = page.locator('[data-number="x"]')
        assert float(left.input_value()) == pytest.approx(100 * expected, abs=0.11)
        expect(page.locator(".edit-guides line")).to_have_count(0)
        page.keyboard.press("Delete")
    page.get_by_role("button", name="Undo").click()


def test_corners_and_outlines_of_a_region(open_page: Open, catalogue: Catalogue) -> None:
    place = (COURSE, LESSON, "4-how-much-light")
    page = opened(open_page, place)
    name = page.locator(".edit-choose-name").nth(1).inner_text()
    key = page.locator(".edit-list > li").nth(1).get_attribute("data-key")
    choose(page, name)
    page.get_by_role("button", name="Edit corners").click()
    dots = page.locator("[data-vertex]")
    expect(dots).to_have_count(4)
    dots.first.focus()
    page.keyboard.press("Insert")
    expect(dots).to_have_count(5)
    expect(page.locator('[data-vertex="1"]')).to_be_focused()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Delete")
    expect(dots).to_have_count(4)
    page.get_by_role("button", name="+ Ellipse").click()
    drag(page, (0.8, 0.8), (0.9, 0.95))
    page.get_by_label("until").fill("8")
    page.get_by_role("tab", name="Regions").click()
    page.keyboard.press("Control+s")
    expect(page.locator(".edit-state")).to_have_text(re.compile(r"Version \d, saved"))
    aoi = next(aoi for aoi in slide_of(catalogue, place).aois if aoi.aoi_id == key)
    assert [part.shape for part in aoi.parts] == [Shape.POLYGON, Shape.ELLIPSE]
    assert aoi.parts[1].until_ms == 8000


def test_the_order_and_the_layers_are_changed_by_dragging_and_by_buttons(
    open_page: Open, catalogue: Catalogue
) -> None:
    place = (COURSE, POND, "2-who-eats-whom")
    before = slide_of(catalogue, place)
    page = opened(open_page, place)
    grips = page.locator(".edit-grip-button:enabled")
    names = page.locator(".edit-choose-name")
    placed = [aoi.name for aoi in sorted(before.aois, key=lambda aoi: aoi.order or 99) if aoi.order]
    assert names.all_inner_texts()[: len(placed)] == placed
    start, stop = grips.first.bounding_box(), grips.nth(2).bounding_box()
    assert start
    assert stop
    page.mouse.move(start["x"] + 10, start["y"] + 10)
    page.mouse.down()
    for share in (0.4, 0.8, 1.0):
        page.mouse.move(start["x"] + 10, start["y"] + 10 + share * (stop["y"] - start["y"] + 10))
    page.mouse.up()
    expected = [*placed[1:3], placed[0], *placed[3:]]
    assert names.all_inner_texts()[: len(placed)] == expected

    choose(page, before.aois[0].name)
    page.get_by_role("button", name="Forward").click()
    page.get_by_label("Where regions lie over one another").select_option("topmost")
    save(page, 2)
    after = slide_of(catalogue, place)
    assert [aoi.name for aoi in sorted(after.aois, key=lambda aoi: aoi.order or 99) if aoi.order] == expected
    assert [aoi.aoi_id for aoi in after.aois[:2]] == [aoi.aoi_id for aoi in before.aois[1::-1]]
    assert after.overlap is Overlap.TOPMOST


def test_a_damaged_draft_is_dropped(open_page: Open) -> None:
    place = (COURSE, POND, "1-a-small-world")
    page = opened(open_page, place)
    name = "gazeboard-regions:" + "/".join(place)
    page.evaluate("(name) => localStorage.setItem(name, '{')", name)
    page.reload()
    expect(page.locator(".edit-state")).to_have_text("Version 1, saved")
    expect(page.locator(".edit-region").first).to_be_visible()
    assert page.evaluate("(name) => localStorage.getItem(name)", name) is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_whatever_is_open(open_page: Open, scheme: str) -> None:
    page = opened(open_page, (COURSE, POND, "4-what-we-caught"), scheme=scheme)
    page.locator(".edit-choose").nth(1).click()
    page.get_by_role("button", name="Edit corners").click()
    field(page, "Name").fill(page.locator(".edit-choose-name").first.inner_text())
    page.get_by_role("button", name="Save", exact=True).click()
    assert broken_rules(page) == []
    page.get_by_role("tab", name="Proposals").click()
    page.locator(".edit-proposal-list input").first.check()
    assert broken_rules(page) == []
    page.get_by_role("tab", name="Versions").click()
    page.get_by_role("button", name="Look at version 1").click()
    expect(page.locator(".edit-note").first).to_contain_text("Version 1")
    assert broken_rules(page) == []


@pytest.mark.parametrize("size", [(1280, 800), TABLET], ids=["wide", "tablet"])
def test_the_editor_fits_its_window(open_page: Open, size: tuple[int, int]) -> None:
    page = opened(open_page, (COURSE, LESSON, "3-the-equation"), size=size, scheme="dark")
    page.locator(".edit-choose").first.click()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="Keys and touch").click()
    expect(page.get_by_role("dialog", name="Keys and touch")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    wait_until(page, "document.querySelector('.edit-bar') !== null")
