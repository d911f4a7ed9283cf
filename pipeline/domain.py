"""The words of the field as types, and the columns of every stored table.

Conventions (everywhere): screen in px and mm with the origin at the top-left corner, x right, y down.
Slide coordinates 0-1 from the top-left of the slide image, values outside are off the slide. Camera in
OpenCV axes (x right, y down, z away from the camera), mm. Angles in degrees. Times in ms on the page's
clock. Missing is NaN or NULL, never 0 or -1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]


class Role(StrEnum):
    """What a region of a slide is there for."""

    TITLE = "title"
    TEXT = "text"
    FIGURE = "figure"
    FORMULA = "formula"
    CHART = "chart"
    DECORATION = "decoration"
    NAVIGATION = "navigation"


class Shape(StrEnum):
    """How the points of a region are to be read."""

    RECTANGLE = "rectangle"  # two opposite corners
    ELLIPSE = "ellipse"  # two opposite corners of the bounding box
    POLYGON = "polygon"  # three or more vertices


class Overlap(StrEnum):
    """Which regions gaze counts for where several lie over one another."""

    ALL = "all"  # for each of them
    TOPMOST = "topmost"  # only for the one that comes last in the slide's list


@dataclass(frozen=True)
class Part:
    """One closed outline of a region.

    `points` are slide coordinates (0-1). `from_ms` and `until_ms` bound the time it is to be seen, counted
    from each opening of the slide; infinity: to the end.
    """

    points: tuple[tuple[float, float], ...]
    shape: Shape = Shape.RECTANGLE
    from_ms: float = 0.0
    until_ms: float = math.inf


@dataclass(frozen=True)
class Aoi:
    """A region of a slide that has a name, a role and a share of looking it is meant to get.

    It is where any of its `parts` is. `weight` is relative to the other regions of the slide, so that the
    expected share is weight / sum of weights; `order` is the intended place in the reading order, counted
    from 1, None where it does not matter.
    """

    aoi_id: str
    name: str
    role: Role
    parts: tuple[Part, ...]
    weight: float = 1.0
    required: bool = False
    order: int | None = None


@dataclass(frozen=True)
class PageBox:
    """What a document says of its page: a run of text, or a picture where `text` is None.

    Slide coordinates of the upper left and the lower right corner; the box of a text fits its letters.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    text: str | None


@dataclass(frozen=True)
class Slide:
    """One image of learning content. `slide_id` is unique within its lesson.

    `aois` lie over one another in this order, the last on top. `aoi_version` counts the sets of regions
    (and overlap rules) that the slide has had in the catalogue, from 1, and `version` its pictures; None
    outside of it.
    """

    slide_id: str
    title: str
    image: str  # file name inside the lesson's folder
    width_px: int
    height_px: int
    aois: tuple[Aoi, ...] = ()
    overlap: Overlap = Overlap.ALL
    aoi_version: int | None = None
    version: int | None = None


@dataclass(frozen=True)
class Lesson:
    """Slides in their intended order. `lesson_id` is unique within its course."""

    course_id: str
    course_title: str
    lesson_id: str
    lesson_title: str
    slides: tuple[Slide, ...]

    def slide_ids(self) -> tuple[str, ...]:
        return tuple(slide.slide_id for slide in self.slides)


@dataclass(frozen=True)
class Screen:
    """The student's screen. `size_source` says how its millimetres are known; "assumed" marks every cm."""

    width_px: int
    height_px: int
    width_mm: float
    height_mm: float
    size_source: str = "assumed"

    @property
    def mm_per_px(self) -> tuple[float, float]:
        return self.width_mm / self.width_px, self.height_mm / self.height_px


@dataclass(frozen=True)
class Camera:
    """The webcam. Offsets are from the screen's top centre to the lens, x right and y up, in mm.

    `horizontal_fov_deg` and `mirrored` are None where the recording does not say.
    """

    x_mm: float = 0.0
    y_mm: float = 10.0
    horizontal_fov_deg: float | None = None
    mirrored: bool | None = None


@dataclass(frozen=True)
class Consent:
    """Which wording was agreed to, and when (ISO 8601)."""

    version: str
    given_at: str


class FixationOrigin(StrEnum):
    """Whose fixations those of another tracker's session are."""

    KEPT = "kept"  # the tracker's own
    RECOMPUTED = "recomputed"  # found by us in its gaze


@dataclass(frozen=True)
class TrackerSource:
    """The export of another tracker that a session was made from.

    `accuracy_deg` is what the export states, None where it does not; `notes` are sentences about what was
    assumed or left out.
    """

    format: str
    label: str
    fixations: FixationOrigin
    accuracy_deg: float | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class SessionHeader:
    """Who looked at what, on which screen: the content of `session.json`. `student` is a pseudonym."""

    course_id: str
    lesson_id: str
    student: str
    consent: Consent | None
    screen: Screen
    camera: Camera = field(default_factory=Camera)
    video_start_ms: float = 0.0
    recorder: str = "unknown"
    synthetic: bool = False
    source: TrackerSource | None = None  # None: recorded for us


