"""PDF decks: each page as a picture, with the boxes of its texts and pictures."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from pipeline.domain import Bytes, PageBox
from pipeline.errors import InputError, UnsafeInputError
from pipeline.ingest.documents import quoted

PDF_BYTES_MAX: Final = 200_000_000
PAGES_MAX: Final = 500
ASPECT_MAX: Final = 10.0
RUNS_MAX: Final = 5_000  # of text on a page; a page with more is no slide
OBJECTS_MAX: Final = 5_000
NESTING_MAX: Final = 4  # of groups, when pictures are looked for


@dataclass(frozen=True)
class PdfPage:
    """Page `number` (from 1): RGB of shape (height, width, 3), and what the file says lies on it."""

    number: int
    image: Bytes
    boxes: tuple[PageBox, ...]


def read_pdf(path: Path, side_px: int) -> Iterator[PdfPage]:
    """The pages in order, each drawn with a long side of `side_px`.

    Raises
    ------
    InputError : the file is damaged or locked, or a page of it is, which is named
    UnsafeInputError : it is larger than a deck of slides can be
    """
    size = path.stat().st_size
    if size > PDF_BYTES_MAX:
        raise UnsafeInputError(path.name, f"at most {PDF_BYTES_MAX:,} bytes", f"{size:,} bytes")
    with closing(_opened(path)) as document:
        if not 1 <= len(document) <= PAGES_MAX:
            raise UnsafeInputError(path.name, f"1 to {PAGES_MAX} pages", f"{len(document):,}")
        for number in range(1, len(document) + 1):
            yield _page(document, number, f"{path.name}, page {number}", side_px)


def count_pages(path: Path) -> int:
    """How many pages a PDF says that it has. Raises InputError."""
    with closing(_opened(path)) as document:
        return len(document)


def _opened(path: Path) -> Any:
    try:
        return pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        locked = error.err_code == pdfium_c.FPDF_ERR_PASSWORD
        expected = "a PDF that opens without a password" if locked else "a PDF in one piece"
        raise InputError(path.name, expected, "a locked one" if locked else quoted(str(error))) from None


def _page(document: Any, number: int, where: str, side_px: int) -> PdfPage:
    try:
        with closing(document[number - 1]) as page:
            width, height = page.get_size()
            _refuse_odd_size(width, height, where)
            bitmap = page.render(scale=side_px / max(width, height), may_draw_forms=False, rev_byteorder=True)
            with closing(bitmap):
                image = np.array(bitmap.to_numpy()[:, :, :3], dtype=np.uint8)
            return PdfPage(number, image, (*_texts(page, where), *_pictures(page)))
    except pdfium.PdfiumError as error:
        raise InputError(where, "a page that can be drawn", quoted(str(error))) from None


def _refuse_odd_size(width: float, height: float, where: str) -> None:
    sides = min(width, height), max(width, height)
    if not all(math.isfinite(side) and side >= 1 for side in sides) or sides[1] > ASPECT_MAX * sides[0]:
        expected = f"a page at most {ASPECT_MAX:g} times as long as wide"
        raise UnsafeInputError(where, expected, f"{width:g} x {height:g} points")


def _texts(page: Any, where: str) -> Iterator[PageBox]:
    """Runs of letters of one font on one line, white space left out."""
    with closing(page.get_textpage()) as text_page:
        runs = text_page.count_rects()
        if runs > RUNS_MAX:
            raise UnsafeInputError(where, f"at most {RUNS_MAX:,} pieces of text", f"{runs:,}")
        for index in range(runs):
            bounds = text_page.get_rect(index)
            text = " ".join(text_page.get_text_bounded(*bounds).split())
            if text:
                yield from _box(page, bounds, text)


def _pictures(page: Any) -> Iterator[PageBox]:
    kinds = [pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_SHADING]
    for index, shown in enumerate(page.get_objects(filter=kinds, max_depth=NESTING_MAX)):
        if index >= OBJECTS_MAX:
            return
        yield from _box(page, shown.get_bounds(), None)


def _box(page: Any, bounds: tuple[float, ...], text: str | None) -> Iterator[PageBox]:
    """The box in slide coordinates, if any of it is on the page: PDF counts from the lower left corner."""
    width, height = page.get_size()
    left, bottom, right, top = _upright(page, bounds)
    edges = np.array([left / width, 1 - top / height, right / width, 1 - bottom / height])
    if np.isfinite(edges).all():
        x0, y0, x1, y1 = (float(edge) for edge in edges.clip(0, 1))
        if x0 < x1 and y0 < y1:
            yield PageBox(x0, y0, x1, y1, text)


def _upright(page: Any, bounds: tuple[float, ...]) -> tuple[float, float, float, float]:
    """Bounds counted from the corner of the visible page, as it is turned for reading."""
    x0, y0, x1, y1 = page.get_cropbox()
    left, bottom, right, top = bounds
    left, right, bottom, top = left - x0, right - x0, bottom - y0, top - y0
    width, height = x1 - x0, y1 - y0
    match page.get_rotation():
        case 90:
            return bottom, width - right, top, width - left
        case 180:
            return width - right, height - top, width - left, height - bottom
        case 270:
            return height - top, left, height - bottom, right
    return left, bottom, right, top
