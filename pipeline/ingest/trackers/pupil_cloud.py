"""Pupil Cloud's downloads for Pupil Invisible and Neon: gaze.csv and fixations.csv, raw or mapped.

Raw gaze is in the scene camera's picture. The enrichments map it: the Reference Image Mapper onto a
picture, the Marker Mapper onto a surface whose top-left corner is (0, 0) and bottom-right (1, 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image, UnidentifiedImageError

from pipeline.ingest.trackers.pupil import Points, recording_of
from pipeline.ingest.trackers.recording import (
    Importer,
    ReadOptions,
    Size,
    Space,
    TrackerRecording,
    screen_size,
)
from pipeline.ingest.trackers.table import Head, open_head, read_columns

RECORDING: Final = "recording id"
TIME: Final = "timestamp [ns]"
START: Final = "start timestamp [ns]"
END: Final = "end timestamp [ns]"
WORN: Final = "worn"
NOT_WORN: Final = ("0", "0.0", "False", "false")
BLINK: Final = "blink id"
NS_PER_MS: Final = 1e6
REFERENCE_IMAGES: Final = ("reference_image.jpeg", "reference_image.jpg", "reference_image.png")
INVISIBLE_PX: Final = (1088, 1080)
NEON_PX: Final = (1600, 1200)


@dataclass(frozen=True)
class View:
    """What gaze is given on. Files of a mapped view have the column `mark`."""

    space: Space
    stimulus: str | None
    x: str
    y: str
    mark: str | None = None
    shares: bool = False  # of the surface; else px


_IMAGE: Final = "in reference image"
_SURFACE: Final = "on surface"
GAZE: Final = (
    View(
        Space.STIMULUS,
        "reference image",
        f"gaze position {_IMAGE} x [px]",
        f"gaze position {_IMAGE} y [px]",
        f"gaze detected {_IMAGE}",
    ),
    View(
        Space.SCREEN,
        "surface",
        f"gaze position {_SURFACE} x [normalized]",
        f"gaze position {_SURFACE} y [normalized]",
        f"gaze detected {_SURFACE}",
        shares=True,
    ),
    View(Space.SCENE, None, "gaze x [px]", "gaze y [px]"),
)
_X, _Y = "fixation x [px]", "fixation y [px]"
FIXATIONS: Final = (
    View(Space.STIMULUS, "reference image", _X, _Y, f"fixation detected {_IMAGE}"),
    View(
        Space.SCREEN,
        "surface",
        "fixation x [normalized]",
        "fixation y [normalized]",
        f"fixation detected {_SURFACE}",
        shares=True,
    ),
    View(Space.SCENE, None, _X, _Y),
)


def matches(head: Head) -> bool:
    return _view(head, GAZE, TIME) is not None or _view(head, FIXATIONS, START, END) is not None


def read(head: Head, options: ReadOptions) -> list[TrackerRecording]:
    """One recording for each recording id.

    To a gaze.csv belong the fixations of the fixations.csv beside it, where that is of the same view.
    """
    if view := _view(head, GAZE, TIME):
        points = gaze = _gaze(head, view)
        fixations = _fixations_beside(head, view)
    else:
        view = next(view for view in FIXATIONS if _view(head, (view,), START, END))
        points = fixations = _fixations(head, view)
        gaze = points.none()
    size = _size(head, view, points, options)
    px = size[:2] if view.shares else (1, 1)
    return [
        recording_of(
            points.of(name),
            gaze.of(name).scaled(*px),
            None if fixations is None else fixations.of(name).scaled(*px),
            format=IMPORTER.name,
            file=head.path.name,
            units_per_ms=NS_PER_MS,
            space=view.space,
            size=size,
            stimulus=view.stimulus,
        )
        for name in points.recording.unique()
    ]


def _view(head: Head, views: tuple[View, ...], *times: str) -> View | None:
    found = (view for view in views if head.has(*times, view.x, view.y) and head.has(view.mark or view.x))
    return next(found, None)


def _gaze(head: Head, view: View) -> Points:
    """Samples; those while the glasses were not worn and those in a blink are not valid."""
    texts = [name for name in (RECORDING, BLINK, WORN) if head.has(name)]
    table = read_columns(head, numbers=[view.x, view.y], texts=texts, whole=[TIME])
    valid = table.text(BLINK).isna() & ~table.text(WORN).isin(NOT_WORN)
    time_ns = table.whole(TIME)
    return Points(table.text(RECORDING), time_ns, time_ns, table.number(view.x), table.number(view.y), valid)


def _fixations(head: Head, view: View) -> Points:
    texts = [RECORDING] if head.has(RECORDING) else []
    table = read_columns(head, numbers=[view.x, view.y], texts=texts, whole=[START, END])
    given = np.ones(table.rows, dtype=bool)
    return Points(
        table.text(RECORDING),
        table.whole(START),
        table.whole(END),
        table.number(view.x),
        table.number(view.y),
        given,
    )


def _fixations_beside(head: Head, view: View) -> Points | None:
    path = head.path.with_name("fixations.csv")
    if path == head.path or not path.is_file():
        return None
    beside = open_head(path)
    same = _view(beside, FIXATIONS, START, END)
    return _fixations(beside, same) if same is not None and same.space == view.space else None


def _size(head: Head, view: View, points: Points, options: ReadOptions) -> Size:
    """The picture's size: the reference image lies beside its tables, scene cameras are of two kinds."""
    if view.space == Space.STIMULUS:
        return screen_size(options, _reference_image_size(head))
    if view.space == Space.SCREEN or options.screen_px is not None:
        return screen_size(options, None)
    reach = np.nanmax(np.append(points.x_px, 0.0)), np.nanmax(np.append(points.y_px, 0.0))
    width, height = NEON_PX if reach > INVISIBLE_PX else INVISIBLE_PX
    return width, height, False, (f"The scene camera's picture was taken to have {width} x {height} px.",)


def _reference_image_size(head: Head) -> tuple[float, float] | None:
    for name in REFERENCE_IMAGES:
        try:
            with Image.open(head.path.with_name(name)) as image:
                return float(image.width), float(image.height)
        except (OSError, UnidentifiedImageError, Image.DecompressionBombError):
            continue  # not there, or no picture: its size is then assumed
    return None


IMPORTER: Final = Importer(
    name="pupil_cloud",
    label="Pupil Cloud gaze.csv or fixations.csv (Neon, Invisible)",
    looks_for=f"the columns {TIME} and {GAZE[-1].x}, or {START}, {END} and {_X}, or those of a mapped view",
    matches=matches,
    read=read,
)
