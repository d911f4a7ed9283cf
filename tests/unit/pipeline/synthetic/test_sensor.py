"""The webcam's faults are of the size that was asked for; stamps survive the encoding."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.ingest.video import read_frames
from pipeline.synthetic.sensor import Faults, Sensor, VideoWriter, auto_exposure

STILL = np.zeros(2)


def planes_of(faults, grey, gain=1.0, motion=STILL):
    sensor = Sensor(faults, 320, 240, np.random.default_rng(0))
    picture = np.full((240, 320, 3), grey, np.uint8)
    return sensor.expose(picture, gain, motion)[:240].astype(float)


@pytest.mark.parametrize(
    ("grey", "expected"), [(64, np.hypot(1.0, 2.0 * np.sqrt(0.5))), (128, np.hypot(1.0, 2.0))]
)
def test_noise_grows_with_light(grey, expected):
    faults = Faults(exposure_ms=10, defocus_px=0.5, read_noise=1.0, shot_noise=2.0, mirrored=False)
    assert planes_of(faults, grey).std() == pytest.approx(expected, rel=0.12)


def test_exposure_and_motion():
    clean = Faults(exposure_ms=10, defocus_px=0.3, read_noise=0.0, shot_noise=0.0, mirrored=False)
    luma = 16 + 100 * 219 / 255  # BT.601 video range
    assert planes_of(clean, 100, gain=1.5).mean() == pytest.approx(16 + 1.5 * (luma - 16), abs=1)
    sensor = Sensor(clean, 320, 240, np.random.default_rng(0))
    edge = np.zeros((240, 320, 3), np.uint8)
    edge[:, 160:] = 200
    still = sensor.expose(edge, 1.0, STILL)[120].astype(float)
    moved = sensor.expose(edge, 1.0, np.array([6.0, 0.0]))[120].astype(float)
    along = sensor.expose(edge, 1.0, np.array([0.0, 6.0]))[120].astype(float)
    assert np.diff(moved).max() < 0.5 * np.diff(still).max()
    np.testing.assert_allclose(along, still, atol=2)


def test_a_mirrored_camera_swaps_left_and_right():
    faults = Faults(exposure_ms=10, defocus_px=0.3, read_noise=0.0, shot_noise=0.0, mirrored=True)
    picture = np.zeros((240, 320, 3), np.uint8)
    picture[:, :100] = 200
    luma = Sensor(faults, 320, 240, np.random.default_rng(0)).expose(picture, 1.0, STILL)[120]
    assert luma[300] > 150
    assert luma[50] < 50


def test_dark_pictures_are_exposed_longer():
    dark, bright = np.full((240, 320, 3), 40, np.uint8), np.full((240, 320, 3), 180, np.uint8)
    middle = np.array([160.0, 120.0])
    assert auto_exposure(dark, middle) > 1.5
    assert auto_exposure(bright, middle) < 0.9


@pytest.mark.parametrize("name", ["webcam.webm", "webcam.mp4"])
def test_uneven_stamps_are_read_back(tmp_path: Path, name: str):
    stamps = [0, 31, 71, 150, 183, 250]
    with VideoWriter(tmp_path / name, 320, 240, 30.0) as video:
        for number, stamp in enumerate(stamps):
            planes = np.full((360, 320), 128, np.uint8)
            planes[:240] = 50 + 25 * number
            video.write(planes, stamp)
    frames = list(read_frames(tmp_path / name, 500.0))
    assert [frame.t_ms for frame in frames] == [500.0 + stamp for stamp in stamps]
    assert np.all(np.diff([frame.rgb.mean() for frame in frames]) > 10)
