"""Which sessions a filter leaves, against plain Python over the same rows; and in which order."""

from __future__ import annotations

import itertools
import math

import pandas as pd
import pytest

from dashboard.library import COLUMNS, Filter, filtered, sorted_by
from pipeline.errors import InputError
from pipeline.storage.rows import GroupRow

GROUPS = {"8a": GroupRow("8a", "Class 8a", ("S01", "S03"))}


@pytest.fixture
def frame() -> pd.DataFrame:
    """Every combination of what is filtered by, some of it unknown."""
    combined = enumerate(itertools.product(
        ("S01", "S02"), ("physics/light", "biology/cells"), ("done", "failed"), (0.2, 0.8, math.nan),
        (1.5, math.nan), ("yes", "no", "own", ""), ("webcam", "tobii"), (True, False),
    ))  # fmt: skip
    rows = [
        {
            "session_id": f"{number:04x}", "name": f"{student}.zip", "student": student, "place": place,
            "course_id": place.split("/")[0], "lesson": place, "created_at": number, "state": state,
            "error": "", "tracked_share": tracked, "error_deg": error, "assumed": False,
            "calibrated": calibrated, "tracker": tracker, "synthetic": synthetic,
        }
        for number, (student, place, state, tracked, error, calibrated, tracker, synthetic) in combined
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


@pytest.mark.parametrize(
    ("wanted", "is_left"),
    [
        (Filter(), lambda row: True),
        (Filter(course="physics"), lambda row: row["place"] == "physics/light"),
        (Filter(lesson="biology/cells"), lambda row: row["place"] == "biology/cells"),
        (Filter(group="8a"), lambda row: row["student"] in ("S01", "S03")),
        (Filter(group="nobody"), lambda row: False),
        (Filter(state="failed"), lambda row: row["state"] == "failed"),
        (Filter(tracked="80"), lambda row: row["tracked_share"] >= 0.8),
        (Filter(error="1.5"), lambda row: row["error_deg"] <= 1.5),
        (Filter(error="1"), lambda row: False),
        (Filter(calibrated="own"), lambda row: row["calibrated"] == "own"),
        (Filter(tracker="tobii"), lambda row: row["tracker"] == "tobii"),
        (Filter(kind="real"), lambda row: not row["synthetic"]),
        (Filter(kind="synthetic"), lambda row: row["synthetic"]),
        (Filter(words="s02"), lambda row: row["student"] == "S02"),
        (Filter(words=".ZIP"), lambda row: True),
        (Filter(words="["), lambda row: False),
        (Filter(tracked="nonsense", error="nan", kind="odd"), lambda row: True),
        (
            Filter(course="physics", group="8a", tracked="50", kind="real"),
            lambda row: row["place"] == "physics/light" and row["student"] == "S01"
            and row["tracked_share"] >= 0.5 and not row["synthetic"],
        ),
    ],
    ids=lambda value: repr(value) if isinstance(value, Filter) else "",
)  # fmt: skip
def test_a_filter_leaves_what_it_says(frame: pd.DataFrame, wanted: Filter, is_left) -> None:
    expected = [row["session_id"] for row in frame.to_dict("records") if is_left(row)]
    assert list(filtered(frame, wanted, GROUPS)["session_id"]) == expected


def test_an_address_keeps_a_filter() -> None:
    wanted = Filter(course="physics", tracked="80", words="S 01/…")
    assert Filter.read(wanted.query()) == wanted
    assert Filter.read({"course": None, "state": "", "other": "x", "tracked": 80}) == Filter(tracked="80")
    assert Filter.read(None) == Filter()
    assert len(Filter.read({"words": "x" * 5000}).words) == 200


def test_what_is_not_known_comes_last_in_both_directions(frame: pd.DataFrame) -> None:
    for descending in (False, True):
        values = list(sorted_by(frame, "tracked_share", descending)["tracked_share"])
        known = [value for value in values if not math.isnan(value)]
        assert known == sorted(known, reverse=descending)
        assert all(math.isnan(value) for value in values[len(known) :])


def test_only_columns_can_be_sorted_by(frame: pd.DataFrame) -> None:
    with pytest.raises(InputError):
        sorted_by(frame, "__class__", False)
