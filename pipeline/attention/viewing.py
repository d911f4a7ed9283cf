"""Who was shown one slide, and the fixations made on it, as arrays that the measures are worked out from."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd

from pipeline.domain import Bools, Floats

DAY_MS = 86_400_000.0  # no session is as long


class Viewing:
    """One slide as several sessions viewed it.

    Of the n exposed sessions, sorted: `sessions`, `opened_ms` (first showing), `exposure_ms`, `tracked_ms`,
    `on_slide_ms` (all showings together). Of their f fixations, in order of session and time: `session`
    (index), `showing` (number of the showing; each belongs to one session), `onset_ms`, `duration_ms`, `x`,
    `y`, `sigma_x`, `sigma_y`.
    """

    def __init__(self, fixations: pd.DataFrame, exposures: pd.DataFrame) -> None:
        """Put fixations (columns of FIXATIONS and `session_id`) to exposures (EXPOSURES and `session_id`).

        Both are of one slide, in any order; a slide may be shown repeatedly. Fixations of sessions that were
        not exposed are left out.
        """
        self._expose(exposures)
        self._fixate(fixations)

    def _expose(self, exposures: pd.DataFrame) -> None:
        code, names = pd.factorize(exposures["session_id"], sort=True)
        onset = exposures["onset_ms"].to_numpy(float)
        count = len(names)
        self.sessions = np.asarray(names, dtype=object)
        self.opened_ms = np.full(count, np.inf)
        np.minimum.at(self.opened_ms, code, onset)
        self.exposure_ms, self.tracked_ms, self.on_slide_ms = (
            np.bincount(code, exposures[name].to_numpy(float), minlength=count).astype(float)
            for name in ("duration_ms", "tracked_ms", "on_slide_ms")
        )
        self._showings = np.sort(code * DAY_MS + onset)  # all sessions on one clock, a day apart

    def _fixate(self, fixations: pd.DataFrame) -> None:
        named = fixations["session_id"].astype("category").cat  # few names on many rows
        code = pd.Index(self.sessions).get_indexer(named.categories.astype(object))[named.codes]
        onset = fixations["onset_ms"].to_numpy(float)
        order = np.lexsort((onset, code))
        order = order[code[order] >= 0]
        self.session = code[order]
        self.onset_ms = onset[order]
        self.duration_ms, self.x, self.y, self.sigma_x, self.sigma_y = (
            fixations[name].to_numpy(float)[order]
            for name in ("duration_ms", "slide_x", "slide_y", "sigma_x", "sigma_y")
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
