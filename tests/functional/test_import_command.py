"""`python -m pipeline import`: exports of other trackers become files, or sessions of a lesson."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from typer.main import get_group
from typer.testing import CliRunner

from pipeline.__main__ import app
from pipeline.attention.exclusion import ExclusionRules
from pipeline.commands.lesson_data import read_lesson_data
from pipeline.domain import GAZE, Lesson, Slide
from pipeline.errors import InputError
from pipeline.storage.catalogue import Catalogue, State
from pipeline.storage.lake import Lake

LABEL = Slide("1-label", "SMI label", "label.png", 351, 287)
OTHER = Slide("2-other", "Other", "other.png", 160, 90)
LESSON = Lesson("labels", "Labels", "smi", "SMI", (LABEL, OTHER))
STUDIO = "importers/tobii_studio/Rec_04-All-Data-2stimuli.tsv"
FIXATION_COLUMNS = ("Timestamp", "FixationDuration", "MappedFixationPointX", "MappedFixationPointY")
TABLE = """who;when;where_x;where_y;what
ann;0.00;0.25;0.75;1-label
ann;0.02;0.25;0.75;1-label
bea;0.00;0.50;0.50;2-other
bea;0.02;0.50;0.50;2-other
"""
COLUMNS = "time=when,x=where_x,y=where_y,participant=who,stimulus=what,time_unit=s,place_unit=share"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder of a server that knows the lesson."""
    for slide in LESSON.slides:
        Image.new("RGB", (slide.width_px, slide.height_px), "white").save(tmp_path / slide.image)
    catalogue = Catalogue.open(tmp_path / "data")
    catalogue.put_lesson(LESSON, tmp_path)
    catalogue.close()
    return tmp_path / "data"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(TABLE)
    return path


