"""How far off gaze is said to be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.accuracy import is_assumed, smoothing, spread_of, typical_error
from dashboard.lesson_list import _listed
from pipeline.domain import FixationOrigin, Screen, SessionHeader, TrackerSource
from pipeline.storage.rows import FileRow, LessonRow, SessionRow

MakeRow = Callable[..., SessionRow]
TRACKER = {"sigma_deg": 1.0, "accuracy_deg": None}


def spreads(**sigma_x: float) -> pd.DataFrame:
    """Of three fixations a session; twice as far off down the slide as across."""
    rows = [(f"id-{name}", sigma, 2 * sigma) for name, sigma in sigma_x.items() for _ in range(3)]
    return spread_of(pd.DataFrame(rows, columns=["session_id", "sigma_x", "sigma_y"]))


def test_the_typical_error_is_the_median_over_students(make_row: MakeRow) -> None:
    rows = [make_row(name, quality={"sigma_deg": deg, "accuracy_deg": deg}) for name, deg in
            (("A", 1.0), ("B", 2.0), ("C", 6.0))]  # fmt: skip
    error = typical_error(rows, spreads(A=0.04, B=0.08, C=0.24))
    assert error is not None
    assert (error.deg, error.source) == (2.0, "measured")
    assert (error.radius_x, error.radius_y) == (pytest.approx(0.08), pytest.approx(0.16))


def test_one_session_without_validation_makes_it_an_estimate(make_row: MakeRow) -> None:
    rows = [make_row("A"), make_row("B", quality={"sigma_deg": 7.0, "accuracy_deg": None})]
    error = typical_error(rows, spreads(A=0.08, B=0.3))
    assert error is not None
    assert error.source == "estimated"


def test_the_error_of_a_tracker_that_states_none_is_called_assumed(make_row: MakeRow) -> None:
    frames = {"frames": FileRow(Path("frames.parquet"), "", rows=0)}
    stating = TrackerSource("smi", "SMI", FixationOrigin.KEPT, 0.4)
    header = SessionHeader("c", "l", "B", None, Screen(1920, 1080, 344.0, 194.0), source=stating)
    typical, stated = (
        make_row("A", files=frames, quality=TRACKER),
        make_row("B", files=frames, quality=TRACKER, header=header),
    )
    assert is_assumed(typical)
    assert not is_assumed(stated)
    assert not is_assumed(make_row("C"))
    sources = [typical_error(rows, spreads(A=0.04, B=0.04)) for rows in ([typical, stated], [stated])]
    assert [error.source for error in sources if error] == ["assumed", "estimated"]
    lesson = LessonRow("c", "C", "l", "L", 1)
    listed = [_listed(lesson, rows, {}) for rows in ([typical, stated], [stated])]
    assert [(each.error_deg, each.error_assumed) for each in listed] == [(1.0, True), (1.0, False)]


def test_where_nothing_is_known_one_degree_is_assumed_and_said_to_be(make_row: MakeRow) -> None:
    error = typical_error([make_row("A", quality={})], spreads(A=np.nan))
    assert error is not None
    assert (error.deg, error.source) == (1.0, "unknown")
    assert error.radius_x == pytest.approx(600 * np.tan(np.radians(1)) / 344)


def test_nobody_has_no_error() -> None:
    assert typical_error([], spreads()) is None


def test_smoothing_is_the_error_but_at_least_one_degree(make_row: MakeRow) -> None:
    rows = [make_row("A", quality={"sigma_deg": 2.0}), make_row("B", quality={"sigma_deg": 0.5})]
    sigma = smoothing(rows, spreads(A=0.08, B=0.02))
    assert sigma.loc["id-A", "sigma_x"] == pytest.approx(0.08)
    assert sigma.loc["id-B", "sigma_x"] == pytest.approx(0.04)
    assert sigma.loc["id-B", "sigma_y"] == pytest.approx(0.08)


def test_a_session_without_fixations_is_smoothed_as_the_others(make_row: MakeRow) -> None:
    rows = [make_row("A"), make_row("B"), make_row("C")]
    sigma = smoothing(rows, spreads(A=0.06, B=0.08))
    assert sigma.loc["id-C", "sigma_x"] == pytest.approx(0.07)
