"""The real face video, observed once for all tests that look at it."""

from __future__ import annotations

import av
import pytest

from pipeline.face.observe import observe
from tests.unit.pipeline.face.scenes import Frame


def _frames(path):
    with av.open(str(path), format="mp4") as video:
        for picture in video.decode(video=0):
            yield Frame(float(picture.pts * picture.time_base * 1000), picture.to_ndarray(format="rgb24"))


@pytest.fixture(scope="session")
def real_observations(shared_data):
    """433 frames, 25 Hz, 1280x720: a woman listening at a table."""
    return observe(_frames(shared_data / "faces/pexels/video00.mp4"), None, lambda share: None)
