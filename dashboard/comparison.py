"""Items side by side: what each comes to, how its students differ, and how it differs from the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtr

from dashboard.accuracy import error_deg, is_assumed
from dashboard.compared_measures import MEASURES, Measure, Sample, figure, sample
from dashboard.difference import in_both
from dashboard.group import Rules
from dashboard.items import Item
from dashboard.memo import remembered
from dashboard.school import School
from dashboard.viewings import Viewed, Viewings, students_of, viewings
from pipeline.attention.statistics import (
    Delta,
    bootstrap_interval,
    cliffs_delta,
    difference_interval,
    holm,
    paired_test,
    permutation_test,
)
from pipeline.domain import Aoi, Floats
from pipeline.parameters import AttentionParameters
from pipeline.storage.rows import NotFound

RESAMPLES: Final = 1000  # of whole lessons and courses, which are to be there at once
PERMUTATIONS: Final = 2000
LIMIT_FROM: Final = 120  # students of both sides from which p is that of the permutations' normal limit
AGAINST: Final = ("first", "others")
LOWER_TRACKED: Final = 0.1  # below the best of the items, as a share
LOWER_ERROR: Final = 1.5  # times the error of the best of the items
FEW: Final = 10

DOTS: Final = ("value", "students", "lesson_id", "slide_id", "group_id")


@dataclass(frozen=True)
class Quality:
    """How good the recordings of an item are, over those that figures rest on (`tracked_share`: all)."""

    tracked_share: float
    error_deg: float
    synthetic: bool
    assumed: bool  # the error of some is only what is usual for their format
    uncalibrated: int


@dataclass(frozen=True)
class Found:
    """One item by one measure.

    `exposed` students had it open and count otherwise, `tracked` of them for long enough; `lessons`,
    `slides`: on how many of them anything was seen. `sample` is None where there are too few students, then
    `n` says how many have a value. `dots` (columns DOTS) are its classes, slides or students, by the kind of
    item, `hidden` how many of them are too small to be shown. `required_share` as the measure.
    """

    item: Item
    exposed: int
    tracked: int
    lessons: int
    slides: int
    n: int
    sample: Sample | None
    dots: pd.DataFrame
    hidden: tuple[tuple[str, int], ...]  # groups (their ids, lessons or slides) and how many students
    required_share: float
    quality: Quality
    left_out: Viewings


@dataclass(frozen=True)
class Versus:
    """How an item differs from another one: its figure minus the other's.

    `paired` students are in both and were compared with themselves, the others left out; 0: different
    students, of whom `shared` are in both all the same.
    """

    difference: float
    low: float
    high: float
    p: float
    delta: Delta
    paired: int
    shared: int


@dataclass(frozen=True)
class Comparison:
    """Items by one measure; `versus` of each is None for the reference and where there are no figures.

    `missing` are items that there are not. `extremes` is the pair (lowest, highest) of `found`, how they
    differ (the highest minus the lowest), with a p adjusted for all pairs that might have been these.
    """

    measure: Measure
    region: str | None
    against: str
    found: tuple[Found, ...]
    versus: tuple[Versus | None, ...]
    p_holm: tuple[float, ...]
    missing: tuple[Item, ...]
    extremes: tuple[int, int, Versus, float] | None

    @property
    def pending(self) -> int:
        """Recordings that are not summed up yet."""
        pending = {each.item.place[0]: each.left_out.pending for each in self.found}
        return sum(pending.values())


@remembered
def compare(
    school: School,
    items: tuple[Item, ...],
    measure: str,
    rules: Rules,
    region: str | None = None,
    against: str = AGAINST[0],
) -> Comparison:
    """The items that there are, by this measure, each against the first or against all others."""
    found, missing = [], []
    for item in items:
        try:
            found.append(look_at(school, item, measure, rules, region))
        except NotFound:
            missing.append(item)
    parameters = quick(rules)
    versus = [_versus(found, place, against, parameters) for place in range(len(found))]
    p = holm(np.array([each.p if each else np.nan for each in versus]))
    return Comparison(
        MEASURES[measure], region, against, tuple(found), tuple(versus), tuple(p.tolist()), tuple(missing),
        _extremes(found, parameters),
    )  # fmt: skip


@remembered
def look_at(school: School, item: Item, measure: str, rules: Rules, region: str | None) -> Found:
    """One item by one measure. Raises NotFound."""
    seen, what = viewings(school, item, rules), MEASURES[measure]
    slides = [each for each in seen.slides if len(each.students)]
    parameters = rules.parameters if item.kind == "slide" else quick(rules)
    _, n = figure(what, slides, region)
    enough = n >= parameters.group_min
    dots, hidden = _dots(school, item, what, slides, region, parameters) if enough else (_no_dots(), ())
    shown = [each for each in slides if each.shown.any()]
    required, students = figure(MEASURES["required_share"], slides, None)
    return Found(
        item=item,
        exposed=len(students_of(slides, shown=False)),
        tracked=len(students_of(slides)),
        lessons=len({each.lesson_id for each in shown}),
        slides=len(shown),
        n=n,
        sample=sample(what, slides, region, parameters) if enough else None,
        dots=dots,
        hidden=hidden,
        required_share=required if students >= parameters.group_min else np.nan,
        quality=_quality(school, item, slides),
        left_out=seen,
    )


def quick(rules: Rules) -> AttentionParameters:
    """With fewer resamples than one slide is worked out with."""
    return replace(rules.parameters, bootstrap_resamples=RESAMPLES, permutations=PERMUTATIONS)


def common_regions(school: School, items: Sequence[Item]) -> tuple[Aoi, ...]:
    """The regions that all items have, if all are slides; as the first has them."""
    if not items or any(item.kind != "slide" for item in items):
        return ()
    try:
        sets = [school.slide(*item.place, item.version).aois for item in items]
    except NotFound:
        return ()
    ids = set.intersection(*({aoi.aoi_id for aoi in aois} for aois in sets))
    return tuple(aoi for aoi in sets[0] if aoi.aoi_id in ids)


def lower_quality(found: Found, among: Sequence[Found]) -> bool:
    """Whether an item was tracked for clearly less, or less exactly, than the best of these."""
    tracked = np.array([each.quality.tracked_share for each in among])
    errors = np.array([each.quality.error_deg for each in among])
    known = np.isfinite(tracked).any(), np.isfinite(errors).any()
    less = known[0] and found.quality.tracked_share < np.nanmax(tracked) - LOWER_TRACKED
    worse = known[1] and found.quality.error_deg > LOWER_ERROR * np.nanmin(errors)
    return bool(less or worse)


# What an item comes to


def _dots(
    school: School,
    item: Item,
    measure: Measure,
    slides: Sequence[Viewed],
    region: str | None,
    parameters: AttentionParameters,
) -> tuple[pd.DataFrame, tuple[tuple[str, int], ...]]:
    """A class in a lesson, a slide, or a student each; and those of fewer students than may be shown."""
    if item.kind == "slide":
        values = sample(measure, slides, region, replace(parameters, bootstrap_resamples=1)).values
        table = pd.DataFrame({"value": values, "students": 1, "slide_id": item.place[2]})
        return table.reindex(columns=list(DOTS)).assign(lesson_id=item.place[1]), ()
    rows, hidden = [], []
    for lesson_id, slide_id, group_id, part in _parts(school, item, slides):
        value, n = figure(measure, part, region)
        if 0 < n < parameters.group_min:
            hidden.append((group_id or slide_id or lesson_id, n))
        elif n and np.isfinite(value):
            rows.append((value, n, lesson_id, slide_id, group_id))
    return pd.DataFrame(rows, columns=list(DOTS)), tuple(hidden)


Part = tuple[str, str | None, str | None, list[Viewed]]


def _parts(school: School, item: Item, slides: Sequence[Viewed]) -> list[Part]:
    """Of a lesson every slide; of a course every class in every lesson."""
    if item.kind == "lesson":
        return [(each.lesson_id, each.slide.slide_id, None, [each]) for each in slides]
    lessons: dict[str, list[Viewed]] = {}
    for each in slides:
        lessons.setdefault(each.lesson_id, []).append(each)
    classes = _classes(school, item, slides)
    return [
        (lesson_id, None, group_id, [each.of(np.isin(each.students.astype(str), names)) for each in own])
        for lesson_id, own in lessons.items()
        for group_id, names in classes.items()
    ]


def _classes(school: School, item: Item, slides: Sequence[Viewed]) -> dict[str | None, list[str]]:
    """The groups that the item's students are in, by their ids; under None who is in no group."""
    everybody = set(students_of(slides, shown=False))
    if item.group is not None:
        return {item.group: sorted(everybody)}
    classes: dict[str | None, list[str]] = {
        group.group_id: sorted(everybody & set(group.students))
        for group in school.groups().values()
        if everybody & set(group.students)
    }
    alone = everybody.difference(*classes.values())
    return classes | ({None: sorted(alone)} if alone else {})


