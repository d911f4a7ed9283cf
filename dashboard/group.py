"""Whose gaze a page shows: the last session of each student, and who is left out and why."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from pipeline.parameters import AttentionParameters
from pipeline.storage.rows import SessionRow

TRACKED_SHARE_MIN = AttentionParameters().tracked_share_min


class Why(StrEnum):
    """Why a session is left out, in words."""

    NOT_EXPOSED = "never had this slide open"
    NOT_TRACKED = f"tracked for less than {TRACKED_SHARE_MIN:.0%} of the time"
    NOT_CALIBRATED = "not calibrated, while others are"


@dataclass(frozen=True)
class Excluded:
    """A session that is not shown."""

    student: str
    session_id: str
    reason: Why


@dataclass(frozen=True)
class Group:
    """Whose sessions are shown on a slide, and who was left out.

    `students` are all who have a readable session of the lesson, `exposed` those who had the slide open.
    """

    shown: tuple[SessionRow, ...]
    excluded: tuple[Excluded, ...]
    students: tuple[str, ...]
    exposed: int
    counted: tuple[str, ...]  # ids of the sessions that n refers to: those shown and those not tracked

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(str(row.student) for row in self.shown)

    @property
    def version(self) -> str:
        """Changes with what is shown of these students, and with nothing else."""
        shown = " ".join(f"{row.session_id}.{row.revision}" for row in self.shown)
        return hashlib.blake2s(shown.encode(), digest_size=6).hexdigest()


def latest_sessions(rows: Iterable[SessionRow]) -> tuple[SessionRow, ...]:
    """The last readable session of each student, in the order of their names."""
    latest = {str(row.student): row for row in rows if row.is_readable}
    return tuple(latest[name] for name in sorted(latest))


def choose_group(rows: Sequence[SessionRow], exposures: pd.DataFrame, chosen: Sequence[str]) -> Group:
    """Who counts on a slide: of those chosen by hand, or of all, whoever was tracked well enough."""
    time = exposures.groupby("session_id")[["duration_ms", "tracked_ms"]].sum()
    tracked = (time["tracked_ms"] / time["duration_ms"]).to_dict()
    asked = [row for row in rows if not chosen or row.student in chosen]
    some_calibrated = not chosen and any(row.calibrated for row in asked)
    why = {row.session_id: _left_out(row, tracked, some_calibrated) for row in asked}
    return Group(
        shown=tuple(row for row in asked if why[row.session_id] is None),
        excluded=tuple(
            Excluded(str(row.student), row.session_id, reason)
            for row in asked
            if (reason := why[row.session_id]) is not None
        ),
        students=tuple(str(row.student) for row in rows),
        exposed=sum(row.session_id in tracked for row in asked),
        counted=tuple(key for key, reason in why.items() if reason in (None, Why.NOT_TRACKED)),
    )


def _left_out(row: SessionRow, tracked: Mapping[str, float], some_calibrated: bool) -> Why | None:
    if row.session_id not in tracked:
        return Why.NOT_EXPOSED
    if tracked[row.session_id] < TRACKED_SHARE_MIN:
        return Why.NOT_TRACKED
    if some_calibrated and not row.calibrated:
        return Why.NOT_CALIBRATED
    return None
