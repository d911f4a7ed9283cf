"""Maps of a slide (54, 96): where students looked in four kinds, where the picture stands out, differences.

What is counted at a place is what happened within the typical error of it: nothing smaller can be told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from dashboard.accuracy import TypicalError, smoothing
from dashboard.choice import OTHERS
from dashboard.content import rgb
from dashboard.difference import Difference, difference
from dashboard.group import Rules
from dashboard.items import Item
from dashboard.memo import remembered
from dashboard.school import School, SlideView, Students, grids
from pipeline.attention.density import participant_percent, smooth
from pipeline.attention.saliency import image_saliency
from pipeline.domain import DENSITY_COLUMNS, DENSITY_ROWS, Floats

SHAPE: Final = (DENSITY_ROWS, DENSITY_COLUMNS)


@dataclass(frozen=True)
class Looking:
    """One kind of heatmap (54, 96), in the unit of the kind; 0 everywhere without students.

    duration: mean seconds of a student; relative: mean percent of a student's own looking at the slide;
    count: mean fixations of a student; percent: percent of the students who looked there at all.
    """

    values: Floats
    students: int


class Grids(NamedTuple):
    """Seconds by cell of each student shown (n, 54, 96), as measured and spread by the error of each."""

    students: tuple[str, ...]
    seconds: Floats
    spread: Floats


@remembered
def slide_grids(
    school: School, course_id: str, lesson_id: str, slide_id: str, students: Students, rules: Rules
) -> Grids:
    """The grid of every student who is shown."""
    view = school.slide_view(course_id, lesson_id, slide_id, students, rules)
    shown = view.group.shown
    if not shown:
        return Grids((), np.zeros((0, *SHAPE)), np.zeros((0, *SHAPE)))
    files = {row.session_id: row.files["density"].path for row in shown}
    own = grids(school.lake.density(files, slide_id))
    sigma = smoothing(shown, view.spread).to_dict("index")
    seconds = np.array([own.get(row.session_id, np.zeros(SHAPE)) for row in shown])
    spread = np.array(
        [smooth(grid, **sigma[row.session_id]) for row, grid in zip(shown, seconds, strict=True)]
    )
    return Grids(tuple(str(row.student) for row in shown), seconds, spread)


@remembered
def slide_looking(
    school: School, course_id: str, lesson_id: str, slide_id: str, students: Students, rules: Rules, kind: str
) -> Looking:
    """One kind of heatmap of these students, or of the whole class."""
    place = (course_id, lesson_id, slide_id)
    view = school.slide_view(*place, students, rules)
    if view.error is None:
        return Looking(np.zeros(SHAPE), 0)
    found = slide_grids(school, *place, students, rules)
    values = {
        "duration": lambda: found.spread.mean(axis=0) * circle(view.error),
        "relative": lambda: 100 * _shares(found.spread).mean(axis=0) * circle(view.error),
        "count": lambda: _fixations(view) * circle(view.error),
        "percent": lambda: participant_percent(found.seconds, view.error.radius_x, view.error.radius_y),
    }[kind]()
    return Looking(values, len(found.students))


@remembered
def slide_saliency(
    school: School, course_id: str, lesson_id: str, slide_id: str, version: int | None
) -> Floats:
    """What stands out in a slide's picture, as a share of what stands out most (54, 96)."""
    found = image_saliency(rgb(school.slide_image(course_id, lesson_id, slide_id, version)))
    return np.asarray(found / found.max())


def slide_difference(
    school: School,
    course_id: str,
    lesson_id: str,
    slide_id: str,
    students: Students,
    rules: Rules,
    against: str,
) -> Difference | None:
    """How the looking of those shown (A) differs from that of others (B), see `Choice.against`.

    None where there is nobody on one of the sides. Nobody is on both, save for another version of the
    slide, where students are compared with themselves if enough saw both.
    """
    place = (course_id, lesson_id, slide_id)
    other_rules = _others(rules, against)
    a = school.slide_view(*place, students, rules).group.names
    others = students if against.startswith("version:") else ()
    b = school.slide_view(*place, others, other_rules).group.names
    if against == OTHERS:
        b = tuple(name for name in b if name not in a)
    elif not against.startswith("version:"):
        a = tuple(name for name in a if name not in b)
    if not a or not b:
        return None
    sides = [
        Item(place, students=a, version=rules.version),
        Item(place, students=b, version=other_rules.version),
    ]
    return difference(school, *sides, replace(rules, group=None, version=None))


def circle(error: TypicalError) -> float:
    """How many cells lie within the typical error of a place."""
    return float(np.pi * error.radius_x * DENSITY_COLUMNS * error.radius_y * DENSITY_ROWS)


def cell_table(values: Floats, name: str) -> pd.DataFrame:
    """A map as a table, one row a cell: its centre in slide units, and the value under this name."""
    row, column = np.divmod(np.arange(values.size), DENSITY_COLUMNS)
    x, y = (column + 0.5) / DENSITY_COLUMNS, (row + 0.5) / DENSITY_ROWS
    return pd.DataFrame({"slide_x": x, "slide_y": y, name: values.ravel()}).round(5)


def _others(rules: Rules, against: str) -> Rules:
    """Whose recordings count on the other side."""
    kind, _, name = against.partition(":")
    if kind == "group":
        return replace(rules, group=name)
    if kind == "version":
        return replace(rules, version=int(name))
    return replace(rules, group=None)


def _shares(spread: Floats) -> Floats:
    """Of each student's own time on the slide; students without any are left out."""
    own = spread[spread.any(axis=(1, 2))]
    return own / own.sum(axis=(1, 2), keepdims=True) if len(own) else np.zeros((1, *SHAPE))


def _fixations(view: SlideView) -> Floats:
    """Fixations of a student by cell, mean of those shown, spread by the typical error."""
    seen = view.fixations
    x, y = seen["slide_x"].to_numpy(float), seen["slide_y"].to_numpy(float)
    on = (x >= 0) & (x <= 1) & (y >= 0) & (y <= 1)
    column = np.minimum((x[on] * DENSITY_COLUMNS).astype(int), DENSITY_COLUMNS - 1)
    row = np.minimum((y[on] * DENSITY_ROWS).astype(int), DENSITY_ROWS - 1)
    counts = np.zeros(SHAPE)
    np.add.at(counts, (row, column), 1.0)
    error = view.error or TypicalError(1.0, 0.0, 0.0, "unknown")
    return smooth(counts, error.radius_x, error.radius_y) / max(len(view.group.shown), 1)
