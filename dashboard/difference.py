"""How two groups looked at one slide, or one group at two versions of it: a map, and region by region."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from dashboard.accuracy import smoothing
from dashboard.group import Rules
from dashboard.items import Item
from dashboard.memo import remembered
from dashboard.school import School, SlideView, grids
from pipeline.attention.comparison import compare_groups, difference_map
from pipeline.attention.density import smooth
from pipeline.attention.measures import student_aoi_table
from pipeline.domain import DENSITY_COLUMNS, DENSITY_ROWS, Aoi, Floats
from pipeline.storage.rows import NotFound, SessionRow

PERMUTATIONS: Final = 2000  # of a map: p to within 0.01 where it is 0.05, in a fraction of a second
SIGNIFICANT: Final = 0.05


@dataclass(frozen=True)
class Difference:
    """Where A looked more, and where B did.

    `points` (54, 96): share of each student's looking within the typical error of a place, mean of A minus
    mean of B, in percentage points. `p` (54, 96): below 0.05 anywhere on 5 of 100 maps by chance. `note`
    says why there is no map; both are NaN then. `a_n`, `b_n`: students with gaze on the slide. `paired`: the
    same students on both sides, each compared with themselves, the others left out. `radius_x`, `radius_y`:
    the typical error of the less exact side, slide units, by which both are smoothed. `seconds` of A and of B
    (54, 96): mean seconds that a student looked within it, of the same students as the map.
    """

    a: SlideView
    b: SlideView
    points: Floats
    p: Floats
    note: str
    a_n: int
    b_n: int
    paired: bool
    radius_x: float
    radius_y: float
    seconds: tuple[Floats, Floats]

    @property
    def peak(self) -> float:
        """The most seconds on either side."""
        return float(max(each.max(initial=0.0) for each in self.seconds))

    @property
    def significant(self) -> float:
        """Share of the slide (0-1) where the difference is more than chance would do."""
        return float((self.p < SIGNIFICANT).mean())


def in_both(one: Collection[str], other: Collection[str], least: int) -> tuple[str, ...]:
    """The students to compare with themselves: those on both sides, if at least so many and half of a side.

    If fewer are on both sides, all count as if they were different people, which errs towards saying less.
    """
    both = sorted(set(one) & set(other))
    enough = len(both) >= max(least, min(len(set(one)), len(set(other))) / 2)
    return tuple(both) if enough else ()


@remembered
def difference(school: School, a: Item, b: Item, rules: Rules) -> Difference:
    """How the looking of item A, a slide, differs from that of B, the same slide. Raises NotFound."""
    one, other = (_seen(school, item, rules) for item in (a, b))
    if one.slide.slide_id != other.slide.slide_id or a.place != b.place:
        raise NotFound("difference", "two sides of one slide", f"{a} and {b}")
    sides = [{str(row.student): row for row in view.group.shown} for view in (one, other)]
    parameters = replace(rules.parameters, permutations=PERMUTATIONS)
    both = in_both(sides[0], sides[1], parameters.group_min)
    if both:
        sides = [{name: side[name] for name in both} for side in sides]
    rows = [tuple(side.values()) for side in sides]
    radius = _radius((one, other))
    maps = [_looking(school, a.place[2], each, radius) for each in rows]
    found = difference_map(*maps, parameters, paired=bool(both))
    circle = np.pi * radius[0] * DENSITY_COLUMNS * radius[1] * DENSITY_ROWS
    looked = [int(each.any(axis=(1, 2)).sum()) for each in maps]
    points = 100 * found.difference * circle
    seconds = [each.mean(axis=0) * circle if len(each) else each.sum(axis=0) for each in maps]
    return Difference(
        one, other, points, found.p, found.note, looked[0], looked[1], bool(both), *radius,
        seconds=(seconds[0], seconds[1]),
    )  # fmt: skip


@remembered
def region_differences(
    school: School, a: Item, b: Item, rules: Rules, measure: str = "dwell_share"
) -> pd.DataFrame:
    """`compare_groups` of the regions that both have, and whether it was `paired`. Raises NotFound.

    Regions are those of the same ids, as A's slide has them; the two may be versions of a slide.
    """
    one, other = (_seen(school, item, rules).slide.aois for item in (a, b))
    aois = _common(one, other)
    tables = [_of_regions(slide_students(school, item, rules), aois) for item in (a, b)]
    names = [set(table["session_id"]) for table in tables]
    both = in_both(*names, rules.parameters.group_min)
    if not aois:
        return compare_groups(*tables, (), rules.parameters).assign(paired=False)
    compared = compare_groups(*tables, aois, rules.parameters, measure=measure, paired=bool(both))
    return compared.assign(paired=bool(both))


@remembered
def slide_students(school: School, item: Item, rules: Rules) -> pd.DataFrame:
    """`student_aoi_table` of an item that is a slide, with `session_id` the student. Raises NotFound.

    Those who were not tracked for long enough are in it, with their `tracked_share`.
    """
    view = _seen(school, item, rules)
    course_id, lesson_id, slide_id = item.place
    exposures = school.exposures(course_id, lesson_id)
    here = exposures[(exposures["slide_id"] == slide_id) & exposures["session_id"].isin(view.group.counted)]
    fixations = school.lake.fixations(_files(view.group.shown, "fixations"), slide_id)
    slide = view.slide
    table = student_aoi_table(
        fixations, here, slide.aois, probable=False, overlap=slide.overlap, aoi_version=slide.aoi_version
    )
    names = {row.session_id: str(row.student) for row in school.sessions(course_id, lesson_id)}
    return table.assign(session_id=table["session_id"].map(names).astype(object))


def _seen(school: School, item: Item, rules: Rules) -> SlideView:
    if item.kind != "slide":
        raise NotFound("difference", "a slide", str(item))
    return school.slide_view(*item.place, item.students, item.rules(rules))


def _radius(views: Sequence[SlideView]) -> tuple[float, float]:
    """The typical error in x and y of the less exact side, so that neither looks more spread than it is."""
    each = [smoothing(view.group.shown, view.spread).median() for view in views if view.group.shown]
    if not each:
        return 0.0, 0.0
    table = pd.DataFrame(each).max()
    return float(table["sigma_x"]), float(table["sigma_y"])


def _looking(
    school: School, slide_id: str, rows: Sequence[SessionRow], radius: tuple[float, float]
) -> Floats:
    """Seconds of each session (n, 54, 96), smoothed alike; nothing for those without any."""
    seconds = np.zeros((len(rows), DENSITY_ROWS, DENSITY_COLUMNS))
    own = grids(school.lake.density(_files(rows, "density"), slide_id)) if rows else {}
    for place, row in enumerate(rows):
        if row.session_id in own:
            seconds[place] = own[row.session_id]
    return smooth(seconds, *radius)


def _common(one: Sequence[Aoi], other: Sequence[Aoi]) -> tuple[Aoi, ...]:
    ids = {aoi.aoi_id for aoi in other}
    return tuple(aoi for aoi in one if aoi.aoi_id in ids)


def _of_regions(table: pd.DataFrame, aois: Sequence[Aoi]) -> pd.DataFrame:
    """The rows of these regions, in their order for each student."""
    place = {aoi.aoi_id: number for number, aoi in enumerate(aois)}
    kept = table[table["aoi_id"].isin(place)]
    order = np.lexsort((kept["aoi_id"].map(place).to_numpy(), kept["session_id"].to_numpy(str)))
    return kept.iloc[order]


def _files(rows: Sequence[SessionRow], table: str) -> dict[str, Path]:
    return {row.session_id: row.files[table].path for row in rows}
