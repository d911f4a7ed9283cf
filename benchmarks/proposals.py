"""Proposed regions against blocks that a person marked on 40 slides: recall, precision, roles, time.

A block is found if a proposal shares at least half of their union with it; each counts for one block.
Thresholds were chosen on the slides marked `tune`; the others were only looked at, not tuned on.
"""

from __future__ import annotations

import io
import json
import time
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from scipy.optimize import linear_sum_assignment

from pipeline.attention.proposals import propose
from pipeline.attention.proposals.boxes import areas, overlap
from pipeline.domain import Aoi, Bytes, Floats, PageBox, Role
from pipeline.ingest.pdf_pages import read_pdf
from pipeline.ingest.pictures import read_picture
from pipeline.ingest.slides import SIDE_PX
from pipeline.parameters import IngestLimits

ROOT = Path(__file__).parents[1]
MARKS = ROOT / "tests/golden/slide_marks.json"
FOLDERS = {
    "demo": ROOT / "pipeline/synthetic/lessons",
    "py4e": ROOT.parent / "shared/data/slides/py4e",
    "carpentries": ROOT.parent / "shared/data/slides/carpentries",
}
OVERLAP_MIN = 0.5
JPEG_QUALITY = 75
RUNS = 3  # the quickest counts: others share the machine


@dataclass(frozen=True)
class MarkedSlide:
    """A slide, and the boxes (n, 4) in slide coordinates and roles (n,) that a person marked on it."""

    source: str
    half: str
    image: Bytes
    boxes: tuple[PageBox, ...]
    blocks: Floats
    roles: tuple[Role, ...]


@dataclass(frozen=True)
class Score:
    """Numbers of blocks, of proposals, of pairs of them, and of pairs with the same role."""

    blocks: int
    proposals: int
    found: int
    same_role: int

    def __add__(self, other: Score) -> Score:
        return Score(*np.add(astuple(self), astuple(other)).tolist())

    def shares(self) -> dict[str, float | int]:
        return {
            "blocks": self.blocks,
            "recall": round(self.found / self.blocks, 3),
            "precision": round(self.found / max(self.proposals, 1), 3),
            "role_accuracy": round(self.same_role / max(self.found, 1), 3),
        }


def marked_slides(sources: Sequence[str] = tuple(FOLDERS)) -> list[MarkedSlide]:
    """The marked slides of these sources, drawn as `make-lesson` draws them."""
    entries = json.loads(MARKS.read_text(encoding="utf-8"))["slides"]
    decks: dict[Path, list[tuple[Bytes, tuple[PageBox, ...]]]] = {}
    found = []
    for entry in (entry for entry in entries if entry["source"] in sources):
        path = FOLDERS[entry["source"]] / entry["file"]
        if path not in decks:
            decks[path] = _pages(path)
        image, boxes = decks[path][(entry["page"] or 1) - 1]
        blocks = np.array([block["box"] for block in entry["blocks"]])
        roles = tuple(Role(block["role"]) for block in entry["blocks"])
        found.append(MarkedSlide(entry["source"], entry["half"], image, boxes, blocks, roles))
    return found


def _pages(path: Path) -> list[tuple[Bytes, tuple[PageBox, ...]]]:
    if path.suffix == ".pdf":
        return [(page.image, page.boxes) for page in read_pdf(path, SIDE_PX)]
    return [(read_picture(path, IngestLimits()), ())]


def score(slide: MarkedSlide, aois: Sequence[Aoi]) -> Score:
    """Blocks and proposals paired so that as many as possible overlap enough."""
    proposed = np.array([np.ravel(aoi.parts[0].points) for aoi in aois]).reshape(-1, 4)
    across, down = overlap(slide.blocks, proposed)
    common = across * down
    share = common / (areas(slide.blocks)[:, None] + areas(proposed)[None] - common)
    rows, columns = linear_sum_assignment(-1.0 * (share >= OVERLAP_MIN))
    pairs = [(i, j) for i, j in zip(rows, columns, strict=True) if share[i, j] >= OVERLAP_MIN]
    same = sum(slide.roles[i] is aois[j].role for i, j in pairs)
    return Score(len(slide.blocks), len(aois), len(pairs), same)


def scored(slides: Sequence[MarkedSlide], *, documents: bool) -> list[tuple[MarkedSlide, Score]]:
    """All slides scored, with what their documents say, or from the pixels alone."""
    return [(slide, score(slide, propose(slide.image, slide.boxes if documents else ()))) for slide in slides]


def summary(results: Sequence[tuple[MarkedSlide, Score]]) -> dict[str, Any]:
    """Shares for all slides, for each half, and for each source."""
    totals: dict[str, Score] = {}
    for slide, one in results:
        for name in ("all", slide.half, slide.source):
            totals[name] = totals.get(name, Score(0, 0, 0, 0)) + one
    return {name: total.shares() for name, total in totals.items()}


def _as_jpeg(slide: MarkedSlide) -> MarkedSlide:
    """As if it had been exported as a JPEG: without the document, and with its noise."""
    file = io.BytesIO()
    Image.fromarray(slide.image).save(file, format="JPEG", quality=JPEG_QUALITY)
    return replace(slide, image=np.array(Image.open(file)), boxes=())


def _seconds(slide: MarkedSlide) -> float:
    start = time.perf_counter()
    propose(slide.image, slide.boxes)
    return time.perf_counter() - start


def run() -> dict[str, Any]:
    """Recall, precision and role accuracy, and seconds a slide."""
    slides = marked_slides()
    seconds = [min(_seconds(slide) for _ in range(RUNS)) for slide in slides]
    return {
        "slides": len(slides),
        "document_and_pixels": summary(scored(slides, documents=True)),
        "pixels_only": summary(scored(slides, documents=False)),
        f"jpeg_quality_{JPEG_QUALITY}": summary(scored([_as_jpeg(s) for s in slides], documents=False)),
        "seconds_a_slide": {"median": round(float(np.median(seconds)), 3), "max": round(max(seconds), 3)},
    }
