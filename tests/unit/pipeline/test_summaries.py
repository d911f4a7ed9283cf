"""Summaries say what the files of the lake say, and never what they said before."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.attention.gap import gap_of
from pipeline.attention.measures import student_aoi_table
from pipeline.domain import Lesson, Overlap
from pipeline.ingest.lessons import read_lesson
from pipeline.parameters import AttentionParameters
from pipeline.storage import the_bin
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.lake import Lake
from pipeline.storage.rows import NotFound
from pipeline.summaries import CourseSummary, Summaries
from tests.seeded_school import LESSONS, Viewer, add_session, seed

COURSE, LESSON, OTHER = "biology-7", "cells", "photosynthesis"
FOLDERS = {lesson: LESSONS / COURSE / lesson for lesson in (LESSON, OTHER)}
CLASS = (Viewer("S1"), Viewer("S2", tracked=0.3), Viewer("S3", calibrated=False), Viewer("S1", error_deg=3))
SLIDE = "2-two-kinds-of-cell"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of two lessons; one student has looked at each of them twice."""
    data = tmp_path_factory.mktemp("school") / "data"
    seed(data, viewers=CLASS, lessons=list(FOLDERS.values()), slide_s=5.0).close()
    return data


@pytest.fixture
def catalogue(made: Path, tmp_path: Path) -> Iterator[Catalogue]:
    shutil.copytree(made, tmp_path / "data")
    opened = Catalogue.open(tmp_path / "data")
    yield opened
    opened.close()


