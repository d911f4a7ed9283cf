"""Who is shown, who is left out, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pandas as pd
import pytest

from dashboard.group import NOT_EXPOSED, Rules, choose_group, latest_sessions, of_version
from pipeline.storage.rows import SessionRow, SlideVersionRow

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
        "B": NOT_EXPOSED,
        "C": "tracked for 49% of the time, less than 50%",
        "D": "not calibrated",
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


@pytest.mark.parametrize(
    "rules",
    [
        Rules(),
        Rules(0.7, 2.5, True),
        Rules(0.0, None, False),
        Rules(1.0, 0.5, None),
        Rules(group="7a", since=dt.date(2026, 9, 1), until=dt.date(2026, 11, 30), version=2),
    ],
)
def test_rules_come_back_from_an_address(rules: Rules) -> None:
    assert Rules.read(rules.query()) == rules


def test_usual_rules_leave_an_address_as_it_is() -> None:
    assert set(Rules().query().values()) == {None}


@pytest.mark.parametrize("given", ["", "nan", "inf", "-5", "101", "many", None, [1]])
def test_rules_that_make_no_sense_are_the_usual_ones(given: object) -> None:
    asked = dict.fromkeys(("tracked", "uncalibrated", "since", "until"), given)
    assert Rules.read(asked | {"accuracy": "-1"}) == Rules()


def test_a_reader_may_choose_other_rules(make_row: MakeRow) -> None:
    rows = [make_row("A", quality={"accuracy_deg": 1.0}), make_row("B", quality={"accuracy_deg": 3.0})]
    rows += [make_row("C", quality={}), make_row("D", calibrated=False, quality={"accuracy_deg": 1.0})]
    shown = exposures(A=0.7, B=0.9, C=0.9, D=0.9)

    def names(rules: Rules) -> list[str]:
        return [str(row.student) for row in choose_group(rows, shown, (), rules).shown]

    assert names(Rules(calibrated_only=False)) == ["A", "B", "C", "D"]
    assert names(Rules(tracked_share_min=0.8)) == ["B", "C"]
    assert names(Rules(accuracy_max_deg=2.0, calibrated_only=False)) == ["A", "D"]
    assert names(Rules(accuracy_max_deg=2.0)) == ["A"]


def test_each_recording_saw_the_version_that_was_in_use_when_it_came(make_row: MakeRow) -> None:
    def version(number: int, since: dt.datetime) -> SlideVersionRow:
        return SlideVersionRow("s", number, since, "s.png", 16, 9, 1)

    start, change = dt.datetime(1970, 1, 1, tzinfo=dt.UTC), dt.datetime(2026, 11, 12, 9, tzinfo=dt.UTC)
    versions = [version(1, start), version(2, change)]
    before = make_row("A", created_at=change - dt.timedelta(seconds=1))
    at, after = make_row("B", created_at=change), make_row("C", created_at=change + dt.timedelta(days=9))
    rows = [before, at, after]
    assert of_version(rows, versions, 1) == [before]
    assert of_version(rows, versions, 2) == of_version(rows, versions, None) == [at, after]
    assert of_version(rows, [], None) == rows
    assert of_version(rows, versions, 3) == []


def test_a_period_includes_both_of_its_days(make_row: MakeRow) -> None:
    noon = dt.datetime(2026, 11, 12, 12).astimezone()
    row, day = make_row("A", created_at=noon), noon.date()
    assert Rules(since=day, until=day).came_in_time(row)
    assert not Rules(since=day + dt.timedelta(days=1)).came_in_time(row)
    assert not Rules(until=day - dt.timedelta(days=1)).came_in_time(row)
