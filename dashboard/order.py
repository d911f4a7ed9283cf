"""Whether everything is in order: how good recordings are, consent, what is stored, by course and over time.

From the rows of the catalogue alone; how large files are is measured in the background (`SizeKeeper`).
"""

from __future__ import annotations

import datetime as dt
import os
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from dashboard.accuracy import error_deg
from dashboard.group import Rules
from dashboard.memo import remembered
from dashboard.school import School
from dashboard.tables import Asked, table
from pipeline.storage import the_bin
from pipeline.storage.rows import SessionRow, State

WEEKS: Final = 10  # shown
WORST: Final = 10
TRACKED_LOW: Final = Rules.tracked_share_min
STALE_S: Final = 60.0  # sizes are measured again if they are older and somebody looks

QUALITY: Final = ("sessions", "students", "tracked_share", "poorly_n", "error_deg", "uncalibrated_n")


@dataclass(frozen=True)
class Consent:
    """What is recorded of consent: sessions by version (None: none recorded), and the oldest day of each."""

    versions: tuple[tuple[str | None, int, str | None], ...]
    without: tuple[SessionRow, ...]
    sessions: int


@dataclass(frozen=True)
class Sizes:
    """Bytes on the disk by kind (lake, uploads, observations, lessons, rollups), by course, in the bin."""

    kinds: Mapping[str, int]
    courses: Mapping[str, int]
    videos_kept: int  # bytes of uploads of sessions that are finished
    videos_n: int
    binned: int
    binned_n: int
    measured_at: float


@remembered
def quality_rows(school: School) -> pd.DataFrame:
    """Every session that there is something to read of: whose, when, how good."""
    titles = {row.course_id: row.course_title for row in school.lessons()}
    rows = [row for row in school.sessions() if row.is_readable and row.course_id in titles]
    return pd.DataFrame(
        {
            "session_id": [row.session_id for row in rows],
            "student": [str(row.student) for row in rows],
            "course_id": [row.course_id for row in rows],
            "course": [titles[str(row.course_id)] for row in rows],
            "lesson_id": [row.lesson_id for row in rows],
            "came": pd.to_datetime([row.created_at for row in rows], utc=True),
            "tracked_share": _numbers(row.quality.get("tracked_share") for row in rows),
            "error_deg": _numbers(error_deg(row) for row in rows),
            "calibrated": np.array([row.calibrated for row in rows], bool),
        }
    )


def by_course(rows: pd.DataFrame) -> pd.DataFrame:
    """QUALITY of each course, the least tracked first."""
    return _summed(rows, ["course_id", "course"]).sort_values("tracked_share", kind="stable")


def by_week(rows: pd.DataFrame) -> pd.DataFrame:
    """QUALITY of each of the last weeks in which recordings came; `week` is its Monday."""
    if rows.empty:
        return _summed(rows.assign(week=pd.Series(dtype=object)), ["week"])
    here = dt.datetime.now().astimezone().tzinfo
    local = rows["came"].dt.tz_convert(here).dt.tz_localize(None).dt.normalize()
    monday = (local - pd.to_timedelta(local.dt.day_of_week, unit="D")).dt.date
    return _summed(rows.assign(week=monday), ["week"]).sort_values("week").tail(WEEKS)


def worst(rows: pd.DataFrame) -> pd.DataFrame:
    """The sessions that were tracked least."""
    return rows.sort_values("tracked_share", kind="stable").head(WORST)


def consent_of(school: School) -> Consent:
    """Consent of every session, in whatever state."""
    rows = school.sessions()
    given: dict[str | None, list[SessionRow]] = defaultdict(list)
    for row in rows:
        given[row.consent_version].append(row)
    versions = tuple(
        (version, len(own), min((row.consent_given_at for row in own if row.consent_given_at), default=None))
        for version, own in sorted(given.items(), key=lambda each: (each[0] is None, str(each[0])))
    )
    return Consent(versions, tuple(given.get(None, ())), len(rows))


def failed(school: School) -> list[SessionRow]:
    """Sessions that could not be processed, the latest first."""
    rows = [row for row in school.sessions() if row.state is State.FAILED]
    return sorted(rows, key=lambda row: row.finished_at or row.created_at, reverse=True)


