"""One session's gaze as compact numbers for the browser to play back over the slides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

RATE_HZ = 30.0  # of the replay; faster recordings are thinned
UNITS = 10_000  # of a slide's width and height, so that places are whole numbers


@dataclass(frozen=True)
class Replay:
    """`t_ms` since the first slide was opened; `x`, `y` in 1/10000 of the slide, None where not tracked."""

    t_ms: list[int]
    x: list[int | None]
    y: list[int | None]
    slides: list[dict[str, Any]]  # slide_id, start_ms, end_ms of every stretch in which one was open


def replay_of(gaze: pd.DataFrame, stretches: pd.DataFrame, start_ms: float) -> Replay:
    """The replay of a session.

    Parameters
    ----------
    gaze : columns of GAZE, in order of time
    stretches : slide_id, t_s, end_s
    start_ms : the page's clock when the first slide was opened
    """
    gaze = gaze[gaze["slide_id"].notna()]
    frame = np.floor((gaze["t_ms"] - start_ms) * RATE_HZ / 1000)
    gaze = gaze[~frame.duplicated().to_numpy()]
    slides = [
        {"slide_id": row.slide_id, "start_ms": round(row.t_s * 1000), "end_ms": round(row.end_s * 1000)}
        for row in stretches.itertuples()
    ]
    return Replay(
        (gaze["t_ms"] - start_ms).round().astype(int).tolist(),
        _whole(gaze["slide_x"]),
        _whole(gaze["slide_y"]),
        slides,
    )


def _whole(share: pd.Series) -> list[int | None]:
    tracked = share.notna().to_numpy()
    whole = (share.fillna(0.0) * UNITS).round().astype(int).to_numpy(dtype=object)
    return np.where(tracked, whole, None).tolist()
