"""A lesson's tables are those of its slides, one below the other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.attention.lesson_measures import LessonMeasures, measure_lesson
from pipeline.attention.measures import class_aoi_table, student_aoi_table
from pipeline.attention.slide_measures import student_slide_table
from pipeline.attention.transitions import transition_counts, transition_table
from pipeline.attention.viewing import Viewing
from pipeline.domain import EXPOSURES, FIXATIONS, Aoi, Lesson, Overlap, Part, Role, Shape, Slide

LEFT = Aoi("left", "Left", Role.TEXT, (Part(((0.0, 0.0), (0.5, 1.0))),), order=2)
DISC = Aoi("disc", "Disc", Role.FIGURE, (Part(((0.3, 0.3), (0.7, 0.7)), Shape.ELLIPSE),), 2.0, order=1)
SLIDES = (
    Slide("one", "One", "1.png", 1280, 720, (LEFT, DISC), Overlap.TOPMOST, aoi_version=4),
    Slide("two", "Two", "2.png", 1280, 720, (LEFT,)),
    Slide("three", "Three", "3.png", 1280, 720),
    Slide("four", "Four", "4.png", 1280, 720, (DISC,)),  # nobody was shown it
)
LESSON = Lesson("c", "C", "l", "L", SLIDES)
SCALE = pd.DataFrame({"session_id": ["a", "b"], "slide_id": "one", "width_deg": 30.0, "height_deg": 17.0})


@pytest.fixture(scope="module")
def seen() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fixations and exposures of seven students on three of the slides, in no order."""
    rng = np.random.default_rng(4)
    count = 600
    slide = rng.integers(0, 3, count)
    fixations = pd.DataFrame(
        {
            "session_id": rng.choice(list("abcdefg"), count),
            "slide_id": np.array(["one", "two", "three"])[slide],
            "onset_ms": slide * 60_000 + rng.uniform(0, 59_000, count),
            "duration_ms": rng.uniform(100, 500, count),
            "slide_x": rng.uniform(-0.1, 1.1, count),
            "slide_y": rng.uniform(-0.1, 1.1, count),
            "sigma_x": rng.uniform(0.02, 0.1, count),
            "sigma_y": rng.uniform(0.02, 0.1, count),
        }
    ).reindex(columns=["session_id", *FIXATIONS])
    exposures = pd.DataFrame(
        [(name, slide.slide_id, 60_000.0 * i) for name in "gfedcba" for i, slide in enumerate(SLIDES[:3])],
        columns=["session_id", "slide_id", "onset_ms"],
    ).assign(duration_ms=60_000.0, tracked_ms=50_000.0, on_slide_ms=45_000.0)
    not_shown = (exposures["session_id"] == "c") & (exposures["slide_id"] == "two")  # fixated nevertheless
    return fixations, exposures.loc[~not_shown, ["session_id", *EXPOSURES]]


@pytest.fixture(scope="module")
def measured(seen: tuple[pd.DataFrame, pd.DataFrame]) -> LessonMeasures:
    return measure_lesson(LESSON, *seen, scale=SCALE)


def of(table: pd.DataFrame, slide: Slide) -> pd.DataFrame:
    return table[table["slide_id"] == slide.slide_id].drop(columns="slide_id").reset_index(drop=True)


@pytest.mark.parametrize("slide", SLIDES[:3], ids=lambda slide: slide.slide_id)
def test_each_slides_rows_are_its_own_tables(
    slide: Slide, seen: tuple[pd.DataFrame, pd.DataFrame], measured: LessonMeasures
) -> None:
    fixations, exposures = (table[table["slide_id"] == slide.slide_id] for table in seen)
    how = {"overlap": slide.overlap, "aoi_version": slide.aoi_version}
    students = student_aoi_table(fixations, exposures, slide.aois, **how)
    marked = of(measured.students, slide)
    pd.testing.assert_frame_equal(marked.drop(columns="tracked"), students, check_dtype=False)
    counted = fixations[fixations["session_id"].isin(exposures["session_id"])]
    sigma = tuple(counted.groupby("session_id")[["sigma_x", "sigma_y"]].mean().median())
    regions = class_aoi_table(students, slide.aois, sigma, **how)
    pd.testing.assert_frame_equal(of(measured.regions, slide), regions, check_dtype=False)
    scale = SCALE if slide is SLIDES[0] else None
    slides = student_slide_table(fixations, exposures, slide, scale)
    pd.testing.assert_frame_equal(of(measured.slides, slide), slides)
    counts = transition_counts(Viewing(fixations, exposures), slide.aois)
    pd.testing.assert_frame_equal(of(measured.transitions, slide), transition_table(counts, slide.aois))


def test_who_was_tracked_for_too_little_is_in_no_figure_of_the_class(
    seen: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    fixations, exposures = seen
    lost = exposures.assign(tracked_ms=exposures["tracked_ms"].where(exposures["session_id"] != "b", 20_000))
    without = exposures[exposures["session_id"] != "b"]
    measured, others = (measure_lesson(LESSON, fixations, each) for each in (lost, without))
    pd.testing.assert_frame_equal(measured.transitions, others.transitions)
    pd.testing.assert_frame_equal(
        measured.regions.drop(columns=["exposed_n", "smaller_than_error"]),
        others.regions.drop(columns=["exposed_n", "smaller_than_error"]),
    )
    tracked = measured.students.groupby("session_id")["tracked"]
    assert tracked.any().tolist() == tracked.all().tolist() == [name != "b" for name in "abcdefg"]
    assert list(measured.students).index("tracked") == list(measured.students).index("tracked_share") + 1
    assert measured.students["tracked"].dtype == bool


def test_results_say_which_regions_they_are_of(measured: LessonMeasures) -> None:
    for table in (measured.students, measured.regions):
        said = table.groupby("slide_id", sort=False)[["aoi_version", "overlap"]].first()
        assert said.loc["one"].tolist() == [4, "topmost"]
        assert said.loc["two", "overlap"] == "all"
        assert pd.isna(said.loc["two", "aoi_version"])
        assert table["aoi_version"].dtype == "Int64"
    assert of(measured.regions, SLIDES[0])["aoi_id"].tolist() == ["disc", "left"]


def test_a_slide_that_nobody_saw_has_regions_but_no_students(measured: LessonMeasures) -> None:
    regions = of(measured.regions, SLIDES[3])
    assert regions[["exposed_n", "tracked_n", "reach_n"]].to_numpy().tolist() == [[0, 0, 0]]
    assert regions[["observed_share", "reach_share", "ttff_ms"]].isna().all(axis=None)
    assert "four" not in set(measured.students["slide_id"]) | set(measured.slides["slide_id"])


def test_a_lesson_nobody_saw_has_tables_with_the_same_columns(
    seen: tuple[pd.DataFrame, pd.DataFrame], measured: LessonMeasures
) -> None:
    empty = measure_lesson(LESSON, seen[0][:0], seen[1][:0])
    for name in ("students", "regions", "slides", "transitions"):
        assert list(getattr(empty, name)) == list(getattr(measured, name))
    assert empty.students.empty
    assert len(empty.regions) == 4


def test_some_slides_only(seen: tuple[pd.DataFrame, pd.DataFrame], measured: LessonMeasures) -> None:
    part = measure_lesson(replace(LESSON, slides=SLIDES[1:2]), *seen)
    pd.testing.assert_frame_equal(of(part.regions, SLIDES[1]), of(measured.regions, SLIDES[1]))
