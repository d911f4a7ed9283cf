"""Recordings that experts labelled by hand, and how well found fixations agree with them.

The recordings lie in ../shared/data/events (see the SOURCE.md files there): Lund 2013 (Andersson et al. 2017,
doi:10.3758/s13428-016-0738-9; two experts) and lookAtPoint_EL (Zemblys et al. 2018,
doi:10.3758/s13428-017-0860-3; one expert).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.io import loadmat

from pipeline.domain import GAZE, Bools, Floats, Screen, typed
from pipeline.events.detect import fixations
from pipeline.events.runs import runs
from pipeline.parameters import FixationParameters

EVENTS = Path(__file__).parents[2] / "shared" / "data" / "events"
FIXATION = 1
OVERLAP_MIN = 0.5
LOOK_AT_POINT_SCREEN = Screen(1920, 1080, 533.0, 301.0)
LOOK_AT_POINT_DISTANCE_MM = 565.0


@dataclass(frozen=True)
class Recording:
    """One recording: places in px (n, 2), NaN where lost, and each expert's label of every sample."""

    name: str
    screen: Screen
    distance_mm: float
    rate_hz: float
    place_px: Floats
    labels: dict[str, NDArray[np.int_]]

    def fixations_ms(self, expert: str) -> Floats:
        """Onset and offset of each of an expert's fixations, (n, 2)."""
        first, stop = runs(self.labels[expert] == FIXATION)
        return np.column_stack([first, stop]) * 1000 / self.rate_hz

    def gaze(self, rate_hz: float | None = None, noise_deg: float = 0.0, seed: int = 0) -> pd.DataFrame:
        """All samples or every n-th, with Gaussian noise of this STD on either axis."""
        step = self.rate_hz / min(rate_hz or self.rate_hz, self.rate_hz)
        kept = np.round(np.arange(0, len(self.place_px) - 0.5, step)).astype(int)
        kept = kept[kept < len(self.place_px)]
        px_per_deg = np.radians(1) * self.distance_mm / np.array(self.screen.mm_per_px)
        noise = np.random.default_rng(seed).normal(0, 1, (len(kept), 2)) * noise_deg * px_per_deg
        places = self.place_px[kept] + noise
        table = pd.DataFrame(places, columns=["screen_x_px", "screen_y_px"])
        table[["slide_x", "slide_y"]] = places / (self.screen.width_px, self.screen.height_px)
        table = table.assign(
            t_ms=kept * 1000 / self.rate_hz,
            slide_id="picture",
            valid=np.isfinite(places).all(axis=1),
            distance_mm=self.distance_mm,
        )
        return typed(table.reindex(columns=list(GAZE)), GAZE)

    def segments(self) -> pd.DataFrame:
        """One picture that fills the screen all the time."""
        whole = {"slide_id": "picture", "onset_ms": 0.0, "x_px": 0.0, "y_px": 0.0}
        whole["duration_ms"] = len(self.place_px) * 1000 / self.rate_hz
        size = {"width_px": float(self.screen.width_px), "height_px": float(self.screen.height_px)}
        return pd.DataFrame([whole | size])

    def found(self, gaze: pd.DataFrame, parameters: FixationParameters) -> Floats:
        """Onset and offset in ms of each fixation that the pipeline finds in this gaze, (n, 2)."""
        table = fixations(gaze, self.segments(), self.screen, parameters)
        onset, duration = table["onset_ms"].to_numpy(float), table["duration_ms"].to_numpy(float)
        return np.column_stack([onset, onset + duration])

    def fixating(self, found_ms: Floats) -> Bools:
        """Whether each sample lies in one of these intervals, (n,)."""
        edges = np.zeros(len(self.place_px) + 1)
        first, stop = np.clip(np.round(found_ms * self.rate_hz / 1000).astype(int), 0, len(self.place_px)).T
        np.add.at(edges, first, 1)
        np.add.at(edges, stop, -1)
        return np.asarray(np.cumsum(edges[:-1]) > 0)


