"""Measures of whole slides: examples worked by hand, and scipy, shapely and pymovements."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.spatial import ConvexHull
from scipy.stats import entropy

from pipeline.attention.slide_measures import slide_scale, student_slide_table
from pipeline.domain import EXPOSURES, FIXATIONS, GAZE, Aoi, Part, Role, Screen, Slide, typed

HALF = Aoi("half", "Half", Role.TEXT, (Part(((0.0, 0.0), (0.5, 1.0))),))
SLIDE = Slide("s", "Slide", "s.png", 1000, 500, (HALF,))


def looks(session: str, *places: tuple[float, float], duration_ms: float = 200.0) -> pd.DataFrame:
    """A fixation a second at each place."""
    table = pd.DataFrame(places, columns=["slide_x", "slide_y"], dtype=float)
    table = table.assign(session_id=session, onset_ms=1000.0 * np.arange(len(table)), duration_ms=duration_ms)
    return table.reindex(columns=[*FIXATIONS, "session_id"])


def shown(session: str, *onsets: float, each_ms: float = 4000.0) -> pd.DataFrame:
    table = pd.DataFrame({"onset_ms": onsets}, dtype=float)
    table = table.assign(
        session_id=session, duration_ms=each_ms, tracked_ms=0.8 * each_ms, on_slide_ms=0.6 * each_ms
    )
    return table.reindex(columns=[*EXPOSURES, "session_id"])


def one(
    *places: tuple[float, float], scale: pd.DataFrame | None = None, onsets: tuple[float, ...] = (0.0,)
) -> pd.Series:
    each_ms = 1000.0 * max(1, len(places)) / len(onsets)
    return student_slide_table(looks("a", *places), shown("a", *onsets, each_ms=each_ms), SLIDE, scale).iloc[
        0
    ]


def test_shares_of_the_time_it_was_shown() -> None:
    row = one((0.1, 0.1), (0.2, 0.2))
    assert row["exposure_ms"] == 2000
    assert (row["tracked_share"], row["not_tracked_share"]) == pytest.approx((0.8, 0.2))
    assert (row["on_slide_share"], row["off_slide_share"]) == pytest.approx((0.75, 0.25))
    assert row["fixation_rate_hz"] == pytest.approx(2 / 1.6)
    assert row["mean_fixation_ms"] == 200


def test_the_scanpath_is_measured_on_the_slide_as_it_is_shaped() -> None:
    row = one((0.1, 0.2), (0.4, 0.2), (0.4, 0.6))  # 0.3 widths to the right, 0.4 heights of half a width down
    assert row["scanpath_widths"] == pytest.approx(0.3 + 0.2)
    assert np.isnan(row["scanpath_deg"])
    scale = pd.DataFrame({"session_id": ["b", "a"], "width_deg": [99.0, 20.0], "height_deg": [99.0, 12.0]})
    assert one((0.1, 0.2), (0.4, 0.2), (0.4, 0.6), scale=scale)["scanpath_deg"] == pytest.approx(6.0 + 4.8)


def test_a_look_beside_the_slide_or_a_new_showing_breaks_the_scanpath() -> None:
    assert one((0.1, 0.5), (0.2, 0.5), (1.5, 0.5), (0.9, 0.5))["scanpath_widths"] == pytest.approx(0.1)
    twice = one((0.1, 0.5), (0.2, 0.5), (0.9, 0.5), (0.6, 0.5), onsets=(0.0, 2000.0))
    assert twice["scanpath_widths"] == pytest.approx(0.1 + 0.3)
    assert np.isnan(one((0.1, 0.5))["scanpath_widths"])


def cloud(seed: int, count: int = 40) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.clip(rng.multivariate_normal([0.5, 0.4], [[0.02, 0.008], [0.008, 0.01]], count), 0.01, 0.99)


@pytest.mark.parametrize("seed", range(4))
def test_the_hull_is_scipys(seed: int) -> None:
    places = cloud(seed)
    assert one(*map(tuple, places))["hull_area_share"] == pytest.approx(ConvexHull(places).volume)


@pytest.mark.parametrize("seed", range(4))
def test_the_contour_ellipse_is_that_of_pymovements(seed: int) -> None:
    polars = pytest.importorskip("polars")
    samples = pytest.importorskip("pymovements.measure.samples")
    places = cloud(seed)
    frame = polars.DataFrame({"position": places.tolist()})
    area = frame.select(samples.bcea(column="position", confidence=68.27)).item()
    assert one(*map(tuple, places))["bcea_share"] == pytest.approx(area, rel=1e-9)


def test_the_contour_ellipse_holds_two_thirds_of_a_normal_cloud() -> None:
    scale = pd.DataFrame({"session_id": ["a"], "width_deg": [30.0], "height_deg": [20.0]})
    places = np.random.default_rng(0).normal(0.5, [0.05, 0.1], (4000, 2))
    row = one(*map(tuple, places), scale=scale)
    assert row["bcea_share"] == pytest.approx(2.2958 * np.pi * 0.05 * 0.1, rel=0.05)
    assert row["bcea_deg2"] == pytest.approx(600 * row["bcea_share"])


@pytest.mark.parametrize("places", [[], [(0.2, 0.2)], [(0.2, 0.2), (0.4, 0.4)]])
def test_areas_of_fewer_than_three_fixations_are_missing(places: list[tuple[float, float]]) -> None:
    assert one(*places)[["hull_area_share", "bcea_share"]].isna().all()


def test_fixations_on_a_line_cover_nothing() -> None:
    row = one((0.2, 0.2), (0.4, 0.4), (0.6, 0.6))
    assert row["hull_area_share"] == pytest.approx(0, abs=1e-12)
    assert row["bcea_share"] == pytest.approx(0, abs=1e-7)


def test_spatial_entropy_from_one_cell_to_all() -> None:
    middles = [((column + 0.5) / 16, (row + 0.5) / 9) for column in range(16) for row in range(9)]
    assert one(*middles)["spatial_entropy"] == pytest.approx(1.0)
    assert str(one((0.01, 0.01), (0.02, 0.02))["spatial_entropy"]) == "0.0"  # and not -0
    assert np.isnan(one((1.2, 0.5))["spatial_entropy"])
    places = np.random.default_rng(1).random((60, 2))
    cell = np.floor(places * (16, 9)) @ (1, 16)
    share = np.unique(cell, return_counts=True)[1]
    assert one(*map(tuple, places))["spatial_entropy"] == pytest.approx(entropy(share, base=2) / np.log2(144))


def test_the_longer_a_place_is_looked_at_the_more_it_counts() -> None:
    fixations = looks("a", (0.1, 0.1), (0.9, 0.9)).assign(duration_ms=[300.0, 100.0])
    row = student_slide_table(fixations, shown("a", 0.0), SLIDE).iloc[0]
    assert row["spatial_entropy"] == pytest.approx(entropy([3, 1], base=2) / np.log2(144))


def test_sessions_are_kept_apart() -> None:
    first, second = cloud(1, 20), cloud(2, 30)
    fixations = pd.concat(
        [looks("b", *map(tuple, second)), looks("a", *map(tuple, first)), looks("x", (0.1, 0.1))]
    )
    exposures = pd.concat([shown(name, 0.0, each_ms=40_000) for name in "bca"])
    table = student_slide_table(fixations, exposures, SLIDE)
    assert table["session_id"].tolist() == ["a", "b", "c"]
    alone = student_slide_table(looks("a", *map(tuple, first)), shown("a", 0.0, each_ms=40_000), SLIDE)
    pd.testing.assert_frame_equal(table[:1], alone)
    assert table.loc[2, "fixation_count"] == 0
    assert (
        table.loc[2, ["scanpath_widths", "hull_area_share", "spatial_entropy", "transition_entropy"]]
        .isna()
        .all()
    )


def test_the_scale_comes_from_how_gaze_moved_on_screen_and_slide() -> None:
    screen = Screen(2000, 1000, 400.0, 200.0)
    rng = np.random.default_rng(0)
    x, y = rng.random((2, 300))
    moved = np.repeat([100.0, 300.0], 150)  # the window was moved: the size stays
    gaze = pd.DataFrame(
        {
            "t_ms": np.arange(300) * 33.0, "slide_id": "s", "valid": True, "distance_mm": 600.0,
            "slide_x": x, "slide_y": y, "screen_x_px": moved + 1500 * x, "screen_y_px": 50 + 750 * y,
        }
    ).reindex(columns=list(GAZE))  # fmt: skip
    gaze.loc[10:20, "valid"] = False
    scale = slide_scale(typed(gaze, GAZE), screen)
    assert scale["slide_id"].tolist() == ["s"]
    expected = np.degrees(2 * np.arctan(np.array([300.0, 150.0]) / 2 / 600.0))
    np.testing.assert_allclose(scale[["width_deg", "height_deg"]].iloc[0], expected, rtol=1e-3)
    unknown = slide_scale(typed(gaze.assign(distance_mm=np.nan), GAZE), screen)
    assert unknown[["width_deg", "height_deg"]].isna().all(axis=None)
    assert slide_scale(typed(gaze[:0], GAZE), screen).empty
