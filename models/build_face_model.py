"""Make `face_model.npz`: where the 468 points of MediaPipe's mesh lie on an average face, in mm.

Everything comes from MediaPipe's own landmarks (their relative depth included) on one portrait in the
public domain, scikit-image's `astronaut` (NASA). She looks into the lens, so the photograph's own pitch is
taken for that of a face looking straight; its yaw and roll are removed by symmetry. The depth is taken in
the unit of x, as MediaPipe means it.

1. Landmarks of many jittered copies, every other one mirrored, are mapped back onto the photograph and
   averaged: that removes the scatter of single detections and MediaPipe's own left-right bias.
2. Mirrored copies say which points are each other's mirror image, with no assumption about the face.
3. The face is averaged with its mirror image, turned into head axes, and scaled by the iris (11.7 mm).

    python models/build_face_model.py        (needs the test requirements, for scikit-image)
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import skimage.data
from build_face_landmarker import record_hash
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from scipy.spatial.transform import Rotation

from pipeline.face.landmarker import Landmarker

MODEL = Path(__file__).parent / "face_model.npz"

MESH_POINTS = 468
IRIS_CENTRES = (468, 473)
IRIS_ENDS = ((469, 471), (474, 476))  # the horizontal diameters: lids hide the vertical ones
IRIS_DIAMETER_MM = 11.7

FACE_CENTRE_PX = (223.0, 110.0)  # in the portrait
COPY_WIDTH_PX, COPY_HEIGHT_PX = 960, 540
COPIES = 200
SETTLING_FRAMES = 3
SEED = 11_700

Image = NDArray[np.uint8]
Points = NDArray[np.float64]


def main() -> None:
    portrait = np.asarray(skimage.data.astronaut())
    with Landmarker() as landmarker:
        plain, mirrored = (
            np.median(list(landmarks_of_copies(portrait, landmarker, mirror=mirror)), axis=0)
            for mirror in (False, True)
        )
    partner = mirror_partners(plain, mirrored)
    face = metric(symmetric((plain + mirrored[partner]) / 2, partner))
    np.savez(MODEL, vertices_mm=face[:MESH_POINTS])
    print(record_hash(MODEL), MODEL.name)


def landmarks_of_copies(
    portrait: NDArray[np.uint8], landmarker: Landmarker, *, mirror: bool
) -> Iterator[Points]:
    """Landmarks (478, 3) of turned, scaled and shifted copies, in px of the portrait.

    A mirrored copy's points are put back where they lie in the portrait, but keep the names they had:
    what is called the left eye is the right one.
    """
    random = np.random.default_rng(SEED)
    flip = np.diag([-1.0 if mirror else 1.0, 1.0, 1.0])
    for _ in range(COPIES // 2):
        scale, angle_deg = random.uniform(1.5, 3.0), random.uniform(-20.0, 20.0)
        to_copy = cv2.getRotationMatrix2D(FACE_CENTRE_PX, angle_deg, scale)
        to_copy[:, 2] += np.array([COPY_WIDTH_PX, COPY_HEIGHT_PX]) / 2 - FACE_CENTRE_PX
        to_copy[:, 2] += random.uniform(-40.0, 40.0, 2)
        if mirror:
            to_copy = flip[:2, :2] @ to_copy + [[0, 0, COPY_WIDTH_PX - 1], [0, 0, 0]]
        copy = cv2.warpAffine(portrait, to_copy, (COPY_WIDTH_PX, COPY_HEIGHT_PX), flags=cv2.INTER_CUBIC)
        found = settled(landmarker, copy)
        if found is not None:
            back = cv2.invertAffineTransform(to_copy)
            in_portrait = found[:, :2] @ back[:, :2].T + back[:, 2]
            yield np.column_stack([in_portrait, found[:, 2] / scale])


def settled(landmarker: Landmarker, copy: Image) -> Points | None:
    """Landmarks as a video gives them: found from the frame before, not from the detector's box."""
    middle = np.array([COPY_WIDTH_PX, COPY_HEIGHT_PX]) / 2
    landmarker.turn_to(copy, middle, COPY_WIDTH_PX)
    return [landmarker.track(copy) for _ in range(SETTLING_FRAMES)][-1]


def mirror_partners(plain: Points, mirrored: Points) -> NDArray[np.intp]:
    """For every point the one that is its mirror image: what it is called where the copy was mirrored."""
    partner = linear_sum_assignment(cdist(plain[:, :2], mirrored[:, :2]))[1]
    if not np.array_equal(partner[partner], np.arange(len(partner))):
        raise ValueError("expected every point to be its partner's partner; the landmarks are too noisy")
    return np.asarray(partner)


def symmetric(face: Points, partner: NDArray[np.intp]) -> Points:
    """The mean of the face and its mirror image, x to the right across it, its pitch left as it is."""
    face = face - face[list(IRIS_CENTRES)].mean(axis=0)
    reflected = (face * [-1, 1, 1])[partner]
    turn, _ = Rotation.align_vectors(face - face.mean(axis=0), reflected - reflected.mean(axis=0))
    face = (face + turn.apply(reflected - reflected.mean(axis=0)) + face.mean(axis=0)) / 2
    across = np.sum((face - face[partner]) * np.sign(face[:, :1] - face[partner, :1]), axis=0)
    x = across / np.linalg.norm(across)
    z = np.cross(x, [0.0, 1.0, 0.0])
    z /= np.linalg.norm(z)
    upright = face @ np.stack([x, np.cross(z, x), z], axis=1)
    upright -= upright[list(IRIS_CENTRES)].mean(axis=0)
    return (upright + (upright * [-1, 1, 1])[partner]) / 2  # the last rounding errors


def metric(face: Points) -> Points:
    """In mm, by the iris, with the origin midway between the irises."""
    diameters = [np.linalg.norm(face[a] - face[b]) for a, b in IRIS_ENDS]
    return face * (IRIS_DIAMETER_MM / np.mean(diameters))


if __name__ == "__main__":
    main()
