"""What a class looked at on one slide, in plain sentences about gaze on regions."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

import pandas as pd

from pipeline.parameters import AttentionParameters

CLEAR_GAP = 0.05  # of all looking; smaller gaps are not worth a sentence
FEW_STUDENTS = AttentionParameters.group_min

Row = dict[Hashable, Any]


def slide_summary(table: pd.DataFrame) -> list[str]:
    """Sentences that say what stands out, the most important first, and what they rest on, last.

    A gap is told only if it is at least 5 % of all looking and the 95 % interval of the observed share
    leaves the expected share out.

    Parameters
    ----------
    table : as `class_aoi_table` makes it
    """
    rows = table.to_dict("records")
    if not rows:
        return ["No regions are marked on this slide."]
    exposed, tracked = rows[0]["exposed_n"], rows[0]["tracked_n"]
    if exposed == 0:
        return ["Nobody has been shown this slide yet."]
    if tracked == 0:
        return [_nobody_tracked(exposed)]
    if pd.isna(rows[0]["observed_share"]):
        return ["No fixation on this slide was found.", *_basis(exposed, tracked)]
    return [*_gaps(rows), *_missed(rows), *_too_small(rows), *_basis(exposed, tracked)]


def _gaps(rows: list[Row]) -> Iterator[str]:
    """The widest clear gap on either side."""
    if any(pd.isna(row["gap"]) for row in rows):
        return
    less, more = _widest_shortage(rows), max(filter(_is_clear, rows), key=_gap, default=None)
    if less:
        yield _less_than_intended(less)
    if more and more["gap"] > 0:
        yield (
            f"{_quoted(more)} got {_percent(more['observed_share'])} of the looking, more than the "
            f"{_percent(more['expected_share'])} that the design intends."
        )
    if not less and not more:
        yield "No region got clearly more or less looking than the design intends."


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


def _less_than_intended(row: Row) -> str:
    who = "The student" if row["tracked_n"] == 1 else "Students"
    whose = "the" if row["tracked_n"] == 1 else "their"
    sentence = (
        f"{who} spent {_percent(row['observed_share'])} of {whose} looking on {_quoted(row)}; "
        f"the design intends {_percent(row['expected_share'])}."
    )
    return f"{sentence} {_never_looked(row, 'it')}".rstrip()


def _missed(rows: list[Row]) -> Iterator[str]:
    """Required regions that at least half never looked at, unless that was told with the widest gap."""
    told = _widest_shortage(rows)
    for row in rows:
        if row["required"] and row is not told and 2 * row["reach_n"] <= row["tracked_n"]:
            yield _never_looked(row, f"{_quoted(row)}, a required region")


def _never_looked(row: Row, at: str) -> str:
    """How many of the tracked students had no fixation there; nothing if all had one."""
    tracked = row["tracked_n"]
    missing = tracked - row["reach_n"]
    if missing == 0:
        return ""
    if tracked == 1:
        return f"The student never looked at {at}."
    if missing == tracked:
        return f"None of the {tracked} students looked at {at}."
    return f"{missing} of {tracked} never looked at {at}."


def _too_small(rows: list[Row]) -> Iterator[str]:
    small = [_quoted(row) for row in rows if row["smaller_than_error"]]
    if len(small) == 1:
        yield f"{small[0]} is smaller than the error of measurement: gaze on it may have been beside it."
    elif small:
        which = " and ".join(small) if len(small) == 2 else f"{len(small)} of the {len(rows)} regions"
        yield f"{which} are smaller than the error of measurement: gaze on them may have been beside them."


def _basis(exposed: int, tracked: int) -> Iterator[str]:
    """Who the figures are from, where that limits them."""
    if tracked < exposed:
        others = exposed - tracked
        rest = "the other was" if others == 1 else "the others were"
        yield (
            f"These figures are from {tracked} of the {exposed} students who were shown the slide; "
            f"{rest} not tracked well enough."
        )
    if tracked < FEW_STUDENTS:
        few = "One student tells" if tracked == 1 else f"{tracked} students tell"
        yield f"{few} little about a class."


def _nobody_tracked(exposed: int) -> str:
    if exposed == 1:
        return "The one student who was shown this slide was not tracked well enough."
    return f"None of the {exposed} students who were shown this slide was tracked well enough."


def _quoted(row: Row) -> str:
    return f"“{row['name']}”"


def _percent(share: float) -> str:
    return f"{share:.0%}"
