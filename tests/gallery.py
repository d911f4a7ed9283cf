"""Pictures of every page, in both schemes and at both sizes: the gallery of the docs, and to be looked at.

python -m tests.gallery docs/gallery          # what the docs show
python -m tests.gallery FOLDER --whole        # whole pages, however long, for a designer's eye
"""

from __future__ import annotations

import argparse
import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from pipeline.ingest.lessons import read_lesson
from pipeline.storage.catalogue import Catalogue
from tests.browser.conftest import ARGUMENTS, NAMES, TABLET, WIDE
from tests.seeded_school import CLASS, LESSONS, Viewer, add_quiz, seed
from tests.served import Server, free_port

SIZES: Final = {"wide": WIDE, "tablet": TABLET}
SCHEMES: Final = ("light", "dark")
COURSE, LESSON = "biology-7", "photosynthesis"
PLACE: Final = f"{COURSE}/{LESSON}"
SLIDE: Final = f"{PLACE}/3-the-equation"
SETTLED_MS: Final = 1500  # charts and pictures after the last answer
PAGES: Final = {
    "lessons": ("The teacher's home: lessons", "/"),
    "design": ("The course designer's home: slides", "/design"),
    "administer": ("The administrator's home: courses", "/administer"),
    "lesson": ("A lesson", f"/lesson/{PLACE}"),
    "slide": ("The slide workbench", f"/slide/{SLIDE}"),
    "edit": ("The editor of a slide's regions", f"/edit/{SLIDE}"),
    "session": ("One student's session", "/session/{session}"),
    "compare": ("Courses side by side", "/compare?of=course:biology-7,course:physics-8"),
    "compare-slide": (
        "Two classes on one slide",
        f"/compare?of=slide:{SLIDE}~group:7a,slide:{SLIDE}~group:7b",
    ),
    "replay": ("A class replayed", f"/replay/{PLACE}"),
    "library": ("The library: courses and lessons", "/library"),
    "library-lesson": ("The library: a lesson's slides", f"/library/{PLACE}"),
    "students": ("The library: students and groups", "/library/students"),
    "sessions": ("The library: sessions", "/library/sessions"),
    "bin": ("The library: the bin", "/library/bin"),
    "search": ("Search", "/search?q=leaf"),
    "upload": ("Upload", "/upload"),
    "nowhere": ("An address that leads nowhere", "/nowhere"),
}


def main() -> None:
    """Take all pictures, or those of the pages named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("pages", nargs="*", default=list(PAGES))
    parser.add_argument("--whole", action="store_true")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with _served() as (server, session_id), _chromium() as browser:
        for name in asked.pages:
            address = server.address + PAGES[name][1].format(session=session_id)
            for picture, page in _variants(browser, name, address):
                (asked.folder / picture).write_bytes(_small(page.screenshot(full_page=asked.whole)))
                print(asked.folder / picture, flush=True)
    if not asked.whole and asked.pages == list(PAGES):
        asked.folder.with_suffix(".md").write_text(_contents(asked.folder.name), encoding="utf-8")


def school(data: Path) -> Catalogue:
    """Two classes, twenty students, and a quiz in one lesson."""
    more = (replace(viewer, student=f"S{number}") for number, viewer in enumerate(CLASS, start=11))
    viewers: tuple[Viewer, ...] = (*CLASS, *more)
    catalogue = seed(data, viewers=viewers)
    catalogue.put_group("7a", "Class 7a", [viewer.student for viewer in viewers[:10]])
    catalogue.put_group("7b", "Class 7b", [viewer.student for viewer in viewers[10:]])
    add_quiz(catalogue, read_lesson(LESSONS / PLACE), viewers)
    return catalogue


@contextmanager
def _served() -> Iterator[tuple[Server, str]]:
    """The school on a server of its own, and the id of a session to show."""
    with TemporaryDirectory() as folder:
        catalogue = school(Path(folder))
        row = next(row for row in catalogue.sessions(COURSE, LESSON) if row.student == "S02")
        catalogue.close()
        server = Server(Path(folder), free_port(), workers=0)
        server.first_line()
        try:
            yield server, row.session_id
        finally:
            server.kill()


@contextmanager
def _chromium() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, NAMES)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


def _variants(browser: Browser, name: str, address: str) -> Iterator[tuple[str, Page]]:
    """The page, settled, at each size in each scheme, with the name of its picture."""
    for size_name, (width, height) in SIZES.items():
        for scheme in SCHEMES:
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
            )
            page = context.new_page()
            page.goto(address)
            page.wait_for_selector("h1")
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(SETTLED_MS)
            yield f"{name}-{size_name}-{scheme}.png", page
            context.close()


def _small(png: bytes) -> bytes:
    """The picture in 256 colours: a third of its size, and no difference to the eye."""
    written = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue()


def _contents(folder: str) -> str:
    """The page that shows the pictures."""
    lines = ["# Gallery", "", "Every page at 1280 x 800 and 820 x 1180, light and dark.", ""]
    lines += [
        "The students are seeded, not real: `python -m tests.gallery docs/gallery` takes the pictures.",
        "",
    ]
    for name, (title, _) in PAGES.items():
        lines += [f"## {title}", ""]
        for size in SIZES:
            lines += [
                f"![{title}, {size}, {scheme}]({folder}/{name}-{size}-{scheme}.png)" for scheme in SCHEMES
            ]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    main()
