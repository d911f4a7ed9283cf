"""A rendered session is a valid package, its truth is exact and repeatable, and MediaPipe sees the person."""

import json

import numpy as np
import pandas as pd
import pytest

from pipeline.domain import TRUTH
from pipeline.face.landmarker import Landmarker
from pipeline.ingest.session_package import check_slides, open_package
from pipeline.ingest.video import read_frames
from pipeline.synthetic.camera import screen_to_camera
from pipeline.synthetic.eyes import optical_axis
from pipeline.synthetic.gaze_behaviour import Behaviour
from pipeline.synthetic.package import moments, render_session
from pipeline.synthetic.recording import plan_recording


@pytest.fixture(scope="module")
def truth(rendered):
    return pd.read_parquet(rendered.folder / "truth.parquet")


def test_the_package_is_what_ingest_accepts(rendered, lesson, tmp_path):
    package = open_package(rendered.folder, tmp_path)
    assert package.header.synthetic
    assert (package.header.course_id, package.header.lesson_id, package.header.student) == (
        "physics",
        "light",
        "S01",
    )
    assert package.header.video_start_ms > 0
    check_slides(package.timeline, lesson)
    pd.testing.assert_frame_equal(package.timeline, rendered.studio.recording.timeline)
    pd.testing.assert_frame_equal(package.calibration, rendered.studio.recording.calibration)


def test_truth_has_one_row_for_each_frame_at_its_time(rendered, truth, tmp_path):
    package = open_package(rendered.folder, tmp_path)
    assert list(truth.columns) == list(TRUTH)
    stamps = [frame.t_ms for frame in read_frames(package.video, package.header.video_start_ms)]
    np.testing.assert_array_equal(truth["t_ms"], stamps)
    assert np.median(np.diff(stamps)) == pytest.approx(1000 / rendered.rate_hz, abs=3)


def test_truth_names_the_slide_that_was_shown(rendered, truth):
    shown = rendered.studio.recording.timeline
    first = truth[truth["slide"] == "first"]["t_ms"]
    assert first.min() >= shown["t_ms"].iloc[0]
    assert first.max() < shown.loc[shown["slide"] == "second", "t_ms"].min()
    assert truth["slide"].isna().mean() > 0.5  # the calibration


def test_dots_are_looked_at(rendered, truth):
    desk = rendered.studio.recording.desk
    for row in rendered.studio.recording.calibration.itertuples():
        during = truth[truth["t_ms"].between(row.t_on_ms + 600, row.t_off_ms)]
        off_px = np.hypot(during["screen_x_px"] - row.x_px, during["screen_y_px"] - row.y_px)
        assert off_px.mean() / desk.px_per_deg < 1.5


def test_both_eyes_of_the_truths_head_look_at_the_truths_point(rendered, truth):
    """Kappa taken off, the lines of both eyes meet the screen where the truth says."""
    recording, person = rendered.studio.recording, rendered.studio.person
    desk = recording.desk
    for number in range(0, len(truth), 40):
        row = truth.iloc[number]
        pose = recording.head.at(row["t_ms"])
        np.testing.assert_allclose(
            pose.position_mm, row[["head_x_mm", "head_y_mm", "head_z_mm"]].astype(float)
        )
        assert row["distance_mm"] == pytest.approx(np.linalg.norm(pose.position_mm))
        place = row[["screen_x_px", "screen_y_px"]].to_numpy(float)
        target = screen_to_camera(place, desk.screen, desk.camera, desk.tilt_deg)
        for eye in person.eyes:
            axis = optical_axis(eye, pose.to_head(target))
            towards = pose.to_head(target) - eye.centre_mm
            off_deg = np.degrees(np.arccos(axis @ towards / np.linalg.norm(towards)))
            assert off_deg == pytest.approx(np.hypot(*eye.kappa_deg), abs=0.4)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(lesson, tmp_path):
    def files(name, seed):
        folder = tmp_path / name
        render_session(folder, lesson, "S01", seed, 2.0, width_px=160, height_px=120, rate_hz=3.0)
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    first, again, other = files("first", 11), files("again", 11), files("other", 12)
    assert first == again
    assert first["truth.parquet"] != other["truth.parquet"]


def test_frames_show_the_world_as_it_was_before_the_lag(lesson, rendered):
    recording = rendered.studio.recording
    desk = recording.desk
    for seed in range(20):
        lagging = plan_recording(np.random.default_rng(seed), lesson, Behaviour.FOLLOWS, 2.0, desk, 5.0)
        if lagging.lag_ms > 0:
            break
    shown = list(moments(lagging, exposure_ms=10.0))[60]
    earlier = lagging.head.at(lagging.frame_ms[60] - lagging.lag_ms)
    np.testing.assert_array_equal(shown.pose.position_mm, earlier.position_mm)


def test_mediapipe_tracks_the_person_and_the_eyes(rendered, truth):
    """Every frame outside blinks; the iris it finds moves with the true one."""
    studio, lens = rendered.studio, rendered.studio.recording.desk.lens
    shown = moments(studio.recording, studio.sensor.faults.exposure_ms)
    mirrored = json.loads((rendered.folder / "truth.json").read_text())["mirrored"]
    found, errors, offsets, true_offsets = [], [], [], []
    with Landmarker() as landmarker:
        for frame, moment in zip(read_frames(rendered.folder / studio.video_name), shown, strict=True):
            if moment.closure > 0.05 or len(found) > 150:
                continue
            landmarks = landmarker.track(np.ascontiguousarray(frame.rgb[:, ::-1]) if mirrored else frame.rgb)
            found.append(landmarks is not None)
            for eye, iris in zip(studio.person.eyes, (468, 473), strict=True):
                axis = optical_axis(eye, moment.pose.to_head(moment.targets_mm[0]))
                points = np.array([eye.centre_mm, eye.centre_mm + eye.iris_depth_mm * axis])
                centre, true = lens.project(moment.pose.to_camera(points)) + 0.5
                errors.append(landmarks[iris, :2] - true)
                offsets.append(landmarks[iris, :2] - centre)
                true_offsets.append(true - centre)
    assert np.mean(found) == 1
    assert np.linalg.norm(errors, axis=1).mean() < 2.5
    sideways = np.polyfit(np.array(true_offsets)[:, 0], np.array(offsets)[:, 0], 1)[0]
    assert 0.4 < sideways < 1.2
