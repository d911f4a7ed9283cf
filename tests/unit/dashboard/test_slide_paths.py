"""Each student's line, first looks and ways between regions: by hand, and from the lake's files."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dashboard.group import Rules
from dashboard.school import School
from dashboard.slide_paths import (
    reach_steps,
    scarf_bars,
    slide_points,
    slide_reach,
    slide_scarf,
    slide_ways,
)
from pipeline.domain import Aoi, Part, Role, Slide
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.lake import Lake

PLACE = ("biology-7", "photosynthesis", "3-the-equation")
SHOWN = ("S01", "S02", "S03", "S04", "S05", "S06", "S07", "S09")
LEFT = Aoi("left", "Left", Role.TEXT, (Part(((0.0, 0.0), (0.5, 1.0))),))
RIGHT = Aoi("right", "Right", Role.TEXT, (Part(((0.6, 0.0), (1.0, 1.0))),))
SLIDE = Slide("one", "One", "1.png", 1280, 720, (LEFT, RIGHT))


def fixations(*rows: tuple[float, float, float]) -> pd.DataFrame:
    """Onset and duration in ms, and x."""
    table = pd.DataFrame(rows, columns=["onset_ms", "duration_ms", "slide_x"])
    return table.assign(session_id="a", slide_id="one", slide_y=0.5, sigma_x=0.02, sigma_y=0.03)


def exposures(*rows: tuple[str, float, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["slide_id", "onset_ms", "duration_ms"])
    return table.assign(session_id="a", tracked_ms=table["duration_ms"], on_slide_ms=table["duration_ms"])


def samples(*stretches: tuple[float, float]) -> pd.DataFrame:
    """Valid gaze, 30 a second, from and to these times in ms."""
    t_ms = np.concatenate([np.arange(start, stop, 1000 / 30) for start, stop in stretches])
    return pd.DataFrame({"session_id": "a", "t_ms": t_ms, "valid": True})


def states(bars: pd.DataFrame) -> list[tuple[str, float, float]]:
    """The stretches in order of time, to the nearest tenth of a second."""
    ordered = bars.sort_values(["start_s", "end_s"])
    return [(row.state, round(row.start_s, 1), round(row.end_s, 1)) for row in ordered.itertuples()]


def test_fixations_in_one_region_are_one_stretch() -> None:
    looked = fixations(
        (1000, 300, 0.2), (1350, 400, 0.3), (1800, 200, 0.8), (2050, 500, 0.55), (2600, 400, 1.2)
    )
    bars = scarf_bars(looked, exposures(("one", 1000.0, 2000.0)), samples((1000, 3000)), SLIDE)
    assert states(bars) == [
        ("left", 0.0, 0.8), ("right", 0.8, 1.0), ("elsewhere", 1.1, 1.6), ("beside", 1.6, 2.0)
    ]  # fmt: skip


def test_a_loss_is_no_looking_away_and_a_blink_is_no_loss() -> None:
    looked = fixations((0, 1000, 0.2), (2000, 1000, 0.2), (3200, 800, 0.2))
    bars = scarf_bars(looked, exposures(("one", 0.0, 5000.0)), samples((0, 1000), (2000, 4000)), SLIDE)
    assert states(bars) == [
        ("left", 0.0, 1.0), ("untracked", 1.0, 2.0), ("left", 2.0, 4.0), ("untracked", 4.0, 5.0)
    ]  # fmt: skip


def test_a_hidden_page_is_shown_and_another_slide_is_left_out() -> None:
    shown = exposures(
        ("one", 0.0, 1000.0), ("one", 1800.0, 1000.0), ("two", 2800.0, 60_000.0), ("one", 62_800.0, 500.0)
    )
    looked = fixations((0, 1000, 0.2), (1800, 1000, 0.8), (62_800, 500, 0.2))
    bars = scarf_bars(looked, shown, samples((0, 1000), (1800, 2800), (62_800, 63_300)), SLIDE)
    assert states(bars) == [
        ("left", 0.0, 1.0), ("hidden", 1.0, 1.8), ("right", 1.8, 2.8), ("left", 2.8, 3.3)
    ]  # fmt: skip


def test_without_samples_fixations_are_what_was_tracked() -> None:
    none = pd.DataFrame({"session_id": pd.Series(dtype=str), "t_ms": pd.Series(dtype=float), "valid": []})
    bars = scarf_bars(
        fixations((0, 900, 0.2)), exposures(("one", 0.0, 2000.0)), none.astype({"valid": bool}), SLIDE
    )
    assert states(bars) == [("left", 0.0, 0.9), ("untracked", 0.9, 2.0)]


def test_shares_rise_a_step_at_each_first_look_and_never_fall() -> None:
    time_s, share = reach_steps(np.array([3.0, np.nan, 0.5, 3.0]), 5)
    assert time_s.tolist() == [0.0, 0.5, 3.0, 3.0]
    assert share.tolist() == pytest.approx([0.0, 0.2, 0.4, 0.6])


@pytest.fixture
def school(catalogue: Catalogue) -> School:
    return School(catalogue, Lake(catalogue.lake))


@pytest.fixture
def files(catalogue: Catalogue) -> dict[str, dict[str, pd.DataFrame]]:
    """The tables of each student who is shown, straight from the files, of the slide alone."""
    rows = {str(row.student): row for row in catalogue.sessions(*PLACE[:2])}
    kinds = ("gaze", "fixations", "exposures")
    tables = {name: {kind: pd.read_parquet(rows[name].files[kind].path) for kind in kinds} for name in SHOWN}
    return {
        name: {kind: table[table["slide_id"] == PLACE[2]] for kind, table in own.items()}
        for name, own in tables.items()
    }


def region_of(fixations: pd.DataFrame, aois: tuple[Aoi, ...]) -> list[str]:
    """The (rectangular) region of each fixation, the topmost; "elsewhere"."""
    found = []
    for x, y in fixations[["slide_x", "slide_y"]].to_numpy(float):
        inside = [
            aoi.aoi_id
            for aoi in aois
            for (left, top), (right, bottom) in [aoi.parts[0].points]
            if left <= x <= right and top <= y <= bottom
        ]
        found.append(inside[-1] if inside else "elsewhere")
    return found


def test_lines_hold_every_fixation_of_every_student(
    school: School, files: dict[str, dict[str, pd.DataFrame]]
) -> None:
    found = slide_scarf(school, *PLACE, (), Rules())
    assert found.students == SHOWN
    for name in SHOWN:
        bars = found.bars[found.bars["student"] == name]
        opened_ms = files[name]["exposures"]["onset_ms"].min()
        own = files[name]["fixations"].sort_values("onset_ms")
        on = own["slide_x"].between(0, 1) & own["slide_y"].between(0, 1)
        told = np.where(on, region_of(own, found.slide.aois), "beside")
        for state, start, length in zip(told, own["onset_ms"] - opened_ms, own["duration_ms"], strict=True):
            middle_s = (start + length / 2) / 1000
            at = bars[(bars["start_s"] <= middle_s) & (middle_s <= bars["end_s"])]
            assert list(at["state"]) == [state]


def test_losses_are_as_long_as_in_the_samples(
    school: School, files: dict[str, dict[str, pd.DataFrame]]
) -> None:
    bars = slide_scarf(school, *PLACE, (), Rules()).bars
    lost_s = bars[bars["state"] == "untracked"].assign(s=lambda each: each["end_s"] - each["start_s"])
    by_name = lost_s.groupby("student")["s"].sum()
    gaze = files["S06"]["gaze"]
    invalid_s = (~gaze["valid"]).sum() / 30
    assert by_name["S06"] == pytest.approx(invalid_s, abs=1.5)  # blinks are not losses
    assert by_name["S06"] > 2
    assert by_name.get("S01", 0.0) < 0.5


def test_first_looks_are_those_of_the_files(
    school: School, files: dict[str, dict[str, pd.DataFrame]], catalogue: Catalogue
) -> None:
    found = slide_reach(school, *PLACE, (), Rules())
    aois = school.slide(*PLACE).aois
    sessions = {str(row.student): row.session_id for row in catalogue.sessions(*PLACE[:2])}
    assert len(found) == len(SHOWN) * len(aois)
    told = found.set_index(["session_id", "aoi_id"])["first_s"]
    for name in SHOWN:
        opened_ms = files[name]["exposures"]["onset_ms"].min()
        own = files[name]["fixations"]
        for aoi in aois:
            (left, top), (right, bottom) = aoi.parts[0].points
            inside = own[own["slide_x"].between(left, right) & own["slide_y"].between(top, bottom)]
            first_s = (inside["onset_ms"].min() - opened_ms) / 1000
            assert told[(sessions[name], aoi.aoi_id)] == pytest.approx(first_s, nan_ok=True)


def test_ways_are_counted_from_one_fixation_to_the_next(
    school: School, files: dict[str, dict[str, pd.DataFrame]]
) -> None:
    aois = school.slide(*PLACE).aois
    counts: dict[tuple[str, str], int] = {}
    for name in SHOWN:
        path = region_of(files[name]["fixations"].sort_values("onset_ms"), aois)
        for one, other in pairwise(path):
            counts[one, other] = counts.get((one, other), 0) + 1
    found = slide_ways(school, *PLACE, (), Rules())
    told = found[found["step"] == "fixations"].set_index(["from_aoi", "to_aoi"])["transition_count"]
    assert told.to_dict() == counts
    visits = found[found["step"] == "visits"]
    assert (visits["from_aoi"] != visits["to_aoi"]).all()
    np.testing.assert_allclose(visits.groupby("from_aoi")["transition_probability"].sum(), 1)


def test_points_are_every_valid_sample_on_the_slide(
    school: School, files: dict[str, dict[str, pd.DataFrame]]
) -> None:
    def on(table: pd.DataFrame) -> int:
        return int((table["slide_x"].between(0, 1) & table["slide_y"].between(0, 1)).sum())

    found = slide_points(school, *PLACE, (), Rules(), "samples")
    assert len(found) == sum(on(own["gaze"][own["gaze"]["valid"]]) for own in files.values())
    alone = slide_points(school, *PLACE, ("S02",), Rules(), "fixations")
    assert len(alone) == on(files["S02"]["fixations"])
    assert set(alone["student"]) == {"S02"}


def test_nobody_has_no_lines(school: School) -> None:
    found: Any = slide_scarf(school, *PLACE, ("S08",), Rules())
    assert (found.students, len(found.bars)) == ((), 0)
