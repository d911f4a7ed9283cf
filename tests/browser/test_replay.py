"""The replay in a browser: it plays, it shows the right slide, and gaze where the lake has it."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from pipeline.storage.catalogue import Catalogue
from pipeline.storage.rows import SessionRow
from tests.browser.conftest import Open, wait_until

pytestmark = pytest.mark.browser

CLASS_PAGE = "/replay/biology-7/photosynthesis"
SLIDE_S = 12  # of the seeded school
SECOND = "2-inside-a-leaf"
DRAWN = "document.querySelector('.replay-message').textContent === ''"


def row_of(catalogue: Catalogue, student: str) -> SessionRow:
    return next(row for row in catalogue.sessions("biology-7", "photosynthesis") if row.student == student)


def open_session(open_page: Open, catalogue: Catalogue, query: str = "") -> Page:
    page = open_page(f"/session/{row_of(catalogue, 'S01').session_id}{query}", ready=".replay-play")
    wait_until(page, DRAWN)
    return page


def open_class(open_page: Open, query: str = "") -> Page:
    page = open_page(CLASS_PAGE + query, ready=".replay-play")
    wait_until(page, DRAWN)
    return page


def without_motion(page: Page) -> None:
    """No trails: what is drawn is where gaze is."""
    page.emulate_media(reduced_motion="reduce")
    page.wait_for_load_state("networkidle")
    page.reload()
    page.wait_for_selector(".replay-play")
    wait_until(page, DRAWN)


def clock_s(page: Page) -> int:
    minutes, seconds = page.inner_text(".replay-clock").split(" / ")[0].split(":")
    return 60 * int(minutes) + int(seconds)


def painted(page: Page) -> np.ndarray:
    """The canvas, shape (height, width, 4)."""
    address = page.eval_on_selector(".replay-canvas", "canvas => canvas.toDataURL()")
    with Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))) as image:
        return np.asarray(image.convert("RGBA"))


def differing(one: np.ndarray, other: np.ndarray) -> float:
    """The share of pixels that are not the same."""
    return float((one != other).any(axis=-1).mean())


def middle_of(image: np.ndarray, colour: str) -> tuple[float, float]:
    """Where the pixels of this colour are on average, in px."""
    rgb = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    rows, columns = np.nonzero((image[..., :3] == rgb).all(axis=-1) & (image[..., 3] == 255))
    assert len(rows) > 50
    return float(columns.mean() + 0.5), float(rows.mean() + 0.5)


def looked_at(row: SessionRow, slide_id: str, since_ms: float) -> pd.Series:
    """The lake's last sample at this time since the slide was opened."""
    gaze, exposures = (pd.read_parquet(row.files[name].path) for name in ("gaze", "exposures"))
    opened_ms = exposures.set_index("slide_id").at[slide_id, "onset_ms"]
    return gaze[np.round(gaze["t_ms"] - opened_ms) <= since_ms].iloc[-1]


def test_it_plays_and_pauses(open_page: Open, catalogue: Catalogue) -> None:
    page = open_session(open_page, catalogue)
    page.get_by_role("button", name="4×").click()
    page.get_by_role("button", name="Play").click()
    wait_until(page, "parseInt(document.querySelector('.replay-clock').textContent.slice(2)) >= 3")
    page.get_by_role("button", name="Pause").click()
    stopped = clock_s(page)
    page.wait_for_timeout(400)
    assert clock_s(page) == stopped


@pytest.mark.parametrize("since_ms", [2000, 5437, 9100])
def test_scrubbing_shows_the_slide_and_the_place_of_that_moment(
    open_page: Open, catalogue: Catalogue, since_ms: int
) -> None:
    page = open_session(open_page, catalogue)
    without_motion(page)
    page.locator(".replay-time").fill(str(SLIDE_S * 1000 + since_ms))
    expect(page.locator(".replay-title")).to_have_text("Slide 2 Inside a leaf")
    here = looked_at(row_of(catalogue, "S01"), SECOND, since_ms)
    image = painted(page)
    assert here["valid"]
    x, y = middle_of(image, "#332288")
    assert x == pytest.approx(here["slide_x"] * image.shape[1], abs=1)
    assert y == pytest.approx(here["slide_y"] * image.shape[0], abs=1)


def test_not_tracked_is_a_hollow_ring_and_said(open_page: Open, catalogue: Catalogue) -> None:
    row = row_of(catalogue, "S01")
    gaze = pd.read_parquet(row.files["gaze"].path)
    opened_ms = gaze.loc[gaze["slide_id"].notna(), "t_ms"].iloc[0]
    lost = gaze[~gaze["valid"] & (gaze["t_ms"] > opened_ms + 3000)].iloc[2]
    page = open_session(open_page, catalogue)
    without_motion(page)
    page.locator(".replay-time").fill(str(round(lost["t_ms"] - opened_ms) + 1))
    expect(page.locator(".replay-count")).to_have_text("not tracked")
    known = gaze[gaze["valid"] & (gaze["t_ms"] < lost["t_ms"])].iloc[-1]
    image = painted(page)
    x, y = known["slide_x"] * image.shape[1], known["slide_y"] * image.shape[0]
    rows, columns = np.nonzero(image[..., 3] > 128)
    assert np.hypot(columns + 0.5 - x, rows + 0.5 - y) == pytest.approx(11, abs=2)  # all of it on the ring
    around = np.arctan2(rows - y, columns - x)
    assert np.ptp(around) > 5  # all the way round


