"""Whose recordings count: rules that a person sees and may change, and what they took out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from pipeline.parameters import AttentionParameters


@dataclass(frozen=True)
class ExclusionRules:
    """What a recording has to be like to count.

    `tracked_share_min` of the time slides were shown (0-1); `accuracy_max_deg` on the dots that were not
    used for calibration, None for any; `calibrated_only` leaves out recordings without a calibration.
    """

    tracked_share_min: float = AttentionParameters.tracked_share_min
    accuracy_max_deg: float | None = AttentionParameters.accuracy_max_deg
    calibrated_only: bool = AttentionParameters.calibrated_only

    @classmethod
    def of(cls, parameters: AttentionParameters) -> Self:
        """The rules that these parameters hold."""
        return cls(parameters.tracked_share_min, parameters.accuracy_max_deg, parameters.calibrated_only)

    def in_words(self) -> str:
        """What the rules ask for, as a sentence."""
        asked = [f"tracked for at least {self.tracked_share_min:.0%} of the time"]
        if self.accuracy_max_deg is not None:
            asked.append(f"accurate to {self.accuracy_max_deg:g} deg")
        if self.calibrated_only:
            asked.append("calibrated")
        return f"Recordings count if they are {_listed(asked)}."


def apply(sessions: pd.DataFrame, rules: ExclusionRules) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Part the recordings that count from those that do not.

    Parameters
    ----------
    sessions : `tracked_share` (0-1), `accuracy_deg`, `calibrated` (bool), one row each; NaN where unknown,
        which never satisfies a rule; other columns (`session_id`, `student`...) are passed on

    Returns
    -------
    kept, removed : rows of `sessions`; those removed with `reason`, in words, all that apply
    """
    reasons = ["; ".join(filter(None, why)) for why in zip(*_reasons(sessions, rules), strict=True)]
    out = np.array([bool(why) for why in reasons], dtype=bool)
    removed = sessions.assign(reason=pd.Series(reasons, index=sessions.index, dtype="str"))[out]
    return sessions[~out].reset_index(drop=True), removed.reset_index(drop=True)


def in_words(kept: pd.DataFrame, removed: pd.DataFrame) -> str:
    """How many recordings the rules took out."""
    total = len(kept) + len(removed)
    if total == 0:
        return "There are no recordings."
    if removed.empty:
        return "The one recording counts." if total == 1 else f"All {total} recordings count."
    if total == 1:
        return "The one recording was left out."
    return f"{len(removed)} of {total} recordings {'was' if len(removed) == 1 else 'were'} left out."


def _reasons(sessions: pd.DataFrame, rules: ExclusionRules) -> Iterator[list[str]]:
    """For each rule in force, how each recording breaks it; empty where it does not."""
    yield [_not_tracked(float(share), rules.tracked_share_min) for share in sessions["tracked_share"]]
    if rules.accuracy_max_deg is not None:
        yield [_not_accurate(float(deg), rules.accuracy_max_deg) for deg in sessions["accuracy_deg"]]
    if rules.calibrated_only:
        yield ["" if calibrated else "not calibrated" for calibrated in sessions["calibrated"]]


def _not_tracked(share: float, least: float) -> str:
    if share >= least:
        return ""
    if np.isnan(share):
        return "tracked share is not known"
    return f"tracked for {int(100 * share)}% of the time, less than {least:.0%}"


def _not_accurate(deg: float, most: float) -> str:
    if deg <= most:
        return ""
    return "accuracy was not measured" if np.isnan(deg) else f"off by {deg:.2f} deg, more than {most:g} deg"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
