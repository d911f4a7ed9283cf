"""Sessions as they are stored, for other programs: tables and what they mean, one zip a session or lesson.

Parquet files are those of the lake, byte for byte; CSV files have the same columns. Whose sessions go into
the zip of a lesson follows the students, the group and the period of an address; how good a recording is
stands in `sessions.csv` and leaves nobody out.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from flask import Blueprint, Flask, Response

from dashboard import urls
from dashboard.asked import asked_rules, asked_students
from dashboard.column_notes import RAW_TABLES, REGIONS, SESSIONS, described
from dashboard.group import latest_sessions
from dashboard.recordings import asked_recordings
from dashboard.school import current_school
from dashboard.tables import as_csv, typed_frame
from dashboard.zip_stream import Member, zipped
from pipeline import __version__
from pipeline.attention.aoi import expected_shares
from pipeline.domain import Aoi, Lesson, Slide
from pipeline.ingest.lessons import lesson_document
from pipeline.ingest.session_package import header_document
from pipeline.storage.rows import FileRow, NotFound, SessionRow

routes = Blueprint("raw", __name__)
ROWS_AT_ONCE: Final = 16_384
ROWS_LARGE: Final = 10_000_000  # of at most 200 bytes: 2 GB
BYTES_AT_ONCE: Final = 1 << 18
README: Final = "README.txt"


def register(server: Flask) -> None:
    """Add the routes to the server."""
    server.register_blueprint(routes)


@routes.get(urls.RAW_SESSION)
def session(session_id: str, suffix: str) -> Response:
    """One session."""
    row = current_school().session_view(session_id).row
    return _sent(session_members(row, suffix, ""), f"session-{session_id}-{suffix}.zip")


@routes.get(urls.RAW_LESSON)
def lesson(course_id: str, lesson_id: str, suffix: str) -> Response:
    """All sessions of a lesson."""
    school, place = current_school(), (course_id, lesson_id)
    rows = asked_recordings(school, *place, asked_students(), asked_rules())
    members = lesson_members(school.lesson(*place), [row for row in rows if row.is_readable], suffix)
    return _sent(members, f"{lesson_id}-sessions-{suffix}.zip")


@routes.errorhandler(NotFound)
def missing(_: NotFound) -> Response:
    """There is nothing of that name."""
    return Response(status=404)


def lesson_members(lesson: Lesson, rows: Sequence[SessionRow], suffix: str) -> Iterator[Member]:
    """The lesson, its regions, a line a session, and a folder a session."""
    yield Member(README, [_lesson_readme(lesson).encode()])
    yield Member("lesson.json", [_json(lesson_document(lesson))])
    yield Member("regions.csv", [as_csv(regions_table(lesson))])
    yield Member("sessions.csv", [as_csv(sessions_table(rows))])
    for row in rows:
        yield from session_members(row, suffix, f"{row.session_id}/")


def session_members(row: SessionRow, suffix: str, folder: str) -> Iterator[Member]:
    """The tables of a session, and a session.json of what else is known of it."""
    if not folder:
        yield Member(README, [_session_readme(row).encode()])
    yield Member(f"{folder}session.json", [_json(_session_document(row))])
    for name in RAW_TABLES:
        file = row.files[name]
        pieces, packed = (_bytes(file.path), True) if suffix == "parquet" else (_csv(file), False)
        yield Member(f"{folder}{name}.{suffix}", pieces, packed, large=file.rows > ROWS_LARGE)


def sessions_table(rows: Sequence[SessionRow]) -> pd.DataFrame:
    """A line a session: whose, on which screen, how good. Columns as `column_notes.SESSIONS`."""
    latest = {row.session_id for row in latest_sessions(rows)}
    lines = [_session_line(row) | {"latest": row.session_id in latest} for row in rows]
    return typed_frame(pd.DataFrame(lines, columns=list(SESSIONS)))


def regions_table(lesson: Lesson) -> pd.DataFrame:
    """A line a part of a region. Columns as `column_notes.REGIONS`."""
    lines = [line for slide in lesson.slides for line in _region_lines(slide)]
    return pd.DataFrame(lines, columns=list(REGIONS))


def _session_line(row: SessionRow) -> dict[str, Any]:
    screen = row.header.screen if row.header else None
    sides = ("width_px", "height_px", "width_mm", "height_mm", "size_source")
    return {
        "session_id": row.session_id,
        "student": row.student,
        "created_at": row.created_at.isoformat(),
        "synthetic": row.synthetic,
        "calibrated": row.calibrated,
        **{f"screen_{side}": getattr(screen, side, None) for side in sides},
        **{name: row.quality.get(name) for name in SESSIONS if name in row.quality},
    }


def _region_lines(slide: Slide) -> Iterator[dict[str, Any]]:
    for aoi, share in zip(slide.aois, expected_shares(slide.aois), strict=True):
        for number, part in enumerate(aoi.parts, start=1):
            yield {
                **_region(slide, aoi, float(share)),
                "part": number,
                "shape": part.shape.value,
                "points": " ".join(f"{x:g},{y:g}" for x, y in part.points),
                "from_ms": part.from_ms,
                "until_ms": part.until_ms if part.until_ms < float("inf") else None,
            }


def _region(slide: Slide, aoi: Aoi, share: float) -> dict[str, Any]:
    return {
        "slide_id": slide.slide_id,
        "aoi_version": slide.aoi_version,
        "aoi_id": aoi.aoi_id,
        "name": aoi.name,
        "role": aoi.role.value,
        "expected_share": round(share, 6),
        "required": aoi.required,
        "order": aoi.order,
    }


def _session_document(row: SessionRow) -> dict[str, Any]:
    """What is known of a session beside its tables."""
    return {
        "session_id": row.session_id,
        "revision": row.revision,
        "header": header_document(row.header) if row.header else None,
        "created_at": row.created_at.isoformat(),
        "calibrated": row.calibrated,
        "quality": dict(row.quality),
        "report": dict(row.report),
        "gazeboard": __version__,
    }


def _csv(file: FileRow) -> Iterator[bytes]:
    """A stored table as CSV, some rows at a time; what is missing is empty."""
    with pq.ParquetFile(file.path) as stored:
        yield (",".join(stored.schema_arrow.names) + "\n").encode()
        for batch in stored.iter_batches(ROWS_AT_ONCE):
            out = io.BytesIO()
            pa.csv.write_csv(batch, out, pa.csv.WriteOptions(include_header=False, quoting_style="needed"))
            yield out.getvalue()


def _bytes(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(BYTES_AT_ONCE):
            yield piece


def _json(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, indent=2, ensure_ascii=False, default=str) + "\n").encode()


_GENERAL: Final = (
    "Text is UTF-8; numbers are written with a point. What is missing is empty (CSV) or NULL (Parquet), "
    "never 0. Slide coordinates are 0 to 1 from the upper left of the slide's picture, y downwards."
)


def _session_readme(row: SessionRow) -> str:
    kind = "synthetic: a rendered student, not a person" if row.synthetic else "recorded"
    head = f"Gazeboard {__version__}: session {row.session_id}, {kind}.\n{_GENERAL}\n"
    rest = "session.json: the screen, the quality, what was assumed and how it was worked out."
    return f"{head}\n{rest}\n{_tables()}"


def _lesson_readme(lesson: Lesson) -> str:
    return (
        f"Gazeboard {__version__}: lesson {lesson.course_id}/{lesson.lesson_id}.\n{_GENERAL}\n\n"
        "lesson.json: the slides and their regions. A folder a session, called after its session_id, with "
        "session.json (screen, quality, what was assumed) and the tables below.\n\n"
        + described("sessions.csv: a line a session.", SESSIONS)
        + "\n\n"
        + described("regions.csv: a line a part of a region.", REGIONS)
        + "\n"
        + _tables()
    )


def _tables() -> str:
    told = (described(f"{name}: {title}", notes) for name, (title, _, notes) in RAW_TABLES.items())
    return "\n" + "\n\n".join(told) + "\n"


def _sent(members: Iterable[Member], name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(zipped(members), mimetype="application/zip", headers=headers)
