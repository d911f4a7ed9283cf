"""Gaze for the browser to play back, as one compact block of bytes for each stretch of the replay's clock.

The block ("window") is, without gaps and little-endian:

    4 bytes     "GBR1"
    uint32      length of the header in bytes, a multiple of 4
    header      UTF-8 JSON, padded with spaces: window, start_ms, end_ms, rate_hz, sessions (their ids, in
                order) and samples (how many each has, in the same order); n is their sum
    int32[n]    time on the replay's clock in ms, ascending within each session
    uint16[n]   x, `quantised`
    uint16[n]   y, `quantised`

Thinning: of the samples of one session in one step of 1 / rate_hz of the replay's clock the first is kept, so
that times are those that were measured and nothing is averaged. `rate_and_window` chooses the rate (30 Hz for
up to six recordings, 15 Hz for more) and the longest window whose samples stay under 300 KB. The same
recordings give the same bytes.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MAGIC: Final = b"GBR1"
RATE_HZ: Final = 30.0  # of up to FEW recordings: webcams are seldom faster
RATE_OF_MANY_HZ: Final = 15.0
FEW: Final = 6
WINDOWS_MS: Final = (600_000, 300_000, 120_000, 60_000, 30_000, 20_000, 10_000)
SAMPLES_MAX: Final = 36_000  # 8 bytes each: 288 KB

# Places from LEAST to LEAST + SPAN slide widths (or heights) in steps of SPAN / NOT_TRACKED: 0.07 px of a
# slide 1500 px wide. What lies further out is put to the edge; it is beside the slide all the same.
LEAST: Final = -1.0
SPAN: Final = 3.0
NOT_TRACKED: Final = 65_535


@dataclass(frozen=True)
class Window:
    """A block taken apart; `x` and `y` in slide units, NaN where not tracked."""

    header: dict[str, Any]
    t_ms: NDArray[np.int32]
    x: NDArray[np.float64]
    y: NDArray[np.float64]

    def of_session(self, session_id: str) -> slice:
        """Where a session's samples are."""
        place = self.header["sessions"].index(session_id)
        counts = self.header["samples"]
        start = sum(counts[:place])
        return slice(start, start + counts[place])


def rate_and_window(sessions: int) -> tuple[float, int]:
    """How many samples a second each of so many recordings keeps, and how many ms a window lasts."""
    rate_hz = RATE_HZ if sessions <= FEW else RATE_OF_MANY_HZ
    fits = (ms for ms in WINDOWS_MS if sessions * rate_hz * ms / 1000 <= SAMPLES_MAX)
    return rate_hz, next(fits, WINDOWS_MS[-1])


def quantised(share: NDArray[np.floating]) -> NDArray[np.uint16]:
    """Slide units as whole numbers; NaN is NOT_TRACKED."""
    whole = np.clip(np.round((share - LEAST) / SPAN * (NOT_TRACKED - 1)), 0, NOT_TRACKED - 1)
    return np.where(np.isnan(share), NOT_TRACKED, np.nan_to_num(whole)).astype(np.uint16)


def slide_units(whole: NDArray[np.uint16]) -> NDArray[np.float64]:
    """What `quantised` was given, as near as it keeps it."""
    share = whole.astype(np.float64) / (NOT_TRACKED - 1) * SPAN + LEAST
    return np.where(whole == NOT_TRACKED, np.nan, share)


def thinned(gaze: pd.DataFrame, rate_hz: float) -> pd.DataFrame:
    """The first sample of each session in each step of the replay's clock; `gaze` is in order of time.

    `gaze`: session (its number), at_ms (replay's clock), slide_x, slide_y.
    """
    step = np.floor(gaze["at_ms"].to_numpy(float) * rate_hz / 1000 + 1e-9).astype(np.int64)
    return gaze[~pd.DataFrame({"session": gaze["session"].to_numpy(), "step": step}).duplicated().to_numpy()]


def packed(gaze: pd.DataFrame, sessions: Sequence[str], window: int, window_ms: int, rate_hz: float) -> bytes:
    """The block of a window; `gaze` as `thinned` gives it, ordered by session and time."""
    counts = np.bincount(gaze["session"].to_numpy(int), minlength=len(sessions))
    told = {
        "window": window,
        "start_ms": window * window_ms,
        "end_ms": (window + 1) * window_ms,
        "rate_hz": rate_hz,
        "sessions": list(sessions),
        "samples": counts.tolist(),
    }
    header = json.dumps(told, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 4)
    return b"".join(
        (
            MAGIC,
            struct.pack("<I", len(header)),
            header,
            np.round(gaze["at_ms"].to_numpy(float)).astype("<i4").tobytes(),
            quantised(gaze["slide_x"].to_numpy(float)).astype("<u2").tobytes(),
            quantised(gaze["slide_y"].to_numpy(float)).astype("<u2").tobytes(),
        )
    )


def unpacked(block: bytes) -> Window:
    """A block taken apart. Raises ValueError for bytes that are none."""
    if block[:4] != MAGIC:
        raise ValueError(f"Expected a block that begins with {MAGIC!r}, got {block[:4]!r}.")
    (length,) = struct.unpack_from("<I", block, 4)
    header = json.loads(block[8 : 8 + length])
    n, at = sum(header["samples"]), 8 + length
    if len(block) != at + 8 * n:
        raise ValueError(f"Expected {at + 8 * n} bytes, got {len(block)}.")
    t_ms = np.frombuffer(block, "<i4", n, at)
    x, y = (slide_units(np.frombuffer(block, "<u2", n, at + 4 * n + 2 * n * i)) for i in (0, 1))
    return Window(header, t_ms, x, y)
