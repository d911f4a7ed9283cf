"""A class's gaze on a slide against its content: maps, measures of the whole slide, ways between regions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from pipeline.attention.lesson_gap import map_metric_table
from pipeline.attention.slide_measures import student_slide_columns
from pipeline.attention.transitions import transition_counts, transition_table
from pipeline.attention.viewing import Viewing
from pipeline.domain import Bytes, Slide
from pipeline.parameters import AttentionParameters


@dataclass(frozen=True)
class ContentView:
    """Tables of one slide and the students who count.

    `maps` is `compare_maps` with the predictions "content" and "saliency"; `students` is
    `student_slide_table` with `student`; `transitions` is `transition_table`.
    """

    slide: Slide
    maps: pd.DataFrame
    students: pd.DataFrame
    transitions: pd.DataFrame


def content_view(
    slide: Slide,
    viewings: Mapping[str, Viewing],
    scale: pd.DataFrame,
    picture: Bytes,
    students: Mapping[str, str],
    parameters: AttentionParameters,
) -> ContentView:
    """All of it.

    Parameters
    ----------
    viewings : of every slide of the lesson, by id, of those who count
    scale : columns `SCALE` of `pipeline.scales`, of every slide
    picture : (h, w, 3) RGB
    students : pseudonym of each session's student
    """
    viewing = viewings[slide.slide_id]
    counts = transition_counts(viewing, slide.aois)
    own_scale = scale[scale["slide_id"] == slide.slide_id]
    measured = pd.DataFrame(student_slide_columns(viewing, slide, counts, own_scale))
    measured.insert(0, "student", measured["session_id"].map(students).astype("string"))
    return ContentView(
        slide,
        map_metric_table(slide, viewings, scale, picture, parameters),
        measured,
        transition_table(counts, slide.aois),
    )


def rgb(path: Path) -> Bytes:
    """The picture of a slide, (h, w, 3)."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))
