"""Regions of a slide as JSON: what `lesson.json` holds of them, and what the editor sends."""

from __future__ import annotations

import math
from typing import Any, Final

import shapely

from pipeline.domain import Aoi, Part, Role, Shape
from pipeline.ingest.documents import Node, refuse_twice

AOIS_MAX: Final = 200
PARTS_MAX: Final = 50
PART_FIELDS: Final = ("shape", "points", "from_ms", "until_ms")
POINTS_MAX: Final = 500
WEIGHT_MAX: Final = 1000
TIME_MAX_MS: Final = 86_400_000.0


def read_regions(node: Node) -> tuple[Aoi, ...]:
    """The regions in the field ``aois``, each checked in full. Raises InputError."""
    aois = node.children("aois", 0, AOIS_MAX)
    refuse_twice(aois)
    return tuple(_region(aoi) for aoi in aois)


def _region(node: Node) -> Aoi:
    return Aoi(
        aoi_id=node.slug("id"),
        name=node.text("name", "the region's name"),
        role=node.choice("role", Role),
        parts=tuple(_part(part) for part in _part_nodes(node)),
        weight=node.number("weight", "parts", 0, WEIGHT_MAX, default=1.0),
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


def region_document(aoi: Aoi) -> dict[str, Any]:
    """What `read_regions` makes this region of."""
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
