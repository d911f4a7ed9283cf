"""How large each slide was to each student, in degrees: worked out from all gaze, so it is kept.

Kept like summaries (`pipeline.summaries`): one file a course, each row with what it was made from, and
nothing in it that could not be made again.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa

from pipeline.attention import slide_measures
from pipeline.attention.slide_measures import slide_scale
from pipeline.storage import rollup as storage
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.lake import Lake
from pipeline.storage.rows import SessionRow
from pipeline.summaries import digest

SCALE: Final = ("session_id", "slide_id", "width_deg", "height_deg")
SCHEMA: Final = pa.schema(
    [("made_from", pa.string()), ("session_id", pa.string()), ("slide_id", pa.string())]
    + [("width_deg", pa.float64()), ("height_deg", pa.float64())]
)
CODE: Final = digest(Path(str(slide_measures.__file__)).read_text("utf-8"))


class Scales:
    """The visual angles of a data folder's sessions. Safe to share among threads and processes."""

    def __init__(self, catalogue: Catalogue, lake: Lake) -> None:
        self._catalogue, self._lake = catalogue, lake
        self._lock = threading.Lock()
        self._known: dict[str, dict[str, pd.DataFrame]] = {}  # by course, then by what it was made from
        self._kept: dict[str, frozenset[str]] = {}  # what each course's file holds

    def of(self, rows: Sequence[SessionRow]) -> pd.DataFrame:
        """`slide_scale` of these sessions, columns SCALE; what is not known of them is measured now."""
        found = [self._known_or_made(row) for row in rows if row.is_readable and row.header is not None]
        return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(SCALE))

    def make(self, course_id: str, at_most: int | None = None) -> int:
        """Keep the angles of a course's sessions, and of no others, for those who come later.

        Returns how many sessions are missing: if these are more than `at_most`, nothing is done.
        """
        rows = [row for row in self._catalogue.sessions(course_id) if row.is_readable and row.header]
        known = self._of_course(course_id)
        missing = [row for row in rows if _origin(row) not in known]
        if at_most is not None and len(missing) > at_most:
            return len(missing)
        wanted = {_origin(row): self._known_or_made(row) for row in rows}
        self._keep(course_id, wanted)
        return 0

    def read_again(self) -> None:
        """Forget what is held in memory: another process has kept more."""
        with self._lock:
            self._known.clear()
            self._kept.clear()

    def _known_or_made(self, row: SessionRow) -> pd.DataFrame:
        known, origin = self._of_course(str(row.course_id)), _origin(row)
        if origin not in known:
            assert row.header is not None
            scale = slide_scale(self._lake.gaze(row.files["gaze"].path), row.header.screen)
            known[origin] = scale.assign(session_id=row.session_id)[list(SCALE)]
        return known[origin]

    def _of_course(self, course_id: str) -> dict[str, pd.DataFrame]:
        with self._lock:
            if course_id not in self._known:
                self._known[course_id] = _read(self._file(course_id))
                self._kept[course_id] = frozenset(self._known[course_id])
            return self._known[course_id]

    def _keep(self, course_id: str, wanted: dict[str, pd.DataFrame]) -> None:
        with self._lock:
            self._known[course_id] = wanted
            if wanted.keys() != self._kept[course_id]:
                storage.write(self._file(course_id), _table(wanted))
                self._kept[course_id] = frozenset(wanted)

    def _file(self, course_id: str) -> Path:
        return storage.file_of(self._catalogue.data, course_id, storage.SCALES)


def _origin(row: SessionRow) -> str:
    return digest(CODE, row.session_id, row.files["gaze"].sha256, repr(row.header and row.header.screen))


def _read(file: Path) -> dict[str, pd.DataFrame]:
    rows = storage.read(file, SCHEMA).to_pandas()
    return {
        str(origin): own.drop(columns="made_from") for origin, own in rows.groupby("made_from", sort=False)
    }


def _table(known: dict[str, pd.DataFrame]) -> pa.Table:
    frames = [own.assign(made_from=origin) for origin, own in known.items()]
    every = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=SCHEMA.names)
    return pa.Table.from_pandas(every[SCHEMA.names], schema=SCHEMA, preserve_index=False)
