"""What is kept of one session on one slide, so that figures of thousands of sessions need no fixations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.attention.measures import student_aoi_columns
from pipeline.attention.viewing import Viewing, divided
from pipeline.domain import Columns, Lesson, Slide

# One value a session and slide. Times of all showings together, `opened_ms` the first on the page's clock;
# fixations are those on the slide; sigma is the mean over all fixations, slide units.
VIEWED: Final[Columns] = {
    "exposure_ms": "float64",
    "tracked_ms": "float64",
    "on_slide_ms": "float64",
    "showings": "int32",
    "opened_ms": "float64",
    "fixation_count": "int32",
    "fixation_ms": "float64",
    "sigma_x": "float64",
    "sigma_y": "float64",
}
# One value a session, slide and region: the measures of `student_aoi_table`.
REGIONS: Final[Columns] = {
    "dwell_ms": "float64",
    "dwell_share": "float64",
    "fixation_count": "int64",
    "ttff_ms": "float64",
    "visits": "int64",
    "revisits": "int64",
    "first_fixation_ms": "float64",
    "mean_fixation_ms": "float64",
    "expected_dwell_ms": "float64",
    "probable_share": "float64",
    "hit_probability": "float64",
}

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class SlideRollup:
    """One slide as n sessions viewed it, sorted: `viewed` (n,) by VIEWED, `regions` (n, k) by REGIONS."""

    sessions: NDArray[Any]
    viewed: Arrays
    regions: Arrays


def roll_up(lesson: Lesson, fixations: pd.DataFrame, exposures: pd.DataFrame) -> Mapping[str, SlideRollup]:
    """Every slide of a lesson, by its id, as the sessions that had it open viewed it.

    Parameters
    ----------
    fixations : columns of FIXATIONS and `session_id`, of all slides, in any order
    exposures : columns of EXPOSURES and `session_id`, of all slides
    """
    viewings = Viewing.each(fixations, exposures, lesson.slide_ids())
    return {slide.slide_id: _rolled_up(slide, viewings[slide.slide_id]) for slide in lesson.slides}


def _rolled_up(slide: Slide, viewing: Viewing) -> SlideRollup:
    shape = len(viewing.sessions), len(slide.aois)
    columns = student_aoi_columns(
        viewing, slide.aois, probable=True, overlap=slide.overlap, aoi_version=slide.aoi_version
    )
    regions = {name: columns[name].reshape(shape).astype(kind) for name, kind in REGIONS.items()}
    return SlideRollup(viewing.sessions, _viewed(viewing), regions)


def _viewed(viewing: Viewing) -> Arrays:
    fixations = viewing.total(np.ones(len(viewing.session)))
    values = {
        "exposure_ms": viewing.exposure_ms,
        "tracked_ms": viewing.tracked_ms,
        "on_slide_ms": viewing.on_slide_ms,
        "showings": viewing.showings,
        "opened_ms": viewing.opened_ms,
        "fixation_count": viewing.total(viewing.on_slide),
        "fixation_ms": viewing.total(viewing.duration_ms * viewing.on_slide),
        "sigma_x": divided(viewing.total(viewing.sigma_x), fixations),
        "sigma_y": divided(viewing.total(viewing.sigma_y), fixations),
    }
    return {name: np.asarray(values[name]).astype(kind) for name, kind in VIEWED.items()}
