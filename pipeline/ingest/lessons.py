"""Lesson folders: `lesson.json` and the slide images beside it."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import shapely

from pipeline.domain import Aoi, Lesson, Overlap, Part, Role, Shape, Slide
from pipeline.errors import InputError
from pipeline.ingest.documents import Node, quoted, read_document
from pipeline.ingest.pictures import picture_size
from pipeline.parameters import IngestLimits

LIMITS: Final = IngestLimits()
LESSON: Final = "lesson.json"
FORMAT: Final = "gazeboard-lesson"
SLIDES_MAX: Final = 500
AOIS_MAX: Final = 100
PARTS_MAX: Final = 50
PART_FIELDS: Final = ("shape", "points", "from_ms", "until_ms")
POINTS_MAX: Final = 500
TIME_MAX_MS: Final = 86_400_000.0


def read_lesson(folder: Path, limits: IngestLimits = LIMITS) -> Lesson:
    """The lesson in this folder, its images opened and found to be what `lesson.json` says.

    Raises
    ------
    InputError : naming the file and field, what was expected and what came
    """
    path = folder / LESSON
    if not path.is_file():
        raise InputError(LESSON, f"this file in the folder {quoted(folder.name)}", "nothing")
    node = read_document(path, FORMAT, 1, limits.document_bytes)
    course, lesson = node.child("course"), node.child("lesson")
    slides = node.children("slides", 1, SLIDES_MAX)
    _refuse_twice(slides)
    return Lesson(
        course_id=course.slug("id"),
        course_title=course.text("title", "the course's title"),
        lesson_id=lesson.slug("id"),
        lesson_title=lesson.text("title", "the lesson's title"),
        slides=tuple(_slide(slide, folder, limits) for slide in slides),
    )


def _refuse_twice(nodes: Iterable[Node]) -> None:
    """Ids are unique among their brothers."""
    seen: set[str] = set()
    for node in nodes:
        name = node.slug("id")
        if name in seen:
            node.refuse("id", "an id that none before it has")
        seen.add(name)


def _slide(node: Node, folder: Path, limits: IngestLimits) -> Slide:
    aois = node.children("aois", 0, AOIS_MAX)
    _refuse_twice(aois)
    slide = Slide(
        slide_id=node.slug("id"),
        title=node.text("title", "the slide's title"),
        image=node.text("image", "the name of a file beside lesson.json"),
        width_px=node.whole("width_px", "px", 1, 20_000),
        height_px=node.whole("height_px", "px", 1, 20_000),
        aois=tuple(_aoi(aoi) for aoi in aois),
        overlap=node.choice("overlap", Overlap, default=Overlap.ALL),
    )
    if "/" in slide.image or "\\" in slide.image or not (folder / slide.image).is_file():
        node.refuse("image", "the name of a file beside lesson.json")
    size = picture_size(folder / slide.image, limits)
    if size != (slide.width_px, slide.height_px):
        stated = f"{slide.width_px} x {slide.height_px} px, as {node.where('width_px')} says"
        raise InputError(slide.image, stated, f"{size[0]} x {size[1]} px")
    return slide


def _aoi(node: Node) -> Aoi:
    return Aoi(
        aoi_id=node.slug("id"),
        name=node.text("name", "the region's name"),
        role=node.choice("role", Role),
        parts=tuple(_part(part) for part in _part_nodes(node)),
        weight=node.number("weight", "parts", 0, 1000, default=1.0),
        required=node.flag("required", default=False),
        order=node.whole("order", "places", 1, AOIS_MAX, default=None),
    )


def _part_nodes(node: Node) -> list[Node]:
    """The region's parts; a region of a single one may hold it itself, but not beside others."""
    if "parts" not in node.value:
        return [node]
    for name in PART_FIELDS:
        if name in node.value:
            node.refuse(name, "this field within parts, or no parts")
    return node.children("parts", 1, PARTS_MAX)


def _part(node: Node) -> Part:
    """An outline and when it is to be seen."""
    shape = node.choice("shape", Shape, default=Shape.RECTANGLE)
    from_ms = node.number("from_ms", "milliseconds", 0, TIME_MAX_MS, default=0.0)
    until_ms = node.number("until_ms", "milliseconds", 0, TIME_MAX_MS, default=math.inf)
    if until_ms <= from_ms:
        node.refuse("until_ms", "a time after from_ms")
    return Part(_points(node, shape), shape, from_ms, until_ms)


def _points(node: Node, shape: Shape) -> tuple[tuple[float, float], ...]:
    """Slide coordinates that enclose an area: two opposite corners, or the vertices of a polygon."""
    value = node.value.get("points")
    polygon = shape is Shape.POLYGON
    if not isinstance(value, list) or not (3 <= len(value) <= POINTS_MAX if polygon else len(value) == 2):
        node.refuse("points", "three or more points [x, y]" if polygon else "two opposite corners [x, y]")
    if not all(_is_point(point) for point in value):
        node.refuse("points", "points [x, y] with x and y between 0 and 1")
    points = tuple((float(x), float(y)) for x, y in value)
    area = shapely.Polygon(points) if polygon else shapely.box(*points[0], *points[1])
    if not area.is_valid:  # crossed, or flat
        node.refuse("points", "points around an area, no line crossing another")
    return points


def _is_point(point: Any) -> bool:
    return (
        isinstance(point, list)
        and len(point) == 2
        and all(isinstance(v, int | float) and not isinstance(v, bool) and 0 <= v <= 1 for v in point)
    )


def write_lesson(lesson: Lesson, folder: Path) -> None:
    """Write `lesson.json` into the folder, whole or not at all. The images are the caller's."""
    document = {
        "format": FORMAT,
        "version": 1,
        "course": {"id": lesson.course_id, "title": lesson.course_title},
        "lesson": {"id": lesson.lesson_id, "title": lesson.lesson_title},
        "slides": [_slide_document(slide) for slide in lesson.slides],
    }
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{LESSON}.{os.getpid()}"
    temporary.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    temporary.replace(folder / LESSON)


def _slide_document(slide: Slide) -> dict[str, Any]:
    return {
        "id": slide.slide_id,
        "title": slide.title,
        "image": slide.image,
        "width_px": slide.width_px,
        "height_px": slide.height_px,
        "overlap": slide.overlap.value,
        "aois": [_aoi_document(aoi) for aoi in slide.aois],
    }


def _aoi_document(aoi: Aoi) -> dict[str, Any]:
    parts = [_part_document(part) for part in aoi.parts]
    return {
        "id": aoi.aoi_id,
        "name": aoi.name,
        "role": aoi.role.value,
        **(parts[0] if len(parts) == 1 else {"parts": parts}),
        "weight": aoi.weight,
        "required": aoi.required,
        "order": aoi.order,
    }


def _part_document(part: Part) -> dict[str, Any]:
    document: dict[str, Any] = {
        "shape": part.shape.value,
        "points": [list(point) for point in part.points],
    }
    if part.from_ms > 0:
        document["from_ms"] = part.from_ms
    if math.isfinite(part.until_ms):
        document["until_ms"] = part.until_ms
    return document