def run(repo_root: Path, *arguments: object) -> tuple[int, str]:
    """Exit status and what was said, with its line breaks taken out."""
    ended = subprocess.run(
        [sys.executable, "-m", "pipeline", "import", *map(str, arguments)],
        cwd=repo_root, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert "Traceback" not in ended.stderr
    return ended.returncode, " ".join(ended.stderr.split())


def run_here(*arguments: object) -> None:
    """The same in this process, where errors can be caught."""
    CliRunner().invoke(app, ["import", *map(str, arguments)], catch_exceptions=False, standalone_mode=False)


def studio_fixations(path: Path, stimulus: str) -> list[list[float]]:
    """Onset, length and place on the picture of each fixation, read straight from the export."""
    found: dict[str, list[float]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["FixationIndex"] and row["StimuliName"] == stimulus:
                numbers = [float(row[name]) for name in FIXATION_COLUMNS]
                found.setdefault(row["FixationIndex"], numbers)
    return list(found.values())


def test_a_real_export_becomes_a_session_in_the_lake(repo_root: Path, shared_data: Path, data: Path) -> None:
    export = shared_data / STUDIO
    status, said = run(
        repo_root, export, "--lesson", "labels/smi", "--student", "T1", "--data", data,
        "--slides", "SMI Label.bmp=1-label",
    )  # fmt: skip
    assert status == 0, said
    assert "Tobii Studio" in said
    catalogue = Catalogue.open(data)
    [session] = catalogue.sessions("labels", "smi")
    report = catalogue.session(session.session_id).report
    assert (session.state, session.student) == (State.DONE, "T1")
    assert session.header is not None
    assert session.header.source is not None
    assert session.header.source.format == "tobii_studio"
    assert report["fixations"]["source"] == "vendor"
    table = pd.read_parquet(session.files["fixations"].path)
    truth = np.array(studio_fixations(export, "SMI Label.bmp"))
    assert len(truth) == 15
    np.testing.assert_allclose(table["onset_ms"], truth[:, 0], atol=1)
    np.testing.assert_allclose(table["duration_ms"], truth[:, 1], atol=25)  # one sample
    np.testing.assert_allclose(table["slide_x"], truth[:, 2] / 351, atol=1e-5)
    np.testing.assert_allclose(table["slide_y"], truth[:, 3] / 287, atol=1e-5)
    assert table["sigma_x"].gt(0).all()
    again, said = run(
        repo_root, export, "--lesson", "labels/smi", "--student", "T1", "--data", data,
        "--slides", "SMI Label.bmp=1-label",
    )  # fmt: skip
    assert again == 0
    assert "T1: known already, no second session is made" in said
    assert len(catalogue.sessions()) == 1
    catalogue.close()


def test_people_in_one_table_become_sessions_under_pseudonyms(
    repo_root: Path, data: Path, table: Path
) -> None:
    status, said = run(
        repo_root, table, "--columns", COLUMNS, "--screen", "800x600", "--screen-mm", "400x300",
        "--lesson", "labels/smi", "--student", "K", "--data", data,
    )  # fmt: skip
    assert status == 0, said
    assert "K-01 is ann" in said
    assert "K-02 is bea" in said
    assert said.count("- The slide 1-label was taken to lie in the middle of its place") == 1
    assert re.search(r"K-01: session \w+, 100% tracked, \d fixations?$", said.rsplit(" K-02:", 1)[0]), said
    catalogue = Catalogue.open(data)
    sessions = catalogue.sessions()
    assert [(session.student, session.state) for session in sessions] == [
        ("K-01", State.DONE),
        ("K-02", State.DONE),
    ]
    assert sessions[0].header is not None
    assert sessions[0].header.screen.size_source == "stated"
    gaze = pd.read_parquet(sessions[0].files["gaze"].path)
    # (200, 450) px of 800 x 600, on a slide of 351 x 287 in the middle: 733.8 x 600 px
    assert gaze["slide_x"].iloc[0] == pytest.approx((200 - (800 - 733.8) / 2) / 733.8, abs=1e-4)
    assert gaze["slide_y"].iloc[0] == pytest.approx(0.75)
    assert [session.calibration for session in sessions] == [None, None]
    with closing(Lake(catalogue.lake)) as lake:  # no rule leaves them out, no table calls them calibrated
        found = read_lesson_data(catalogue, lake, "labels/smi", ExclusionRules(0.0, calibrated_only=True))
    assert found.sessions["student"].tolist() == ["K-01", "K-02"]
    assert found.sessions["calibrated"].isna().all()
    stored = json.dumps([catalogue.session(session.session_id).report for session in sessions])
    assert "ann" not in stored.replace("annot", "").replace("channel", "")
    catalogue.close()


def test_names_of_people_stay_out_of_the_data_folder(
    data: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    table = tmp_path / "Anna Beispiel.csv"
    table.write_text(TABLE.replace("ann;", "Anna Beispiel;"))
    wanted = ("--columns", COLUMNS, "--lesson", "labels/smi", "--student", "K", "--data", data)
    run_here(table, *wanted, "--out", tmp_path / "out")
    kept = [path for path in data.rglob("*") if path.is_file()]
    assert len(list(data.rglob("*.parquet"))) > 4
    for path in [*kept, *(tmp_path / "out").rglob("*.parquet")]:
        assert not re.search(b"anna|beispiel", path.read_bytes() + path.name.encode(), re.IGNORECASE), path
    assert "Beispiel" not in caplog.text


def test_files_and_a_report_without_a_lesson(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_here(table, "--columns", COLUMNS, "--screen", "800x600", "--out", out)
    gaze = pd.read_parquet(out / "01" / "gaze.parquet")
    assert list(gaze.columns) == list(GAZE)
    assert gaze[["t_ms", "screen_x_px", "screen_y_px"]].to_numpy().tolist() == [[0, 200, 450], [20, 200, 450]]
    assert gaze["slide_id"].isna().all()
    text = (out / "report.json").read_text()
    report = json.loads(text)
    assert report["format"] == "generic"
    assert (report["sigma_deg"], report["sigma_source"]) == (1.0, "typical of the format")
    assert [found["rows"] for found in report["recordings"]] == [2, 2]
    assert report["recordings"][1]["showings"] == [{"stimulus": "2-other", "onset_ms": 0, "duration_ms": 20}]
    assert "bea" not in text


def test_what_is_written_takes_the_place_of_an_earlier_import(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    wanted = ("--columns", COLUMNS, "--screen", "800x600", "--out", out)
    run_here(table, *wanted)
    assert (out / "02" / "gaze.parquet").is_file()
    table.write_text("\n".join(TABLE.splitlines()[:3]))  # ann alone
    run_here(table, *wanted)
    assert {path.name for path in out.iterdir()} == {"gaze.parquet", "report.json"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "people.csv"]


def test_a_folder_that_holds_other_files_is_left_as_it_is(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "01").mkdir(parents=True)
    (out / "01" / "thesis.docx").touch()
    with pytest.raises(InputError, match=r'one that this command wrote, got also "01/thesis\.docx"'):
        run_here(table, "--columns", COLUMNS, "--screen", "800x600", "--out", out)
    assert [path.name for path in out.rglob("*")] == ["01", "thesis.docx"]
    with pytest.raises(InputError, match=r"people\.csv: expected a folder, got a file"):
        run_here(table, "--columns", COLUMNS, "--screen", "800x600", "--out", table)


def test_a_half_written_folder_does_not_stay(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="no space left"):
        run_here(table, "--columns", COLUMNS, "--screen", "800x600", "--out", tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["people.csv"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "options: expected --out FOLDER, or --lesson, --student and --data, got neither"),
        (["--lesson", "labels/smi"], "--student and --data beside --lesson"),
        (["--out", "OUT", "--format", "nothing"], 'expected one of tobii_pro_lab, .*got "nothing"'),
        (["--out", "OUT", "--screen", "large"], '--screen: expected WIDTHxHEIGHT, .*got "large"'),
        (["--out", "OUT", "--screen", ""], '--screen: expected WIDTHxHEIGHT, .*got ""'),
        (["--out", "OUT", "--screen", "800.5x600"], 'got "800.5x600"'),
        (["--out", "OUT", "--format", "pupil", "--columns", COLUMNS], 'with --format generic, got "pupil"'),
        (["--out", "OUT", "--columns", "time=t,time=u,x=x,y=y"], 'each name once, got "time" twice'),
        (["--out", "OUT", "--student", "S"], "expected --lesson beside --student, got none"),
        (["--out", "OUT", "--slide", "a", "--data", "d"], "--lesson beside --data, --slide, got none"),
        (["--out", "OUT", "--lesson", "a/b", "--data", "d"], "--student and --data beside --lesson"),
        (
            ["--lesson", "a/b", "--data", "d", "--student", "S", "--slide", "a", "--slides", "b=a"],
            "only one of --slide, --slides and --timeline, got --slide and --slides",
        ),
        (
            ["--lesson", "a/b", "--data", "OUT", "--student", "S"],
            "--data: expected a server's data folder",
        ),
        (["--out", "OUT", "--columns", "time"], "--columns: expected time=COLUMN"),
        (["--out", "OUT", "--columns", "time=t,x=x,y=y"], 'people.csv, row 1: expected the column "t"'),
    ],
)
def test_wrong_options_are_named(table: Path, tmp_path: Path, options: list[str], message: str) -> None:
    out = str(tmp_path / "out")
    with pytest.raises(InputError, match=message):
        run_here(table, *(out if option == "OUT" else option for option in options))
    assert not Path(out).exists()


def test_the_page_names_every_option(repo_root: Path) -> None:
    page = (repo_root / "docs/importing.md").read_text("utf-8")
    command = get_group(app).get_command(None, "import")
    options = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
    assert set(re.findall(r"`(--[a-z-]+)", page)) == {name for name in options if name.startswith("--")}


def test_nothing_half_imported_stays(data: Path, table: Path) -> None:
    """The second person's row is wrong: the first has no session either."""
    table.write_text(TABLE.replace("bea;0.02;0.50", "bea;0.02;half"))
    wanted = ("--lesson", "labels/smi", "--student", "K", "--data", data)
    with pytest.raises(
        InputError, match=r'people\.csv, row 5, column where_x: expected a number, got "half"'
    ):
        run_here(table, "--columns", COLUMNS, "--screen", "800x600", *wanted)
    table.write_text(TABLE)
    timeline = table.with_name("timeline.csv")
    timeline.write_text("t_ms,event,slide,x_px,y_px,width_px,height_px\n0,slide_shown,3-none,0,0,800,600\n")
    with pytest.raises(InputError, match="a slide of the lesson smi"):
        run_here(table, "--columns", COLUMNS, "--screen", "800x600", *wanted, "--timeline", timeline)
    timeline.write_text(timeline.read_text().replace("0,slide_shown,3-none", "900,slide_shown,2-other"))
    with pytest.raises(InputError, match=r"0 to 20 ms, got slides shown only outside of that, from 900 ms"):
        run_here(table, "--columns", COLUMNS, "--screen", "800x600", *wanted, "--timeline", timeline)
    catalogue = Catalogue.open(data)
    assert catalogue.sessions() == []
    assert catalogue.queue() == []
    assert not any((data / "uploads").iterdir())
    catalogue.close()
