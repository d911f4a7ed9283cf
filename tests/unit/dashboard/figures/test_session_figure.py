"""Charts of one session: their data, and how large they get."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dashboard.figures.session import accuracy_map, quality_over_time, session_timeline
from dashboard.session_time import DOT_COLUMNS, HEAD, SHARE_STEPS, STEPS
from pipeline.domain import Screen

SCREEN = Screen(1920, 1080, 344.0, 194.0)
STRETCHES = pd.DataFrame({"t_s": [0.0, 1800.0], "end_s": [1800.0, 3600.0], "number": [1, 2]})
DOTS = pd.DataFrame(
    [
        ("calibrate", 192.0, 108.0, 200.0, 110.0, 0.8, 0.4, 40),
        ("validate", 576.0, 1000.0, 600.0, 990.0, 1.6, 0.5, 38),
        ("validate", 1344.0, 324.0, np.nan, np.nan, 2.4, 0.5, 38),
    ],
    columns=list(DOT_COLUMNS),
)


def shares(steps: int) -> pd.DataFrame:
    seen = np.linspace(0, 1, steps)
    return pd.DataFrame(
        {"t_s": np.arange(steps) * 20.0, "on_slide": seen, "elsewhere": 0 * seen, "not_tracked": 1 - seen}
    ).assign(students=1)


def quality(steps: int) -> pd.DataFrame:
    t_s = np.arange(steps) * 9.0
    told = pd.DataFrame({"t_s": t_s, "tracked_share": 0.5, "rate_hz": 30.0, "brightness": 120.0})
    for i, name in enumerate(("distance_mm", *HEAD)):
        middle = (600.0 if i == 0 else 2.0 * i) + np.sin(t_s)
        told = told.assign(**{name: middle, f"{name}_low": middle - 5, f"{name}_high": middle + 5})
    return told


def numbers(values: object) -> np.ndarray:
    return np.asarray(values, dtype=float)


def test_the_timeline_stacks_to_the_whole_and_hatches_what_was_not_tracked() -> None:
    figure = session_timeline(shares(SHARE_STEPS), STRETCHES, scheme="light")
    np.testing.assert_allclose(np.sum([numbers(trace.y) for trace in figure.data], axis=0), 1, atol=1e-6)
    assert figure.data[2].fillpattern.shape == "/"
    assert [note.text.strip() for note in figure.layout.annotations] == ["1", "2"]


def test_time_without_a_slide_is_left_empty() -> None:
    gone = shares(10)
    gone.loc[4, ["on_slide", "elsewhere", "not_tracked"]] = np.nan
    figure = session_timeline(gone, STRETCHES, scheme="dark")
    assert [numbers(trace.y)[4] for trace in figure.data] == [0, 0, 0]


def test_quality_has_units_people_use_and_the_range_of_the_calibration() -> None:
    ranges = {"distance_mm": [580.0, 640.0], "head_yaw_deg": [-4.0, 5.0]}
    figure = quality_over_time(quality(50), ranges, STRETCHES, scheme="light")
    tracked, band, distance, *_ = figure.data
    np.testing.assert_allclose(numbers(tracked.y), 50)
    assert band.name == "band"
    np.testing.assert_allclose(numbers(distance.y), quality(50)["distance_mm"] / 10, rtol=1e-6)
    bands = [(s.y0, s.y1) for s in figure.layout.shapes if s.type == "rect"]
    assert bands == [(58.0, 64.0), (-4.0, 5.0)]


def test_what_no_camera_saw_has_no_row() -> None:
    imported = quality(50).assign(brightness=np.nan, head_yaw_deg=np.nan)
    figure = quality_over_time(imported, {}, STRETCHES, scheme="light")
    assert len(list(figure.select_yaxes())) == 3


def test_each_dot_has_a_circle_as_large_as_its_error_and_a_line_to_gaze() -> None:
    figure = accuracy_map(DOTS, SCREEN, np.array([20.0, 40.0, 60.0]), slide=None, scheme="light")
    circles = [s for s in figure.layout.shapes if s.type == "circle"]
    assert [s.x1 - s.x0 for s in circles] == [40, 80, 120]
    assert [(s.x0 + s.x1) / 2 for s in circles] == DOTS["x_px"].tolist()
    lines = [s for s in figure.layout.shapes if s.type == "line"]
    assert [(s.x1, s.y1) for s in lines] == [(200.0, 110.0), (600.0, 990.0)]  # the third is not known
    marks = figure.data[0]
    assert list(marks.text) == ["0.8°", "1.6°", "2.4°"]
    assert list(marks.marker.symbol) == ["circle-open", "circle", "circle"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_hour_stays_far_below_300_kb(scheme: str) -> None:
    of_an_hour = (
        session_timeline(shares(SHARE_STEPS), STRETCHES, scheme=scheme),
        quality_over_time(quality(STEPS), {}, STRETCHES, scheme=scheme),
    )
    assert all(len(figure.to_json()) < 100_000 for figure in of_an_hour)


def test_nothing_says_so() -> None:
    empty = pd.DataFrame({"t_s": [], "on_slide": [], "elsewhere": [], "not_tracked": [], "students": []})
    for figure in (
        session_timeline(empty, STRETCHES, scheme="light"),
        quality_over_time(pd.DataFrame({"t_s": []}), {}, STRETCHES, scheme="light"),
        accuracy_map(DOTS.head(0), SCREEN, np.array([]), slide=None, scheme="light"),
    ):
        assert figure.layout.annotations[0].text
