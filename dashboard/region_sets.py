"""The regions of a slide as the editor has them: what it sends is checked, what it gets is put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from dashboard.school import School
from pipeline.attention.proposals import propose
from pipeline.domain import Aoi, Lesson, Overlap, Slide
from pipeline.errors import InputError
from pipeline.ingest.documents import Node, parse_object, quoted
from pipeline.ingest.pictures import read_picture
from pipeline.ingest.regions import AOIS_MAX, read_regions, region_document
from pipeline.ingest.slides import unique_slug
from pipeline.parameters import IngestLimits
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.rows import AoiSetRow, NotFound

WHERE: Final = "regions"  # what messages call that which was sent
BYTES_MAX: Final = 2_000_000
AUTHOR_MAX: Final = 80
VERSION_MAX: Final = 1_000_000_000

Place = tuple[str, str, str]  # course, lesson, slide


@dataclass(frozen=True)
class Change:
    """What somebody wants the regions of a slide to be, and which version they made it from."""

    aois: tuple[Aoi, ...]
    overlap: Overlap
    seen_version: int
    author: str | None


def read_change(content: bytes) -> Change:
    """The change in the body of a request.

    A region without an id is new: it gets one from its name. Raises InputError for everything that is not as
    it should be, saying where.
    """
    if len(content) > BYTES_MAX:
        raise InputError(WHERE, f"at most {BYTES_MAX:,} bytes", f"{len(content):,} bytes")
    try:
        node = parse_object(content.decode("utf-8"), WHERE)
    except UnicodeDecodeError as error:
        got = f"byte {content[error.start]:#04x} at position {error.start}"
        raise InputError(WHERE, "text in UTF-8", got) from None
    _give_ids(node)
    aois = read_regions(node)
    _refuse_same_names(node, aois)
    return Change(
        aois,
        node.choice("overlap", Overlap),
        node.whole("seen_version", "versions", 1, VERSION_MAX),
        _author(node),
    )


def _author(node: Node) -> str | None:
    name: str | None = node.text("author", f"a name of at most {AUTHOR_MAX} characters", default=None)
    if name is not None and len(name) > AUTHOR_MAX:
        node.refuse("author", f"a name of at most {AUTHOR_MAX} characters")
    return name.strip() if name else None


def _give_ids(node: Node) -> None:
    """Ids for the regions that have none, from their names; those that have one keep it."""
    regions = [each for each in _listed(node.value.get("aois")) if isinstance(each, dict)]
    taken = {each["id"] for each in regions if isinstance(each.get("id"), str)}
    for each in regions:
        if each.get("id") is None:
            each["id"] = unique_slug(str(each.get("name", ""))[:200], taken, "region")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _refuse_same_names(node: Node, aois: Sequence[Aoi]) -> None:
    """People tell regions apart by their names."""
    seen: set[str] = set()
    for number, aoi in enumerate(aois):
        name = " ".join(aoi.name.split()).casefold()
        if name in seen:
            where = node.where(f"aois[{number}].name")
            raise InputError(where, "a name that no region before it has", quoted(aoi.name))
        seen.add(name)


def slide_in(lesson: Lesson, slide_id: str) -> Slide:
    """The slide of this id. Raises NotFound."""
    for slide in lesson.slides:
        if slide.slide_id == slide_id:
            return slide
    raise NotFound("slide", "one of " + ", ".join(lesson.slide_ids()), slide_id)


def present(catalogue: Catalogue, place: Place) -> dict[str, Any]:
    """The slide's regions as they are now, and every version they have had, newest first. Raises NotFound."""
    slide = slide_in(catalogue.lesson(*place[:2]), place[2])
    sets = catalogue.aoi_sets(*place)
    now = next(each for each in sets if each.version == slide.aoi_version)
    return {**set_document(now), "versions": [version_document(each) for each in reversed(sets)]}


def former(catalogue: Catalogue, place: Place, version: int) -> dict[str, Any]:
    """One version of the slide's regions. Raises NotFound."""
    for each in catalogue.aoi_sets(*place):
        if each.version == version:
            return set_document(each)
    raise NotFound("version", "a version of the slide's regions", str(version))


def set_document(row: AoiSetRow) -> dict[str, Any]:
    """A version with its regions."""
    regions = [region_document(aoi) for aoi in row.aois]
    return {**version_document(row), "overlap": row.overlap.value, "aois": regions}


def version_document(row: AoiSetRow) -> dict[str, Any]:
    """A version in a list: who, when (ISO 8601) and how many regions."""
    return {
        "version": row.version,
        "author": row.author,
        "created_at": row.created_at.isoformat(),
        "regions": len(row.aois),
    }


def proposals(school: School, place: Place) -> tuple[Aoi, ...]:
    """Regions found in the slide's picture; a stored picture never changes, so they are found once."""
    path = school.slide_image(*place)
    found: tuple[Aoi, ...] = school.memo.get(
        ("region_proposals", path), lambda: propose(read_picture(path, IngestLimits()))[:AOIS_MAX]
    )
    return found
