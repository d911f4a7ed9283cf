"""What students looked at, region by region: for each student, and for a class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binom

from pipeline.attention.aoi import expected_shares, geometry, hit_probability, hits
from pipeline.attention.columns import TableColumns, region_set, table
from pipeline.attention.gap import total_variation
from pipeline.attention.registry import MEASURES, Measure
from pipeline.attention.statistics import bootstrap_interval, median, proportion_interval
from pipeline.attention.viewing import Viewing, divided
from pipeline.domain import Aoi, Bools, Floats, Overlap, Part, Role
from pipeline.parameters import AttentionParameters

__all__ = ["MEASURES", "Measure", "class_aoi_table", "gap_score", "student_aoi_table"]


SLIDE = Aoi("slide", "Slide", Role.NAVIGATION, (Part(((0.0, 0.0), (1.0, 1.0))),))


def student_aoi_table(
    fixations: pd.DataFrame,
    exposures: pd.DataFrame,
    aois: Sequence[Aoi],
    *,
    probable: bool = True,
    overlap: Overlap = Overlap.ALL,
    aoi_version: int | None = None,
) -> pd.DataFrame:
    """Measures of each session on each region of one slide.

    Parameters
    ----------
    fixations : columns of FIXATIONS and `session_id`, of this slide only, in any order
    exposures : columns of EXPOSURES and `session_id`, of this slide only; a slide may be shown repeatedly
    aois : the slide's k regions; a part that is seen for a time counts for fixations whose middle lies in it
    probable : whether to work out what takes the error of measurement into account, which takes longest
    overlap : which regions gaze counts for where several lie over one another
    aoi_version : of the set of regions; passed on into the table

    Returns
    -------
    One row for each exposed session and region, sessions sorted, regions as given: `session_id`, `aoi_id`,
    `aoi_version`, `overlap`, `exposure_ms`, `tracked_share` (of the exposure), and the measures `dwell_ms`,
    `dwell_share` (NaN for a session without any fixation on the slide), `fixation_count`, `ttff_ms` (since
    the first showing; NaN if never looked at), `visits`, `revisits`, `first_fixation_ms`,
    `mean_fixation_ms` (NaN likewise); if asked for, `expected_dwell_ms`, `probable_share` and
    `hit_probability`. Fixations of sessions that were not exposed are left out.
    """
    viewing = Viewing(fixations, exposures)
    columns = student_aoi_columns(viewing, aois, probable=probable, overlap=overlap, aoi_version=aoi_version)
    return table(columns)


def student_aoi_columns(
    viewing: Viewing, aois: Sequence[Aoi], *, probable: bool, overlap: Overlap, aoi_version: int | None
) -> TableColumns:
    """The columns of `student_aoi_table`."""
    inside = hits(viewing.x, viewing.y, aois, t_ms=viewing.middle_ms, overlap=overlap)
    measures = _dwell(viewing, inside)
    if probable:
        measures |= _probable_dwell(viewing, inside, aois, overlap)
    count = len(viewing.sessions)
    columns = {
        "session_id": np.repeat(viewing.sessions, len(aois)),
        "aoi_id": np.tile(np.array([aoi.aoi_id for aoi in aois], object), count),
        **region_set(count * len(aois), overlap, aoi_version),
        "exposure_ms": np.repeat(viewing.exposure_ms, len(aois)),
        "tracked_share": np.repeat(divided(viewing.tracked_ms, viewing.exposure_ms), len(aois)),
    }
    return columns | {name: values.ravel() for name, values in measures.items()}


def class_aoi_table(
    student_table: pd.DataFrame,
    aois: Sequence[Aoi],
    sigma: tuple[float, float],
    parameters: AttentionParameters | None = None,
    *,
    overlap: Overlap = Overlap.ALL,
    aoi_version: int | None = None,
) -> pd.DataFrame:
    """Measures of a class on each region of one slide.

    Every figure is over the students who were tracked for at least half of their exposure: of the others
    it is unknown where they looked, so they count neither as having looked nor as not having looked.

    Parameters
    ----------
    student_table : as `student_aoi_table` makes it from the same regions; whole sessions may be left out
    aois : the slide's k regions
    sigma : typical error of the gaze in x and y, slide units; NaN or 0 where unknown
    parameters : who counts as tracked, and the intervals
    overlap, aoi_version : what the student table was made with; passed on into the table

    Returns
    -------
    One row per region in its intended reading order (those without one last, as given): `aoi_id`, `name`,
    `role`, `aoi_version`, `overlap`, `required`, `smaller_than_error`, and the measures `expected_share`;
    `observed_share`, `gap` and `probable_share`, each with its `..._low` and `..._high` over students
    (`observed_low`...; NaN for fewer than two); `exposed_n`, `tracked_n`, `reach_n`; `reach_share` with
    `reach_low`, `reach_high`; `ttff_ms` (median of those who looked) with `ttff_low_ms`, `ttff_high_ms`
    (NaN for fewer than six); `dwell_ms` (mean). What takes the error into account is NaN if the student
    table lacks it.
    """
    parameters = parameters or AttentionParameters()
    columns = {str(name): student_table[name].to_numpy() for name in student_table}
    return table(
        class_aoi_columns(columns, aois, sigma, parameters, overlap=overlap, aoi_version=aoi_version)
    )


def class_aoi_columns(
    students: TableColumns,
    aois: Sequence[Aoi],
    sigma: tuple[float, float],
    parameters: AttentionParameters,
    *,
    overlap: Overlap,
    aoi_version: int | None,
) -> TableColumns:
    """The columns of `class_aoi_table`, from those of `student_aoi_table`."""
    sessions = len(students["aoi_id"]) // len(aois) if aois else 0

    def values(name: str) -> Floats:
        known = students[name].astype(float) if name in students else np.nan
        return np.broadcast_to(known, sessions * len(aois)).reshape(sessions, len(aois))

    tracked = (values("tracked_share") >= parameters.tracked_share_min).all(axis=1)
    columns: dict[str, Any] = {
        "aoi_id": np.array([aoi.aoi_id for aoi in aois], object),
        "name": np.array([aoi.name for aoi in aois], object),
        "role": np.array([aoi.role.value for aoi in aois], object),
        **region_set(len(aois), overlap, aoi_version),
        **_shares(values("dwell_share")[tracked], values("probable_share")[tracked], aois, parameters),
        "exposed_n": sessions,
        **_reach(values("fixation_count")[tracked] > 0, parameters),
        **_first_looks(values("ttff_ms")[tracked], parameters),
        "dwell_ms": _mean(values("dwell_ms")[tracked]),
        "required": np.array([aoi.required for aoi in aois], bool),
        "smaller_than_error": _smaller_than_error(aois, sigma),
    }
    reading_order = np.argsort([np.inf if aoi.order is None else aoi.order for aoi in aois], kind="stable")
    return {name: np.broadcast_to(column, len(aois))[reading_order] for name, column in columns.items()}


def gap_score(table: pd.DataFrame) -> float:
    """Total variation between what a class looked at and what was intended, from `class_aoi_table`: 0-1."""
    return float(
        total_variation(table["observed_share"].to_numpy(float), table["expected_share"].to_numpy(float))
    )


def _dwell(viewing: Viewing, inside: Bools) -> dict[str, NDArray[Any]]:
    """Measures of the time that fixations (f, k) were inside regions: (sessions, k) each."""
    duration = viewing.duration_ms[:, None]
    dwell_ms, fixation_count = viewing.total(inside * duration), viewing.total(inside)
    visits = viewing.total(inside & ~_continued(inside, viewing))
    first = _first_in(inside, viewing.session, len(viewing.sessions))
    return {
        "dwell_ms": dwell_ms,
        "dwell_share": divided(dwell_ms, viewing.total(viewing.duration_ms * viewing.on_slide)[:, None]),
        "fixation_count": fixation_count.astype(int),
        "ttff_ms": _at(viewing.onset_ms, first) - viewing.opened_ms[:, None],
        "visits": visits.astype(int),
        "revisits": np.maximum(visits - 1, 0).astype(int),
        "first_fixation_ms": _at(viewing.duration_ms, first),
        "mean_fixation_ms": divided(dwell_ms, fixation_count),
    }


def _probable_dwell(
    viewing: Viewing, inside: Bools, aois: Sequence[Aoi], overlap: Overlap
) -> dict[str, Floats]:
    """Measures that take the error of each fixation into account: (sessions, k) each."""
    place = viewing.x, viewing.y, viewing.sigma_x, viewing.sigma_y
    probability = hit_probability(*place, aois, t_ms=viewing.middle_ms, overlap=overlap)
    on_slide = hit_probability(*place, [SLIDE])
    expected_dwell_ms = viewing.total(probability * viewing.duration_ms[:, None])
    slide_ms = viewing.total(on_slide * viewing.duration_ms[:, None])
    looked = viewing.total(viewing.on_slide)[:, None] > 0  # of others it would be one tail over another
    return {
        "expected_dwell_ms": expected_dwell_ms,
        "probable_share": divided(expected_dwell_ms, np.where(looked, slide_ms, 0.0)),
        "hit_probability": divided(viewing.total(probability * inside), viewing.total(inside)),
    }


def _shares(
    observed: Floats, probable: Floats, aois: Sequence[Aoi], parameters: AttentionParameters
) -> dict[str, Floats]:
    """Shares of looking of the students (n, k) who fixated the slide at all, against what was intended."""
    looked = np.isfinite(observed).all(axis=1)
    both = np.hstack([observed, probable])[looked]
    mean = np.split(_mean(both), 2)
    low, high = (np.split(end, 2) for end in bootstrap_interval(both, parameters))
    expected = expected_shares(aois)
    return {
        "expected_share": expected,
        "observed_share": mean[0],
        "observed_low": low[0],
        "observed_high": high[0],
        "probable_share": mean[1],
        "probable_low": low[1],
        "probable_high": high[1],
        "gap": mean[0] - expected,
        "gap_low": low[0] - expected,
        "gap_high": high[0] - expected,
    }


def _reach(looked: Bools, parameters: AttentionParameters) -> dict[str, Any]:
    """How many of the tracked students (n, k) looked there."""
    reach_n, tracked_n = looked.sum(axis=0), len(looked)
    low, high = proportion_interval(reach_n.astype(float), tracked_n, parameters)
    return {
        "tracked_n": tracked_n,
        "reach_n": reach_n,
        "reach_share": reach_n / tracked_n if tracked_n else np.nan,
        "reach_low": low,
        "reach_high": high,
    }


def _first_looks(ttff_ms: Floats, parameters: AttentionParameters) -> dict[str, Floats]:
    """When those of the tracked students (n, k) who looked there first did so."""
    low, high = _median_interval(ttff_ms, parameters.confidence)
    return {"ttff_ms": median(ttff_ms), "ttff_low_ms": low, "ttff_high_ms": high}


def _continued(inside: Bools, viewing: Viewing) -> Bools:
    """Whether the fixation before, in the same showing of the slide, was in the region too: (f, k)."""
    before = np.zeros_like(inside)
    before[1:] = inside[:-1] & viewing.follows[1:, None]
    return before


def _first_in(inside: Bools, session: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """Index of each session's first fixation in each region (sessions, k), -1 for none."""
    fixation, region = np.nonzero(inside)
    first = np.full((count, inside.shape[1]), len(inside))
    np.minimum.at(first, (session[fixation], region), fixation)
    return np.where(first < len(inside), first, -1)


