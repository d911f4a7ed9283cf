"""Whose recordings count, and what is said of the others."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.attention.exclusion import ExclusionRules, apply, in_words
from pipeline.parameters import AttentionParameters

SESSIONS = pd.DataFrame(
    {
        "student": ["ann", "bob", "cat", "dan", "eve"],
        "tracked_share": [0.9, 0.499, 0.5, np.nan, 0.8],
        "accuracy_deg": [1.2, 1.0, 3.456, 1.0, np.nan],
        "calibrated": [True, True, True, True, False],
    }
)


def removed_by(rules: ExclusionRules) -> dict[str, str]:
    kept, removed = apply(SESSIONS, rules)
    assert sorted([*kept["student"], *removed["student"]]) == SESSIONS["student"].tolist()
    assert list(kept.columns) == list(SESSIONS.columns)
    return dict(zip(removed["student"], removed["reason"], strict=True))


def test_by_default_only_the_tracked_share_counts() -> None:
    assert removed_by(ExclusionRules()) == {
        "bob": "tracked for 49% of the time, less than 50%",
        "dan": "tracked share is not known",
    }
    assert ExclusionRules() == ExclusionRules.of(AttentionParameters())


def test_every_rule_says_what_it_took_out() -> None:
    assert removed_by(ExclusionRules(0.6, accuracy_max_deg=2.0, calibrated_only=True)) == {
        "bob": "tracked for 49% of the time, less than 60%",
        "cat": "tracked for 50% of the time, less than 60%; off by 3.46 deg, more than 2 deg",
        "dan": "tracked share is not known",
        "eve": "accuracy was not measured; not calibrated",
    }


def test_rules_can_be_turned_off() -> None:
    known = SESSIONS.dropna(subset=["tracked_share"])
    kept, removed = apply(known, ExclusionRules(tracked_share_min=0.0))
    assert removed.empty
    assert "reason" in removed
    pd.testing.assert_frame_equal(kept, known.reset_index(drop=True))


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_how_many_were_taken_out_in_words(rows: int) -> None:
    words = in_words(*apply(SESSIONS[:rows], ExclusionRules()))
    assert words == {0: "There are no recordings.", 1: "The one recording counts.",
                     5: "2 of 5 recordings were left out."}[rows]  # fmt: skip
    assert in_words(*apply(SESSIONS[1:2], ExclusionRules())) == "The one recording was left out."


def test_the_rules_in_words() -> None:
    assert ExclusionRules().in_words() == "Recordings count if they are tracked for at least 50% of the time."
    assert ExclusionRules(0.7, 2, True).in_words() == (
        "Recordings count if they are tracked for at least 70% of the time, accurate to 2 deg and calibrated."
    )
