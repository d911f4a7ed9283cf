"""A class over a lesson, each slide aligned at the moment it was opened."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dashboard.over_time import POINTS_MAX, lesson_time, thinned
from pipeline.domain import Lesson, Slide

LESSON = Lesson("c", "C", "l", "L", tuple(Slide(name, name, f"{name}.png", 16, 9) for name in "abc"))


def looking(session: str, slide: str, t_ms: list[float], valid: list[int], on: list[int]) -> pd.DataFrame:
    """Ten samples in every quarter of a second."""
    return pd.DataFrame(
        {
            "session_id": session,
            "slide_id": slide,
            "t_ms": t_ms,
            "samples": 10,
            "valid": valid,
            "on_slide": on,
        }
    )


def exposures(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["session_id", "slide_id", "onset_ms", "duration_ms"])


def test_students_are_compared_by_time_since_they_opened_the_slide() -> None:
    early = looking("one", "a", [0.0, 1000.0], [10, 10], [10, 0])
    late = looking("two", "a", [60_000.0, 61_000.0], [10, 0], [10, 0])
    time = lesson_time(
        LESSON, pd.concat([early, late]), exposures(("one", "a", 0, 2000), ("two", "a", 60_000, 2000))
    )
    assert time.shares["on_slide"].tolist() == [1.0, 0.0]
    assert time.shares["elsewhere"].tolist() == [0.0, 0.5]
    assert time.shares["not_tracked"].tolist() == [0.0, 0.5]
    assert time.shares["students"].tolist() == [2, 2]


def test_slides_follow_in_the_lessons_order_as_wide_as_they_were_open() -> None:
    seen = [looking("one", "c", [0.0], [10], [10]), looking("one", "a", [5000.0], [10], [10])]
    time = lesson_time(LESSON, pd.concat(seen), exposures(("one", "c", 0, 5000), ("one", "a", 5000, 3000)))
    assert time.starts[["t_s", "end_s"]].to_numpy().tolist() == [[0.0, 3.0], [3.0, 8.0]]
    assert time.starts[["number", "slide_id"]].to_numpy().tolist() == [[1, "a"], [3, "c"]]
    assert time.shares["number"].tolist() == [1] * 3 + [3] * 5
    assert len(time.shares) == 8


def test_shares_are_whole_at_every_moment() -> None:
    rng = np.random.default_rng(4)
    parts = []
    for name in ("one", "two", "three"):
        valid = rng.integers(0, 11, 40)
        on = (valid * rng.random(40)).astype(int)
        parts.append(looking(name, "b", (250.0 * np.arange(40)).tolist(), valid.tolist(), on.tolist()))
    time = lesson_time(
        LESSON, pd.concat(parts), exposures(*[(name, "b", 0, 10_000) for name in ("one", "two", "three")])
    )
    total = time.shares[["on_slide", "elsewhere", "not_tracked"]].sum(axis=1)
    np.testing.assert_allclose(total, 1)
    assert (time.shares[["on_slide", "elsewhere", "not_tracked"]] >= -1e-12).all(axis=None)


def test_who_looks_away_is_counted_only_while_tracked() -> None:
    away = looking("away", "a", [0.0], [10], [2])
    lost = looking("lost", "a", [0.0], [4], [0])  # tracked for less than half of the second
    on = looking("on", "a", [0.0], [10], [9])
    shown = exposures(*[(name, "a", 0, 1000) for name in ("away", "lost", "on")])
    one = lesson_time(LESSON, pd.concat([away, lost, on]), shown).shares.iloc[0]
    assert (one["students"], one["tracked_n"], one["away_n"]) == (3, 2, 1)
    assert one["elsewhere"] == pytest.approx((0.8 + 0.4 + 0.1) / 3)
    few = lesson_time(LESSON, pd.concat([away, lost, on]), shown, counting=("on", "lost")).shares.iloc[0]
    assert (few["students"], few["tracked_n"], few["away_n"]) == (3, 1, 0)
    assert few["elsewhere"] == one["elsewhere"]


def test_a_lesson_nobody_saw_is_empty() -> None:
    nothing = looking("one", "a", [], [], [])
    assert lesson_time(LESSON, nothing, exposures()).shares.empty


@pytest.mark.parametrize("samples", [10, 3 * POINTS_MAX + 7])
def test_gaze_is_thinned_to_what_a_chart_can_show(samples: int) -> None:
    t_ms = np.arange(samples) * 10.0
    gaze = pd.DataFrame({"t_ms": t_ms, "slide_id": "a", "slide_x": t_ms / t_ms[-1], "slide_y": 0.5})
    points = thinned(gaze, 0.0)
    assert len(points) <= POINTS_MAX
    np.testing.assert_allclose(points["slide_x"], points["t_s"] * 1000 / t_ms[-1], atol=1e-9)