def _at(values: Floats, index: NDArray[np.intp]) -> Floats:
    """The values at these indices, NaN at -1."""
    return np.append(values, np.nan)[index]


def _mean(values: Floats) -> Floats:
    """Mean over the rows, NaN without any."""
    return np.asarray(values.mean(axis=0)) if len(values) else np.full(values.shape[1], np.nan)


def _median_interval(values: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Interval of the median of what is known in each column, from ranks: right for any distribution.

    The narrowest symmetric pair of ranks that covers the median at least as often as `confidence` says;
    NaN for fewer than six values, among which there is none (Conover 1999, Practical Nonparametric
    Statistics, section 3.2).
    """
    known = np.isfinite(values).sum(axis=0)
    rank = binom.ppf((1 - confidence) / 2, known, 0.5).astype(int)  # fewer are below the median too seldom
    ordered = np.vstack([np.full(values.shape[1], np.nan), np.sort(values, axis=0)])  # NaN last, ranks from 1
    column, enough = np.arange(values.shape[1]), rank >= 1
    high_rank = np.where(enough, known + 1 - rank, 0)
    return ordered[np.where(enough, rank, 0), column], ordered[high_rank, column]


def _smaller_than_error(aois: Sequence[Aoi], sigma: tuple[float, float]) -> Bools:
    """Regions that would lose more than half of the gaze at their middle to the error of measurement."""
    regions = [geometry(aoi) for aoi in aois]
    middles = [
        region.centroid if region.contains(region.centroid) else region.representative_point()
        for region in regions
    ]
    x, y = np.array([(middle.x, middle.y) for middle in middles]).reshape(-1, 2).T
    sigma_x, sigma_y = (np.full(len(x), np.nan_to_num(value)) for value in sigma)
    return np.asarray(np.diagonal(hit_probability(x, y, sigma_x, sigma_y, aois)) < 0.5)
