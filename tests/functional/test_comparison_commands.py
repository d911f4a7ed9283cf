"""`analyse` with a quiz, and `compare`: looking against the design, the quiz and another group."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from pipeline.__main__ import app
from pipeline.attention.map_comparison import METRICS
from pipeline.attention.measures import gap_score
from pipeline.attention.registry import MEASURES
from pipeline.commands.comparison import shown_p
from pipeline.errors import InputError
from pipeline.ingest.lessons import read_lesson
from tests.seeded_school import Viewer, seed

LESSON = "physics-8/light-and-colour"
SLIDE = "3-how-fast-is-light"
REGION = "refractive-index"
READERS = [f"R{i}" for i in range(6)]
IGNORERS = [f"I{i}" for i in range(6)]
FIGURES = ["a_mean", "b_mean", "difference", "difference_low", "p", "p_holm", "delta"]
WORDS = {"slide_id", "map", "metric", "value", "low", "high", "measure", "question", "note", "aoi_id", "name"}
REGION_SET = {"aoi_version", "overlap"}


@pytest.fixture(scope="module")
def data(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six students who read everything, six who never look at one region, which was asked about, one lost."""
    folder = tmp_path_factory.mktemp("school") / "data"
    lesson = repo_root / "pipeline/synthetic/lessons" / LESSON
    region = next(aoi for slide in read_lesson(lesson).slides for aoi in slide.aois if aoi.aoi_id == REGION)
    viewers = [Viewer(name, error_deg=0.7) for name in READERS]
    viewers += [Viewer(name, error_deg=0.7, ignores=(region.name.lower(),)) for name in IGNORERS]
    viewers += [Viewer("Lost", tracked=0.3)]
    seed(folder, viewers=viewers, lessons=[lesson], slide_s=15.0).close()
    rows = [f"{name},How fast?,{int(name in READERS)},{SLIDE},{REGION}" for name in READERS + IGNORERS]
    quiz = folder.parent / "quiz.csv"
    quiz.write_text("\n".join(["student,question,correct,slide,aois", *rows]) + "\n")
    run("quiz", quiz, "--lesson", LESSON, "--data", folder)
    return folder


def run(*arguments: str | Path) -> str:
    asked = [str(argument) for argument in arguments]
    return CliRunner().invoke(app, asked, catch_exceptions=False, standalone_mode=False).stderr


