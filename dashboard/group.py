"""Whose gaze a page shows: the last session of each student, and who is left out and why."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.attention.exclusion import ExclusionRules, apply
from pipeline.attention.viewing import divided
from pipeline.parameters import AttentionParameters
from pipeline.storage.rows import SessionRow, SlideVersionRow

NOT_EXPOSED = "never had this slide open"

UNCALIBRATED: Final = {"auto": None, "never": True, "count": False}  # how an address writes `calibrated_only`


@dataclass(frozen=True)
class Rules:
    """Which recordings count, as a reader has chosen.

    `tracked_share_min` of the time that a slide was shown (0-1); `accuracy_max_deg` on validation dots, None
    for any; `calibrated_only` None leaves uncalibrated recordings out where there are calibrated ones too.
    `group` is the id of a group of students, None for all; `since` and `until` bound the days, both included,
    on which recordings came; `version` is the picture of the slide that was seen, None for the present one.
    """

    tracked_share_min: float = AttentionParameters.tracked_share_min
    accuracy_max_deg: float | None = AttentionParameters.accuracy_max_deg
    calibrated_only: bool | None = None
    group: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    version: int | None = None

    @classmethod
    def read(cls, query: Mapping[str, Any] | None) -> Rules:
        """The rules as addresses and forms write them: percent, degrees, a key of `UNCALIBRATED`, ISO days.

        Whatever cannot be understood is as if it were not there.
        """
        asked = query or {}
        percent, degrees = _number(asked.get("tracked"), 0, 100), _number(asked.get("accuracy"), 0.1, 90)
        version = _number(asked.get("version"), 1, 10_000)
        return cls(
            cls.tracked_share_min if percent is None else percent / 100,
            cls.accuracy_max_deg if degrees is None else degrees,
            UNCALIBRATED.get(str(asked.get("uncalibrated"))),
            str(asked["group"]) if asked.get("group") else None,
            _day(asked.get("since")),
            _day(asked.get("until")),
            None if version is None else int(version),
        )

    @property
    def uncalibrated(self) -> str:
        """The key of `UNCALIBRATED` that stands for `calibrated_only`."""
        return next(key for key, only in UNCALIBRATED.items() if only is self.calibrated_only)

    def query(self) -> dict[str, str | None]:
        """What `read` makes these rules of, as an address holds it; None for what is as usual."""
        usual = Rules()
        tracked, accuracy = self.tracked_share_min, self.accuracy_max_deg
        return {
            "tracked": None if tracked == usual.tracked_share_min else f"{100 * tracked:g}",
            "accuracy": None if accuracy == usual.accuracy_max_deg else f"{accuracy:g}",
            "uncalibrated": None if self.calibrated_only is None else self.uncalibrated,
            "group": self.group,
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "version": None if self.version is None else str(self.version),
        }

    def unbounded(self) -> Rules:
        """The same for everybody, at any time."""
        return replace(self, group=None, since=None, until=None)

    def came_in_time(self, row: SessionRow) -> bool:
        """Whether a recording came within the period, by the calendar of the server."""
        day = row.created_at.astimezone().date()
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    @property
    def parameters(self) -> AttentionParameters:
        """What the figures of a class are worked out with."""
        return replace(
            AttentionParameters(),
            tracked_share_min=self.tracked_share_min,
            accuracy_max_deg=self.accuracy_max_deg,
            calibrated_only=bool(self.calibrated_only),
        )

    def among(self, rows: Sequence[SessionRow], *, chosen: bool) -> ExclusionRules:
        """The rules for these sessions; whoever was chosen by name counts without a calibration too."""
        only = self.calibrated_only
        if only is None:
            only = not chosen and any(row.calibrated for row in rows)
        return ExclusionRules(self.tracked_share_min, self.accuracy_max_deg, only)


@dataclass(frozen=True)
class Excluded:
    """A session that is not shown, and why, in words."""

    student: str
    session_id: str
    reason: str


@dataclass(frozen=True)
class Group:
    """Whose sessions are shown on a slide, and who was left out.

    `students` are all who have a readable session of the lesson, `exposed` those who had the slide open.
    """

    shown: tuple[SessionRow, ...]
    excluded: tuple[Excluded, ...]
    students: tuple[str, ...]
    exposed: int
    rules: ExclusionRules
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


def choose_group(
    rows: Sequence[SessionRow],
    exposures: pd.DataFrame,
    chosen: Sequence[str],
    rules: Rules | None = None,
) -> Group:
    """Who counts on a slide: of those chosen by hand, or of all, whoever satisfies the rules."""
    asked = [row for row in rows if not chosen or row.student in chosen]
    in_force = (rules or Rules()).among(asked, chosen=bool(chosen))
    table = _recordings(asked, exposures)
    exposed = table["tracked_share"].notna()
    _, removed = apply(table[exposed], in_force)
    tracking_aside = replace(in_force, tracked_share_min=0.0)
    otherwise_removed = removed if removed.empty else apply(table[exposed], tracking_aside)[1]
    why = dict(zip(removed["session_id"], removed["reason"], strict=True))
    why |= dict.fromkeys(table["session_id"][~exposed], NOT_EXPOSED)
    not_counted = {*otherwise_removed["session_id"], *table["session_id"][~exposed]}
    return Group(
        shown=tuple(row for row in asked if row.session_id not in why),
        excluded=tuple(
            Excluded(str(row.student), row.session_id, why[row.session_id])
            for row in asked
            if row.session_id in why
        ),
        students=tuple(str(row.student) for row in rows),
        exposed=int(exposed.sum()),
        rules=in_force,
        counted=tuple(row.session_id for row in asked if row.session_id not in not_counted),
    )


def precise(rows: Sequence[SessionRow], rules: Rules) -> list[SessionRow]:
    """The recordings that satisfy all that the rules ask for but the tracking, which changes with time."""
    asked = rules.among(rows, chosen=False)
    most, accuracy = asked.accuracy_max_deg, [row.quality.get("accuracy_deg") for row in rows]
    return [
        row
        for row, deg in zip(rows, accuracy, strict=True)
        if (row.calibrated or not asked.calibrated_only)
        and (most is None or (deg is not None and deg <= most))
    ]


def of_version(
    rows: Iterable[SessionRow], versions: Sequence[SlideVersionRow], version: int | None
) -> list[SessionRow]:
    """The recordings that saw this version of a slide, or without one its last: each saw the one in use."""
    wanted = version or max((each.version for each in versions), default=1)
    return [row for row in rows if version_seen(row, versions) == wanted]


def version_seen(row: SessionRow, versions: Sequence[SlideVersionRow]) -> int:
    """The last version of a slide that was in use when a recording came."""
    return max((each.version for each in versions if each.since <= row.created_at), default=1)


def _day(value: Any) -> dt.date | None:
    """A day as ISO 8601 writes it; None for everything else."""
    try:
        return dt.date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _number(value: Any, least: float, most: float) -> float | None:
    """A number in these bounds; None for everything else."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) and least <= number <= most else None


def _recordings(rows: Sequence[SessionRow], exposures: pd.DataFrame) -> pd.DataFrame:
    """What the rules look at; `tracked_share` is NaN for who never had the slide open."""
    ids = [row.session_id for row in rows]
    session = place_of(exposures["session_id"], ids) + 1  # 0: of somebody else
    duration_ms, tracked_ms = (
        np.bincount(session, exposures[name].to_numpy(float), minlength=len(ids) + 1)[1:]
        for name in ("duration_ms", "tracked_ms")
    )
    accuracy = [row.quality.get("accuracy_deg") for row in rows]
    return pd.DataFrame(
        {
            "session_id": ids,
            "tracked_share": divided(tracked_ms, duration_ms),
            "accuracy_deg": pd.Series(accuracy, dtype=float),
            "calibrated": pd.Series([row.calibrated for row in rows], dtype=bool),
        }
    )


def place_of(sessions: pd.Series, ids: Sequence[str]) -> NDArray[np.intp]:
    """Where each row's session stands in the list, -1 for nowhere; few names on many rows."""
    named = sessions.astype("category").cat
    places = pd.Index(ids, dtype=object).get_indexer(named.categories.astype(object))
    return np.append(places, -1)[named.codes]
