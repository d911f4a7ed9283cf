"""What students looked at, region by region: for each student, and for a class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.attention.aoi import expected_shares, geometry, hit_probability, hits
from pipeline.attention.registry import MEASURES, Measure
from pipeline.attention.statistics import bootstrap_interval
from pipeline.domain import Aoi, Bools, Floats
from pipeline.parameters import AttentionParameters

__all__ = ["MEASURES", "Measure", "class_aoi_table", "gap_score", "student_aoi_table"]

DAY_MS = 86_400_000.0  # no session is as long


def student_aoi_table(
    fixations: pd.DataFrame, exposures: pd.DataFrame, aois: Sequence[Aoi], *, probable: bool = True
) -> pd.DataFrame:
    """Measures of each session on each region of one slide.

    Parameters
    ----------
    fixations : columns of FIXATIONS and `session_id`, of this slide only, in any order
    exposures : columns of EXPOSURES and `session_id`, of this slide only; a slide may be shown repeatedly
    aois : the slide's k regions
    probable : whether to work out `expected_dwell_ms`, which takes as long as all the rest

    Returns
    -------
    One row for each exposed session and region, sessions sorted, regions as given: `session_id`, `aoi_id`,
    `exposure_ms`, `tracked_share` (of the exposure), and the measures `dwell_ms`, `dwell_share` (NaN for a
    session without any fixation on the slide), `fixation_count`, `ttff_ms` (since the first showing; NaN
    if never looked at), `visits`, `revisits`, `first_fixation_ms`, `mean_fixation_ms` (NaN likewise) and
    `expected_dwell_ms`. Fixations of sessions that were not exposed are left out.
    """
    shown = _Shown(exposures)
    looked = _Looked(fixations, shown)
    count, session = len(shown.sessions), looked.session

    def total(values: Floats | Bools) -> Floats:
        """Sum of a value per fixation and region (f, k) over each session: (sessions, k)."""
        columns = [np.bincount(session, column, minlength=count) for column in values.T]
        return np.column_stack(columns) if columns else np.zeros((count, 0))

    inside = hits(looked.x, looked.y, aois)
    duration = looked.duration_ms[:, None]
    on_slide = (looked.x >= 0) & (looked.x <= 1) & (looked.y >= 0) & (looked.y <= 1)
    all_ms = total((looked.duration_ms * on_slide)[:, None])
    dwell_ms, fixation_count = total(inside * duration), total(inside)
    visits = total(inside & ~_continued(inside, looked.showing))
    first = _first_in(inside, session, count)
    aoi_ids = [aoi.aoi_id for aoi in aois]
    per_session = {
        "session_id": np.repeat(shown.sessions, len(aois)),
        "aoi_id": np.tile(np.array(aoi_ids, object), count),
        "exposure_ms": np.repeat(shown.duration_ms, len(aois)),
        "tracked_share": np.repeat(_divided(shown.tracked_ms, shown.duration_ms), len(aois)),
    }
    measures = {
        "dwell_ms": dwell_ms,
        "dwell_share": _divided(dwell_ms, all_ms),
        "fixation_count": fixation_count.astype(int),
        "ttff_ms": _at(looked.onset_ms, first) - shown.onset_ms[:, None],
        "visits": visits.astype(int),
        "revisits": np.maximum(visits - 1, 0).astype(int),
        "first_fixation_ms": _at(looked.duration_ms, first),
        "mean_fixation_ms": _divided(dwell_ms, fixation_count),
    }
    if probable:
        probability = hit_probability(looked.x, looked.y, looked.sigma_x, looked.sigma_y, aois)
        measures["expected_dwell_ms"] = total(probability * duration)
    return pd.DataFrame(per_session | {name: values.ravel() for name, values in measures.items()})


def class_aoi_table(
    student_table: pd.DataFrame,
    aois: Sequence[Aoi],
    sigma: tuple[float, float],
    parameters: AttentionParameters | None = None,
) -> pd.DataFrame:
    """Measures of a class on each region of one slide.

    Every figure is over the students who were tracked for at least half of their exposure: of the others
    it is unknown where they looked, so they count neither as having looked nor as not having looked.

    Parameters
    ----------
    student_table : as `student_aoi_table` makes it from the same regions; whole sessions may be left out
    aois : the slide's k regions
    sigma : typical error of the gaze in x and y, slide units; NaN or 0 where unknown
    parameters : who counts as tracked, and the bootstrap

    Returns
    -------
    One row per region in its intended reading order (those without one last, as given): `aoi_id`, `name`,
    `role`, `required`, `smaller_than_error` and the measures `expected_share`, `observed_share` with its
    interval `observed_low`, `observed_high` (NaN for fewer than two students), `gap`, `exposed_n`,
    `tracked_n`, `reach_n`, `reach_share`, `ttff_ms` (median of those who looked), `dwell_ms` (mean).
    """
    parameters = parameters or AttentionParameters()
    columns = len(aois)
    sessions = len(student_table) // columns if columns else 0

    def values(name: str) -> Floats:
        return student_table[name].to_numpy(float).reshape(sessions, columns)

    tracked = (values("tracked_share") >= parameters.tracked_share_min).all(axis=1)
    shares = values("dwell_share")[tracked]
    shares = shares[np.isfinite(shares).all(axis=1)]
    low, high = bootstrap_interval(shares, parameters)
    expected, observed = expected_shares(aois), _mean(shares)
    reach_n = (values("fixation_count")[tracked] > 0).sum(axis=0)
    tracked_n = int(tracked.sum())
    table = pd.DataFrame(
        {
            "aoi_id": [aoi.aoi_id for aoi in aois],
            "name": [aoi.name for aoi in aois],
            "role": [aoi.role.value for aoi in aois],
            "expected_share": expected,
            "observed_share": observed,
            "observed_low": low,
            "observed_high": high,
            "gap": observed - expected,
            "exposed_n": sessions,
            "tracked_n": tracked_n,
            "reach_n": reach_n,
            "reach_share": reach_n / tracked_n if tracked_n else np.nan,
            "ttff_ms": _median(values("ttff_ms")[tracked]),
            "dwell_ms": _mean(values("dwell_ms")[tracked]),
            "required": [aoi.required for aoi in aois],
            "smaller_than_error": _smaller_than_error(aois, sigma),
        }
    )
    reading_order = np.argsort([np.inf if aoi.order is None else aoi.order for aoi in aois], kind="stable")
    return table.iloc[reading_order].reset_index(drop=True)


def gap_score(table: pd.DataFrame) -> float:
    """Half the sum of |observed - expected| over the regions and the rest of the slide: 0-1.

    The total variation between the two distributions of looking; NaN if either is unknown. Nothing is
    intended for the rest; gaze on overlapping regions counts in each, so then the rest is understated.
    """
    if len(table) == 0:
        return np.nan
    rest = np.maximum(0.0, 1.0 - table["observed_share"].sum(skipna=False))
    return float(np.minimum(1.0, (table["gap"].abs().sum(skipna=False) + rest) / 2))


class _Shown:
    """The exposed sessions, sorted, and each showing of the slide."""

    def __init__(self, exposures: pd.DataFrame) -> None:
        code, names = pd.factorize(exposures["session_id"], sort=True)
        onset = exposures["onset_ms"].to_numpy(float)
        count = len(names)
        self.sessions = np.asarray(names, dtype=object)
        self.onset_ms = np.full(count, np.inf)
        np.minimum.at(self.onset_ms, code, onset)
        self.duration_ms, self.tracked_ms = (
            np.bincount(code, exposures[name].to_numpy(float), minlength=count).astype(float)
            for name in ("duration_ms", "tracked_ms")
        )
        self.showings = np.sort(code * DAY_MS + onset)  # all sessions on one clock, a day apart


class _Looked:
    """The fixations of exposed sessions in order of session and time, as arrays (f,)."""

    def __init__(self, fixations: pd.DataFrame, shown: _Shown) -> None:
        named = fixations["session_id"].astype("category").cat  # few names on many rows
        code = pd.Index(shown.sessions).get_indexer(named.categories.astype(object))[named.codes]
        onset = fixations["onset_ms"].to_numpy(float)
        order = np.lexsort((onset, code))
        order = order[code[order] >= 0]
        self.session = code[order]
        self.onset_ms = onset[order]
        self.duration_ms = fixations["duration_ms"].to_numpy(float)[order]
        self.x, self.y, self.sigma_x, self.sigma_y = (
            fixations[name].to_numpy(float)[order] for name in ("slide_x", "slide_y", "sigma_x", "sigma_y")
        )
        self.showing = np.searchsorted(shown.showings, self.session * DAY_MS + self.onset_ms, "right")


def _continued(inside: Bools, showing: NDArray[np.intp]) -> Bools:
    """Whether the fixation before, in the same showing of the slide, was in the region too: (f, k)."""
    before = np.zeros_like(inside)
    before[1:] = inside[:-1] & (np.diff(showing) == 0)[:, None]
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


def _divided(part: Floats, whole: Floats) -> Floats:
    """NaN where the whole is nothing."""
    unknown = np.full(np.broadcast(part, whole).shape, np.nan)
    return np.asarray(np.divide(part, whole, out=unknown, where=whole > 0))


def _mean(values: Floats) -> Floats:
    """Mean over the rows, NaN without any."""
    return np.asarray(values.mean(axis=0)) if len(values) else np.full(values.shape[1], np.nan)


def _median(values: Floats) -> Floats:
    """Median over the rows of what is known in each column, NaN where nothing is."""
    return pd.DataFrame(values).median().to_numpy(float)


def _smaller_than_error(aois: Sequence[Aoi], sigma: tuple[float, float]) -> Bools:
    """Regions that would lose more than half of the gaze at their middle to the error of measurement."""
    sigma_x, sigma_y = (np.nan_to_num([value]) for value in sigma)
    probability = []
    for aoi in aois:
        region = geometry(aoi)
        middle = region.centroid if region.contains(region.centroid) else region.representative_point()
        inside = hit_probability(np.array([middle.x]), np.array([middle.y]), sigma_x, sigma_y, [aoi])
        probability.append(float(inside[0, 0]))
    return np.asarray(np.array(probability) < 0.5)
