"""Who was shown one slide, and the fixations made on it, as arrays that the measures are worked out from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.domain import Bools, Floats

DAY_MS = 86_400_000.0  # no session is as long
EXPOSED = ("onset_ms", "duration_ms", "tracked_ms", "on_slide_ms")
FIXATED = ("onset_ms", "duration_ms", "slide_x", "slide_y", "sigma_x", "sigma_y")

Arrays = dict[str, Floats]
Indices = NDArray[np.intp]


class Viewing:
    """One slide as several sessions viewed it.

    Of the n exposed sessions, sorted: `sessions`, `showings` (how many), `opened_ms` (first showing),
    `exposure_ms`, `tracked_ms`, `on_slide_ms` (all showings together). Of their f fixations, in order of
    session and time: `session` (index), `showing` (number of the showing; each belongs to one session),
    `onset_ms`, `duration_ms`, `x`, `y`, `sigma_x`, `sigma_y`.
    """

    def __init__(self, fixations: pd.DataFrame, exposures: pd.DataFrame) -> None:
        """Put fixations (columns of FIXATIONS and `session_id`) to exposures (EXPOSURES and `session_id`).

        Both are of one slide, in any order; a slide may be shown repeatedly. Fixations of sessions that were
        not exposed are left out.
        """
        code, names = pd.factorize(exposures["session_id"], sort=True)
        self._expose(np.asarray(names, dtype=object), code, _arrays(exposures, EXPOSED))
        self._fixate(_codes(fixations["session_id"], self.sessions), _arrays(fixations, FIXATED))

    @classmethod
    def each(
        cls, fixations: pd.DataFrame, exposures: pd.DataFrame, slide_ids: Sequence[str]
    ) -> dict[str, Self]:
        """One for each of these slides, from the fixations and exposures of all: quicker than one by one."""
        code, names = pd.factorize(exposures["session_id"], sort=True)
        sessions = np.asarray(names, dtype=object)
        looked = _codes(fixations["session_id"], sessions)
        shown_to, made = _arrays(exposures, EXPOSED), _arrays(fixations, FIXATED)
        shown, fixated = _rows_of(exposures, slide_ids), _rows_of(fixations, slide_ids)
        viewings = {}
        for slide_id, showings, looks in zip(slide_ids, shown, fixated, strict=True):
            present = np.unique(code[showings])
            place = np.full(len(sessions) + 1, -1)  # among those present; the last is that of no session
            place[present] = np.arange(len(present))
            viewing = cls.__new__(cls)
            viewing._expose(sessions[present], place[code[showings]], _taken(shown_to, showings))
            viewing._fixate(place[looked[looks]], _taken(made, looks))
            viewings[slide_id] = viewing
        return viewings

    def _expose(self, sessions: NDArray[Any], code: Indices, values: Arrays) -> None:
        """Exposures of these sessions; `code` is whose each is."""
        count = len(sessions)
        self.sessions = sessions
        self.showings = np.bincount(code, minlength=count)
        self.opened_ms = np.full(count, np.inf)
        np.minimum.at(self.opened_ms, code, values["onset_ms"])
        self.exposure_ms, self.tracked_ms, self.on_slide_ms = (
            np.bincount(code, values[name], minlength=count).astype(float)
            for name in ("duration_ms", "tracked_ms", "on_slide_ms")
        )
        self._showings = np.sort(code * DAY_MS + values["onset_ms"])  # all on one clock, a day apart

    def _fixate(self, code: Indices, values: Arrays) -> None:
        """Fixations of the sessions; `code` is whose each is, -1 for none of them."""
        order = np.lexsort((values["onset_ms"], code))
        order = order[code[order] >= 0]
        self.session = code[order]
        self.onset_ms, self.duration_ms, self.x, self.y, self.sigma_x, self.sigma_y = (
            values[name][order] for name in FIXATED
        )
        self.showing = np.searchsorted(self._showings, self.session * DAY_MS + self.onset_ms, "right")

    @cached_property
    def middle_ms(self) -> Floats:
        """When each fixation was half over, since that showing of the slide began."""
        began = np.append(self._showings, np.nan)[self.showing - 1] - self.session * DAY_MS
        return np.asarray(self.onset_ms + self.duration_ms / 2 - began)

    @cached_property
    def on_slide(self) -> Bools:
        """Which fixations lie on the slide."""
        return np.asarray((self.x >= 0) & (self.x <= 1) & (self.y >= 0) & (self.y <= 1))

    @cached_property
    def follows(self) -> Bools:
        """Which fixations come after another one in the same showing of the slide."""
        return np.concatenate([[False], np.diff(self.showing) == 0])[: len(self.showing)]

    def total(self, values: Floats | Bools) -> Floats:
        """Sum of a value per fixation over each session: (f,) to (n,), or (f, k) to (n, k)."""
        count = len(self.sessions)
        if values.ndim == 1:
            return np.bincount(self.session, values, minlength=count).astype(float)
        columns = [np.bincount(self.session, column, minlength=count) for column in values.T]
        return np.column_stack(columns).astype(float) if columns else np.zeros((count, 0))


def divided(part: Floats, whole: Floats) -> Floats:
    """NaN where the whole is nothing."""
    unknown = np.full(np.broadcast(part, whole).shape, np.nan)
    return np.asarray(np.divide(part, whole, out=unknown, where=whole > 0))


def _arrays(table: pd.DataFrame, names: Sequence[str]) -> Arrays:
    return {name: table[name].to_numpy(float) for name in names}


def _taken(values: Arrays, rows: Indices) -> Arrays:
    return {name: column[rows] for name, column in values.items()}


def _codes(names: pd.Series, wanted: Sequence[str] | NDArray[Any]) -> Indices:
    """Place of each name among those wanted, -1 for others."""
    named = names.astype("category").cat  # few names on many rows
    places = pd.Index(wanted, dtype=object).get_indexer(named.categories.astype(object))
    return np.append(places, -1)[named.codes]


def _rows_of(table: pd.DataFrame, slide_ids: Sequence[str]) -> list[Indices]:
    """Which rows are of each of the slides."""
    code = _codes(table["slide_id"], slide_ids)
    order = np.argsort(code, kind="stable")
    ends = np.searchsorted(code[order], np.arange(len(slide_ids) + 1))
    return [order[first:stop] for first, stop in pairwise(ends)]
