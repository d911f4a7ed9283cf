"""What a class looked at on one slide, in plain sentences about gaze on regions."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any, Final, Protocol

import pandas as pd

from pipeline.parameters import AttentionParameters

CLEAR_GAP = 0.05  # of all looking; smaller gaps are not worth a sentence
FEW_STUDENTS = AttentionParameters.group_min

Row = dict[Hashable, Any]

# For the command line; the pages have the same in their own languages (dashboard/locales), by the same keys.
ENGLISH: Final = {
    "summary-no-regions": "No regions are marked on this slide.",
    "summary-not-shown": "Nobody has been shown this slide yet.",
    "summary-no-fixation": "No fixation on this slide was found.",
    "summary-more": (
        "“{region}” got {observed} of the looking, more than the {expected} that the design intends."
    ),
    "summary-as-intended": "No region got clearly more or less looking than the design intends.",
    "summary-less": (
        "Students spent {observed} of their looking on “{region}”; the design intends {expected}."
    ),
    "summary-less-one": (
        "The student spent {observed} of the looking on “{region}”; the design intends {expected}."
    ),
    "summary-missed-it": "{missing} of {tracked} never looked at it.",
    "summary-missed-it-all": "None of the {tracked} students looked at it.",
    "summary-missed-it-one": "The student never looked at it.",
    "summary-missed": "{missing} of {tracked} never looked at “{region}”, a required region.",
    "summary-missed-all": "None of the {tracked} students looked at “{region}”, a required region.",
    "summary-missed-one": "The student never looked at “{region}”, a required region.",
    "summary-small-one": (
        "“{region}” is smaller than the error of measurement: gaze on it may have been beside it."
    ),
    "summary-small-two": (
        "“{region}” and “{other}” are smaller than the error of measurement: gaze on them may have been "
        "beside them."
    ),
    "summary-small": (
        "{small} of the {regions} regions are smaller than the error of measurement: gaze on them may have "
        "been beside them."
    ),
    "summary-basis": (
        "These figures are from {tracked} of the {exposed} students who were shown the slide; the others "
        "were not tracked well enough."
    ),
    "summary-basis-one": (
        "These figures are from {tracked} of the {exposed} students who were shown the slide; the other was "
        "not tracked well enough."
    ),
    "summary-few": "{tracked} students tell little about a class.",
    "summary-few-one": "One student tells little about a class.",
    "summary-untracked": "None of the {exposed} students who were shown this slide was tracked well enough.",
    "summary-untracked-one": "The one student who was shown this slide was not tracked well enough.",
}


class Say(Protocol):
    """How a sentence is said: its key and what it is about."""

    def __call__(self, key: str, **values: Any) -> str: ...


def english(key: str, **values: Any) -> str:
    """A sentence of `ENGLISH`."""
    return ENGLISH[key].format(**values)


def slide_summary(table: pd.DataFrame, say: Say = english) -> list[str]:
    """Sentences that say what stands out, the most important first, and what they rest on, last.

    A gap is told only if it is at least 5 % of all looking and the 95 % interval of the observed share
    leaves the expected share out.

    Parameters
    ----------
    table : as `class_aoi_table` makes it
    say : the words for each key of `ENGLISH`
    """
    rows = table.to_dict("records")
    if not rows:
        return [say("summary-no-regions")]
    exposed, tracked = rows[0]["exposed_n"], rows[0]["tracked_n"]
    if exposed == 0:
        return [say("summary-not-shown")]
    if tracked == 0:
        return [say("summary-untracked-one" if exposed == 1 else "summary-untracked", exposed=exposed)]
    if pd.isna(rows[0]["observed_share"]):
        return [say("summary-no-fixation"), *_basis(exposed, tracked, say)]
    return [*_gaps(rows, say), *_missed(rows, say), *_too_small(rows, say), *_basis(exposed, tracked, say)]


def _gaps(rows: list[Row], say: Say) -> Iterator[str]:
    """The widest clear gap on either side."""
    if any(pd.isna(row["gap"]) for row in rows):
        return
    less, more = _widest_shortage(rows), max(filter(_is_clear, rows), key=_gap, default=None)
    if less:
        yield _less_than_intended(less, say)
    if more and more["gap"] > 0:
        yield say("summary-more", **_shares(more))
    if not less and not more:
        yield say("summary-as-intended")


def _widest_shortage(rows: list[Row]) -> Row | None:
    row = min(filter(_is_clear, rows), key=_gap, default=None)
    return row if row and row["gap"] < 0 else None


def _gap(row: Row) -> float:
    return float(row["gap"])


def _is_clear(row: Row) -> bool:
    if row["tracked_n"] > 1 and pd.isna(row["observed_low"]):
        return False  # a single one of them fixated the slide, who does not speak for the others
    within = row["observed_low"] <= row["expected_share"] <= row["observed_high"]
    return abs(row["gap"]) >= CLEAR_GAP and not within


def _less_than_intended(row: Row, say: Say) -> str:
    sentence = say("summary-less-one" if row["tracked_n"] == 1 else "summary-less", **_shares(row))
    return f"{sentence} {_never_looked(row, 'summary-missed-it', say)}".rstrip()


def _missed(rows: list[Row], say: Say) -> Iterator[str]:
    """Required regions that at least half never looked at, unless that was told with the widest gap."""
    told = _widest_shortage(rows)
    for row in rows:
        if row["required"] and row is not told and 2 * row["reach_n"] <= row["tracked_n"]:
            yield _never_looked(row, "summary-missed", say)


def _never_looked(row: Row, key: str, say: Say) -> str:
    """How many of the tracked students had no fixation there; nothing if all had one."""
    tracked = row["tracked_n"]
    missing = tracked - row["reach_n"]
    if missing == 0:
        return ""
    kind = "-one" if tracked == 1 else "-all" if missing == tracked else ""
    return say(f"{key}{kind}", region=row["name"], missing=missing, tracked=tracked)


def _too_small(rows: list[Row], say: Say) -> Iterator[str]:
    small = [row["name"] for row in rows if row["smaller_than_error"]]
    if len(small) == 1:
        yield say("summary-small-one", region=small[0])
    elif len(small) == 2:
        yield say("summary-small-two", region=small[0], other=small[1])
    elif small:
        yield say("summary-small", small=len(small), regions=len(rows))


def _basis(exposed: int, tracked: int, say: Say) -> Iterator[str]:
    """Who the figures are from, where that limits them."""
    if tracked < exposed:
        key = "summary-basis-one" if exposed - tracked == 1 else "summary-basis"
        yield say(key, tracked=tracked, exposed=exposed)
    if tracked < FEW_STUDENTS:
        yield say("summary-few-one" if tracked == 1 else "summary-few", tracked=tracked)


def _shares(row: Row) -> dict[str, str]:
    """A region with what it got and what was intended."""
    return {
        "region": row["name"],
        "observed": f"{row['observed_share']:.0%}",
        "expected": f"{row['expected_share']:.0%}",
    }