def _no_dots() -> pd.DataFrame:
    return pd.DataFrame(columns=list(DOTS))


def _quality(school: School, item: Item, slides: Sequence[Viewed]) -> Quality:
    recordings = _recordings(school, item.place[0])
    ids = {str(session) for each in slides for session in each.sessions[each.shown]}
    shown = [recordings[session_id] for session_id in sorted(ids) if session_id in recordings]
    degrees = [each.error_deg for each in shown if each.error_deg is not None]
    tracked, _ = figure(MEASURES["tracked_share"], slides, None)
    return Quality(
        tracked_share=tracked,
        error_deg=float(np.median(degrees)) if degrees else np.nan,
        synthetic=any(each.synthetic for each in shown),
        assumed=any(each.assumed for each in shown),
        uncalibrated=sum(each.uncalibrated for each in shown),
    )


class _Recording(NamedTuple):
    error_deg: float | None
    synthetic: bool
    assumed: bool
    uncalibrated: bool


@remembered
def _recordings(school: School, course_id: str) -> dict[str, _Recording]:
    """How good each recording of a course is, by the id of its session."""
    return {
        row.session_id: _Recording(
            error_deg(row), row.synthetic, is_assumed(row), row.calibration is False
        )
        for row in school.sessions(course_id)
        if row.is_readable
    }  # fmt: skip


