"""What the page shows: calibration, slides, hidden tabs, resized windows."""

import numpy as np
import pandas as pd
import pytest

from pipeline.domain import CALIBRATION, TIMELINE, Screen
from pipeline.synthetic.gaze_behaviour import Behaviour
from pipeline.synthetic.schedule import plan_calibration, plan_timeline, to_screen, visible_slides

SCREEN = Screen(1920, 1080, 510.0, 287.0, "stated")
SEEDS = range(12)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_calibration_has_13_dots_head_motion_and_other_dots_to_validate(seed):
    table = plan_calibration(np.random.default_rng(seed), SCREEN, 1000.0)
    assert list(table.columns) == list(CALIBRATION)
    kinds = table["kind"].value_counts()
    assert (kinds["calibrate"], kinds["head_motion"]) == (13, 1)
    assert kinds["validate"] in (4, 5)
    lasts = table["t_off_ms"] - table["t_on_ms"]
    assert lasts[table["kind"] != "head_motion"].between(1799, 2001).all()
    assert (table["t_on_ms"].iloc[1:].to_numpy() > table["t_off_ms"].iloc[:-1].to_numpy()).all()
    fitted = table.loc[table["kind"] == "calibrate", ["x_px", "y_px"]].to_numpy()
    validated = table.loc[table["kind"] == "validate", ["x_px", "y_px"]].to_numpy()
    apart = np.linalg.norm(fitted[:, None] - validated[None], axis=2)
    assert apart.min() > 0.05 * SCREEN.width_px


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("behaviour", [Behaviour.FOLLOWS, Behaviour.LEAVES_TAB])
def test_slides_fill_the_time_on_the_screen(lesson, seed, behaviour):
    timeline = plan_timeline(np.random.default_rng(seed), lesson, SCREEN, 5000.0, 20.0, behaviour)
    assert list(timeline.columns) == list(TIMELINE)
    assert timeline["t_ms"].is_monotonic_increasing
    assert timeline["t_ms"].iloc[-1] - timeline["t_ms"].iloc[0] == pytest.approx(20_000, abs=0.2)
    shown = timeline[timeline["event"] == "slide_shown"]
    assert shown["slide"].tolist() == list(lesson.slide_ids())
    placed = timeline.dropna(subset="x_px")
    assert (placed[["x_px", "y_px"]] >= 0).all(axis=None)
    assert (placed["x_px"] + placed["width_px"] <= SCREEN.width_px).all()
    assert (placed["y_px"] + placed["height_px"] <= SCREEN.height_px).all()
    np.testing.assert_allclose(placed["width_px"] / placed["height_px"], 1280 / 720, rtol=0.01)
    assert timeline["event"].isin(["page_hidden"]).any() == (behaviour is Behaviour.LEAVES_TAB)


def test_some_windows_are_resized(lesson):
    tables = [
        plan_timeline(np.random.default_rng(seed), lesson, SCREEN, 0.0, 20.0, Behaviour.FOLLOWS)
        for seed in range(60)
    ]
    resized = sum(table["event"].isin(["window_resized"]).any() for table in tables)
    assert 2 <= resized <= 20


TOLD = pd.DataFrame(
    [
        (100.0, "slide_shown", "a", 0.0, 0.0, 100.0, 50.0),
        (200.0, "page_hidden", None, *[np.nan] * 4),
        (300.0, "page_visible", None, *[np.nan] * 4),
        (400.0, "window_resized", None, 10.0, 20.0, 40.0, 20.0),
        (500.0, "slide_shown", "b", 10.0, 20.0, 40.0, 20.0),
        (600.0, "slide_hidden", "b", *[np.nan] * 4),
    ],
    columns=list(TIMELINE),
)


def test_which_slide_could_be_seen():
    at = np.array([50.0, 100.0, 150.0, 250.0, 350.0, 450.0, 550.0, 650.0])
    assert visible_slides(TOLD, at) == [None, "a", "a", None, "a", "a", "b", None]


def test_places_on_a_slide_move_with_its_rectangle():
    places = np.array([[0.5, 0.5], [0.5, 0.5], [1.0, 0.0]])
    there = to_screen(TOLD, np.array([150.0, 450.0, 550.0]), places)
    np.testing.assert_allclose(there, [[50, 25], [30, 30], [50, 20]])
