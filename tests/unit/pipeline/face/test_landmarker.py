import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

from pipeline.face.landmarker import Landmarker
from tests.unit.pipeline.face.scenes import portrait, scene

TELL_OF_FACES = """
import numpy, skimage.data
from pipeline.face.landmarker import Landmarker
with Landmarker() as landmarker:
    print(len(landmarker.find(skimage.data.astronaut())), landmarker.track(skimage.data.astronaut()).shape)
"""


@pytest.fixture
def landmarker():
    with Landmarker() as opened:
        yield opened


@pytest.fixture(scope="module")
def recorded(repo_root):
    """What MediaPipe 0.10.21 found; see the head of the file."""
    return np.loadtxt(repo_root / "tests/golden/astronaut_landmarks.csv", delimiter=",", skiprows=3)[:, 1:]


def test_landmarks_are_those_of_mediapipe_0_10_21(landmarker, recorded):
    assert np.abs(landmarker.find(portrait())[0] - recorded).max() < 0.05
    assert np.abs(landmarker.track(portrait()) - recorded).max() < 0.05


def test_x_and_z_are_in_px_of_the_width_and_y_in_px_of_the_height(landmarker, recorded):
    wide = np.pad(portrait(), ((0, 0), (0, 200), (0, 0)))
    found = landmarker.find(wide)[0]
    assert np.abs(found - recorded).max(axis=0) == pytest.approx([0, 0, 0], abs=4.0)


def test_a_face_that_moves_at_once_is_followed_at_once(landmarker):
    before, after = scene((400, 250, 2.0)), scene((412, 250, 2.0))
    here = [landmarker.track(before) for _ in range(8)][-1]
    there = landmarker.track(after)
    assert (there - here)[:, 0].mean() == pytest.approx(12, abs=0.6)


def test_nothing_is_found_in_the_dark(landmarker):
    dark = np.zeros((480, 640, 3), np.uint8)
    assert landmarker.track(dark) is None
    assert landmarker.find(dark) == []


def test_turning_to_a_face_makes_it_the_one_that_is_tracked(landmarker):
    frame = scene((250, 230, 1.6), (700, 250, 1.3))
    assert landmarker.track(frame)[:, 0].mean() == pytest.approx(250, abs=15)
    landmarker.turn_to(frame, np.array([700.0, 260.0]), 120.0)
    for _ in range(3):
        assert landmarker.track(frame)[:, 0].mean() == pytest.approx(700, abs=15)


def test_turning_to_where_no_face_is_finds_none(landmarker):
    assert landmarker.turn_to(scene((250, 230, 1.6)), np.array([800.0, 260.0]), 120.0) is None


def test_a_frame_that_is_a_view_of_another_is_read_right(landmarker):
    upside_down = np.ascontiguousarray(portrait()[::-1])
    assert np.array_equal(landmarker.find(upside_down[::-1])[0], landmarker.find(portrait())[0])


def test_it_starts_and_stops_without_a_word(repo_root):
    done = _run([sys.executable, "-c", TELL_OF_FACES], repo_root)
    assert (done.stdout, done.stderr) == ("1 (478, 3)\n", "")


def test_no_socket_to_anywhere_is_opened(repo_root, tmp_path):
    if not shutil.which("strace"):
        pytest.skip("needs strace to watch for sockets")
    calls = tmp_path / "calls"
    strace = ["strace", "-f", "-qq", "-e", "trace=socket,connect,sendto", "-o", str(calls)]
    done = _run([*strace, sys.executable, "-c", TELL_OF_FACES], repo_root)
    if "ptrace" in done.stderr.lower():
        pytest.skip("strace may not trace here")
    assert done.stdout == "1 (478, 3)\n"
    opened = [line for line in calls.read_text().splitlines() if "AF_UNIX" not in line and "(" in line]
    assert opened == []


def _run(command, repo_root):
    environment = {**os.environ, "PYTHONPATH": str(repo_root)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
