"""All measures of a lesson at once: what the tables of a report are made of."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.attention.columns import TableColumns, lesson_table
from pipeline.attention.measures import class_aoi_columns, student_aoi_columns
from pipeline.attention.slide_measures import student_slide_columns
from pipeline.attention.transitions import transition_columns, transition_counts
from pipeline.attention.viewing import Viewing, divided
from pipeline.domain import Bools, Lesson, Slide
from pipeline.parameters import AttentionParameters

FourTables = tuple[TableColumns, TableColumns, TableColumns, TableColumns]


@dataclass(frozen=True)
class LessonMeasures:
    """Tables of a lesson, or of some of its slides; the first column of each is `slide_id`.

    `students` is `student_aoi_table` with `tracked` (whether the session was tracked for long enough on that
    slide to count) after `tracked_share`, `regions` is `class_aoi_table`, `slides` is `student_slide_table`
    and `transitions` is `transition_table` of the tracked students, of the slides one after the other.
    """

    students: pd.DataFrame
    regions: pd.DataFrame
    slides: pd.DataFrame
    transitions: pd.DataFrame


def measure_lesson(
    lesson: Lesson,
    fixations: pd.DataFrame,
    exposures: pd.DataFrame,
    parameters: AttentionParameters | None = None,
    *,
    scale: pd.DataFrame | None = None,
) -> LessonMeasures:
    """Every measure of every student and of the class, on every slide and region.

    Parameters
    ----------
    fixations : columns of FIXATIONS and `session_id`, of all slides, in any order
    exposures : columns of EXPOSURES and `session_id`, of all slides
    parameters : who counts as tracked, and the intervals
    scale : `session_id`, `slide_id`, `width_deg`, `height_deg`, as of `slide_scale`; without it there are no
        angles
    """
    parameters = parameters or AttentionParameters()
    viewings = Viewing.each(fixations, exposures, lesson.slide_ids())
    scales = {} if scale is None else {str(key): rows for key, rows in scale.groupby("slide_id")}

    def measure(slide: Slide) -> FourTables:
        return _measure(slide, viewings[slide.slide_id], parameters, scales.get(slide.slide_id))

    with ThreadPoolExecutor(os.cpu_count()) as workers:  # numpy lets go of the lock
        measured = list(workers.map(measure, lesson.slides))
    slide_ids = lesson.slide_ids()
    tables = (lesson_table(dict(zip(slide_ids, each, strict=True))) for each in zip(*measured, strict=True))
    return LessonMeasures(*tables)


def _measure(
    slide: Slide, viewing: Viewing, parameters: AttentionParameters, scale: pd.DataFrame | None
) -> FourTables:
    """Columns of the four tables of one slide."""
    aois, overlap, version = slide.aois, slide.overlap, slide.aoi_version
    students = student_aoi_columns(viewing, aois, probable=True, overlap=overlap, aoi_version=version)
    sigma = typical_sigma(viewing)
    regions = class_aoi_columns(students, aois, sigma, parameters, overlap=overlap, aoi_version=version)
    counts = transition_counts(viewing, aois)
    slides = student_slide_columns(viewing, slide, counts, scale)
    tracked = divided(viewing.tracked_ms, viewing.exposure_ms) >= parameters.tracked_share_min
    transitions = transition_columns(counts[tracked], aois)
    return _marked(students, np.repeat(tracked, len(aois))), regions, slides, transitions


def _marked(students: TableColumns, tracked: Bools) -> TableColumns:
    """With the column `tracked` after that of its share."""
    names = list(students)
    before = names[: names.index("tracked_share") + 1]
    return {name: students[name] for name in before} | {"tracked": tracked} | students


def typical_sigma(viewing: Viewing) -> tuple[float, float]:
    """The usual error of a class in x and y, slide units: the median over sessions of their means."""
    count = viewing.total(np.ones(len(viewing.session)))
    means = [divided(viewing.total(sigma), count) for sigma in (viewing.sigma_x, viewing.sigma_y)]
    known = [mean[np.isfinite(mean)] for mean in means]
    across, down = (float(np.median(mean)) if len(mean) else np.nan for mean in known)
    return across, down