class Spied(Lake):
    """A lake that tells which sessions were read on which slides."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.read: list[tuple[str, str]] = []

    def fixations(self, files: Mapping[str, Path], slide_id: str) -> pd.DataFrame:
        self.read += [(session_id, slide_id) for session_id in files]
        return super().fixations(files, slide_id)


@pytest.fixture
def lake(catalogue: Catalogue) -> Iterator[Spied]:
    opened = Spied(catalogue.lake)
    yield opened
    opened.close()


@pytest.fixture
def ask(catalogue: Catalogue, lake: Spied) -> Callable[..., CourseSummary]:
    """The summary as a process that has just started has it; what it had to read is in `lake.read`."""

    def asked(at_most: int | None = None) -> CourseSummary:
        lake.read.clear()
        return Summaries(catalogue, lake).course(COURSE, at_most)

    return asked


def _tables(catalogue: Catalogue, lesson_id: str, name: str, slide_id: str) -> pd.DataFrame:
    """A table of all sessions of a lesson on one slide, by pandas."""
    rows = catalogue.sessions(COURSE, lesson_id)
    frames = [pd.read_parquet(row.files[name].path).assign(session_id=row.session_id) for row in rows]
    every = pd.concat(frames, ignore_index=True)
    return every[every["slide_id"] == slide_id].reset_index(drop=True)


def _check(summary: CourseSummary, catalogue: Catalogue) -> None:
    """Everything in the summary against the files."""
    for lesson_id in FOLDERS:
        lesson = catalogue.lesson(COURSE, lesson_id)
        for slide in lesson.slides:
            fixations, exposures = (
                _tables(catalogue, lesson_id, name, slide.slide_id) for name in ("fixations", "exposures")
            )
            _, regions = _of(summary, lesson_id, slide.slide_id)
            direct = student_aoi_table(
                fixations, exposures, slide.aois, overlap=slide.overlap, aoi_version=slide.aoi_version
            )
            same = regions[list(direct)].reset_index(drop=True).astype({"session_id": str, "aoi_id": str})
            pd.testing.assert_frame_equal(same, direct, check_dtype=False, check_exact=True)
            _check_slide(summary, lesson_id, slide.slide_id, fixations, exposures)


def _of(summary: CourseSummary, lesson_id: str, slide_id: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    ours = summary.of_lesson(lesson_id)
    slides, regions = (frame[frame["slide_id"] == slide_id] for frame in (ours.slides, ours.regions))
    return slides, regions


def _check_slide(
    summary: CourseSummary,
    lesson_id: str,
    slide_id: str,
    fixations: pd.DataFrame,
    exposures: pd.DataFrame,
) -> None:
    slides, _ = _of(summary, lesson_id, slide_id)
    found = slides.astype({"session_id": str}).set_index("session_id")
    time = exposures.groupby("session_id")
    on = fixations[fixations["slide_x"].between(0, 1) & fixations["slide_y"].between(0, 1)]
    truth = pd.DataFrame(
        {
            "exposure_ms": time["duration_ms"].sum(),
            "tracked_ms": time["tracked_ms"].sum(),
            "on_slide_ms": time["on_slide_ms"].sum(),
            "showings": time.size(),
            "opened_ms": time["onset_ms"].min(),
            "tracked_share": time["tracked_ms"].sum() / time["duration_ms"].sum(),
            "fixation_count": on.groupby("session_id").size(),
            "fixation_ms": on.groupby("session_id")["duration_ms"].sum(),
            "sigma_x": fixations.groupby("session_id")["sigma_x"].mean(),
            "sigma_y": fixations.groupby("session_id")["sigma_y"].mean(),
        }
    ).fillna({"fixation_count": 0, "fixation_ms": 0.0})
    pd.testing.assert_frame_equal(
        found[list(truth)].sort_index(), truth, check_dtype=False, check_names=False, rtol=1e-6
    )


def test_a_summary_holds_what_the_files_hold(
    ask: Callable[..., CourseSummary], catalogue: Catalogue, lake: Spied
) -> None:
    summary = ask()
    assert summary.pending == 0
    assert len(summary.slides) == 8 * 4
    _check(summary, catalogue)
    again = ask()
    assert lake.read == []  # all from the rollup
    pd.testing.assert_frame_equal(again.slides, summary.slides)
    pd.testing.assert_frame_equal(again.regions, summary.regions)


def test_what_is_known_of_a_recording_stands_beside_its_sums(
    ask: Callable[..., CourseSummary], catalogue: Catalogue
) -> None:
    slides = ask().slides.astype({"session_id": str})
    for row in catalogue.sessions(COURSE):
        own = slides[slides["session_id"] == row.session_id]
        assert set(own["student"]) == {row.student}
        assert set(own["calibrated"]) == {row.calibrated}
        assert set(own["created_at"]) == {row.created_at}
        accuracy = row.quality["accuracy_deg"]
        assert (
            own["accuracy_deg"].isna().all() if accuracy is None else set(own["accuracy_deg"]) == {accuracy}
        )
    first, last = (
        [row.session_id for row in catalogue.sessions(COURSE, LESSON) if row.student == "S1"][i]
        for i in (0, 1)
    )
    assert not slides["latest"][slides["session_id"] == first].any()
    assert slides["latest"][slides["session_id"] == last].all()


def test_the_rows_of_a_slide_make_its_gap(ask: Callable[..., CourseSummary], catalogue: Catalogue) -> None:
    slide = next(s for s in catalogue.lesson(COURSE, LESSON).slides if s.slide_id == SLIDE)
    tables = (_tables(catalogue, LESSON, name, SLIDE) for name in ("fixations", "exposures"))
    direct = student_aoi_table(*tables, slide.aois)
    parameters = AttentionParameters(bootstrap_resamples=200)
    assert gap_of(_of(ask(), LESSON, SLIDE)[1], slide.aois, parameters) == gap_of(
        direct, slide.aois, parameters
    )


def test_only_a_new_recording_is_read(
    ask: Callable[..., CourseSummary], catalogue: Catalogue, lake: Spied
) -> None:
    ask()
    lesson = catalogue.lesson(COURSE, LESSON)
    new = add_session(catalogue, lesson, Viewer("S9"), 5.0, np.random.default_rng(9))
    summary = ask()
    assert lake.read == [(new, slide_id) for slide_id in lesson.slide_ids()]
    _check(summary, catalogue)


def test_a_recording_that_was_processed_again_is_read_again(
    ask: Callable[..., CourseSummary], catalogue: Catalogue, lake: Spied
) -> None:
    ask()
    row = catalogue.sessions(COURSE, LESSON)[0]
    other = catalogue.sessions(COURSE, LESSON)[1]
    assert row.header is not None
    catalogue.publish(row.session_id, other.files, row.header, {}, {}, calibrated=True)  # another's gaze
    summary = ask()
    assert {session for session, _ in lake.read} == {row.session_id}
    _check(summary, catalogue)


def test_only_the_slide_whose_regions_moved_is_read(
    ask: Callable[..., CourseSummary], catalogue: Catalogue, lake: Spied
) -> None:
    ask()
    lesson = read_lesson(FOLDERS[LESSON])
    moved = replace(lesson.slides[1], aois=lesson.slides[1].aois[::-1], overlap=Overlap.TOPMOST)
    _put(catalogue, lesson, moved)
    summary = ask()
    assert {slide_id for _, slide_id in lake.read} == {SLIDE}
    assert set(_of(summary, LESSON, SLIDE)[1]["aoi_version"]) == {2}
    _check(summary, catalogue)


def test_another_weight_or_name_needs_no_reading(
    ask: Callable[..., CourseSummary], catalogue: Catalogue, lake: Spied
) -> None:
    ask()
    lesson = read_lesson(FOLDERS[LESSON])
    aois = tuple(replace(aoi, name=aoi.name.upper(), weight=2.0) for aoi in lesson.slides[1].aois)
    _put(catalogue, lesson, replace(lesson.slides[1], aois=aois))
    summary = ask()
    assert lake.read == []
    _check(summary, catalogue)


def test_nothing_stays_of_a_recording_that_was_deleted(
    ask: Callable[..., CourseSummary], catalogue: Catalogue
) -> None:
    ask()
    gone = catalogue.sessions(COURSE, LESSON)[0].session_id
    file = catalogue.data / "rollups" / f"{COURSE}.parquet"
    assert gone in set(pd.read_parquet(file)["session_id"])
    the_bin.delete(catalogue, ("sessions", gone))
    assert gone not in set(ask().slides["session_id"])
    assert gone not in set(pd.read_parquet(file)["session_id"])


@pytest.mark.parametrize("harm", ["empty", "short", "changed", "gone", "of another layout"])
def test_a_rollup_that_is_not_whole_is_made_anew(
    ask: Callable[..., CourseSummary], catalogue: Catalogue, lake: Spied, harm: str
) -> None:
    ask()
    file = catalogue.data / "rollups" / f"{COURSE}.parquet"
    content = bytearray(file.read_bytes())
    if harm == "gone":
        file.unlink()
    elif harm == "of another layout":
        pd.read_parquet(file).drop(columns="opened_ms").to_parquet(file)
    else:
        content[len(content) // 4] ^= 0x55
        damaged = {"empty": b"", "short": content[: len(content) // 2], "changed": content}
        file.write_bytes(damaged[harm])
    summary = ask()
    assert len(lake.read) == 8 * 4
    _check(summary, catalogue)


def test_what_takes_too_long_is_left_pending(
    ask: Callable[..., CourseSummary], catalogue: Catalogue, lake: Spied
) -> None:
    summary = ask(at_most=31)
    assert (len(summary.slides), len(summary.regions), summary.pending) == (0, 0, 8)
    assert lake.read == []
    assert ask(at_most=32).pending == 0
    add_session(catalogue, catalogue.lesson(COURSE, LESSON), Viewer("S9"), 5.0, np.random.default_rng(9))
    summary = ask(at_most=3)
    assert (len(summary.slides), summary.pending) == (32, 1)
    assert list(summary.regions) == list(ask().regions)


def test_answers_follow_the_catalogue_and_other_processes(catalogue: Catalogue, lake: Spied) -> None:
    summaries = Summaries(catalogue, lake)
    assert summaries.course(COURSE, at_most=0).pending == 8
    assert list(Summaries(catalogue, lake).make_all()) == [0]  # that is another process
    generation = summaries.generation
    summaries.read_again()
    assert summaries.generation > generation
    summary = summaries.course(COURSE, at_most=0)
    assert summary.pending == 0
    assert summaries.course(COURSE) is summary
    add_session(catalogue, catalogue.lesson(COURSE, LESSON), Viewer("S9"), 5.0, np.random.default_rng(9))
    assert len(summaries.course(COURSE).slides) == 36


def test_a_slide_that_a_student_never_saw_has_no_row_and_is_not_looked_for_again(
    ask: Callable[..., CourseSummary], catalogue: Catalogue, lake: Spied
) -> None:
    lesson = catalogue.lesson(COURSE, LESSON)
    shorter = replace(lesson, slides=lesson.slides[:2])
    left = add_session(catalogue, shorter, Viewer("S9"), 5.0, np.random.default_rng(9))
    for read in (9 * 4, 0):
        slides = ask().slides
        assert list(slides["slide_id"][slides["session_id"] == left]) == list(shorter.slide_ids())
        assert len(lake.read) == read


def test_a_course_without_sessions_is_empty_and_one_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    catalogue = Catalogue.open(tmp_path / "data")
    catalogue.put_lesson(read_lesson(FOLDERS[LESSON]), FOLDERS[LESSON])
    summaries = Summaries(catalogue, Lake(catalogue.lake))
    summary = summaries.course(COURSE)
    assert (len(summary.slides), len(summary.regions), summary.pending) == (0, 0, 0)
    with pytest.raises(NotFound):
        summaries.course("chemistry")
    catalogue.close()


def test_rollups_of_courses_that_are_gone_are_deleted(catalogue: Catalogue, lake: Spied) -> None:
    folder = catalogue.data / "rollups"
    list(Summaries(catalogue, lake).make_all())
    old = folder / "chemistry.parquet"
    old.write_bytes(b"old")
    os.utime(old, (0, 0))
    list(Summaries(catalogue, lake).make_all())
    assert [path.name for path in folder.iterdir()] == [f"{COURSE}.parquet"]


def _put(catalogue: Catalogue, lesson: Lesson, changed: Any) -> None:
    slides = tuple(changed if each.slide_id == changed.slide_id else each for each in lesson.slides)
    catalogue.put_lesson(replace(lesson, slides=slides), FOLDERS[LESSON])


def test_a_change_elsewhere_leaves_the_tables_as_they_are(catalogue: Catalogue, lake: Spied) -> None:
    summaries = Summaries(catalogue, lake)
    before = summaries.course(COURSE)
    catalogue.put_group("g", "G", ["S1"])
    assert summaries.course(COURSE).slides is before.slides
    row = catalogue.sessions(COURSE)[0]
    assert row.header is not None
    quality = dict(row.quality) | {"accuracy_deg": 9.0}
    catalogue.publish(row.session_id, row.files, row.header, quality, {}, calibrated=row.calibrated)
    after = summaries.course(COURSE).slides
    assert set(after["accuracy_deg"][after["session_id"] == row.session_id]) == {9.0}
