"""The pipeline from the command line, on real and rendered input."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.domain import SESSION_TABLES
from pipeline.ingest.session_package import open_package
from pipeline.parameters import Parameters
from pipeline.process import STAGES, process_package, save, save_observations
from pipeline.synthetic.evaluate import evaluate
from tests.functional.rendered import rendered_session

SECONDS_RENDERED = 16.0
# Seeds never used to choose a parameter. The first and the last sit in dim light, 15-20 frames a second.
# The first two were taken because their headers state the field of view; the first alone misses 2.5 deg.
DIM, BRIGHT, MIRRORED = 208, 202, 204


@pytest.fixture(scope="module")
def rendered(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("rendered") / "S01"
    return rendered_session(folder, seed=DIM, seconds=SECONDS_RENDERED)


@pytest.fixture(scope="module")
def processed(rendered, tmp_path_factory):
    package = open_package(rendered, tmp_path_factory.mktemp("opened"))
    told = []
    result = process_package(package, None, Parameters(), lambda *what: told.append(what), eyes=True)
    return package, result, told


def test_rendered_students_are_found_as_well_as_promised(processed, tmp_path):
    package, result, _ = processed
    folder = rendered_session(tmp_path / "S02", seed=BRIGHT, seconds=SECONDS_RENDERED)
    second = open_package(folder, tmp_path)
    both = [
        evaluate(package, result),
        evaluate(second, process_package(second, None, Parameters(), lambda *_: None)),
    ]
    assert {figures["data"] for figures in both} == {"synthetic"}
    assert np.mean([figures["error_deg_mean"] for figures in both]) <= 2.5
    for figures in both:
        assert figures["error_deg_mean"] < 0.5 * figures["error_deg_mean_screen_centre"]
        assert figures["tracked_share"] >= 0.97
    # Both recordings state their camera's field of view, without which distance is only as good as a guess.
    assert np.mean([figures["distance_error_percent"] for figures in both]) <= 6


def test_a_mirrored_video_of_half_the_size_is_noticed_and_turned_back(tmp_path):
    size = {"width_px": 640, "height_px": 480}
    folder = rendered_session(tmp_path / "S02", seed=MIRRORED, seconds=SECONDS_RENDERED, **size)
    package = open_package(folder, tmp_path)
    result = process_package(package, None, Parameters(), lambda *_: None)
    assert result.report["gaze"]["mirrored"]
    assert package.header.camera.mirrored is None
    figures = evaluate(package, result)
    assert figures["error_deg_mean"] < 0.5 * figures["error_deg_mean_screen_centre"]
    assert figures["tracked_share"] >= 0.97


def test_without_its_calibration_the_same_student_is_found_roughly(processed, tmp_path):
    package, result, _ = processed
    save_observations(result.observations, package, tmp_path)
    (tmp_path / "calibration.csv").unlink()
    bare = process_package(open_package(tmp_path, tmp_path), None, Parameters(), lambda *_: None)
    assert not bare.report["gaze"]["calibrated"]
    figures = evaluate(package, bare)
    assert figures["error_deg_mean"] <= 7
    assert bare.tables["gaze"]["sigma_deg"].max() > result.tables["gaze"]["sigma_deg"].median()


def test_observations_in_place_of_the_video_give_the_same_gaze(processed, tmp_path):
    package, result, _ = processed
    save_observations(result.observations, package, tmp_path)
    assert not list(tmp_path.glob("webcam.*"))
    again = process_package(open_package(tmp_path, tmp_path), None, Parameters(), lambda *_: None)
    for column in ("screen_x_px", "screen_y_px"):
        off_px = (again.tables["gaze"][column] - result.tables["gaze"][column]).abs().max()
        screen, distance = package.header.screen, result.tables["gaze"]["distance_mm"].median()
        assert np.degrees(off_px * screen.width_mm / screen.width_px / distance) < 0.05


def test_the_tables_agree_with_one_another(processed):
    tables = processed[1].tables
    assert set(tables) == set(SESSION_TABLES)
    for name, columns in SESSION_TABLES.items():
        assert list(tables[name].columns) == list(columns)
    gaze, fixations, exposures = tables["gaze"], tables["fixations"], tables["exposures"]
    assert gaze["t_ms"].is_monotonic_increasing
    assert gaze.loc[~gaze["valid"], ["screen_x_px", "slide_x"]].isna().all(axis=None)
    shown = exposures.groupby("slide_id")["duration_ms"].sum()
    looked = fixations.groupby("slide_id")["duration_ms"].sum()
    assert (looked <= shown.loc[looked.index] + 1).all()
    on_slide_s = exposures["on_slide_ms"].sum() / 1000
    assert tables["density"]["seconds"].sum() == pytest.approx(on_slide_s, rel=0.05)


def test_progress_passes_through_the_stages_in_order(processed):
    stages = [stage for stage, _ in processed[2]]
    assert list(dict.fromkeys(stages)) == [s for s in STAGES if s != "store"]
    assert all(0 <= share <= 1 for _, share in processed[2])


def test_the_report_says_what_the_result_depends_on(processed):
    report = processed[1].report
    assert report["parameters"]["fixations"]["idt"]["noise_factor"] == 4.0
    found = report["fixations"]
    method = "idt_slow" if found["rate_hz"] < 20 else "clustering"  # some rendered rooms are dim
    assert found["parameters"] == report["parameters"]["fixations"][method]
    assert len(report["models"]["face_landmarker.task"]) == 64
    assert set(report["seconds"]) == {"ingest", "face", "gaze", "events"}
    assert report["versions"]["mediapipe"] == "0.10.31"
    json.dumps(report, allow_nan=False)


def test_the_same_package_gives_the_same_result(processed, tmp_path):
    package, result, _ = processed
    save_observations(result.observations, package, tmp_path)
    first, second = (
        process_package(open_package(tmp_path, tmp_path), None, Parameters(), lambda *_: None) for _ in "12"
    )
    for name in SESSION_TABLES:
        pd.testing.assert_frame_equal(first.tables[name], second.tables[name])


def run_cli(*arguments: str, prefix: tuple[str, ...] = ()) -> subprocess.CompletedProcess:
    command = [*prefix, sys.executable, "-m", "pipeline", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def test_the_command_writes_tables_and_report(processed, tmp_path):
    package, result, _ = processed
    save_observations(result.observations, package, tmp_path / "package")
    done = run_cli("process", str(tmp_path / "package"), "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    names = {f"{name}.parquet" for name in SESSION_TABLES} | {"report.json"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == names
    assert len(pd.read_parquet(tmp_path / "out" / "gaze.parquet")) == len(result.tables["gaze"])
    assert "synthetic" in done.stderr


def test_evaluate_prints_json(processed, tmp_path):
    package, result, _ = processed
    save_observations(result.observations, package, tmp_path)
    shutil.copy(package.folder / "truth.parquet", tmp_path)
    done = run_cli("evaluate", str(tmp_path))
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    wanted = {"error_deg_mean", "error_deg_median", "error_deg_p95", "error_cm_mean"}
    wanted |= {"tracked_share", "distance_error_percent", "frames_per_second"}
    assert wanted <= set(figures)


def test_bad_input_is_one_line_and_no_traceback(tmp_path):
    (tmp_path / "session.json").write_text("{}")
    done = run_cli("process", str(tmp_path), "--out", str(tmp_path / "out"))
    assert done.returncode == 1
    assert "expected" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_processing_opens_no_network_socket(rendered, tmp_path):
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed: sockets cannot be counted")
    log = tmp_path / "strace.log"
    watch = ("strace", "-f", "-e", "trace=socket,connect", "-o", str(log))
    done = run_cli("process", str(rendered), "--out", str(tmp_path / "out"), prefix=watch)
    assert done.returncode == 0, done.stderr
    assert log.read_text().count("AF_INET") == 0


@pytest.fixture(scope="module")
def of_a_real_person(shared_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("real")
    shutil.copy(shared_data / "faces/pexels/video00.mp4", folder / "webcam.mp4")
    header = {"format": "gazeboard-session", "version": 1, "course": "c", "lesson": "l", "student": "S1"}
    screen = {"width_px": 1920, "height_px": 1080, "width_mm": 345, "height_mm": 194}
    (folder / "session.json").write_text(json.dumps(header | {"screen": screen}))
    (folder / "timeline.csv").write_text(
        "t_ms,event,slide,x_px,y_px,width_px,height_px\n1000,slide_shown,a,160,90,1600,900\n"
    )
    package = open_package(folder, folder)
    result = process_package(package, None, Parameters(), lambda *_: None)
    save(result, package, folder / "out")
    return result


class TestRealFace:
    """A real person's video: no targets, but a face in 420 of 433 frames."""

    def test_her_face_is_found_where_it_is(self, of_a_real_person):
        frames = of_a_real_person.tables["frames"]
        assert len(frames) == 433
        assert abs((frames["face_count"] > 0).sum() - 420) <= 2

    def test_the_report_says_that_nothing_was_calibrated(self, of_a_real_person):
        assert of_a_real_person.report["gaze"]["calibrated"] is False
        assert of_a_real_person.report["gaze"]["screen_size_source"] == "assumed"
        assert of_a_real_person.report["quality"]["accuracy_deg"] is None
        assert of_a_real_person.report["synthetic"] is False

    def test_head_and_distance_are_those_of_a_person_at_a_table(self, of_a_real_person):
        gaze = of_a_real_person.tables["gaze"]
        assert gaze["distance_mm"].between(400, 1500).mean() > 0.9
        assert gaze["head_yaw_deg"].abs().max() < 60
