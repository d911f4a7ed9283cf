"""The whole gaze stage on a student who follows its geometry: it must find the way back."""

import numpy as np
import pandas as pd
import pytest

from pipeline.domain import Camera
from pipeline.gaze import calibration as personal
from pipeline.gaze.engine import _measure, estimate
from pipeline.gaze.eye_model import EyeParameters, gaze_points
from pipeline.gaze.screen import ScreenPlane, angle_between_deg
from pipeline.parameters import CalibrationParameters, HeadPoseParameters
from tests.unit.pipeline.gaze import ideal_student as ideal

SOMEBODY = EyeParameters(
    gain_x=1.4, gain_y=2.2, lid_deg=0.0, offset_x_deg=2.0, offset_y_deg=-3.0, depth_mm=8.0
)
DOT_MS = 1800.0
RATE_HZ = 30.0
REACTION_MS = CalibrationParameters().reaction_ms  # of the ideal student: as is assumed


def places(n, seed):
    return np.random.default_rng(seed).uniform([100, 80], [1820, 1000], (n, 2))


def recording(*, mirrored=False, lag_ms=0.0, noise_px=0.0, person=SOMEBODY):
    """13 dots, head motion at the centre, 4 validation dots, then 60 places for half a second each."""
    dots = [*places(13, 1), [960.0, 540.0], *places(4, 2)]
    kinds = ["calibrate"] * 13 + ["head_motion"] + ["validate"] * 4
    lasts = [DOT_MS] * 13 + [6000.0] + [DOT_MS] * 4
    off = np.cumsum(lasts)
    rows = pd.DataFrame(dots, columns=["x_px", "y_px"]).assign(t_on_ms=off - lasts, t_off_ms=off, kind=kinds)
    t_ms = np.arange(0, off[-1] + 30_000, 1000 / RATE_HZ)
    free = places(60, 3)
    looked_at = np.vstack([np.array(dots), free])
    onset = np.concatenate([off - lasts, off[-1] + 500.0 * np.arange(60)]) + REACTION_MS
    target = looked_at[np.clip(np.searchsorted(onset, t_ms, side="right") - 1, 0, None)]
    rotation, translation = ideal.slow_poses(t_ms)
    seen = ideal.observe(
        target, rotation, translation, person, t_ms=t_ms + lag_ms, mirrored=mirrored, noise_px=noise_px
    )
    return seen, rows, target, translation, t_ms


def run(seen, rows, camera=ideal.CAMERA, blink=None):
    blink = np.zeros(len(seen), bool) if blink is None else blink
    head = HeadPoseParameters(shape_rounds=0)  # the ideal student has the average face
    return estimate(seen, ideal.SCREEN, camera, rows, blink, head, CalibrationParameters())


def errors_deg(result, target, translation):
    plane = ScreenPlane(ideal.SCREEN, ideal.CAMERA, mirrored=False)
    said = result.samples[["screen_x_px", "screen_y_px"]].to_numpy()
    return angle_between_deg(translation, plane.from_px(said), plane.from_px(target))


def test_a_calibrated_student_is_found_to_half_a_degree():
    seen, rows, target, translation, t_ms = recording()
    result = run(seen, rows)
    after = t_ms > rows["t_off_ms"].iloc[13]
    assert errors_deg(result, target, translation)[after].mean() < 0.5
    assert result.report["calibrated"]
    assert result.report["calibration_dots"] == 13
    assert result.report["validation"]["accuracy_deg"] < 0.5
    assert result.samples["sigma_deg"].median() == pytest.approx(
        np.hypot(
            result.report["validation"]["accuracy_deg"], result.report["validation"]["precision_std_deg"]
        )
    )


def test_without_a_calibration_the_error_is_larger_and_said_to_be():
    seen, rows, target, translation, _ = recording()
    result = run(seen, rows.iloc[:0])
    assert not result.report["calibrated"]
    assert result.report["validation"] is None
    assert errors_deg(result, target, translation).mean() > 1.0
    assert (result.samples["sigma_deg"] == CalibrationParameters().uncalibrated_deg).all()


def test_validation_dots_teach_nothing():
    seen, rows, *_ = recording()
    moved = rows.copy()
    moved.loc[moved["kind"] == "validate", ["x_px", "y_px"]] += 300
    # The delay is estimated on all dots, so only places may be compared.
    plain, other = run(seen, rows), run(seen, moved)
    pd.testing.assert_series_equal(plain.samples["screen_x_px"], other.samples["screen_x_px"])
    assert other.report["validation"]["accuracy_deg"] > plain.report["validation"]["accuracy_deg"] + 3


def test_a_mirrored_video_is_noticed():
    seen, rows, target, translation, t_ms = recording(mirrored=True)
    result = run(seen, rows, Camera(0.0, 10.0, 68.0, None))
    assert result.report["mirrored"]
    after = t_ms > rows["t_off_ms"].iloc[13]
    assert errors_deg(result, target, translation)[after].mean() < 0.6


def test_an_unmirrored_video_is_not_taken_for_a_mirrored_one():
    seen, rows, *_ = recording()
    assert not run(seen, rows, Camera(0.0, 10.0, 68.0, None)).report["mirrored"]


@pytest.mark.parametrize("lag_ms", [0.0, 160.0, 400.0])
def test_the_lag_of_the_clock_is_found(lag_ms):
    seen, rows, _, _, t_ms = recording(lag_ms=lag_ms)
    result = run(seen, rows)
    assert result.report["clock_lag_ms"] == pytest.approx(lag_ms, abs=25)
    np.testing.assert_allclose(result.samples["t_ms"], t_ms, atol=25)