# How items differ


def _versus(
    found: Sequence[Found], place: int, against: str, parameters: AttentionParameters
) -> Versus | None:
    own = found[place].sample
    if against == AGAINST[1]:
        others = [each.sample for number, each in enumerate(found) if number != place and each.sample]
        other = _together(others) if others else None
    else:
        other = found[0].sample if place else None
    return versus(own, other, parameters) if own and other else None


def versus(one: Sample, other: Sample, parameters: AttentionParameters) -> Versus:
    """How one sample differs from another; students who are in both are compared with themselves.

    Turned round it is the same but for the signs: what is drawn at random does not depend on the order.
    """
    if one.score >= other.score:
        return _apart(one, other, parameters)
    found = _apart(other, one, parameters)
    delta = Delta(-found.delta.delta, -found.delta.high, -found.delta.low)
    return replace(
        found, difference=-found.difference, low=-found.high, high=-found.low, delta=delta
    )  # fmt: skip


def _apart(one: Sample, other: Sample, parameters: AttentionParameters) -> Versus:
    shared = len(one.students.intersection(other.students))
    both = in_both(one.students, other.students, parameters.group_min)
    a, more_a = one.of(both or tuple(one.students), parameters)
    b, more_b = other.of(both or tuple(other.students), parameters)
    difference = float(a.mean() - b.mean() + more_a - more_b)
    if both:
        (low, high), p = bootstrap_interval(a - b, parameters), float(paired_test(a - b, parameters))
    else:
        (low, high), p = difference_interval(a, b, parameters), two_sided(a, b, parameters)
    low, high = min(float(low), difference), max(float(high), difference)
    return Versus(difference, low, high, p, cliffs_delta(a, b, parameters), len(both), shared)


def two_sided(a: Floats, b: Floats, parameters: AttentionParameters) -> float:
    """p of the difference of two means by permutation; of many students by the normal limit of it.

    References
    ----------
    Hoeffding (1951), doi:10.1214/aoms/1177729545.
    """
    students = len(a) + len(b)
    if students < LIMIT_FROM:
        return float(permutation_test(a, b, parameters))
    spread = np.concatenate([a, b]).std(ddof=1) * np.sqrt(students / (len(a) * len(b)))
    return float(2 * ndtr(-abs(a.mean() - b.mean()) / spread)) if spread > 0 else 1.0


def _together(samples: Sequence[Sample]) -> Sample:
    """Several items as one: of a student who is in several the mean, so that each has one vote."""
    values = pd.concat([pd.Series(each.values - each.chance, index=each.students) for each in samples])
    means = values.groupby(level=0).mean()
    chance = float(np.mean([each.chance for each in samples]))
    values_of_all = means.to_numpy(float) + chance
    return Sample(means.index, values_of_all, float(values_of_all.mean()), np.nan, np.nan, chance)


def _extremes(
    found: Sequence[Found], parameters: AttentionParameters
) -> tuple[int, int, Versus, float] | None:
    known = [place for place, each in enumerate(found) if each.sample and np.isfinite(each.sample.score)]
    if len(known) < 2:
        return None
    scores = {place: each.score for place in known if (each := found[place].sample)}
    lowest, highest = min(known, key=scores.__getitem__), max(known, key=scores.__getitem__)
    one, other = found[highest].sample, found[lowest].sample
    if lowest == highest or one is None or other is None:
        return None
    apart = versus(one, other, parameters)
    pairs = len(known) * (len(known) - 1) / 2
    return lowest, highest, apart, min(1.0, apart.p * pairs)
