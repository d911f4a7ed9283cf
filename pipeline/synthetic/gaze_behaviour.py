"""Where the rendered student looks, and when: fixations, saccades, drift and blinks as people make them.

A scan is a list of places and of the moments at which the eyes set off for them. `GazePath` turns it into
a continuous point of gaze on the screen with saccades on the main sequence (duration 2.2 ms/deg + 21 ms;
Carpenter 1988, Movements of the Eyes), slow drift and small jitter.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.ndimage import gaussian_filter1d

from pipeline.domain import Aoi, Bools, Floats, Role, Slide

STEP_MS = 4.0  # the grid everything continuous lives on
SACCADE_MS_PER_DEG, SACCADE_BASE_MS = 2.2, 21.0
BLINKS_PER_MIN = 15.0
DOT_ERROR_DEG = 0.5


class Behaviour(StrEnum):
    """What a student does with the slides."""

    FOLLOWS = "follows"  # the regions in their order, as long as their weight says
    WANDERS = "wanders"  # anywhere on the slide
    MISSES = "misses"  # never one of the required regions
    LOOKS_AWAY = "looks_away"  # off the screen now and then, head turned
    LEAVES_TAB = "leaves_tab"  # another browser tab for some seconds


@dataclass(frozen=True)
class Scan:
    """The eyes set off for `places_px` (n, 2) at `onset_ms` (n,), increasing."""

    onset_ms: Floats
    places_px: Floats

    @staticmethod
    def joined(parts: list[Scan]) -> Scan:
        return Scan(np.concatenate([p.onset_ms for p in parts]), np.vstack([p.places_px for p in parts]))


def fixation_durations(rng: np.random.Generator, count: int, mean_ms: float = 280.0) -> Floats:
    """Right-skewed, mostly 200-400 ms (log-normal, clipped to 120-700)."""
    return np.asarray(np.clip(rng.lognormal(np.log(mean_ms) - 0.05, 0.32, count), 120.0, 700.0))


def dot_scan(
    rng: np.random.Generator, on_ms: float, off_ms: float, dot_px: Floats, px_per_deg: float
) -> Scan:
    """Fixate one dot: a reaction time, then small corrections around it."""
    first = on_ms + rng.uniform(170, 320)
    onsets = first + np.concatenate([[0.0], np.cumsum(rng.uniform(350, 800, 8))])
    onsets = onsets[onsets < max(off_ms - 100, first + 1)]
    systematic = rng.normal(0, DOT_ERROR_DEG * 0.5, 2)
    errors = systematic + rng.normal(0, DOT_ERROR_DEG * 0.5, (len(onsets), 2))
    return Scan(onsets, dot_px + errors * px_per_deg)


def _aoi_box(aoi: Aoi) -> tuple[Floats, Floats]:
    points = np.concatenate([part.points for part in aoi.parts])
    return points.min(axis=0), points.max(axis=0)


def _visit(rng: np.random.Generator, aoi: Aoi, count: int) -> Floats:
    """Places (count, 2) in slide coordinates during one visit: along lines for text, scattered else."""
    low, high = _aoi_box(aoi)
    if aoi.role in (Role.TEXT, Role.TITLE):
        lines = max(1, round((high[1] - low[1]) / 0.06))
        per_line = max(2, round((high[0] - low[0]) / 0.075))
        k = rng.integers(0, max(1, lines * per_line - count + 1)) + np.arange(count)
        x = (k % per_line + 0.5 + rng.normal(0, 0.2, count)) / per_line
        y = ((k // per_line) % lines + 0.5 + rng.normal(0, 0.15, count)) / lines
    else:
        x, y = np.clip(rng.normal(0.5, 0.24, (2, count)), 0.03, 0.97)
    return np.asarray(low + np.column_stack([x, y]) * (high - low))


def slide_scan(
    rng: np.random.Generator, slide: Slide, behaviour: Behaviour, on_ms: float, off_ms: float
) -> Scan:
    """One slide looked at for a while, in slide coordinates."""
    aois = [a for a in slide.aois if a.weight > 0] or list(slide.aois)
    if behaviour is Behaviour.MISSES:
        required = [a for a in aois if a.required and a.role is not Role.TITLE]
        aois = [a for a in aois if not required or a is not required[-1]]
    count = int((off_ms - on_ms) / 150) + 2
    durations = fixation_durations(rng, count)
    onsets = on_ms + rng.uniform(150, 300) + np.concatenate([[0.0], np.cumsum(durations[:-1] + 35)])
    places = (
        _free_places(rng, count)
        if behaviour is Behaviour.WANDERS or not aois
        else _ordered_places(rng, aois, count)
    )
    keep = onsets < off_ms
    return Scan(onsets[keep], places[keep])


def _free_places(rng: np.random.Generator, count: int) -> Floats:
    centres = np.repeat(rng.uniform(0.03, 0.97, (count // 3 + 1, 2)), 3, axis=0)[:count]
    return np.asarray(centres + rng.normal(0, 0.04, (count, 2)))


def _ordered_places(rng: np.random.Generator, aois: list[Aoi], count: int) -> Floats:
    """First once through the regions in their order, then back to them as often as they weigh."""
    order = sorted(aois, key=lambda a: (a.order is None, a.order or 0))
    weights = np.array([a.weight for a in aois]) / sum(a.weight for a in aois)
    places: list[Floats] = []
    while sum(map(len, places)) < count:
        aoi = order.pop(0) if order else aois[rng.choice(len(aois), p=weights)]
        share = aoi.weight / sum(a.weight for a in aois)
        places.append(_visit(rng, aoi, int(np.clip(rng.poisson(2 + 12 * share), 2, 14))))
    return np.vstack(places)[:count]


@dataclass(frozen=True)
class GazePath:
    """The point of gaze on the screen (n, 2) px and the lids' closure (n,) 0-1, every `STEP_MS` from 0."""

    places_px: Floats
    closure: Floats

    def at(self, t_ms: Floats) -> Floats:
        grid = np.arange(len(self.closure)) * STEP_MS
        return np.column_stack([np.interp(t_ms, grid, self.places_px[:, k]) for k in (0, 1)])

    def closure_at(self, t_ms: Floats) -> Floats:
        return np.asarray(np.interp(t_ms, np.arange(len(self.closure)) * STEP_MS, self.closure))