@table("quality")
def _quality(asked: Asked) -> pd.DataFrame:
    asked.ids(0)
    return by_course(quality_rows(asked.school))


@table("recordings-quality")
def _recordings(asked: Asked) -> pd.DataFrame:
    asked.ids(0)
    return quality_rows(asked.school)


def _numbers(values: Iterable[float | None]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([np.nan if value is None else value for value in values], float)


def _summed(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    poorly = rows["tracked_share"] < TRACKED_LOW
    marked = rows.assign(poorly=poorly, uncalibrated=~rows["calibrated"].astype(bool))
    found = marked.groupby(keys, as_index=False, sort=False).agg(
        sessions=("session_id", "size"),
        students=("student", "nunique"),
        tracked_share=("tracked_share", "mean"),
        poorly_n=("poorly", "sum"),
        error_deg=("error_deg", "median"),
        uncalibrated_n=("uncalibrated", "sum"),
    )
    return found[[*keys, *QUALITY]]


# Sizes


@dataclass
class SizeKeeper:
    """Measures how large the files of a school are, in a thread of its own, so that nobody waits for it."""

    sizes: Sizes | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, school: School) -> Sizes | None:
        """What was measured last, None while that is being done for the first time."""
        if (self.sizes is None or time.time() - self.sizes.measured_at > STALE_S) and self._lock.acquire(
            blocking=False
        ):
            threading.Thread(target=self._measure, args=(school,), name="sizes", daemon=True).start()
        return self.sizes

    def _measure(self, school: School) -> None:
        try:
            self.sizes = measure(school)
        finally:
            self._lock.release()


_keepers: Final[WeakKeyDictionary[School, SizeKeeper]] = WeakKeyDictionary()


def sizes_of(school: School) -> Sizes | None:
    """How large the files of this school are; see `SizeKeeper.ask`."""
    return _keepers.setdefault(school, SizeKeeper()).ask(school)


def measure(school: School) -> Sizes:
    """How large everything is that lies in the data folder, file by file; takes a while."""
    data, rows = school.catalogue.data, school.sessions()
    binned = {each for row in the_bin.rows(school.catalogue) for each in row.sessions}
    lake, observed = _by_folder(data / "lake"), _by_folder(data / "observations")
    uploads = {row.session_id: _size(row.upload) for row in rows if row.upload}
    courses: dict[str, int] = defaultdict(int)
    for row in rows:
        own = (lake.get(row.session_id, 0), observed.get(row.session_id, 0), uploads.get(row.session_id, 0))
        courses[row.course_id or ""] += sum(own)
    for course_id, size in _by_folder(data / "lessons").items():
        courses[course_id] += size
    kept = [row.session_id for row in rows if row.state is State.DONE and uploads.get(row.session_id)]
    kinds = {name: _folder(data / name) for name in ("uploads", "lessons", "rollups")}
    kinds |= {"lake": sum(lake.values()), "observations": sum(observed.values())}
    return Sizes(
        kinds=kinds,
        courses=dict(courses),
        videos_kept=sum(uploads[each] for each in kept),
        videos_n=len(kept),
        binned=sum(lake.get(each, 0) + observed.get(each, 0) for each in binned),
        binned_n=len(binned),
        measured_at=time.time(),
    )


def _by_folder(folder: Path) -> dict[str, int]:
    """Bytes of each folder or file in it, by its name without a suffix."""
    sizes: dict[str, int] = defaultdict(int)
    for entry in _entries(folder):
        sizes[entry.name.partition(".")[0]] += _folder(Path(entry.path)) if entry.is_dir() else _size(entry)
    return sizes


def _folder(folder: Path) -> int:
    """Bytes of all files in a folder and those below it."""
    return sum(
        _folder(Path(entry.path)) if entry.is_dir(follow_symlinks=False) else _size(entry)
        for entry in _entries(folder)
    )


def _entries(folder: Path) -> Sequence[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:  # it is not there, or has just been deleted
        return ()


def _size(file: Path | os.DirEntry[str]) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
