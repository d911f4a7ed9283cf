"""Builds the demo school's lessons from `source/`: slides as PNG, regions from the page itself.

Run while developing: `python -m pipeline.synthetic.lessons.build [lesson ...]`. What it writes is committed.
Needs Debian's chromium and pngquant, and the fonts Cabin, EB Garamond, Inter, Karla, Lato, STIX and Vollkorn.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Locator, Page, Route, sync_playwright

from pipeline.domain import Aoi, Lesson, Part, Role, Slide
from pipeline.ingest.lessons import write_lesson
from pipeline.synthetic.lessons.pictures import PICTURES

HERE: Final = Path(__file__).parent
CHROMIUM: Final = "/usr/bin/chromium"
ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
)
WIDTH_PX: Final = 1280
HEIGHT_PX: Final = 720
PADDING_PX: Final = 12  # around a region's own box, unless its data-pad says otherwise

# Every element with data-aoi, as its box in px within the slide and its other data attributes.
REGIONS: Final = """slide => [...slide.querySelectorAll("[data-aoi]")].map(node => {
    const box = node.getBoundingClientRect(), frame = slide.getBoundingClientRect();
    return {...node.dataset, box: [box.left - frame.left, box.top - frame.top,
                                   box.right - frame.left, box.bottom - frame.top]};
})"""


def main(names: list[str]) -> None:
    """Build the named lessons, or all of them."""
    sources = sorted((HERE / "source").glob("*.html"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        page = browser.new_page(viewport={"width": WIDTH_PX, "height": HEIGHT_PX})
        page.route("**/pictures/*.png", _paint)
        for source in sources:
            if not names or source.stem in names:
                _build(page, source)
        browser.close()


def _build(page: Page, source: Path) -> None:
    """One HTML source into its lesson folder: images and lesson.json."""
    page.goto(source.as_uri(), wait_until="networkidle")
    stated = page.locator("body").evaluate("body => ({...body.dataset})")
    folder = HERE / stated["course"] / stated["lesson"]
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    slides = tuple(_slide(section, folder) for section in page.locator("section.slide").all())
    write_lesson(
        Lesson(stated["course"], stated["courseTitle"], stated["lesson"], stated["lessonTitle"], slides),
        folder,
    )


def _slide(section: Locator, folder: Path) -> Slide:
    """Write one slide's image and read its regions."""
    slide_id, title = section.evaluate("section => [section.id, section.dataset.title]")
    image = f"{slide_id}.png"
    _save(section.screenshot(), folder / image)
    aois = tuple(_regions(section.evaluate(REGIONS)))
    return Slide(slide_id, title, image, WIDTH_PX, HEIGHT_PX, aois)


def _regions(found: list[dict[str, Any]]) -> Iterator[Aoi]:
    """The page's boxes as regions, in reading order, those without an order last."""
    for region in sorted(found, key=lambda region: int(region.get("order", 99))):
        pad = float(region.get("pad", PADDING_PX))
        left, top, right, bottom = region["box"]
        yield Aoi(
            aoi_id=re.sub(r"[^a-z0-9]+", "-", region["aoi"].lower()).strip("-"),
            name=region["aoi"],
            role=Role(region["role"]),
            parts=(Part((_place(left - pad, top - pad), _place(right + pad, bottom + pad))),),
            weight=float(region["weight"]),
            required="required" in region,
            order=int(region["order"]) if "order" in region else None,
        )


def _place(x_px: float, y_px: float) -> tuple[float, float]:
    """Slide coordinates, inside the slide, to four places (an eighth of a pixel)."""
    return round(min(max(x_px / WIDTH_PX, 0), 1), 4), round(min(max(y_px / HEIGHT_PX, 0), 1), 4)


def _save(png: bytes, path: Path) -> None:
    """Write the screenshot with a palette of 256 colours: a slide then weighs about a third."""
    command = ["pngquant", "--speed", "1", "--strip", "256", "-"]
    path.write_bytes(subprocess.run(command, input=png, capture_output=True, check=True).stdout)


def _paint(route: Route) -> None:
    """Answer a request for pictures/<name>.png with a freshly painted picture."""
    name = Path(route.request.url).stem
    body = io.BytesIO()
    Image.fromarray(PICTURES[name]()).save(body, "png")
    route.fulfill(body=body.getvalue(), content_type="image/png")


if __name__ == "__main__":
    main(sys.argv[1:])
