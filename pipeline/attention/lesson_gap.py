"""A lesson's looking against its design, its pictures and its quiz: tables of a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.attention.gap import gap_of, gap_table
from pipeline.attention.lesson_measures import typical_sigma
from pipeline.attention.map_comparison import compare_maps
from pipeline.attention.outcomes import question_shares, quiz_table
from pipeline.attention.saliency import centre_bias, image_saliency, importance_map
from pipeline.attention.scanpath import pair_table, scanpath_table
from pipeline.attention.viewing import Viewing
from pipeline.domain import QUIZ, Bytes, Lesson, Slide, empty
from pipeline.parameters import AttentionParameters

SLIDE_WIDTH_DEG = 24.0  # where it is not known: two thirds of a laptop's screen from 60 cm


@dataclass(frozen=True)
class LessonGap:
    """Tables of a lesson; the first column of all but the last is `slide_id`.

    `gap` is `gap_table`, `maps` is `compare_maps` with the predictions "content" and "saliency", `scanpaths`
    is `scanpath_table`, of the slides one below the other; `quiz` is `quiz_table`.
    """

    gap: pd.DataFrame
    maps: pd.DataFrame
    scanpaths: pd.DataFrame
    quiz: pd.DataFrame


def compare_lesson(
    lesson: Lesson,
    student_table: pd.DataFrame,
    fixations: pd.DataFrame,
    exposures: pd.DataFrame,
    parameters: AttentionParameters,
    *,
    scale: pd.DataFrame,
    pictures: Mapping[str, Bytes],
    quiz: pd.DataFrame | None = None,
    students: Mapping[str, str] | None = None,
) -> LessonGap:
    """Everything that compares what students looked at with something else.

    Parameters
    ----------
    student_table : `measure_lesson(...).students`
    fixations : columns of FIXATIONS and `session_id`, of all slides
    exposures : columns of EXPOSURES and `session_id`, of all slides
    scale : `session_id`, `slide_id`, `width_deg`, `height_deg`
    pictures : (h, w, 3) RGB of slides, by id; a slide without one has no saliency
    quiz : columns of QUIZ
    students : pseudonym of each session's student, for the quiz
    """
    of_slide = dict(tuple(student_table.groupby("slide_id")))
    gaps = {
        slide.slide_id: gap_of(of_slide.get(slide.slide_id, student_table[:0]), slide.aois, parameters)
        for slide in lesson.slides
    }
    viewings = {
        slide.slide_id: tracked_viewing(slide, fixations, exposures, parameters) for slide in lesson.slides
    }
    maps = {
        slide.slide_id: map_metric_table(slide, viewings, scale, pictures.get(slide.slide_id), parameters)
        for slide in lesson.slides
    }
    scanpaths = {
        slide.slide_id: scanpath_table(
            pair_table(viewings[slide.slide_id], slide.aois, _aspect(slide)), parameters
        )
        for slide in lesson.slides
    }
    slides = {slide.slide_id: slide for slide in lesson.slides}
    answers = question_shares(
        empty(QUIZ) if quiz is None else quiz, viewings, slides, students or {}, parameters
    )
    return LessonGap(gap_table(gaps), _below(maps), _below(scanpaths), quiz_table(answers, parameters))


def map_metric_table(
    slide: Slide,
    viewings: Mapping[str, Viewing],
    scale: pd.DataFrame,
    picture: Bytes | None,
    parameters: AttentionParameters,
) -> pd.DataFrame:
    """How well the design and the picture of a slide predict where students looked, between the baselines.

    Parameters
    ----------
    viewings : of all slides of the lesson, by id, of the sessions that count
    scale : as `compare_lesson` takes it
    picture : (h, w, 3) RGB; None where there is none

    Returns
    -------
    As `compare_maps`.
    """
    sigma = spread(viewings[slide.slide_id], scale[scale["slide_id"] == slide.slide_id], _aspect(slide))
    predictions = {"content": importance_map(slide.aois, sigma, overlap=slide.overlap)}
    if picture is not None:
        predictions["saliency"] = image_saliency(picture)
    others = [fixations_of(viewing) for name, viewing in viewings.items() if name != slide.slide_id]
    here = fixations_of(viewings[slide.slide_id])
    elsewhere = pd.concat(others) if others else here[:0]
    return compare_maps(here, elsewhere, predictions, centre_bias(_aspect(slide)), sigma, parameters)


def spread(viewing: Viewing, scale: pd.DataFrame, aspect: float) -> tuple[float, float]:
    """By which fixations are smoothed in x and y, slide units: the class's usual error, at least 1 degree."""
    width_deg, height_deg = scale["width_deg"].median(), scale["height_deg"].median()
    degree = (
        1 / (width_deg if width_deg > 0 else SLIDE_WIDTH_DEG),
        1 / (height_deg if height_deg > 0 else SLIDE_WIDTH_DEG / aspect),
    )
    across, down = np.fmax(typical_sigma(viewing), degree)
    return float(across), float(down)


def tracked_viewing(
    slide: Slide, fixations: pd.DataFrame, exposures: pd.DataFrame, parameters: AttentionParameters
) -> Viewing:
    """One slide as those sessions viewed it that were tracked for long enough."""
    shown = exposures[exposures["slide_id"] == slide.slide_id]
    times = shown.groupby("session_id")[["tracked_ms", "duration_ms"]].sum()
    enough = times.index[times["tracked_ms"] / times["duration_ms"] >= parameters.tracked_share_min]
    counted = shown[shown["session_id"].isin(enough)]
    return Viewing(fixations[fixations["slide_id"] == slide.slide_id], counted)


def fixations_of(viewing: Viewing) -> pd.DataFrame:
    """As `compare_maps` takes them."""
    return pd.DataFrame(
        {
            "session_id": viewing.session,
            "slide_x": viewing.x,
            "slide_y": viewing.y,
            "duration_ms": viewing.duration_ms,
        }
    )


def _aspect(slide: Slide) -> float:
    return slide.width_px / slide.height_px


def _below(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The tables of all slides one below the other, with `slide_id` before them."""
    named = [table.assign(slide_id=slide_id) for slide_id, table in tables.items()]
    joined = pd.concat(named, ignore_index=True) if named else pd.DataFrame({"slide_id": []})
    return joined[["slide_id", *(name for name in joined if name != "slide_id")]]
