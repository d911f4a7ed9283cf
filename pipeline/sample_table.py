"""Where the gaze samples of a lesson fell, whatever the fixations: the two are measured apart."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from pipeline.attention.label_map import label_map
from pipeline.domain import Lesson, Slide
from pipeline.storage.lake import Lake
from pipeline.storage.samples import SampleCounts

COLUMNS: Final = ["session_id", "slide_id", "aoi_id", "sample_count", "sample_share"]


def sample_table(
    lake: Lake, files: Mapping[str, Path], lesson: Lesson, exposures: pd.DataFrame
) -> pd.DataFrame:
    """Share of each session's valid samples on a slide that fell into each of its regions.

    It needs no fixation to be found, so it tells whether what fixations say hangs on how they were found.

    Parameters
    ----------
    files : the gaze of each session, by its id
    exposures : `session_id` and `slide_id` of those who were shown a slide; the others have no rows

    Returns
    -------
    `session_id`, `slide_id`, `aoi_id`, `sample_count` and `sample_share` (0-1, NaN where no sample is on the
    slide); a row for each exposed session and region.
    """
    slides = [slide for slide in lesson.slides if slide.aois]
    labels = {slide.slide_id: label_map(slide.aois, slide.overlap) for slide in slides}
    counts = lake.count_samples(files, labels)
    tables = [_of_slide(counts, slide) for slide in slides]
    if not tables:
        return pd.DataFrame(columns=COLUMNS)
    shown = pd.MultiIndex.from_frame(exposures[["session_id", "slide_id"]].astype(object))
    table = pd.concat(tables, ignore_index=True)
    places = pd.MultiIndex.from_frame(table[["session_id", "slide_id"]].astype(object))
    return table[places.isin(shown)].reset_index(drop=True)


def _of_slide(counts: SampleCounts, slide: Slide) -> pd.DataFrame:
    in_regions, cells = counts.regions[slide.slide_id], counts.cells[slide.slide_id]
    on_slide = cells.sum(axis=(1, 2), dtype=float)[:, None]
    shares = np.divide(in_regions, on_slide, out=np.full(in_regions.shape, np.nan), where=on_slide > 0)
    return pd.DataFrame(
        {
            "session_id": np.repeat(np.array(counts.sessions, dtype=object), len(slide.aois)),
            "slide_id": slide.slide_id,
            "aoi_id": np.tile([aoi.aoi_id for aoi in slide.aois], len(counts.sessions)),
            "sample_count": in_regions.ravel(),
            "sample_share": shares.ravel(),
        },
        columns=COLUMNS,
    )
