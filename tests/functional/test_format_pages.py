"""The examples on the pages about formats are what the readers take."""

from __future__ import annotations

import math
import re
import shutil
from pathlib import Path

import pytest

from pipeline.domain import CALIBRATION_KINDS, TIMELINE_EVENTS, FixationOrigin, Overlap, Role, Shape
from pipeline.face.observations import SCHEMA
from pipeline.ingest.lessons import read_lesson
from pipeline.ingest.session_package import check_slides, open_package

DEMO = "pipeline/synthetic/lessons/physics-8/light-and-colour"


@pytest.fixture
def pages(repo_root: Path) -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in (repo_root / "docs").glob("*.md")}


def example(page: str, heading: str) -> str:
    """The first code block below a heading."""
    match = re.search(rf"^#+ {re.escape(heading)}$.*?```\w*\n(.*?)```", page, re.MULTILINE | re.DOTALL)
    assert match, heading
    return match[1]


def test_the_examples_of_the_session_package_make_one(pages, repo_root, tmp_path):
    files = ("session.json", "timeline.csv", "calibration.csv", "gaze.csv", "fixations.csv")
    for name in files:
        (tmp_path / name).write_text(example(pages["session-package"], name), encoding="utf-8")
    package = open_package(tmp_path, tmp_path)
    check_slides(package.timeline, read_lesson(repo_root / DEMO))
    assert (package.header.student, package.header.camera.y_mm) == ("S07", 8.0)
    tables = (package.timeline, package.calibration, package.gaze, package.fixations)
    assert [len(table) for table in tables] == [6, 4, 2, 1]


def test_the_example_of_the_lesson_folder_is_a_lesson(pages, repo_root, tmp_path):
    text = example(pages["lesson-folder"], "What `lesson.json` says")
    (tmp_path / "lesson.json").write_text(text, encoding="utf-8")
    shutil.copy(repo_root / DEMO / "3-how-fast-is-light.png", tmp_path)
    formula, ray = read_lesson(tmp_path).slides[0].aois
    assert formula in read_lesson(repo_root / DEMO).slides[2].aois
    assert [(part.from_ms, part.until_ms) for part in ray.parts] == [(0, 8000), (8000, math.inf)]


def test_the_pages_name_every_word_that_a_field_may_hold(pages):
    for word in (*TIMELINE_EVENTS, *CALIBRATION_KINDS, *SCHEMA.names, *FixationOrigin):
        assert f"`{word}`" in pages["session-package"], word
    for word in (*Role, *Shape, *Overlap):
        assert f"`{word}`" in pages["lesson-folder"], word
