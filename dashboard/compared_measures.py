"""The measures by which items are compared: every student's value, and the figure of all of them.

Each student has one vote. Shares are of the time that the student's slides were shown or tracked, so that
who saw more does not count for more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from dashboard.viewings import Names, Viewed
from pipeline.attention.mean_gap import MeanGap, gap_score_of, mean_gap, side_by_side
from pipeline.attention.statistics import bootstrap_interval
from pipeline.attention.viewing import divided
from pipeline.domain import Bools, Floats
from pipeline.parameters import AttentionParameters


@dataclass(frozen=True)
class Measure:
    """What is compared. `region`: it is of one region of a slide, named beside it.

    `kind` says how it is written: score, share, tau or time. `better`: 1 if more is closer to the design,
    -1 if less is, 0 if neither.
    """

    key: str
    kind: str
    better: int
    region: bool = False

    @property
    def words(self) -> str:
        """The end of the keys of its texts."""
        return self.key.replace("_", "-")


MEASURES: Final = {
    measure.key: measure
    for measure in (
        Measure("gap_score", "score", -1),
        Measure("on_slide_share", "share", 1),
        Measure("required_share", "share", 1),
        Measure("order_tau_mean", "tau", 1),
        Measure("tracked_share", "share", 0),
        Measure("dwell_share", "share", 0, region=True),
        Measure("ttff_ms", "time", 0, region=True),
    )
}
USUAL: Final = "gap_score"


@dataclass(frozen=True)
class Sample:
    """The students of an item with a value each (n,), and what they come to.

    `values` have the mean `score`, which lies in `low` to `high` and is too large by `chance` on average.
    """

    students: pd.Index
    values: Floats
    score: float
    low: float
    high: float
    chance: float = 0.0
    deviations: Floats | None = None  # of the gap only, see `mean_gap`
    rest: Bools | None = None

    @property
    def n(self) -> int:
        return len(self.students)

    def of(self, students: Sequence[str], parameters: AttentionParameters) -> tuple[Floats, float]:
        """The values of these students among themselves (n,) without what chance adds, and that."""
        if len(students) == self.n:
            return self.values - self.chance, self.chance
        place = self.students.get_indexer(pd.Index(students, dtype=object))
        if self.deviations is None or self.rest is None:
            return np.asarray(self.values[place]), 0.0
        gap = mean_gap(self.deviations[place], self.rest, parameters)
        return np.asarray(gap.parts - gap.chance), gap.chance


def sample(
    measure: Measure, slides: Sequence[Viewed], region: str | None, parameters: AttentionParameters
) -> Sample:
    """The measure of every student over these slides, and of all together."""
    if measure.key == "gap_score":
        students, deviations, rest = side_by_side(_deviations(slides))
        gap: MeanGap = mean_gap(deviations, rest, parameters)
        return Sample(students, gap.parts, *gap[:4], deviations, rest)
    values = _values(measure, slides, region)
    low, high = bootstrap_interval(values.to_numpy(float), parameters)
    score = float(values.mean()) if len(values) else np.nan
    return Sample(values.index, values.to_numpy(float), score, float(low), float(high))


def figure(measure: Measure, slides: Sequence[Viewed], region: str | None) -> tuple[float, int]:
    """What `sample` has as score, and of how many students; without an interval, which takes long."""
    if measure.key == "gap_score":
        students, deviations, rest = side_by_side(_deviations(slides))
        return gap_score_of(deviations, rest), len(students)
    values = _values(measure, slides, region)
    return (float(values.mean()) if len(values) else np.nan), len(values)


def _values(measure: Measure, slides: Sequence[Viewed], region: str | None) -> pd.Series:
    """Of each student who has one, sorted by name."""
    return _FUNCTIONS[measure.key](slides, region or "").dropna().sort_index()


def _deviations(slides: Sequence[Viewed]) -> list[tuple[Names, Floats]]:
    found = []
    for each in slides:
        known = each.shown & np.isfinite(each.deviations).all(axis=1)
        if len(each.slide.aois) and known.any():
            found.append((each.students[known], each.deviations[known]))
    return found


def _summed(slides: Sequence[Viewed], part: Callable[[Viewed], tuple[Floats, Floats]]) -> pd.Series:
    """Sum of the parts over sum of the wholes, of each student over all slides."""
    names = [each.students for each in slides]
    if not names:
        return pd.Series(dtype=float)
    code, students = pd.factorize(np.concatenate(names))
    above, below = (np.concatenate(each) for each in zip(*map(part, slides), strict=True))
    sums = [np.bincount(code, each, minlength=len(students)) for each in (above, below)]
    return pd.Series(divided(*sums), index=pd.Index(students, dtype=object))


def _on_slide(slides: Sequence[Viewed], _: str) -> pd.Series:
    return _summed(slides, lambda each: (each.on_slide_ms * each.shown, each.tracked_ms * each.shown))


def _tracked(slides: Sequence[Viewed], _: str) -> pd.Series:
    return _summed(slides, lambda each: (each.tracked_ms, each.exposure_ms))


def _required(slides: Sequence[Viewed], _: str) -> pd.Series:
    def reached(each: Viewed) -> tuple[Floats, Floats]:
        required = sum(aoi.required for aoi in each.slide.aois)
        return each.required_n * each.shown, required * each.shown.astype(float)

    return _summed(slides, reached)


def _order(slides: Sequence[Viewed], _: str) -> pd.Series:
    def taus(each: Viewed) -> tuple[Floats, Floats]:
        known = np.isfinite(each.order_tau) & each.shown
        return np.where(known, each.order_tau, 0.0), known.astype(float)

    return _summed(slides, taus)


def _of_region(name: str) -> Callable[[Sequence[Viewed], str], pd.Series]:
    def values(slides: Sequence[Viewed], region: str) -> pd.Series:
        for each in slides:
            ids = [aoi.aoi_id for aoi in each.slide.aois]
            if region in ids:
                own = getattr(each, name)[each.shown, ids.index(region)]
                return pd.Series(own, index=pd.Index(each.students[each.shown], dtype=object))
        return pd.Series(dtype=float)

    return values


_FUNCTIONS: Final[dict[str, Callable[[Sequence[Viewed], str], pd.Series]]] = {
    "on_slide_share": _on_slide,
    "required_share": _required,
    "order_tau_mean": _order,
    "tracked_share": _tracked,
    "dwell_share": _of_region("dwell_share"),
    "ttff_ms": _of_region("ttff_ms"),
}