def lund2013(folder: Path = EVENTS / "lund2013" / "img") -> list[Recording]:
    """Seven people looking at pictures, at 500 Hz (one at 200: its timestamps say so, its header not)."""
    files: dict[str, dict[str, dict[str, object]]] = {}
    for path in sorted(folder.glob("*.mat")):
        person, expert = path.name.split("_")[0], path.stem.split("_")[-1]
        files.setdefault(person, {})[expert] = loadmat(path, simplify_cells=True)["ETdata"]
    return [_lund_recording(person, data) for person, data in files.items()]


def _lund_recording(person: str, data: dict[str, dict[str, object]]) -> Recording:
    """Both experts labelled the same samples; only one of the files may hold their times."""
    tables = {expert: np.asarray(one["pos"], float) for expert, one in data.items()}
    any_one = next(iter(data.values()))
    steps_us = [np.median(np.diff(table[:, 0])) for table in tables.values()]
    timed = [step for step in steps_us if np.isfinite(step) and step > 0]
    place_px = next(iter(tables.values()))[:, 3:5].copy()
    place_px[(place_px == 0).all(axis=1)] = np.nan
    width_px, height_px = np.asarray(any_one["screenRes"], int).tolist()
    return Recording(
        name=person,
        screen=Screen(width_px, height_px, *(1000.0 * np.asarray(any_one["screenDim"])).tolist()),
        distance_mm=1000.0 * float(np.asarray(any_one["viewDist"])),
        rate_hz=1e6 / timed[0] if timed else float(np.asarray(any_one["sampFreq"])),
        place_px=place_px,
        labels={expert: table[:, 5].astype(int) for expert, table in tables.items()},
    )


def look_at_point(folder: Path = EVENTS / "lookatpoint_el") -> list[Recording]:
    """Six people following a point that jumps, at 1000 Hz; one expert. S3 is only roughly labelled."""
    return [_look_at_point_recording(path) for path in sorted(folder.glob("*.npy"))]


def _look_at_point_recording(path: Path) -> Recording:
    data, screen = np.load(path), LOOK_AT_POINT_SCREEN
    angles = np.radians(np.column_stack([data["x"], data["y"]]).astype(float))
    place_mm = np.tan(angles) * LOOK_AT_POINT_DISTANCE_MM
    place_px = place_mm / screen.mm_per_px + (screen.width_px / 2, screen.height_px / 2)
    place_px[~data["status"]] = np.nan
    labels = {"expert": data["evt"].astype(int)}
    return Recording(path.stem[-2:], screen, LOOK_AT_POINT_DISTANCE_MM, 1000.0, place_px, labels)


def matched(true_ms: Floats, found_ms: Floats) -> int:
    """How many true intervals (n, 2) share at least half of their union with a found one.

    None can share as much with two unless halves meet exactly, so every match is a pair.
    """
    if len(true_ms) == 0 or len(found_ms) == 0:
        return 0
    onset = np.maximum(true_ms[:, None, 0], found_ms[None, :, 0])
    offset = np.minimum(true_ms[:, None, 1], found_ms[None, :, 1])
    common = np.clip(offset - onset, 0, None)
    union = np.diff(true_ms)[:, 0][:, None] + np.diff(found_ms)[:, 0][None] - common
    return int((common / union >= OVERLAP_MIN).any(axis=1).sum())


def f1(pairs: Iterable[tuple[Floats, Floats]]) -> float:
    """Of all true and found intervals together: twice the matches over the number of both."""
    pairs = list(pairs)
    both = sum(len(true) + len(found) for true, found in pairs)
    return 2 * sum(matched(true, found) for true, found in pairs) / both if both else float("nan")


def kappa(one: Bools, other: Bools) -> float:
    """Cohen's kappa of two yes-or-no labels of the same samples."""
    agreed = float(np.mean(one == other))
    chance = float(one.mean() * other.mean() + (1 - one.mean()) * (1 - other.mean()))
    return (agreed - chance) / (1 - chance) if chance < 1 else float("nan")