@pytest.fixture(scope="module")
def out(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    run("analyse", "--data", data, "--lesson", LESSON, "--out", folder)
    return folder


def test_the_gap_of_every_slide(out: Path) -> None:
    gap = pd.read_csv(out / "gap.csv").set_index("slide_id")
    regions = pd.read_csv(out / "regions.csv")
    for slide_id, rows in regions.groupby("slide_id"):
        assert gap.loc[slide_id, "gap_score"] == pytest.approx(gap_score(rows))
    assert (gap["counted_n"] == 12).all()
    assert (gap["gap_score_low"] <= gap["gap_score"]).all()
    assert (gap["gap_score"] <= gap["gap_score_high"]).all()


def test_every_map_on_every_slide(out: Path) -> None:
    maps = pd.read_csv(out / "map_metrics.csv")
    counts = maps.groupby(["map", "metric"]).size().unstack()
    assert set(counts.index) == {"content", "saliency", "centre_bias", "rest_of_class"}
    assert set(counts.columns) == set(METRICS)
    assert (counts == maps["slide_id"].nunique()).all(axis=None)
    gain = maps[maps["metric"] == "information_gain"].groupby("map")["value"].mean()
    assert gain["rest_of_class"] > 0 == gain["centre_bias"]
    assert gain["content"] > gain["saliency"]  # they look by the regions and their weights


def test_scanpaths_and_quiz(out: Path) -> None:
    scanpaths = pd.read_csv(out / "scanpaths.csv")
    assert (scanpaths["pair_count"] == 66).all()
    assert scanpaths[["value", "low", "high"]].notna().all(axis=None)
    quiz = pd.read_csv(out / "quiz.csv").set_index("question")
    assert quiz.loc["How fast?", ["counted_n", "right_count", "wrong_count"]].tolist() == [12, 6, 6]
    assert quiz.loc["How fast?", "low"] > 0
    assert quiz.loc["How fast?", "p"] < 0.05
    assert quiz.loc["all questions", "difference"] == pytest.approx(quiz.loc["How fast?", "difference"])


def test_every_column_is_a_measure_or_says_of_what_it_is_one(data: Path, out: Path, tmp_path: Path) -> None:
    run(*COMPARE, "--data", data, "--out", tmp_path, "--a", ",".join(READERS), "--b", ",".join(IGNORERS))
    files = [out / f"{name}.csv" for name in ("gap", "map_metrics", "scanpaths", "quiz")]
    for path in (*files, tmp_path / "comparison.csv", tmp_path / "difference_map.csv"):
        table = pd.read_csv(path)
        assert set(table) <= WORDS | REGION_SET | {"row", "column"} | MEASURES.keys(), path.name
        named = {measure.name for measure in MEASURES.values() if path.name in measure.found}
        rows = set(table.get("metric", [])) | set(table.get("measure", []))
        assert named <= set(table) | rows, path.name
        assert rows <= MEASURES.keys()


COMPARE = ("compare", "--lesson", LESSON, "--slide", SLIDE)


def test_two_groups_on_a_slide(data: Path, tmp_path: Path) -> None:
    groups = "--a", ",".join([*READERS, "Lost"]), "--b", ",".join(IGNORERS)
    said = run(*COMPARE, "--data", data, "--out", tmp_path, *groups)
    assert "\nNot paired: two groups of different students\nLeft out of A: Lost (tracked for" in said
    assert "Left out of B" not in said
    table = pd.read_csv(tmp_path / "comparison.csv").set_index("aoi_id")
    assert (table[["a_n", "b_n"]] == 6).all(axis=None)
    assert table.loc[REGION, "difference_low"] > 0
    assert table.loc[REGION, "delta"] > 0.9
    assert table.loc[REGION, "p_holm"] == pytest.approx(min(1, 2 / 924 * len(table)))
    shown = pd.read_csv(tmp_path / "difference_map.csv")
    assert len(shown) == 54 * 96
    inside = shown["column"].between(5, 49) & shown["row"].between(10, 27)  # the region
    assert shown.loc[inside, "difference"].sum() == pytest.approx(table.loc[REGION, "difference"], abs=0.1)
    assert shown["difference"].sum() == pytest.approx(0, abs=1e-9)
    assert shown["p_map"].between(1 / 924, 1).all()
    report = json.loads((tmp_path / "report.json").read_text())
    assert (report["paired"], report["measure"]) == (False, "dwell_share")
    assert [row["student"] for row in report["a"]["sessions"]] == READERS


def test_small_groups_have_no_figures(data: Path, tmp_path: Path) -> None:
    shown = run(*COMPARE, "--data", data, "--out", tmp_path, "--a", "R0,R1,R2,R3", "--b", ",".join(IGNORERS))
    assert "Too few students: 4" in " ".join(shown.split())
    table = pd.read_csv(tmp_path / "comparison.csv")
    assert table[FIGURES].isna().all(axis=None)
    assert pd.read_csv(tmp_path / "difference_map.csv")[["difference", "p_map"]].isna().all(axis=None)


def test_two_versions_seen_by_the_same_students(data: Path, repo_root: Path, tmp_path: Path) -> None:
    slides = read_lesson(repo_root / "pipeline/synthetic/lessons" / LESSON).slides
    shared = {aoi.aoi_id for aoi in slides[0].aois} & {aoi.aoi_id for aoi in slides[1].aois}
    both = "--slide", slides[0].slide_id, "--with-slide", slides[1].slide_id
    said = run("compare", "--lesson", LESSON, *both, "--data", data, "--out", tmp_path / "two")
    assert "Paired: 12 students, each compared with themselves" in said
    assert "only one version" not in said
    table = pd.read_csv(tmp_path / "two/comparison.csv")
    assert set(table["aoi_id"]) == shared
    assert (table["a_n"] == 12).all()
    assert np.isfinite(table["p"]).all()
    assert json.loads((tmp_path / "two/report.json").read_text())["paired"]
    assert not (tmp_path / "two/difference_map.csv").exists()
    some = "--a", ",".join([*READERS, "I0"]), "--b", ",".join(READERS)
    said = run("compare", "--lesson", LESSON, *both, *some, "--data", data, "--out", tmp_path / "some")
    assert "Left out: I0 (only one version)" in said


def test_no_p_is_shown_as_0() -> None:
    assert [shown_p(p) for p in (0.0004, 0.001, 0.25)] == ["<0.001", "0.001", "0.250"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--a", "R0,R1"), "two groups of students without anyone in common, .* got one group"),
        ((), "--a and --b: expected .* --with-slide or --with-lesson, got neither"),
        (("--a", "R0,R1", "--b", "R1,R2"), '.* got "R1" in both'),
        (("--a", "R0", "--b", "nobody"), "students with a recording of the lesson"),
        (("--a", "R0", "--b", "R1", "--measure", "mood"), "one of dwell_share"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    data: Path, tmp_path: Path, options: tuple[str, ...], expected: str
) -> None:
    with pytest.raises(InputError, match=expected):
        run(*COMPARE, "--data", data, "--out", tmp_path / "none", *options)
    assert not (tmp_path / "none").exists()
