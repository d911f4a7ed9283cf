"""Stretches of consecutive samples that share a state."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.domain import Bools


def runs(state: Bools) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """First index, and index one past the last, of every stretch of True."""
    edges = np.diff(state.astype(np.int8), prepend=0, append=0)
    return np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
