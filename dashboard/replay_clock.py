"""One clock for several recordings: when, on the clock of a replay, each student had which slide open.

Two ways to lay recordings over one another. From each slide's opening: the slides follow one another in the
lesson's order, each begins for everybody at the moment they opened it, a student's clock counts only while
they have it open (a slide that is opened again goes on where it was left), and the slide ends when the last
of them has closed it. From the start: everybody's clock begins when they opened their first slide and runs
on; the slide that is shown is the one that most have open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd


class Align(StrEnum):
    """Which moment of each recording is the same on the clock of the replay."""

    SLIDE = "slide"  # the opening of each slide
    START = "start"  # the opening of the first slide


@dataclass(frozen=True)
class Clock:
    """All recordings on one clock.

    `pieces`: session_id, slide_id, onset_ms (page's clock), duration_ms, at_ms (replay's clock): each stretch
    in which a student had a slide open. `stretches`: slide_id, start_ms, end_ms of which slide is shown when;
    between stretches none is.
    """

    pieces: pd.DataFrame
    stretches: pd.DataFrame

    @property
    def end_ms(self) -> float:
        return float(self.stretches["end_ms"].max()) if len(self.stretches) else 0.0


def aligned(exposures: pd.DataFrame, slide_ids: Sequence[str], align: Align) -> Clock:
    """The recordings on one clock.

    Parameters
    ----------
    exposures : session_id, slide_id, onset_ms, duration_ms
    slide_ids : in the order of the lesson; exposures of other slides do not count
    """
    shown = exposures[exposures["slide_id"].isin(slide_ids) & (exposures["duration_ms"] > 0)]
    pieces = shown[["session_id", "slide_id", "onset_ms", "duration_ms"]].astype(
        {"session_id": "str", "slide_id": "str", "onset_ms": float, "duration_ms": float}
    )
    pieces = pieces.sort_values(["session_id", "onset_ms"], kind="stable", ignore_index=True)
    return (_from_each_slide if align is Align.SLIDE else _from_the_start)(pieces, list(slide_ids))


def _from_each_slide(pieces: pd.DataFrame, slide_ids: list[str]) -> Clock:
    own = pieces.groupby(["session_id", "slide_id"], sort=False)["duration_ms"]
    longest = own.sum().groupby("slide_id").max().reindex(slide_ids).dropna()
    end = longest.cumsum()
    start = end - longest
    at_ms = start.reindex(pieces["slide_id"]).to_numpy() + own.cumsum() - pieces["duration_ms"]
    stretches = pd.DataFrame({"slide_id": longest.index, "start_ms": start.values, "end_ms": end.values})
    return Clock(pieces.assign(at_ms=at_ms), stretches)


def _from_the_start(pieces: pd.DataFrame, slide_ids: list[str]) -> Clock:
    at_ms = pieces["onset_ms"] - pieces.groupby("session_id")["onset_ms"].transform("min")
    pieces = pieces.assign(at_ms=at_ms)
    return Clock(pieces, _leading(pieces, slide_ids))


def _leading(pieces: pd.DataFrame, slide_ids: list[str]) -> pd.DataFrame:
    """Which slide most have open; of several the one shown before, else the first of the lesson."""
    begin = pieces["at_ms"].to_numpy(float)
    end = begin + pieces["duration_ms"].to_numpy(float)
    edges = np.unique(np.concatenate([begin, end]))
    number = pd.Index(slide_ids).get_indexer(pieces["slide_id"])
    votes = np.zeros((len(slide_ids), len(edges)), dtype=int)
    for one, first, last in zip(number, edges.searchsorted(begin), edges.searchsorted(end), strict=True):
        votes[one, first:last] += 1
    found: list[tuple[str, float, float]] = []
    for at, stop, open_here in zip(edges, edges[1:], votes.T, strict=False):
        if not open_here.any():
            continue
        before = found[-1] if found and found[-1][2] == at else None
        if before and open_here[slide_ids.index(before[0])] == open_here.max():
            found[-1] = (before[0], before[1], stop)
        else:
            found.append((slide_ids[int(open_here.argmax())], at, stop))
    return pd.DataFrame(found, columns=["slide_id", "start_ms", "end_ms"])
