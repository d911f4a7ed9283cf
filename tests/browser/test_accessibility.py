"""No page breaks a rule of axe-core, in either scheme; keys alone get through all of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page

from pipeline.storage.catalogue import Catalogue
from tests.browser.conftest import TABLET, WIDE, Open

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
PLACE = "biology-7/photosynthesis"
SLIDE = f"{PLACE}/3-the-equation"
LIBRARY = (
    "/library", f"/library/{PLACE}", "/library/students", "/library/sessions", "/library/bin",
    "/search?q=light",
)  # fmt: skip
COMPARE = f"/compare?of=slide:{SLIDE},slide:{SLIDE}~students:S01:S02:S03:S04:S05:S06"
PAGES = (
    "/",
    "/design",
    "/administer",
    f"/lesson/{PLACE}",
    f"/slide/{SLIDE}",
    f"/edit/{SLIDE}",
    "session",
    f"/replay/{PLACE}",
    "/upload",
    COMPARE,
    "/compare",
    "/nowhere",
    *LIBRARY,
)
SETTLED_MS = 400  # what is drawn after the last answer
STOPS_MAX = 150


def address(catalogue: Catalogue, place: str) -> str:
    """The address of a page; that of a session is known only once there is one."""
    if place != "session":
        return place
    return f"/session/{catalogue.sessions('biology-7', 'photosynthesis')[0].session_id}"


def broken_rules(page: Page) -> list[str]:
    """Each rule of axe-core that is broken, with where."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(SETTLED_MS)
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate("axe.run()")
    return [f"{rule['id']}: {[node['target'] for node in rule['nodes']]}" for rule in found["violations"]]


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (TABLET, "dark")], ids=["light", "dark"])
@pytest.mark.parametrize("place", PAGES)
def test_axe_finds_nothing(
    open_page: Open, catalogue: Catalogue, place: str, size: tuple[int, int], scheme: str
) -> None:
    assert broken_rules(open_page(address(catalogue, place), size, scheme)) == []


def test_axe_would_find_something(open_page: Open) -> None:
    page = open_page("/")
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert [rule.partition(":")[0] for rule in broken_rules(page)] == ["image-alt"]


@pytest.mark.parametrize("place", PAGES)
def test_the_keyboard_gets_through_and_focus_can_be_seen(
    open_page: Open, catalogue: Catalogue, place: str
) -> None:
    """Tab goes round the whole page and comes back to the beginning; each stop shows that it is one."""
    page = open_page(address(catalogue, place))
    page.wait_for_load_state("networkidle")
    unseen, first = [], None
    for stop in range(STOPS_MAX):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUSED)
        if here is None or (stop and here["name"] == first):
            break
        first = first or here["name"]
        unseen += [here["name"]] * (not here["seen"])
    else:
        pytest.fail(f"still going round after {STOPS_MAX} stops")
    assert unseen == []


# What has the focus, and whether it (or what stands for it, as the label of a hidden input) is marked.
FOCUSED = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const marked = (x) => {
    const style = getComputedStyle(x);
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    return outlined || style.boxShadow !== "none";
  };
  const around = [e, e.parentElement, e.nextElementSibling, ...(e.labels || []), e.closest("label")];
  const bordered = e.matches("input, [role=combobox], textarea, select");
  return {
    name: e.outerHTML.slice(0, 160),
    seen: bordered || around.filter(Boolean).some(marked),
  };
}"""
