"""Shares of samples: of those on the slide, for each session and region."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline.domain import GAZE, Aoi, Lesson, Overlap, Part, Role, Slide, typed
from pipeline.sample_table import sample_table
from pipeline.storage.lake import Lake, write_revision

LOW = Aoi("low", "Low", Role.TEXT, (Part(((0.0, 0.0), (0.5, 0.5))),))
TOP = Aoi("top", "Top", Role.TEXT, (Part(((0.25, 0.25), (0.75, 0.75))),))


def _lesson(overlap: Overlap) -> Lesson:
    slides = (Slide("a", "A", "a.png", 96, 54, (LOW, TOP), overlap), Slide("b", "B", "b.png", 96, 54))
    return Lesson("c", "C", "l", "L", slides)


def _gaze(places: list[tuple[float, float]]) -> pd.DataFrame:
    gaze = pd.DataFrame(0.0, index=range(len(places)), columns=list(GAZE))
    gaze["t_ms"], gaze["slide_id"], gaze["valid"] = range(len(places)), "a", True
    gaze[["slide_x", "slide_y"]] = places
    return typed(gaze, GAZE)


def _shown(*sessions: str) -> pd.DataFrame:
    return pd.DataFrame({"session_id": sessions, "slide_id": "a"}, dtype="string")


def _shares(tmp_path: Path, overlap: Overlap) -> list[tuple[object, ...]]:
    both, low, top, none, beside = (0.4, 0.4), (0.1, 0.1), (0.7, 0.7), (0.9, 0.1), (1.2, 0.5)
    gaze = {"one": _gaze([both, low, top, none, beside]), "two": _gaze([beside])}
    files = {
        session: write_revision(tmp_path, session, 1, {"gaze": frame})["gaze"].path
        for session, frame in gaze.items()
    }
    lake = Lake(tmp_path)
    table = sample_table(lake, files, _lesson(overlap), _shown("one", "two"))
    lake.close()
    assert table["sample_share"].isna().tolist() == [False, False, True, True]
    return list(table.fillna(-1.0).itertuples(index=False, name=None))


def test_each_region_gets_its_share_of_the_samples_on_the_slide(tmp_path: Path) -> None:
    assert _shares(tmp_path, Overlap.ALL) == [
        ("one", "a", "low", 2, 0.5),
        ("one", "a", "top", 2, 0.5),
        ("two", "a", "low", 0, -1.0),
        ("two", "a", "top", 0, -1.0),
    ]


def test_where_only_the_topmost_region_counts(tmp_path: Path) -> None:
    assert [row[-1] for row in _shares(tmp_path, Overlap.TOPMOST)] == [0.25, 0.5, -1.0, -1.0]


def test_who_was_not_shown_a_slide_has_no_samples_rather_than_none(tmp_path: Path) -> None:
    files = {
        session: write_revision(tmp_path, session, 1, {"gaze": _gaze([(0.4, 0.4)])})["gaze"].path
        for session in ("one", "two")
    }
    lake = Lake(tmp_path)
    assert set(sample_table(lake, files, _lesson(Overlap.ALL), _shown("one"))["session_id"]) == {"one"}
    assert sample_table(lake, files, _lesson(Overlap.ALL), _shown()).empty
    lake.close()


def test_a_lesson_without_regions_has_no_rows(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    table = sample_table(lake, {}, Lesson("c", "C", "l", "L", _lesson(Overlap.ALL).slides[1:]), _shown())
    assert table.empty
    assert list(table) == ["session_id", "slide_id", "aoi_id", "sample_count", "sample_share"]
    lake.close()