@dataclass(frozen=True)
class Observations:
    """What the face stage knows of each frame, and all that the gaze stage needs.

    Shapes, for n frames: `t_ms` (n,), strictly increasing, on the page's clock; `landmarks_px` (n, 478, 3)
    float32 with x, y and MediaPipe's relative z in px of the upright frame, NaN where no face was found;
    `face_count` (n,) faces seen in the frame (0, 1, 2...); `face_changed` (n,) True where the followed
    face is not the one of the frame before; `brightness` (n,) mean grey of the face's box, 0-255; `blur`
    (n,) variance of the Laplacian there; `eyes` (n, 2, height, width) uint8 grey crops (subject's right
    eye first, that is image left) or None; `eyes_affine` (n, 2, 2, 3) float32 maps crop px to frame px;
    `iris_px` (n, 2, 2) float32 iris centres found in the picture itself, NaN where none was, or None.
    """

    frame_width_px: int
    frame_height_px: int
    t_ms: Floats
    landmarks_px: NDArray[np.float32]
    face_count: NDArray[np.int16]
    face_changed: Bools
    brightness: NDArray[np.float32]
    blur: NDArray[np.float32]
    eyes: Bytes | None = None
    eyes_affine: NDArray[np.float32] | None = None
    iris_px: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.t_ms)

    @property
    def has_face(self) -> Bools:
        return np.asarray(np.isfinite(self.landmarks_px[:, 0, 0]))


@dataclass(frozen=True)
class LabelMap:
    """Which regions of a slide hold each place of it, as pictures: a place counts as its subcell's middle.

    `inside` (e, k, rows, columns) tells it for e stretches of time and k regions; rows and columns divide
    the cells of the density grid evenly. `from_ms` (e,) is when each stretch begins, counted from the
    opening of the slide; the first begins at 0.
    """

    from_ms: Floats
    inside: Bools


# Columns of every stored table, in order, with their pandas dtype. Names carry their units.
Columns = dict[str, str]

GAZE: Final[Columns] = {
    "t_ms": "float64",
    "screen_x_px": "float32",
    "screen_y_px": "float32",
    "slide_id": "string",  # NULL while no slide was on screen
    "slide_x": "float32",
    "slide_y": "float32",
    "valid": "bool",  # False: not tracked (no face, blink, lids closed); coordinates are NaN then
    "sigma_deg": "float32",
    "distance_mm": "float32",
    "head_yaw_deg": "float32",
    "head_pitch_deg": "float32",
    "head_roll_deg": "float32",
    "eye_openness": "float32",
}
FIXATIONS: Final[Columns] = {
    "fixation_id": "int32",
    "slide_id": "string",
    "onset_ms": "float64",
    "duration_ms": "float32",
    "slide_x": "float32",
    "slide_y": "float32",
    "dispersion_deg": "float32",
    "samples": "int32",
    "sigma_x": "float32",  # slide units
    "sigma_y": "float32",
}
DENSITY: Final[Columns] = {"slide_id": "string", "cell": "int32", "seconds": "float32"}
FRAMES: Final[Columns] = {
    "t_ms": "float64",
    "face_count": "int16",
    "face_changed": "bool",
    "blink": "bool",
    "head_out_of_range": "bool",
    "brightness": "float32",
    "blur": "float32",
}
# When each slide could be seen, and how much of that time the eyes were tracked.
EXPOSURES: Final[Columns] = {
    "slide_id": "string",
    "onset_ms": "float64",
    "duration_ms": "float64",
    "tracked_ms": "float64",
    "on_slide_ms": "float64",
}
SESSION_TABLES: Final[dict[str, Columns]] = {
    "gaze": GAZE,
    "fixations": FIXATIONS,
    "density": DENSITY,
    "frames": FRAMES,
    "exposures": EXPOSURES,
}

TIMELINE: Final[Columns] = {
    "t_ms": "float64",
    "event": "string",
    "slide": "string",
    "x_px": "float64",
    "y_px": "float64",
    "width_px": "float64",
    "height_px": "float64",
}
TIMELINE_EVENTS: Final = ("slide_shown", "slide_hidden", "page_hidden", "page_visible", "window_resized")
CALIBRATION: Final[Columns] = {
    "t_on_ms": "float64",
    "t_off_ms": "float64",
    "x_px": "float64",
    "y_px": "float64",
    "kind": "string",
}
CALIBRATION_KINDS: Final = ("calibrate", "validate", "head_motion", "drift_check")
TRUTH: Final[Columns] = {
    "t_ms": "float64",
    "screen_x_px": "float64",
    "screen_y_px": "float64",
    "head_yaw_deg": "float64",
    "head_pitch_deg": "float64",
    "head_roll_deg": "float64",
    "head_x_mm": "float64",
    "head_y_mm": "float64",
    "head_z_mm": "float64",
    "distance_mm": "float64",  # camera to the midpoint between the eyes
    "blink": "bool",
    "slide": "string",
}
# What students answered, and where on the slides the answer is.
QUIZ: Final[Columns] = {
    "student": "string",
    "question": "string",
    "correct": "float64",  # 0-1
    "slide": "string",
    "aois": "string",  # ids of the regions, separated by |
}

DENSITY_COLUMNS: Final = 96
DENSITY_ROWS: Final = 54


def typed(frame: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    """The frame with exactly these columns, in this order and of these types.

    Raises KeyError where one is missing: a table of ours that lacks a column is a bug, not bad input.
    """
    return frame[list(columns)].astype(columns).reset_index(drop=True)


def empty(columns: Columns) -> pd.DataFrame:
    """A table of no rows with these columns and types."""
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})
