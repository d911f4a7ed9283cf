"""How fast the measures of a class follow when its slide's regions are saved: a real browser, the big school.

From the click on *Save* to the frame in which the table for the new regions is on the screen. Everything is
put back in the end.
"""

from __future__ import annotations

import os
import shutil
from typing import Any, Final

from playwright.sync_api import Page, sync_playwright

from benchmarks.dashboard_browser import ROUNDS, Place, _places, _row, _served, _window, school
from dashboard import urls
from tests.browser.conftest import ARGUMENTS, NAMES

SAVES: Final = 4  # at each place
GOAL_MS: Final = 400
MEASURED: Final = "#edit-measures [data-version]"
# Notes, of the next click on Save, the milliseconds until the measures are of another version.
WATCH: Final = """() => {
  const version = () => document.querySelector("#edit-measures [data-version]").dataset.version;
  window.__saved = new Promise((done) => {
    const save = document.querySelector(".edit-save");
    save.addEventListener("click", (event) => {
      const [began, before] = [event.timeStamp, version()];
      const look = () =>
        requestAnimationFrame(version() === before ? look : () => done(performance.now() - began));
      requestAnimationFrame(look);
    }, { capture: true, once: true });
  });
}"""


def run() -> dict[str, Any]:
    """Milliseconds from saving to the new picture."""
    data = school()
    places = list(_places(data))[:ROUNDS]
    times: list[float] = []
    with sync_playwright() as playwright:
        program = next(filter(None, map(shutil.which, NAMES)), None)
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        with _served(data) as server, _window(browser) as (page, _):
            for place in places:
                times += _saves(page, server.address, place)
        browser.close()
    return {
        "load_average": round(os.getloadavg()[0], 1),
        "save_to_picture_ms": _row(times),
        "goal_ms_p95": GOAL_MS,
    }


def _saves(page: Page, address: str, place: Place) -> list[float]:
    """The times of some saves of one slide's regions, and then the regions as they were."""
    page.goto(address + urls.edit(*place[:3]))
    page.wait_for_selector(MEASURED)
    page.evaluate("() => window.__probe.settled()")
    page.locator(".edit-region").first.focus()
    times = []
    for key in ("ArrowDown",) * SAVES:
        page.keyboard.press(key)
        times.append(_save(page))
        page.locator(".edit-region").first.focus()
        page.wait_for_timeout(1100)  # else the next step of the arrow keys would belong to this one
    for _ in range(SAVES):
        page.get_by_role("button", name="Undo").click()
    times.append(_save(page))
    return times


def _save(page: Page) -> float:
    page.evaluate(WATCH)
    page.locator(".edit-save").click()
    ms: float = page.evaluate("() => window.__saved")
    return ms
