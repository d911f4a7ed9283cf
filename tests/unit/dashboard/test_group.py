"""Who is shown, who is left out, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pandas as pd

from dashboard.group import Why, choose_group, latest_sessions
from pipeline.storage.rows import SessionRow

MakeRow = Callable[..., SessionRow]


def exposures(**tracked: float) -> pd.DataFrame:
    """Everybody had the slide open twice for 5 s, tracked for this share of it."""
    rows = [(f"id-{name}", 5000.0, 5000.0 * share) for name, share in tracked.items() for _ in range(2)]
    return pd.DataFrame(rows, columns=["session_id", "duration_ms", "tracked_ms"])


def test_everybody_who_was_tracked_is_shown(make_row: MakeRow) -> None:
    group = choose_group([make_row("A"), make_row("B")], exposures(A=0.9, B=0.5), ())
    assert [row.student for row in group.shown] == ["A", "B"]
    assert (group.exposed, group.excluded) == (2, ())


def test_each_reason_to_be_left_out_is_told(make_row: MakeRow) -> None:
    rows = [make_row("A"), make_row("B"), make_row("C"), make_row("D", calibrated=False)]
    group = choose_group(rows, exposures(A=0.9, C=0.49, D=1.0), ())
    assert [row.student for row in group.shown] == ["A"]
    assert {each.student: each.reason for each in group.excluded} == {
        "B": Why.NOT_EXPOSED, "C": Why.NOT_TRACKED, "D": Why.NOT_CALIBRATED,
    }  # fmt: skip
    assert group.exposed == 3
    assert group.counted == ("id-A", "id-C")


def test_a_class_without_any_calibration_is_shown_as_it_is(make_row: MakeRow) -> None:
    rows = [make_row("A", calibrated=False), make_row("B", calibrated=False)]
    assert len(choose_group(rows, exposures(A=0.9, B=0.9), ()).shown) == 2


def test_an_uncalibrated_student_is_shown_when_asked_for(make_row: MakeRow) -> None:
    rows = [make_row("A"), make_row("B", calibrated=False)]
    group = choose_group(rows, exposures(A=0.9, B=0.9), ("B", "nobody"))
    assert [row.student for row in group.shown] == ["B"]
    assert group.students == ("A", "B")


def test_the_last_finished_session_of_a_student_counts(make_row: MakeRow) -> None:
    later = dt.datetime(2026, 11, 13, tzinfo=dt.UTC)
    first, second = make_row("A", session_id="first"), make_row("A", session_id="second", created_at=later)
    waiting = make_row("A", session_id="waiting", revision=0)
    assert [row.session_id for row in latest_sessions([first, second, waiting])] == ["second"]
