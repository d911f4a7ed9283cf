"""The quiz of the demo school's main lesson: answers of students who are rendered, hence synthetic too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from pipeline.domain import QUIZ, Lesson, Role, Slide, typed
from pipeline.synthetic.gaze_behaviour import Behaviour

# How likely the answer of a student is right who looks at the region, and of one who hardly does.
LOOKED, MISSED = 0.85, 0.3
SELDOM_LOOK: Final = (Behaviour.MISSES, Behaviour.WANDERS, Behaviour.LEAVES_TAB)


def demo_quiz(lesson: Lesson, students: Sequence[tuple[str, Behaviour]], seed: int) -> pd.DataFrame:
    """One question a slide, about the required region that those who miss one do not look at.

    Parameters
    ----------
    students : pseudonyms, each with what the student does with the slides
    seed : of the answers that are drawn

    Returns
    -------
    Columns of QUIZ.
    """
    rng = np.random.default_rng(seed)
    asked = [(slide, region) for slide in lesson.slides if (region := _asked_about(slide))]
    rows = [
        (student, f"{slide.title}: {name}", float(rng.random() < _chance(behaviour)), slide.slide_id, aoi_id)
        for student, behaviour in students
        for slide, (aoi_id, name) in asked
    ]
    return typed(pd.DataFrame(rows, columns=list(QUIZ)), QUIZ)


def _asked_about(slide: Slide) -> tuple[str, str] | None:
    """Id and name of the region that `gaze_behaviour` leaves out for those who miss one."""
    required = [aoi for aoi in slide.aois if aoi.required and aoi.role is not Role.TITLE]
    return (required[-1].aoi_id, required[-1].name) if required else None


def _chance(behaviour: Behaviour) -> float:
    return MISSED if behaviour in SELDOM_LOOK else LOOKED
