import importlib.util
import io
import sys

import cv2
import numpy as np
import pytest

from pipeline.face.landmarker import Landmarker
from pipeline.model_files import read_model
from tests.unit.pipeline.face.scenes import portrait

# What the points are, and which are each other's mirror image.
NOSE_TIP, FOREHEAD, CHIN = 1, 10, 152
EYE_CORNERS_RIGHT, EYE_CORNERS_LEFT = [33, 133], [263, 362]
CHEEK_RIGHT, CHEEK_LEFT = 234, 454
ON_THE_MIDLINE = [
    0,
    1,
    2,
    4,
    5,
    6,
    8,
    9,
    10,
    13,
    14,
    17,
    18,
    19,
    94,
    151,
    152,
    164,
    168,
    175,
    195,
    197,
    199,
    200,
]
MIRRORED = [(33, 263), (133, 362), (61, 291), (234, 454), (127, 356), (70, 300), (98, 327), (149, 378)]


@pytest.fixture(scope="module")
def face_mm():
    with np.load(io.BytesIO(read_model("face_model.npz"))) as stored:
        return stored["vertices_mm"]


def test_it_has_all_points_of_the_mesh(face_mm):
    assert face_mm.shape == (468, 3)
    assert face_mm.dtype == np.float64
    assert np.isfinite(face_mm).all()


def test_it_is_symmetric(face_mm):
    assert face_mm[ON_THE_MIDLINE, 0] == pytest.approx(0, abs=1e-9)
    for right, left in MIRRORED:
        assert face_mm[right] == pytest.approx(face_mm[left] * [-1, 1, 1], abs=1e-9)
    mirror = face_mm * [-1, 1, 1]
    nearest = np.linalg.norm(face_mm[:, None] - mirror[None], axis=2).min(axis=1)
    assert nearest.max() < 1e-9


def test_it_has_the_measures_of_a_face(face_mm):
    assert 120 < face_mm[CHEEK_LEFT, 0] - face_mm[CHEEK_RIGHT, 0] < 160
    assert 100 < face_mm[CHIN, 1] < 130  # pupils to chin
    middles = [face_mm[corners].mean(axis=0) for corners in (EYE_CORNERS_RIGHT, EYE_CORNERS_LEFT)]
    assert 56 < np.linalg.norm(middles[1] - middles[0]) < 68  # about the distance of the pupils


def test_axes_are_those_of_the_contract(face_mm):
    assert face_mm[EYE_CORNERS_RIGHT, 0].max() < 0 < face_mm[EYE_CORNERS_LEFT, 0].min()
    assert face_mm[FOREHEAD, 1] < -30 < 30 < face_mm[NOSE_TIP, 1] < face_mm[CHIN, 1]
    assert -40 < face_mm[NOSE_TIP, 2] < -20
    assert 40 < face_mm[CHEEK_RIGHT, 2] < 75
    eyes = face_mm[EYE_CORNERS_RIGHT + EYE_CORNERS_LEFT].mean(axis=0)
    assert eyes == pytest.approx([0, 0, 0], abs=4)


def test_it_fits_the_portrait_it_was_made_from(face_mm):
    with Landmarker() as landmarker:
        seen = landmarker.find(portrait())[0][:468, :2].astype(np.float64)
    camera = np.array([[3000.0, 0, 256], [0, 3000.0, 256], [0, 0, 1]])  # far away: nearly parallel rays
    found, turn, shift = cv2.solvePnP(face_mm, seen, camera, None, flags=cv2.SOLVEPNP_SQPNP)
    assert found
    projected = cv2.projectPoints(face_mm, turn, shift, camera, None)[0][:, 0]
    error = np.sqrt(np.mean(np.sum((projected - seen) ** 2, axis=1)))
    assert error < 0.02 * np.ptp(seen[:, 0])
    assert np.degrees(np.linalg.norm(turn)) < 10


def test_building_it_again_gives_the_same_face(face_mm, repo_root, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(repo_root / "models")
    build = _script(repo_root / "models/build_face_model.py")
    monkeypatch.setattr(build, "MODEL", tmp_path / "face_model.npz")
    monkeypatch.setattr(sys.modules["build_face_landmarker"], "HASHES", tmp_path / "hashes.json")
    build.main()
    with np.load(tmp_path / "face_model.npz") as built:
        assert built["vertices_mm"] == pytest.approx(face_mm, abs=0.3)  # other processors round otherwise
    assert "face_model.npz" in (tmp_path / "hashes.json").read_text()


def _script(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
