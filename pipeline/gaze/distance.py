"""The true size of the face, from the size of the irises.

A camera cannot tell a small near face from a large far one; the iris can, it hardly varies among people.
"""

from __future__ import annotations

import numpy as np

from pipeline.domain import Floats

FRAMES_MIN = 10


def face_scale(iris_depth_mm: Floats, model_depth_mm: Floats) -> float:
    """By how much this person's face is larger than the model it was fitted with: one figure a session.

    Parameters
    ----------
    iris_depth_mm, model_depth_mm : shape (n,), depth of the eyes by the irises and by the face model

    Returns
    -------
    the median ratio, 1.0 where too few frames tell
    """
    ratio = iris_depth_mm / model_depth_mm
    ratio = ratio[np.isfinite(ratio)]
    return float(np.median(ratio)) if len(ratio) >= FRAMES_MIN else 1.0
