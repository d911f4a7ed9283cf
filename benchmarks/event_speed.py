"""Detectors side by side with pymovements' on the same arrays, in the same run, by turns.

First the bare steps: positions in degrees (I-DT) or velocities (I-VT) in, onsets and offsets out. Those of
I-VT are the same. In I-DT the definitions differ in one point: pymovements also counts the first sample that
is too far away, and begins the next window after it. So each of its fixations is held against our stretch
from the same sample. Then all the way from gaze in px to a table of fixations with places.
"""

from __future__ import annotations

import statistics
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pymovements as pm

from benchmarks.event_score import Recording, look_at_point
from pipeline.domain import Floats
from pipeline.events.detect import fixations
from pipeline.events.idt import stretches
from pipeline.events.ivt import slow_stretches
from pipeline.parameters import DispersionParameters, FixationParameters

ROUNDS = 3
DURATION_MIN_MS = 100  # at 1000 Hz a ms is a sample
DISPERSION_DEG = 1.0
SPEED_DEG_S = 30.0
TARGETS = {"idt": 20.0, "ivt": 1.0}


def run() -> dict[str, Any]:
    """Seconds of both, how many times as fast ours is, and in how much they agree."""
    recordings = look_at_point()
    place_deg = np.concatenate([_degrees(one) for one in recordings])
    velocity = np.gradient(place_deg, axis=0) * 1000
    warnings.simplefilter("ignore")  # pymovements' own
    return {
        "pymovements": pm.__version__,
        "samples": len(place_deg),
        "rounds": ROUNDS,
        "targets": TARGETS,
        "idt": _compare(lambda: _our_idt(place_deg), lambda: _their_idt(place_deg))
        | _same_stretches(place_deg),
        "ivt": _compare(lambda: _our_ivt(velocity), lambda: _their_ivt(velocity))
        | {"same_fixations": _our_ivt(velocity) == _their_ivt(velocity)},
        "idt_from_px_to_table": _whole(recordings, "idt"),
        "ivt_from_px_to_table": _whole(recordings, "ivt"),
    }


def _degrees(recording: Recording) -> Floats:
    """Places in degrees from the screen's centre, NaN where lost."""
    centre_px = recording.screen.width_px / 2, recording.screen.height_px / 2
    place_mm = (recording.place_px - centre_px) * recording.screen.mm_per_px
    return np.degrees(np.arctan(place_mm / recording.distance_mm))


def _compare(ours: Callable[[], object], theirs: Callable[[], object]) -> dict[str, Any]:
    """Medians of rounds by turns."""
    seconds: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in range(ROUNDS):
        seconds["theirs"].append(_seconds(theirs))
        seconds["ours"].append(_seconds(ours))
    ours_s, theirs_s = (statistics.median(seconds[name]) for name in ("ours", "theirs"))
    return {
        "ours_s": round(ours_s, 4),
        "pymovements_s": round(theirs_s, 4),
        "times_as_fast": round(theirs_s / ours_s, 1),
    }


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


# The bare steps


def _our_idt(place_deg: Floats) -> list[tuple[int, int]]:
    """A lost sample ends a stretch."""
    lost = np.isnan(place_deg).any(axis=1)
    here = np.arange(len(lost))
    run_stop = np.append(np.flatnonzero(lost), len(lost))[np.cumsum(lost) - lost]
    enough = np.where(lost, len(lost) + 1, here + DURATION_MIN_MS)
    found = stretches(np.nan_to_num(place_deg), np.ones_like(place_deg), enough, run_stop, DISPERSION_DEG)
    return list(zip(*(edge.tolist() for edge in found), strict=True))


def _their_idt(place_deg: Floats) -> list[tuple[int, int]]:
    return _events(
        pm.events.idt(
            place_deg,
            np.arange(len(place_deg)),
            minimum_duration=DURATION_MIN_MS,
            dispersion_threshold=DISPERSION_DEG,
        )
    )


def _events(events: Any) -> list[tuple[int, int]]:
    return list(zip(events.frame["onset"].to_list(), events.frame["offset"].to_list(), strict=True))


def _same_stretches(place_deg: Floats) -> dict[str, Any]:
    """What share of their fixations is, to the sample, our longest stretch from the same onset."""
    theirs = _their_idt(place_deg)
    last = len(place_deg) - 1
    same = [_our_idt(place_deg[onset : offset + 1])[:1] == [(0, offset - onset)] for onset, offset in theirs]
    known = [not np.isnan(place_deg[offset]).any() and offset < last for _, offset in theirs]
    return {
        "fixations_ours": len(_our_idt(place_deg)),
        "fixations_pymovements": len(theirs),
        "same_stretch_from_the_same_onset": round(float(np.mean(np.array(same)[known])), 4),
    }


def _our_ivt(velocity: Floats) -> list[tuple[int, int]]:
    speed = np.hypot(velocity[:, 0], velocity[:, 1])
    first, stop = slow_stretches(speed, SPEED_DEG_S, np.full(len(speed), len(speed)))
    long_enough = stop - 1 - first >= DURATION_MIN_MS
    return list(zip(first[long_enough].tolist(), (stop - 1)[long_enough].tolist(), strict=True))


def _their_ivt(velocity: Floats) -> list[tuple[int, int]]:
    return _events(
        pm.events.ivt(
            velocity,
            np.arange(len(velocity)),
            minimum_duration=DURATION_MIN_MS,
            velocity_threshold=SPEED_DEG_S,
        )
    )


# All the way


def _whole(recordings: list[Recording], method: str) -> dict[str, Any]:
    """From a table of gaze in px to a table of fixations with their places."""
    idt = DispersionParameters(duration_min_ms=float(DURATION_MIN_MS), dispersion_max_deg=1.5)
    parameters = FixationParameters(method=method, idt=idt)
    gaze = [one.gaze() for one in recordings]

    def ours() -> None:
        for one, samples in zip(recordings, gaze, strict=True):
            fixations(samples, one.segments(), one.screen, parameters)

    def theirs() -> None:
        for one, samples in zip(recordings, gaze, strict=True):
            _pymovements(one, samples, method)

    return _compare(ours, theirs)


def _pymovements(recording: Recording, samples: pd.DataFrame, method: str) -> None:
    screen = recording.screen
    experiment = pm.gaze.Experiment(
        screen_width_px=screen.width_px,
        screen_height_px=screen.height_px,
        screen_width_cm=screen.width_mm / 10,
        screen_height_cm=screen.height_mm / 10,
        distance_cm=recording.distance_mm / 10,
        origin="upper left",
        sampling_rate=recording.rate_hz,
    )
    columns = {name: samples[name].to_numpy(float) for name in ("screen_x_px", "screen_y_px")}
    table = pl.DataFrame({"time": samples["t_ms"].to_numpy().astype(int), **columns})
    gaze = pm.Gaze(table, experiment=experiment, pixel_columns=["screen_x_px", "screen_y_px"])
    gaze.pix2deg()
    if method == "ivt":
        gaze.pos2vel("savitzky_golay", window_length=21, degree=2)
        gaze.detect("ivt", minimum_duration=DURATION_MIN_MS, velocity_threshold=SPEED_DEG_S)
    else:
        gaze.detect("idt", minimum_duration=DURATION_MIN_MS, dispersion_threshold=1.5)
    gaze.compute_event_properties([("location", {"position_column": "position"})])
