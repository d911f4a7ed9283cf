import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.attention.density import (
    KINDS,
    density,
    density_of_fixations,
    density_table,
    grid,
    participant_percent,
    smooth,
)
from pipeline.domain import DENSITY, DENSITY_COLUMNS, DENSITY_ROWS, GAZE, empty, typed

CENTRE = (DENSITY_ROWS // 2, DENSITY_COLUMNS // 2)


def gaze_on(t_ms: list[float] | np.ndarray, x: object, y: object, **columns: object) -> pd.DataFrame:
    table = pd.DataFrame({"t_ms": t_ms, "slide_id": "s1", "slide_x": x, "slide_y": y, "valid": True})
    return typed(table.assign(**columns).reindex(columns=list(GAZE)), GAZE)


def spot(seconds: float = 1.0, row: int = CENTRE[0], column: int = CENTRE[1]) -> np.ndarray:
    image = np.zeros((DENSITY_ROWS, DENSITY_COLUMNS))
    image[row, column] = seconds
    return image


def test_time_goes_to_the_cell_that_was_looked_at() -> None:
    found = density(gaze_on(np.arange(31) * 1000 / 30, 0.5, 0.25))
    assert list(found.columns) == list(DENSITY)
    assert found["cell"].tolist() == [13 * DENSITY_COLUMNS + 48]
    assert found["seconds"][0] == pytest.approx(1.0)


def test_the_right_and_lower_edge_belong_to_the_last_cell() -> None:
    found = density(gaze_on([0, 50, 100], 1.0, 1.0))
    assert found["cell"].tolist() == [DENSITY_ROWS * DENSITY_COLUMNS - 1]


@given(st.integers(0, 1000))
def test_seconds_are_conserved_whatever_the_time_steps(seed: int) -> None:
    rng = np.random.default_rng(seed)
    t_ms = np.cumsum(rng.uniform(1, 100, 200))
    found = density(gaze_on(t_ms, rng.random(200), rng.random(200), slide_id=rng.choice(["a", "b"], 200)))
    assert found["seconds"].sum() == pytest.approx((t_ms[-1] - t_ms[0]) / 1000, rel=1e-5)
    assert not found.duplicated(["slide_id", "cell"]).any()


def test_no_time_is_made_up_for_gaps() -> None:
    assert density(gaze_on([0, 50, 5000, 5050], 0.5, 0.5))["seconds"].sum() == pytest.approx(0.2)


def test_a_slow_camera_loses_no_time() -> None:
    t_ms = np.arange(60) * 1000 / 6  # 6 Hz
    assert density(gaze_on(t_ms, 0.5, 0.5))["seconds"].sum() == pytest.approx(t_ms[-1] / 1000)


def test_only_valid_gaze_on_a_slide_counts() -> None:
    t_ms = np.arange(5) * 100.0
    gaze = gaze_on(
        t_ms,
        [0.5, 1.2, 0.5, 0.5, np.nan],
        [0.5, 0.5, -0.1, 0.5, np.nan],
        valid=[True, True, True, False, False],
        slide_id=["s1", "s1", "s1", "s1", None],
    )
    assert density(gaze)["seconds"].sum() == pytest.approx(0.05)
    assert len(density(empty(GAZE))) == 0


def test_fixations_count_with_their_duration() -> None:
    fixations = pd.DataFrame(
        {
            "slide_id": ["a", "a", "a", "b"],
            "slide_x": [0.0, 0.001, 1.2, 1.0],
            "slide_y": [0.0, 0.001, 0.5, 1.0],
            "duration_ms": [100.0, 250.0, 500.0, 1000.0],
        }
    )
    table = density_of_fixations(fixations)
    assert table["cell"].tolist() == [0, DENSITY_COLUMNS * DENSITY_ROWS - 1]
    np.testing.assert_allclose(table["seconds"], [0.35, 1.0], rtol=1e-6)


def test_a_grid_adds_up_the_rows_of_a_cell() -> None:
    cells = pd.DataFrame({"cell": [0, 97, 97], "seconds": [1.0, 2.0, 3.0]})
    image = grid(cells)
    assert image.shape == (DENSITY_ROWS, DENSITY_COLUMNS)
    assert (image[0, 0], image[1, 1], image.sum()) == (1.0, 5.0, 6.0)
    assert grid(cells[:0]).sum() == 0


def test_smoothing_conserves_seconds_and_spreads_by_sigma_on_each_axis() -> None:
    image = smooth(spot(7.0), 0.04, 0.08)
    assert image.sum() == pytest.approx(7.0, rel=1e-3)
    rows, columns = np.mgrid[:DENSITY_ROWS, :DENSITY_COLUMNS]
    spread_x = np.sqrt(np.average((columns - CENTRE[1]) ** 2, weights=image)) / DENSITY_COLUMNS
    spread_y = np.sqrt(np.average((rows - CENTRE[0]) ** 2, weights=image)) / DENSITY_ROWS
    assert spread_x == pytest.approx(0.04, rel=0.02)
    assert spread_y == pytest.approx(0.08, rel=0.02)


def test_smoothing_a_stack_smooths_each_image_alone() -> None:
    stack = np.stack([spot(1.0), spot(0.0), spot(2.0, 5, 5)])
    for image, alone in zip(smooth(stack, 0.03, 0.05), stack, strict=True):
        np.testing.assert_allclose(image, smooth(alone, 0.03, 0.05), atol=1e-12)


def test_participant_percent_counts_students_within_sigma() -> None:
    grids = np.stack([spot(), spot(), spot(0.02), spot(1.0, 5, 5)])
    percent = participant_percent(grids, 0.05, 0.1)  # 4.8 columns, 5.4 rows
    assert percent[CENTRE] == 50  # the third looked for too short a time, the fourth elsewhere
    assert percent[CENTRE[0], CENTRE[1] + 4] == 50
    assert percent[CENTRE[0], CENTRE[1] + 5] == 0
    assert percent[CENTRE[0] + 5, CENTRE[1]] == 50
    assert percent[CENTRE[0] + 6, CENTRE[1]] == 0
    assert percent[CENTRE[0] + 5, CENTRE[1] + 4] == 0  # an ellipse, not a box
    assert percent[5, 5] == 25
    assert np.isnan(participant_percent(grids[:0], 0.05, 0.1)).all()


SIGMA = (0.03, 0.05)


def by_hand(seconds: list[dict[tuple[int, int], float]], fixations: list[tuple[int, int]]) -> pd.DataFrame:
    """The four kinds in plain Python, from seconds by (row, column) of each student and fixated cells."""

    def weights(sigma: float, width: int) -> list[float]:
        reach = int(4 * sigma * width + 0.5)
        raw = [math.exp(-0.5 * (d / (sigma * width)) ** 2) for d in range(-reach, reach + 1)]
        return [value / sum(raw) for value in raw]

    across, down = weights(SIGMA[0], DENSITY_COLUMNS), weights(SIGMA[1], DENSITY_ROWS)

    def blurred(cells: dict[tuple[int, int], float]) -> dict[tuple[int, int], float]:
        found: dict[tuple[int, int], float] = {}
        for (row, column), value in cells.items():
            for j, tall in enumerate(down, start=row - len(down) // 2):
                for i, wide in enumerate(across, start=column - len(across) // 2):
                    if 0 <= j < DENSITY_ROWS and 0 <= i < DENSITY_COLUMNS:
                        found[j, i] = found.get((j, i), 0.0) + value * tall * wide
        return found

    def looked(cells: dict[tuple[int, int], float], row: int, column: int) -> bool:
        def near(j: int, i: int) -> bool:
            x = (i - column) / (SIGMA[0] * DENSITY_COLUMNS)
            y = (j - row) / (SIGMA[1] * DENSITY_ROWS)
            return x * x + y * y <= 1

        return sum(value for place, value in cells.items() if near(*place)) >= 0.1

    each = [blurred(cells) for cells in seconds]
    who = [cells for cells in each if cells]
    counts = blurred({place: float(fixations.count(place)) for place in fixations})
    rows = []
    for row in range(DENSITY_ROWS):
        for column in range(DENSITY_COLUMNS):
            place = row, column
            kinds = (
                sum(cells.get(place, 0.0) for cells in each) / len(each),
                sum(cells.get(place, 0.0) / sum(cells.values()) for cells in who) / len(who),
                counts.get(place, 0.0),
                100 * sum(looked(cells, *place) for cells in seconds) / len(seconds),
            )
            if any(kinds):
                rows.append((column, row, (column + 0.5) / 96, (row + 0.5) / 54, *kinds))
    return pd.DataFrame(rows, columns=["column", "row", "slide_x", "slide_y", *KINDS])


def test_the_four_kinds_are_what_plain_python_finds() -> None:
    seconds = [
        {(10, 20): 2.0, (11, 20): 0.05},
        {(10, 21): 0.06, (12, 21): 0.06, (53, 95): 4.0},  # in a corner; long enough at a place only together
        {},  # tracked, but never on the slide
    ]
    fixated = [(10, 20), (10, 20), (30, 60)]  # the last where no sample is
    images = np.zeros((3, DENSITY_ROWS, DENSITY_COLUMNS))
    for image, cells in zip(images, seconds, strict=True):
        for place, value in cells.items():
            image[place] = value
    y, x = (np.array([*fixated, (60, 20)]).T + 0.5) / [
        [DENSITY_ROWS],
        [DENSITY_COLUMNS],
    ]  # the last beside it
    found, expected = density_table(images, x, y, SIGMA), by_hand(seconds, fixated)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-9, atol=1e-12)
    assert found["relative_duration_share"].sum() == pytest.approx(1)
    assert found["participant_percent"].max() == pytest.approx(100 * 2 / 3)


def test_a_slide_that_nobody_looked_at_has_no_cells() -> None:
    nowhere = np.array([np.nan, 2.0])
    for students in (0, 2):
        found = density_table(np.zeros((students, DENSITY_ROWS, DENSITY_COLUMNS)), nowhere, nowhere, SIGMA)
        assert list(found.columns) == ["column", "row", "slide_x", "slide_y", *KINDS]
        assert len(found) == 0