def test_it_needs_no_mouse(open_page: Open, catalogue: Catalogue) -> None:
    page = open_session(open_page, catalogue)
    page.focus("#replay")
    for _ in range(3):
        page.keyboard.press("ArrowRight")  # 15 s, in the second slide
    assert clock_s(page) == 15
    expect(page.locator(".replay-title")).to_have_text("Slide 2 Inside a leaf")
    page.keyboard.press("PageUp")
    assert clock_s(page) == SLIDE_S
    page.keyboard.press("PageDown")
    expect(page.locator(".replay-title")).to_contain_text("Slide 3")
    page.keyboard.press("+")
    expect(page.get_by_role("button", name="2×")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("End")
    assert clock_s(page) == 4 * SLIDE_S
    page.keyboard.press("Home")
    assert clock_s(page) == 0
    expect(page.locator("#replay [aria-live]")).to_contain_text("Slide 1")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_there_is_no_trail_for_whom_motion_is_too_much(open_page: Open, catalogue: Catalogue) -> None:
    page = open_session(open_page, catalogue)
    page.locator(".replay-time").fill("4000")
    with_trail = (painted(page)[..., 3] > 0).sum()
    without_motion(page)
    page.locator(".replay-time").fill("4000")
    assert 0 < (painted(page)[..., 3] > 0).sum() < with_trail


def test_a_class_is_shown_together_each_from_the_opening_of_the_slide(
    open_page: Open, catalogue: Catalogue
) -> None:
    page = open_class(open_page, f"?slide={SECOND}&t=3.3")
    without_motion(page)
    expect(page.locator(".replay-title")).to_have_text("Slide 2 Inside a leaf")
    image = painted(page)
    spots = page.eval_on_selector_all(
        ".replay-student",
        """lines => lines.map((line) => [line.querySelector(".replay-name").textContent,
            line.querySelector(".replay-spot").dataset.state,
            line.querySelector(".replay-spot").style.getPropertyValue("--spot")])""",
    )
    assert len(spots) == 7
    places = {name: looked_at(row_of(catalogue, name), SECOND, 3300) for name, _, _ in spots}
    for name, state, _ in spots:
        here = places[name]
        inside = 0 <= here["slide_x"] <= 1 and 0 <= here["slide_y"] <= 1
        assert state == (("on" if inside else "beside") if here["valid"] else "lost")
    tracked = sum(bool(here["valid"]) for here in places.values())
    on = sum(state == "on" for _, state, _ in spots)
    expect(page.locator(".replay-count")).to_have_text(f"Tracked now: {tracked} of 7, on the slide: {on}")
    alone = [
        (name, colour)
        for name, state, colour in spots
        if state == "on" and not covered(places, name, image.shape)
    ]
    assert len(alone) >= 3
    for name, colour in alone:
        x, y = middle_of(image, colour)
        sample = thinned_sample(row_of(catalogue, name), SECOND, 3300)
        assert x == pytest.approx(sample["slide_x"] * image.shape[1], abs=1)
        assert y == pytest.approx(sample["slide_y"] * image.shape[0], abs=1)


def covered(places: dict[str, pd.Series], name: str, shape: tuple[int, ...]) -> bool:
    """Whether somebody else's dot or name may lie over a student's dot."""
    size = np.array([shape[1], shape[0]])
    own, *others = (
        places[each][["slide_x", "slide_y"]].to_numpy(float) * size
        for each in sorted(places, key=lambda each: each != name)
    )
    return any(np.nan_to_num(np.abs(other - own), nan=1e9).max() < 60 for other in others)


def thinned_sample(row: SessionRow, slide_id: str, since_ms: float) -> pd.Series:
    """The lake's sample that a class's replay keeps: the first in its fifteenth of a second."""
    gaze, exposures = (pd.read_parquet(row.files[name].path) for name in ("gaze", "exposures"))
    since = gaze["t_ms"] - exposures.set_index("slide_id").at[slide_id, "onset_ms"]
    step = np.floor(since * 15 / 1000 + 1e-9)
    kept = gaze[~step.duplicated() & (np.round(since) <= since_ms)]
    return kept.iloc[-1]


def test_the_address_shows_the_same_moment_again(open_page: Open) -> None:
    page = open_class(open_page, f"?slide={SECOND}&t=3.3")
    page.get_by_role("button", name="S03").click()
    page.get_by_role("button", name="0.5×").click()
    page.locator("#replay-outline").click()
    page.focus("#replay")
    earlier = painted(page)
    page.keyboard.press("ArrowRight")
    wait_until(page, "location.search.includes('t=8.3')")
    assert re.search(r"slide=2-inside-a-leaf.*speed=0.5.*focus=S03.*regions=1", page.url)
    before = painted(page)
    assert differing(before, earlier) > 0.002
    page.wait_for_load_state("networkidle")
    page.reload()
    page.wait_for_selector(".replay-play")
    wait_until(page, DRAWN)
    page.wait_for_timeout(300)
    assert differing(painted(page), before) < 0.001  # but for rounding at the edges
    expect(page.get_by_role("button", name="S03")).to_have_attribute("aria-pressed", "true")


def test_students_and_the_clock_are_chosen_on_the_page(open_page: Open) -> None:
    page = open_class(open_page, "?students=S01,S02")
    expect(page.locator(".replay-student")).to_have_count(2)
    page.get_by_text("From the start", exact=True).click()
    wait_until(page, "location.search.includes('align=start')")
    expect(page.locator("#replay-note")).to_contain_text("Every recording begins")
    page.locator("#replay-students").click()
    page.keyboard.type("S04")
    page.keyboard.press("Enter")
    expect(page.locator(".replay-student")).to_have_count(3)
    assert "students=S01,S02,S04" in page.url
