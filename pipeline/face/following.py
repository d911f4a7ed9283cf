"""Which face is followed from frame to frame, and how many there are.

Tracking one face costs half of looking for several in every frame, so the others are counted once a
second and whenever it is in doubt who is followed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from pipeline.domain import Bytes, Floats
from pipeline.face.landmarker import Landmarker, Landmarks

COUNT_EVERY_MS: Final = 1000.0
PATIENCE_MS: Final = 2000.0  # how long a lost face is waited for before another one is taken for the student
SIZE_RATIO_MAX: Final = 1.5  # within it two sightings may be one face; beyond it the larger is the student
SPOTLIGHT: Final = 1.4  # half side of what is left visible, in face sizes


@dataclass(frozen=True)
class Sighting:
    """The followed face in one frame; `landmarks_px` is None where it was not seen."""

    landmarks_px: Landmarks | None
    face_count: int
    changed: bool = False  # another face than the one followed before


@dataclass(frozen=True)
class Place:
    """Where a face is in the frame, and how large: root mean square distance of its points, doubled."""

    centre_px: Floats
    size_px: float

    @classmethod
    def of(cls, landmarks_px: Landmarks) -> Place:
        xy = landmarks_px[:, :2]
        centre = xy.mean(axis=0)
        return cls(centre, 2.0 * float(np.sqrt(np.square(xy - centre).sum() / len(xy))))

    def distance(self, other: Place) -> float:
        """How unlike two places are: 1 is as far as one face moves or changes in size between sightings."""
        scale = max(self.size_px, other.size_px)
        moved = float(np.hypot(*(self.centre_px - other.centre_px))) / scale
        return max(moved, abs(math.log(self.size_px / other.size_px)) / math.log(SIZE_RATIO_MAX))

    def continues(self, other: Place) -> bool:
        return self.distance(other) < 1.0


class Follower:
    """Follows the student's face: at first the largest, then the one that continues it.

    A face that is lost is waited for; a much larger one takes over, for a student sits nearest.
    """

    def __init__(self, landmarker: Landmarker) -> None:
        self._landmarker = landmarker
        self._last: Place | None = None
        self._last_ms = -np.inf
        self._counted_ms = -np.inf
        self._count = 0

    def follow(self, t_ms: float, rgb: Bytes) -> Sighting:
        """The next frame's sighting. `t_ms` must increase."""
        tracked = self._landmarker.track(rgb)
        if tracked is None:
            return Sighting(None, 0)
        in_doubt = self._last is None or not Place.of(tracked).continues(self._last)
        if not in_doubt and t_ms < self._counted_ms + COUNT_EVERY_MS:
            return self._saw(t_ms, tracked)
        return self._look_around(t_ms, rgb, tracked)

    def _look_around(self, t_ms: float, rgb: Bytes, tracked: Landmarks) -> Sighting:
        others = [face for face in self._landmarker.find(rgb) if not _same(face, tracked)]
        self._counted_ms, self._count = t_ms, 1 + len(others)
        wanted = self._wanted(t_ms, [tracked, *others])
        if wanted is not None and wanted is not tracked:
            wanted = self._landmarker.turn_to(rgb, *_spotlight(wanted))
        return Sighting(None, self._count) if wanted is None else self._saw(t_ms, wanted)

    def _wanted(self, t_ms: float, faces: list[Landmarks]) -> Landmarks | None:
        """The face to follow, the tracked one being the first; None while another is waited for."""
        last = self._last
        largest = max(faces, key=lambda face: Place.of(face).size_px)
        if last is None:
            return largest
        nearest = min(faces, key=lambda face: Place.of(face).distance(last))
        if Place.of(largest).size_px > SIZE_RATIO_MAX * max(Place.of(nearest).size_px, last.size_px):
            return largest
        if Place.of(nearest).continues(last):
            return nearest
        return None if t_ms < self._last_ms + PATIENCE_MS else largest

    def _saw(self, t_ms: float, face: Landmarks) -> Sighting:
        place = Place.of(face)
        changed = self._last is not None and not place.continues(self._last)
        self._last, self._last_ms = place, t_ms
        return Sighting(face, self._count, changed)


def _same(face: Landmarks, other: Landmarks) -> bool:
    return Place.of(face).distance(Place.of(other)) < 0.5


def _spotlight(face: Landmarks) -> tuple[Floats, float]:
    place = Place.of(face)
    return place.centre_px, SPOTLIGHT * place.size_px