def follow(rng: np.random.Generator, scan: Scan, end_ms: float, px_per_deg: float) -> GazePath:
    """The continuous movement of eyes that make this scan."""
    grid = np.arange(0, end_ms + STEP_MS, STEP_MS)
    before = np.vstack([scan.places_px[:1], scan.places_px[:-1]])
    size_deg = np.linalg.norm(scan.places_px - before, axis=1) / px_per_deg
    lasts_ms = SACCADE_BASE_MS + SACCADE_MS_PER_DEG * size_deg
    current = np.clip(np.searchsorted(scan.onset_ms, grid, side="right") - 1, 0, None)
    done = np.clip((grid - scan.onset_ms[current]) / lasts_ms[current], 0, 1)[:, None]
    progress = done**3 * (10 - 15 * done + 6 * done**2)  # minimum jerk
    places = before[current] + progress * (scan.places_px - before)[current]
    drift = smooth_noise(rng, len(grid), 220.0, (0.17, 0.17)) + smooth_noise(
        rng, len(grid), 12.0, (0.05, 0.05)
    )
    return GazePath(places + drift * px_per_deg, blink_closure(rng, grid))


def smooth_noise(rng: np.random.Generator, count: int, time_ms: float, sd: tuple[float, ...]) -> Floats:
    """Gaussian noise (count, len(sd)) with the given standard deviations that changes within `time_ms`."""
    noise = rng.normal(size=(count, len(sd)))
    sigma = max(time_ms / STEP_MS, 0.3)
    smooth = gaussian_filter1d(noise, sigma, axis=0, mode="wrap")
    return np.asarray(smooth * np.sqrt(2 * np.sqrt(np.pi) * sigma) * np.array(sd))


def blink_closure(rng: np.random.Generator, grid_ms: Floats) -> Floats:
    """How far the lids are closed: quick down, a moment shut, slower up."""
    closure = np.zeros(len(grid_ms))
    onset = rng.uniform(500, 4000)
    while onset < grid_ms[-1]:
        down, shut, up = rng.uniform(70, 110), rng.uniform(20, 70), rng.uniform(130, 210)
        depth = 1.0 if rng.random() < 0.93 else rng.uniform(0.6, 0.9)
        corners = onset + np.cumsum([0, down, shut, up])
        shape = np.interp(grid_ms, corners, [0, depth, depth, 0])
        closure = np.maximum(closure, shape * shape * (3 - 2 * shape))
        onset += 700 + rng.exponential(60_000 / BLINKS_PER_MIN - 700)
    return closure


def in_blink(closure: Floats) -> Bools:
    """True where the lids hide a good part of the iris."""
    return np.asarray(closure > 0.25)
