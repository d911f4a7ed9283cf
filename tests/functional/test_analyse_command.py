"""`python -m pipeline analyse` and `measures`: a lesson's tables from a server's data folder."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from pipeline.__main__ import app
from pipeline.attention.registry import MEASURES
from pipeline.commands import console
from pipeline.domain import Overlap
from pipeline.errors import InputError
from pipeline.ingest.lessons import read_lesson
from pipeline.storage.catalogue import Catalogue, NotFound
from tests import seeded_school

LESSON = "physics-8/light-and-colour"
TABLES = ("students", "regions", "slides", "samples", "transitions", "density", "exclusions")
PLACES = {"slide_id", "student", "aoi_id", "name", "role", "required", "aoi_version", "overlap"}
PLACES |= {
    "step",
    "from_aoi",
    "to_aoi",
    "session_id",
    "revision",
    "calibrated",
    "reason",
    "column",
    "row",
    "slide_x",
    "slide_y",
}


@pytest.fixture(scope="module")
def data(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("school") / "data"
    lesson = repo_root / "pipeline/synthetic/lessons" / LESSON
    seeded_school.seed(folder, lessons=[lesson], slide_s=8.0).close()
    return folder


def run(*arguments: str | Path) -> str:
    asked = [str(argument) for argument in arguments]
    return CliRunner().invoke(app, asked, catch_exceptions=False, standalone_mode=False).stderr


def analyse(data: Path, out: Path, *options: str) -> dict[str, pd.DataFrame]:
    run("analyse", "--data", data, "--lesson", LESSON, "--out", out, *options)
    return {name: pd.read_csv(out / f"{name}.csv") for name in TABLES}


@pytest.fixture(scope="module")
def tables(data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    return analyse(data, tmp_path_factory.mktemp("out"))


def test_every_student_slide_and_region_is_in_the_tables(
    repo_root: Path, tables: dict[str, pd.DataFrame]
) -> None:
    slides = read_lesson(repo_root / "pipeline/synthetic/lessons" / LESSON).slides
    students = [viewer.student for viewer in seeded_school.CLASS if viewer.tracked > 0.5]
    regions = sum(len(slide.aois) for slide in slides)
    assert sorted(set(tables["students"]["student"])) == students
    assert len(tables["students"]) == regions * len(students)
    assert len(tables["slides"]) == len(slides) * len(students)
    assert len(tables["regions"]) == regions
    assert (tables["regions"]["exposed_n"] == len(students)).all()
    assert (tables["regions"]["aoi_version"] == 1).all()
    assert set(tables["transitions"]["step"]) == {"visits", "fixations"}


def test_every_column_is_a_measure_or_says_of_what_it_is_one(tables: dict[str, pd.DataFrame]) -> None:
    for name, table in tables.items():
        assert set(table) <= PLACES | MEASURES.keys(), name


def test_the_registry_knows_in_which_tables_its_measures_are(tables: dict[str, pd.DataFrame]) -> None:
    for name in ("students", "regions", "slides", "samples", "transitions", "density"):
        columns = set(tables[name]) & MEASURES.keys()
        assert columns == {measure.name for measure in MEASURES.values() if f"{name}.csv" in measure.found}


def test_every_table_about_regions_says_which_they_were(repo_root: Path, data: Path, tmp_path: Path) -> None:
    """One slide gets other regions and the other rule."""
    changed, folder = tmp_path / "data", repo_root / "pipeline/synthetic/lessons" / LESSON
    shutil.copytree(data, changed)
    lesson = read_lesson(folder)
    slide = replace(lesson.slides[1], aois=lesson.slides[1].aois[1:], overlap=Overlap.TOPMOST)
    with closing(Catalogue.open(changed)) as catalogue:
        catalogue.put_lesson(replace(lesson, slides=(lesson.slides[0], slide, *lesson.slides[2:])), folder)
    analyse(changed, tmp_path / "out")
    for name in ("students", "regions", "samples", "transitions", "gap", "map_metrics", "scanpaths"):
        table = pd.read_csv(tmp_path / "out" / f"{name}.csv")
        of_slide = table["slide_id"] == slide.slide_id
        assert (table["aoi_version"] == np.where(of_slide, 2, 1)).all(), name
        topmost = of_slide | (name in ("transitions", "scanpaths"))
        assert (table["overlap"] == np.where(topmost, "topmost", "all")).all(), name


def test_slides_that_nobody_was_shown_are_told_on_one_line(
    repo_root: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console.screen, "_width", 250)
    changed, folder = tmp_path / "data", repo_root / "pipeline/synthetic/lessons" / LESSON
    shutil.copytree(data, changed)
    lesson = read_lesson(folder)
    new = [replace(lesson.slides[0], slide_id=name.lower(), title=name) for name in ("Extra", "More")]
    with closing(Catalogue.open(changed)) as catalogue:
        catalogue.put_lesson(replace(lesson, slides=(*lesson.slides, *new)), folder)
    said = run("analyse", "--data", changed, "--lesson", LESSON, "--out", tmp_path / "out")
    assert said.count("Nobody has been shown") == 1
    assert "Nobody has been shown these slides yet: Extra, More\n" in said
    regions = pd.read_csv(tmp_path / "out/regions.csv")
    seen = ~regions["slide_id"].isin(["extra", "more"])
    assert (regions["smaller_than_error"].notna() == seen).all()


def test_the_quiz_of_an_earlier_run_does_not_stay(data: Path, tmp_path: Path) -> None:
    for name in ("quiz.csv", "notes.csv"):
        (tmp_path / name).write_text("from before")
    analyse(data, tmp_path, "--slide", "3-how-fast-is-light")
    assert not (tmp_path / "quiz.csv").exists()
    assert (tmp_path / "notes.csv").exists()


def test_who_counts_is_written_beside_every_student(data: Path, tmp_path: Path) -> None:
    table = analyse(data, tmp_path, "--tracked-share", "0.9")["students"]
    students = table.groupby("slide_id")["tracked"].sum() / table.groupby("slide_id")["aoi_id"].nunique()
    regions = pd.read_csv(tmp_path / "regions.csv").groupby("slide_id")["tracked_n"].first()
    pd.testing.assert_series_equal(students, regions, check_names=False, check_dtype=False)
    assert (table["tracked"] == (table["tracked_share"] >= 0.9)).all()
    assert set(table["tracked"]) == {True, False}


def test_samples_and_fixations_agree_where_gaze_rested(tables: dict[str, pd.DataFrame]) -> None:
    """Two ways through the same gaze: mostly fixations, so that the shares cannot be far apart."""
    both = tables["students"].merge(tables["samples"], on=["slide_id", "student", "aoi_id"])
    assert len(both) == len(tables["students"]) == len(tables["samples"])
    known = both.dropna(subset=["dwell_share", "sample_share"])
    assert (known["dwell_share"] - known["sample_share"]).abs().median() < 0.05
    assert known["dwell_share"].corr(known["sample_share"]) > 0.9


def test_density_is_that_of_the_time_on_the_slide(tables: dict[str, pd.DataFrame]) -> None:
    density, slides = (tables[name].groupby("slide_id") for name in ("density", "slides"))
    assert density["relative_duration_share"].sum().to_numpy() == pytest.approx(1)
    on_slide_s = slides[["exposure_ms", "tracked_share", "on_slide_share"]].apply(
        lambda rows: (rows.prod(axis=1) / 1000).mean()
    )
    lost = 1 - density["absolute_duration_s"].sum() / on_slide_s  # over the edge
    assert lost.between(-0.01, 0.1).all()
    fixations = density["fixation_density_count"].sum() / slides["fixation_count"].sum()
    assert fixations.between(0.9, 1.001).all()
    assert (density["participant_percent"].max() > 80).all()


def test_angles_are_known_where_screen_and_distance_are(tables: dict[str, pd.DataFrame]) -> None:
    slides = tables["slides"].dropna(subset=["scanpath_widths"])
    # 1440 px of a 344 mm wide screen of 1920 px, seen from 60 cm: 24.3 deg.
    ratio = slides["scanpath_deg"] / slides["scanpath_widths"]
    assert ratio.between(23.2, 25.6).all()


def test_who_was_left_out_and_why_is_written_down(
    data: Path, tmp_path: Path, tables: dict[str, pd.DataFrame]
) -> None:
    assert tables["exclusions"]["student"].tolist() == ["S08"]
    strict = analyse(data, tmp_path, "--max-accuracy-deg", "2", "--calibrated-only", "--tracked-share", "0.9")
    reasons = strict["exclusions"].set_index("student")["reason"]
    assert reasons["S04"] == "off by 2.40 deg, more than 2 deg"
    assert "not calibrated" in reasons["S10"]
    assert "less than 90%" in reasons["S06"]
    assert not set(reasons.index) & set(strict["students"]["student"])
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["parameters"]["accuracy_max_deg"] == 2.0
    assert report["exclusions"] == f"{len(reasons)} of 10 recordings were left out."


def test_one_slide_and_some_students(data: Path, tmp_path: Path, tables: dict[str, pd.DataFrame]) -> None:
    some = analyse(data, tmp_path, "--slide", "3-how-fast-is-light", "--students", "S01,S02")
    assert set(some["students"]["slide_id"]) == {"3-how-fast-is-light"}
    assert set(some["students"]["student"]) == {"S01", "S02"}
    columns = ["slide_id", "student", "aoi_id"]
    both = some["students"].merge(tables["students"], on=columns, suffixes=("", "_all"))
    assert len(both) == len(some["students"])
    pd.testing.assert_series_equal(both["dwell_ms"], both["dwell_ms_all"], check_names=False)


def test_the_report_says_what_the_tables_rest_on(data: Path, tmp_path: Path) -> None:
    said = run("analyse", "--data", data, "--lesson", LESSON, "--out", tmp_path)
    report = json.loads((tmp_path / "report.json").read_text())
    assert {slide["aoi_version"] for slide in report["slides"]} == {1}
    assert {slide["overlap"] for slide in report["slides"]} == {"all"}
    assert all(0 <= slide["gap_score"] <= 1 for slide in report["slides"])
    assert len(report["sessions"]) == 9
    assert report["synthetic"] is True
    assert report["columns"]["dwell_ms"]["definition"] == MEASURES["dwell_ms"].definition
    assert report["columns"]["sample_share"]["unit"] == "share"
    assert "1 of 10 recordings was left out." in " ".join(said.split())
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [f"{t}.csv" for t in (*TABLES, "gap", "map_metrics", "scanpaths")] + ["report.json"]
    )


def test_the_gap_score_is_told_with_its_interval_and_what_chance_gives(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console.screen, "_width", 250)  # on one line, wherever else it was opened before
    shown = "--data", data, "--lesson", LESSON, "--slide", "3-how-fast-is-light", "--out", tmp_path
    said = run("analyse", *shown)
    gap = pd.read_csv(tmp_path / "gap.csv").iloc[0]
    score, low, high, chance = (
        f"{gap[name]:.2f}"
        for name in ("gap_score", "gap_score_low", "gap_score_high", "gap_score_as_designed")
    )
    assert f" {score} ({low} to {high}), by chance {chance} " in said
    alone = run("analyse", *shown, "--students", "S01")
    assert f" {pd.read_csv(tmp_path / 'gap.csv')['gap_score'][0]:.2f} " in alone
    assert "by chance" not in alone
    assert "nan" not in alone


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--lesson", "nowhere"), "COURSE/LESSON"),
        (("--lesson", "physics-8/sound"), "physics-8/sound"),
        (("--lesson", LESSON, "--slide", "none"), "--slide"),
        (("--lesson", LESSON, "--students", "S01,X"), "--students"),
    ],
)
def test_what_is_not_there_is_refused_and_nothing_is_written(
    data: Path, tmp_path: Path, options: tuple[str, ...], told: str
) -> None:
    with pytest.raises((InputError, NotFound), match=told):
        run("analyse", "--data", data, "--out", tmp_path / "out", *options)
    assert not (tmp_path / "out").exists()


def test_a_data_folder_is_not_made_by_asking_for_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--data"):
        run("analyse", "--data", tmp_path / "none", "--out", tmp_path / "out", "--lesson", LESSON)
    assert list(tmp_path.iterdir()) == []


def test_measures_are_listed_and_their_pages_written(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["measures"], catch_exceptions=False)
    assert "ttff_ms\tTime to first fixation [ms]" in result.stdout
    run("measures", "--docs", tmp_path / "pages")
    assert (tmp_path / "pages/ttff_ms.md").read_text().startswith("# Time to first fixation\n")


def test_only_the_last_finished_recording_of_a_student_counts(repo_root: Path, tmp_path: Path) -> None:
    folder = repo_root / "pipeline/synthetic/lessons" / LESSON
    twice = (seeded_school.CLASS[0], seeded_school.CLASS[1], seeded_school.CLASS[0])
    catalogue = seeded_school.seed(tmp_path / "data", viewers=twice, lessons=[folder], slide_s=4.0)
    first, _, last = (row.session_id for row in catalogue.sessions())
    upload = tmp_path / "later.zip"
    upload.write_bytes(b"not looked into")
    course_id, lesson_id = LESSON.split("/")
    waiting = catalogue.add_upload(
        upload,
        sha256="0" * 64,
        kind="package",
        name="later",
        course_id=course_id,
        lesson_id=lesson_id,
        student="S09",
    )
    catalogue.close()
    found = analyse(tmp_path / "data", tmp_path / "out")["exclusions"].set_index("session_id")["reason"]
    assert found.to_dict() == {
        first: "not the last recording of this student",
        waiting: "not processed yet, or in vain",
    }
    report = json.loads((tmp_path / "out/report.json").read_text())
    assert last in {session["session_id"] for session in report["sessions"]}
