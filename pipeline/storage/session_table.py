"""Sessions in the catalogue. Every function works inside the transaction of the connection it is given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipeline.domain import Camera, Consent, FixationOrigin, Screen, SessionHeader, TrackerSource
from pipeline.storage.rows import FileRow, NotFound, SessionRow, State
from pipeline.storage.schema import now, session, session_file


def insert(connection: sa.Connection, **values: Any) -> None:
    """Add a session that waits for its first processing."""
    connection.execute(
        sa.insert(session).values(
            state=State.QUEUED,
            progress=0.0,
            synthetic=False,
            calibrated=False,
            quality={},
            report={},
            revision=0,
            created_at=now(),
            **values,
        )
    )


def update(connection: sa.Connection, session_id: str, **values: Any) -> None:
    """Change columns of a session. Raises NotFound if there is none of that id."""
    if not connection.execute(
        sa.update(session).where(session.c.session_id == session_id).values(**values)
    ).rowcount:
        raise NotFound("session", "the id of a known session", repr(session_id))


def forget_upload(connection: sa.Connection, session_id: str) -> str | None:
    """Take the uploaded file's name from the row, which makes it rubbish, and return it."""
    query = sa.select(session.c.upload).where(session.c.session_id == session_id)
    upload = connection.execute(query).scalar_one_or_none()
    update(connection, session_id, upload=None)
    return upload


def with_content(connection: sa.Connection, sha256: str) -> tuple[str, bool] | None:
    """The id of the session whose upload had this hash, and whether it is in the bin."""
    query = sa.select(session.c.session_id, session.c.deleted_at).where(session.c.sha256 == sha256)
    found = connection.execute(query).one_or_none()
    return None if found is None else (found.session_id, found.deleted_at is not None)


def replace_files(connection: sa.Connection, session_id: str, files: Mapping[str, FileRow]) -> None:
    """Name these files (paths relative to the data folder) instead of those of the revision before."""
    connection.execute(sa.delete(session_file).where(session_file.c.session_id == session_id))
    for name, file in files.items():
        connection.execute(
            sa.insert(session_file).values(
                session_id=session_id,
                name=name,
                path=file.path.as_posix(),
                sha256=file.sha256,
                rows=file.rows,
            )
        )


def rows(
    connection: sa.Connection, data: Path, *where: sa.ColumnElement[bool], reports: bool = False
) -> list[SessionRow]:
    """The sessions that meet all conditions, oldest first, with their files.

    The reports are by far the most there is to read, and a list has no use for them: only if asked for.
    """
    columns = [
        column
        for column in session.c
        if column.name not in ("sha256", "correction") and (reports or column.name != "report")
    ]
    found = connection.execute(
        sa.select(*columns).where(*where).order_by(session.c.created_at, session.c.session_id)
    ).all()
    chosen = sa.select(session.c.session_id).where(*where)
    columns = [session_file.c[name] for name in ("session_id", "name", "path", "sha256", "rows")]
    files: dict[str, _Files] = defaultdict(lambda: _Files(data))
    for session_id, name, *file in connection.execute(
        sa.select(*columns).where(session_file.c.session_id.in_(chosen))
    ):
        files[session_id].stored[name] = file
    return [_row_from(row, data, files[row.session_id]) for row in found]


class _Files(Mapping[str, FileRow]):
    """The files of a session, each made a `FileRow` of when somebody wants it: mostly nobody does."""

    def __init__(self, data: Path) -> None:
        self.stored: dict[str, list[Any]] = {}
        self._data = data

    def __getitem__(self, name: str) -> FileRow:
        path, sha256, rows = self.stored[name]
        return FileRow(self._data / path, sha256, rows)

    def __iter__(self) -> Iterator[str]:
        return iter(self.stored)

    def __len__(self) -> int:
        return len(self.stored)


def count(connection: sa.Connection) -> int:
    """How many sessions there are, in whatever state, but for those in the bin."""
    query = sa.select(sa.func.count()).select_from(session).where(session.c.deleted_at.is_(None))
    return int(connection.execute(query).scalar_one())


def one(connection: sa.Connection, data: Path, session_id: str) -> SessionRow:
    """A single session. Raises NotFound."""
    found = rows(connection, data, session.c.session_id == session_id, reports=True)
    if not found:
        raise NotFound("session", "the id of a known session", repr(session_id))
    return found[0]


def ids(connection: sa.Connection) -> set[str]:
    """Of every session, those in the bin too."""
    return set(connection.execute(sa.select(session.c.session_id)).scalars())


def named_paths(connection: sa.Connection) -> list[str]:
    """Every upload and Parquet file that a row names, relative to the data folder."""
    uploads = sa.select(session.c.upload).where(session.c.upload.is_not(None))
    return list(connection.execute(sa.union_all(uploads, sa.select(session_file.c.path))).scalars())


def corrected(connection: sa.Connection, session_id: str, header: SessionHeader) -> SessionHeader:
    """The header of a package with what was put right of it since."""
    query = sa.select(session.c.correction).where(session.c.session_id == session_id)
    return replace(header, **(connection.execute(query).scalar_one_or_none() or {}))


def correct(connection: sa.Connection, session_id: str, **values: str) -> None:
    """Let these (course_id, lesson_id, student) take the place of what the package says, for good."""
    query = sa.select(session.c.correction, session.c.header).where(session.c.session_id == session_id)
    known = connection.execute(query).one()
    header = {**known.header, **values} if known.header else None
    correction = {**(known.correction or {}), **values}
    update(connection, session_id, **values, correction=correction, header=header)


def header_columns(header: SessionHeader) -> dict[str, Any]:
    """What of a header is looked for, as columns, and the whole of it."""
    consent = header.consent
    return {
        "course_id": header.course_id,
        "lesson_id": header.lesson_id,
        "student": header.student,
        "consent_version": consent.version if consent else None,
        "consent_given_at": consent.given_at if consent else None,
        "synthetic": header.synthetic,
        "header": asdict(header),
    }


def _row_from(row: sa.Row[Any], data: Path, files: Mapping[str, FileRow]) -> SessionRow:
    values = dict(zip(row._fields, row, strict=True))
    values["state"] = State(row.state)
    values["upload"] = data / row.upload if row.upload else None
    values["header"] = _header_from(row.header) if row.header else None
    return SessionRow(**values, files=files)


def _header_from(stored: Mapping[str, Any]) -> SessionHeader:
    return SessionHeader(
        **{
            **stored,
            "consent": Consent(**stored["consent"]) if stored["consent"] else None,
            "screen": Screen(**stored["screen"]),
            "camera": Camera(**stored["camera"]),
            "source": _source_from(stored["source"]) if stored.get("source") else None,
        }
    )


def _source_from(stored: Mapping[str, Any]) -> TrackerSource:
    origin, notes = FixationOrigin(stored["fixations"]), tuple(stored["notes"])
    return TrackerSource(**{**stored, "fixations": origin, "notes": notes})
