"""Slides from pictures and PDF decks: read, told apart by content, named, and written as a lesson folder."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from pipeline.domain import Aoi, Bytes, Lesson, PageBox, Slide
from pipeline.errors import InputError
from pipeline.ingest.documents import TEXT_MAX, UNREADABLE, listed
from pipeline.ingest.lessons import LESSON, SLIDES_MAX, read_lesson, write_lesson
from pipeline.ingest.pdf_pages import count_pages, read_pdf
from pipeline.ingest.pictures import read_picture
from pipeline.parameters import IngestLimits

LIMITS: Final = IngestLimits()
SIDE_PX: Final = 1920  # of a slide's longer side: what screens show
SLUG_MAX: Final = 56  # leaves room for a number within the 64 of an id
TITLE_TOP: Final = 0.6  # a title begins above this, in slide heights
TITLE_MAX: Final = 120  # letters of a title that stands out from smaller text
FIRST_LINE_MAX: Final = 60  # of a line that serves as title where none stands out
TITLE_SPREAD: Final = 0.7  # its letters may be that much lower than the highest: "once" beside "Digits"

Propose = Callable[[Bytes, Sequence[PageBox]], tuple[Aoi, ...]]


@dataclass(frozen=True)
class Page:
    """One slide to be: RGB of shape (height, width, 3), and what its document says of it."""

    where: str  # for messages: file, or file and page
    title: str
    image: Bytes
    boxes: tuple[PageBox, ...] = ()

    @property
    def content_hash(self) -> str:
        """SHA-256 of the pixels and their arrangement."""
        return hashlib.sha256(repr(self.image.shape).encode() + self.image.tobytes()).hexdigest()


@dataclass(frozen=True)
class Repeat:
    """A page that looks exactly like one before it, and is not kept a second time."""

    where: str
    first: str

    def __str__(self) -> str:
        return f"{self.where} is the same picture as {self.first}: one slide, kept once"


def count_of(path: Path) -> int:
    """How many slides `read_pages` will find at most. Raises InputError."""
    return count_pages(path) if _is_pdf(path) else 1


def _is_pdf(path: Path) -> bool:
    with path.open("rb") as file:
        return b"%PDF-" in file.read(1024)


def read_pages(path: Path, limits: IngestLimits = LIMITS) -> Iterator[Page]:
    """The slides in one file: a PDF's pages, or the picture it is.

    Raises InputError, naming the file and the page, where one cannot be read.
    """
    if _is_pdf(path):
        for page in read_pdf(path, SIDE_PX):
            title = title_of(page.boxes) or f"{_spaced(path.stem)}, page {page.number}"
            yield Page(f"{path.name}, page {page.number}", title, page.image, page.boxes)
    else:
        yield Page(path.name, _spaced(path.stem), _within(read_picture(path, limits), SIDE_PX))


def make_lesson(
    paths: Sequence[Path],
    lesson: Lesson,
    out: Path,
    propose: Propose | None = None,
    limits: IngestLimits = LIMITS,
) -> tuple[Lesson, list[Repeat]]:
    """Write the folder of a lesson whose slides are those in the files; nothing half-written stays.

    A lesson that is in the folder already is replaced; regions of slides that still look the same are kept.

    Parameters
    ----------
    lesson : its ids and titles; it has no slides yet
    propose : finds the regions of a slide that has none

    Returns
    -------
    The lesson as written, and the pages that were not kept because they repeat another.

    Raises
    ------
    InputError : a file cannot be read, or the folder holds something else
    """
    known = _known_regions(out, limits)
    temporary = out.with_name(f".{out.name}.{os.getpid()}")
    repeats: list[Repeat] = []
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    try:
        slides = tuple(_write_slides(_each_once(paths, repeats, limits), temporary, known, propose))
        made = replace(lesson, slides=slides)
        write_lesson(made, temporary)
        read_lesson(temporary, limits)  # what is written can be read
        _put_in_place(temporary, out)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return made, repeats


def _each_once(paths: Sequence[Path], repeats: list[Repeat], limits: IngestLimits) -> Iterator[Page]:
    """All pages of all files, without those that repeat one before: these are noted."""
    seen: dict[str, str] = {}
    for page in (page for path in paths for page in read_pages(path, limits)):
        content_hash = page.content_hash
        if content_hash in seen:
            repeats.append(Repeat(page.where, seen[content_hash]))
            continue
        seen[content_hash] = page.where
        if len(seen) > SLIDES_MAX:
            raise InputError(page.where, f"a lesson of at most {SLIDES_MAX} slides", "one more")
        yield page


def _write_slides(
    pages: Iterable[Page], folder: Path, known: dict[str, Slide], propose: Propose | None
) -> Iterator[Slide]:
    taken: set[str] = set()
    for page in pages:
        slide_id = unique_slug(page.title, taken)
        height, width = page.image.shape[:2]
        file = folder / f"{slide_id}.png"
        Image.fromarray(page.image).save(file, format="PNG")
        slide = Slide(slide_id, page.title, file.name, width, height)
        before = known.get(_file_hash(file))
        if before is not None:
            slide = replace(slide, aois=before.aois, overlap=before.overlap)
        if propose is not None and not slide.aois:
            slide = replace(slide, aois=propose(page.image, page.boxes))
        yield slide


def _known_regions(out: Path, limits: IngestLimits) -> dict[str, Slide]:
    """The slides of the lesson that is there, by the hash of their pictures' files.

    Raises InputError where the folder holds anything else, for it is going to be replaced.
    """
    if out.is_dir():
        names = {path.name for path in out.iterdir()}
        if not names:
            return {}
        if LESSON in names:
            slides = read_lesson(out, limits).slides
            strangers = names - {LESSON} - {slide.image for slide in slides}
            if not strangers:
                return {_file_hash(out / slide.image): slide for slide in slides}
            names = strangers
        expected = f"a new folder, or one with nothing but {LESSON} and its pictures"
        raise InputError(out.name, expected, f"also {listed(sorted(names))}")
    if out.exists():
        raise InputError(out.name, "a folder", "a file of this name")
    return {}


def _file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _put_in_place(temporary: Path, out: Path) -> None:
    """Exchange the folders by renaming; the former one comes back if that fails."""
    former = out.with_name(f".{out.name}.{os.getpid()}.former")
    if not out.exists():
        temporary.rename(out)
        return
    out.rename(former)
    try:
        temporary.rename(out)
    except OSError:
        former.rename(out)
        raise
    shutil.rmtree(former)


def _within(image: Bytes, side_px: int) -> Bytes:
    """The picture, made smaller where a side is longer than that."""
    height, width = image.shape[:2]
    scale = side_px / max(width, height)
    if scale >= 1:
        return image
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.array(Image.fromarray(image).resize(size, Image.Resampling.LANCZOS), dtype=np.uint8)


def title_of(boxes: Sequence[PageBox]) -> str:
    """The text in the highest letters of the page's upper part, its lines joined; empty if there is none.

    Where no letters stand out, so that this is a whole paragraph, its first line, shortened.
    """
    texts = [box for box in boxes if box.text and box.y0 < TITLE_TOP]
    if not texts:
        return ""
    high = max(box.y1 - box.y0 for box in texts)
    large = sorted((b for b in texts if b.y1 - b.y0 >= TITLE_SPREAD * high), key=lambda b: (b.y0, b.x0))
    lines: list[list[PageBox]] = []
    for box in large:
        if lines and box.y0 < lines[-1][0].y1 - 0.3 * high:
            lines[-1].append(box)
        elif not lines or box.y0 - lines[-1][0].y1 < high:
            lines.append([box])
    said = [" ".join(box.text or "" for box in sorted(line, key=lambda b: b.x0)) for line in lines]
    whole = _readable(" ".join(said))
    if not re.search(r"\w", whole):
        return ""
    stands_out = len(large) < sum(bool(box.text) for box in boxes)
    return whole if len(whole) <= (TITLE_MAX if stands_out else FIRST_LINE_MAX) else _first_line(said)


def _first_line(lines: Sequence[str]) -> str:
    """The first that says anything, cut between words; empty if none does."""
    line = next((text for text in map(_readable, lines) if re.search(r"\w", text)), "")
    if len(line) <= FIRST_LINE_MAX:
        return line
    return line[:FIRST_LINE_MAX].rsplit(" ", 1)[0] + "…"


def _readable(text: str) -> str:
    return UNREADABLE.sub("", " ".join(text.split()))[:TEXT_MAX].strip()


def _spaced(stem: str) -> str:
    """A title from a file's name."""
    words = _readable(re.sub(r"[-_\s]+", " ", stem))
    return words[:1].upper() + words[1:] if words else "Slide"


def slug(title: str, otherwise: str = "slide") -> str:
    """The title in small letters, digits and hyphens; `otherwise` where none is left."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_MAX].rstrip("-") or otherwise


def unique_slug(title: str, taken: set[str], otherwise: str = "slide") -> str:
    """The title's slug, with a number where it is taken; it is taken then."""
    first = name = slug(title, otherwise)
    number = 1
    while name in taken:
        number += 1
        name = f"{first}-{number}"
    taken.add(name)
    return name
