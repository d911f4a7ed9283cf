"""One session over its time, compared with its files and with cases worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dashboard.school import School
from dashboard.session_time import (
    dot_radii_px,
    dots_of,
    first_looks,
    session_quality,
    session_shares,
    slide_on_screen,
)
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.lake import Lake
from pipeline.storage.rows import NotFound, SessionRow
from tests.seeded_school import SLIDE_ON_SCREEN

PLACE = ("biology-7", "photosynthesis")


@pytest.fixture
def school(catalogue: Catalogue) -> Iterator[School]:
    lake = Lake(catalogue.lake)
    yield School(catalogue, lake)
    lake.close()


@pytest.fixture
def row(school: School) -> SessionRow:
    return next(row for row in school.sessions(*PLACE) if row.student == "S06")


def stored(row: SessionRow, name: str) -> pd.DataFrame:
    return pd.read_parquet(row.files[name].path)


def test_shares_of_time_are_those_of_the_samples(school: School, row: SessionRow) -> None:
    shares = session_shares(school, row.session_id)
    np.testing.assert_allclose(shares[["on_slide", "elsewhere", "not_tracked"]].sum(axis=1), 1)
    gaze = stored(row, "gaze")
    open_ = gaze[gaze["slide_id"].notna()]
    since_s = (open_["t_ms"] - open_["t_ms"].iloc[0]) / 1000
    on = open_["slide_x"].between(0, 1) & open_["slide_y"].between(0, 1)
    step_s = shares["t_s"].iloc[1]
    for i in (0, 3, 40):
        inside = since_s.between(i * step_s, (i + 1) * step_s, inclusive="left")
        assert shares["not_tracked"].iloc[i] == pytest.approx((~open_["valid"][inside]).mean(), abs=0.05)
        assert shares["on_slide"].iloc[i] == pytest.approx(on[inside].mean(), abs=0.05)
    assert shares["not_tracked"].mean() == pytest.approx((~open_["valid"]).mean(), abs=0.01)


def test_what_gaze_was_measured_under_is_the_median_of_each_step(school: School, row: SessionRow) -> None:
    quality = session_quality(school, row.session_id)
    gaze = stored(row, "gaze")
    opened_ms = stored(row, "exposures")["onset_ms"].min()
    step_s = quality["t_s"].iloc[1]
    for i in (0, 17, 60):
        inside = gaze[gaze["t_ms"].between(*(opened_ms + 1000 * step_s * np.array([i, i + 1])), "left")]
        assert quality["distance_mm"].iloc[i] == pytest.approx(np.median(inside["distance_mm"]), abs=0.01)
        for end, share in (("low", 10), ("high", 90)):
            told = quality[f"distance_mm_{end}"].iloc[i]
            assert told == pytest.approx(np.percentile(inside["distance_mm"], share), abs=0.01)
        assert quality["head_yaw_deg"].iloc[i] == pytest.approx(np.median(inside["head_yaw_deg"]), abs=1e-3)
        assert quality["tracked_share"].iloc[i] == pytest.approx(inside["valid"].mean())
        assert quality["rate_hz"].iloc[i] == pytest.approx(len(inside) / step_s)
    assert quality["rate_hz"].median() == pytest.approx(30, abs=1)
    assert (quality["brightness"] == 120).all()


def test_first_looks_are_those_of_the_fixations(school: School, row: SessionRow) -> None:
    looks = first_looks(school, row.session_id)
    lesson, exposures, fixations = (
        school.lesson(*PLACE),
        *(stored(row, n) for n in ("exposures", "fixations")),
    )
    slide = lesson.slides[2]
    opened_ms = exposures.set_index("slide_id").at[slide.slide_id, "onset_ms"]
    on = fixations[fixations["slide_id"] == slide.slide_id].sort_values("onset_ms")
    first: dict[str, float] = {}
    for fixation in on.itertuples():
        for aoi in slide.aois:
            (x0, y0), (x1, y1) = np.sort(aoi.parts[0].points, axis=0)
            if x0 <= fixation.slide_x <= x1 and y0 <= fixation.slide_y <= y1:
                first.setdefault(aoi.aoi_id, fixation.onset_ms - opened_ms)
    own = looks[looks["slide_id"] == slide.slide_id].set_index("aoi_id")
    assert own["ttff_ms"].dropna().to_dict() == pytest.approx(first)
    in_order = own.dropna(subset="place").sort_values("place").index.tolist()
    assert in_order == sorted(first, key=first.__getitem__)
    assert set(own.index[own["place"].isna()]) == {aoi.aoi_id for aoi in slide.aois} - set(first)


def test_where_slides_lay_is_found_in_the_gaze(school: School, row: SessionRow) -> None:
    x, y, width, height = SLIDE_ON_SCREEN
    assert slide_on_screen(school, row.session_id) == pytest.approx((x, y, x + width, y + height), abs=0.5)


def test_dots_are_told_as_far_as_they_were_kept(make_row: Callable[..., SessionRow]) -> None:
    dot = {"kind": "validate", "x_px": 960.0, "y_px": 540.0, "gaze_x_px": 990.0, "gaze_y_px": 540.0}
    new = make_row("S1", report={"gaze": {"dots": [{**dot, "error_deg": 1.5, "precision_std_deg": 0.4}]}})
    assert dots_of(new)["error_deg"].tolist() == [1.5]
    by_dot = [{"x_px": 10.0, "y_px": 20.0, "accuracy_deg": 2.5, "accuracy_cm": 2.6, "precision_std_deg": 0.3}]
    older = dots_of(make_row("S1", report={"gaze": {"validation": {"by_dot": by_dot}}}))
    assert older[["kind", "x_px", "error_deg"]].to_numpy().tolist() == [["validate", 10.0, 2.5]]
    assert older["gaze_x_px"].isna().all()
    for report in ({}, {"gaze": {"validation": None}}, {"gaze": {"dots": []}}):
        assert dots_of(make_row("S1", report=report)).empty


def test_an_error_is_as_large_on_the_screen_as_geometry_says(school: School, row: SessionRow) -> None:
    view = school.session_view(row.session_id)
    dot = {"kind": "validate", "x_px": 0.0, "y_px": 0.0, "error_deg": 45.0}
    told = replace(view.row, report={"gaze": {"dots": [dot]}})
    [radius_px] = dot_radii_px(replace(view, row=told, distance_mm=344.0))
    assert radius_px == pytest.approx(1920)  # 45 degrees are as wide as far: here the screen's width


def test_there_is_nothing_of_no_session(school: School) -> None:
    for ask in (session_shares, session_quality, first_looks, slide_on_screen):
        with pytest.raises(NotFound):
            ask(school, "none")