def test_blinks_and_missing_faces_are_not_valid():
    seen, rows, *_ = recording()
    blink = np.zeros(len(seen), bool)
    blink[100:110] = True
    seen.landmarks_px[200:205] = np.nan
    valid = run(seen, rows, blink=blink).samples["valid"].to_numpy()
    assert not valid[100:110].any()
    assert not valid[200:205].any()
    assert valid.sum() == len(seen) - 15


def test_a_head_far_from_where_it_was_calibrated_is_flagged_and_less_certain():
    seen, rows, *_ = recording()
    seen.landmarks_px[-30:, :, 0] += 260  # 16 cm aside
    samples = run(seen, rows).samples
    assert samples["head_out_of_range"].iloc[-30:].all()
    assert samples["head_out_of_range"].iloc[:-30].mean() < 0.02
    assert samples["sigma_deg"].iloc[-1] > 1.4 * samples["sigma_deg"].iloc[0]


def test_too_few_dots_are_no_calibration():
    seen, rows, *_ = recording()
    assert not run(seen, rows.iloc[:4]).report["calibrated"]


class TestRobustAffine:
    seen = np.array([[x, y] for x in (-150.0, -75, 0, 75, 150) for y in (20.0, 90, 160)])
    distance = np.full(15, 600.0)

    def fit(self, target):
        return personal.robust_affine(self.seen, target, self.distance, CalibrationParameters())

    def test_no_change_stays_no_change(self):
        np.testing.assert_allclose(self.fit(self.seen), personal.IDENTITY_MAP, atol=1e-9)

    def test_a_shift_is_found_whole_and_a_gain_nearly(self):
        affine = self.fit(self.seen * 1.2 + [10, -5])
        assert affine[0, 0] == pytest.approx(1.2, abs=0.02)
        np.testing.assert_allclose(
            personal.apply_map(self.seen, affine).mean(axis=0),
            (self.seen * 1.2 + [10, -5]).mean(axis=0),
            atol=0.5,
        )

    def test_one_wild_dot_moves_the_others_little(self):
        target = self.seen + [5, 5]
        target[3] += [200, -150]
        off = personal.apply_map(self.seen, self.fit(target)) - (self.seen + [5, 5])
        assert np.median(np.linalg.norm(off, axis=1)) < 6  # mm, about half a degree

    def test_gains_stay_within_reason(self):
        affine = self.fit(self.seen * 4)
        assert affine[0, 0] <= 1.8


def test_the_lines_of_both_eyes_meet_on_the_target():
    rotation, translation = ideal.poses(30)
    target = places(30, 4)
    seen = ideal.observe(target, rotation, translation, EyeParameters())
    signal = _measure(
        seen, ideal.CAMERA, np.zeros(30, bool), HeadPoseParameters(smoothing_ms=0, shape_rounds=0)
    )
    points = gaze_points(signal.eyes, EyeParameters())  # camera mm, shape (30, 2 eyes, 2)
    meant = ScreenPlane(ideal.SCREEN, ideal.CAMERA, mirrored=False).from_px(target)
    off_mm = np.abs(points - meant[:, None])
    assert off_mm[..., 0].max() < 4
    assert off_mm[..., 1].max() < 30  # a pitched head foreshortens the lids, which count here


def test_every_dot_is_told_with_where_gaze_fell():
    seen, rows, _, translation, t_ms = recording(noise_px=0.1)
    result = run(seen, rows)
    dots = pd.DataFrame(result.report["dots"])
    assert dots["kind"].value_counts().to_dict() == {"calibrate": 13, "validate": 4}
    measured = dots[dots["kind"] == "validate"]
    assert measured["error_deg"].mean() == pytest.approx(
        result.report["validation"]["accuracy_deg"], abs=1e-3
    )
    # the same from the samples that are stored, for the last dot
    dot, row = measured.iloc[-1], rows.iloc[-1]
    settled = row["t_on_ms"] + CalibrationParameters().settle_ms
    while_seen = (t_ms >= settled) & (t_ms <= row["t_off_ms"]) & result.samples["valid"].to_numpy()
    gaze = result.samples.loc[while_seen, ["screen_x_px", "screen_y_px"]].mean()
    np.testing.assert_allclose(
        dot[["x_px", "y_px"]].astype(float), row[["x_px", "y_px"]].astype(float), atol=0.1
    )
    np.testing.assert_allclose(dot[["gaze_x_px", "gaze_y_px"]].astype(float), gaze, atol=0.2)
    plane = ScreenPlane(ideal.SCREEN, ideal.CAMERA, mirrored=False)
    places = plane.from_px(np.array([dot[["x_px", "y_px"]], gaze], dtype=float))
    off = angle_between_deg(translation[while_seen].mean(axis=0)[None], places[:1], places[1:])
    assert dot["error_deg"] == pytest.approx(off[0], rel=0.1)


def test_the_range_of_the_head_while_calibrating_is_told():
    seen, rows, *_ = recording()
    result = run(seen, rows)
    dotted = result.samples[result.samples["t_ms"] <= rows["t_off_ms"].iloc[13]]
    for name, (least, most) in result.report["head_range"].items():
        assert dotted[name].min() - 0.1 <= least < most <= dotted[name].max() + 0.1
    assert run(seen, rows.iloc[:0]).report["head_range"] == {}
    assert run(seen, rows.iloc[:0]).report["dots"] == []
