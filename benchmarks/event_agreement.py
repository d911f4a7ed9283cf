"""How well each way of finding fixations agrees with experts: the tables of docs/events.md.

Parameters marked [ran] in `pipeline.parameters` were chosen on the recordings named in CHOSEN_ON; the others
were held out, and are scored apart.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.event_score import Recording, f1, kappa, look_at_point, lund2013
from pipeline.domain import Floats
from pipeline.parameters import FixationParameters, VelocityParameters

METHODS = ("auto", "idt", "ivt", "clustering")
CHOSEN_ON = ("TH34", "UH21", "UL23", "UL47", "S1", "S3", "S5")
RATES_HZ = (15.0, 20.0, 30.0, 60.0, 120.0, 250.0)
NOISE_DEG = (0.0, 0.1, 0.2, 0.4, 0.8, 1.2)
DRAWS = 20
Sets = dict[str, list[Recording]]
PLAIN = VelocityParameters(speed_min_deg_s=30.0, noise_factor=0.0)
PLAIN_MERGED = replace(PLAIN, merge_distance_deg=0.5)


def run() -> dict[str, Any]:
    """F1 (IoU >= 0.5), kappa of samples, bias of durations: native, as a webcam's, by rate and noise."""
    sets = {"lund2013": lund2013(), "lookatpoint_el": look_at_point()}
    return {
        "overlap_min": 0.5,
        "parameters_chosen_on": CHOSEN_ON,
        "native": {name: _native(recordings) for name, recordings in sets.items()},
        "webcam_30_hz_0.8_deg": _webcam(sets, 0.8),
        "webcam_30_hz_without_noise": _webcam(sets, 0.0),
        "by_rate_and_noise": {
            f"{rate:g} Hz": {
                f"{noise:g} deg": {method: _mean_f1(sets, method, rate, noise) for method in METHODS}
                for noise in NOISE_DEG
            }
            for rate in RATES_HZ
        },
    }


def _native(recordings: list[Recording]) -> dict[str, Any]:
    """Each method against each expert, on the gaze as it is; and the experts against each other."""
    ways = {method: FixationParameters(method=method) for method in METHODS}
    ways["plain I-VT, 30 deg/s"] = FixationParameters(method="ivt", ivt=PLAIN)
    ways["plain I-VT, 30 deg/s, merged under 0.5 deg"] = FixationParameters(method="ivt", ivt=PLAIN_MERGED)
    table: dict[str, Any] = {}
    for way, parameters in ways.items():
        found = [one.found(one.gaze(), parameters) for one in recordings]
        table[way] = {expert: _agreement(recordings, found, expert) for expert in recordings[0].labels}
    experts = list(recordings[0].labels)
    if len(experts) == 2:
        found = [one.fixations_ms(experts[1]) for one in recordings]
        table["expert against expert"] = _agreement(recordings, found, experts[0])
    return table


def _agreement(recordings: list[Recording], found: list[Floats], expert: str) -> dict[str, Any]:
    pairs = [(one.fixations_ms(expert), ours) for one, ours in zip(recordings, found, strict=True)]
    held_out = [pair for one, pair in zip(recordings, pairs, strict=True) if one.name not in CHOSEN_ON]
    sample = [
        kappa(one.fixating(true), one.fixating(ours))
        for one, (true, ours) in zip(recordings, pairs, strict=True)
    ]
    true_ms, found_ms = (np.concatenate([pair[side] for pair in pairs]) for side in (0, 1))
    return {
        "f1": round(f1(pairs), 3),
        "f1_mean_of_recordings": round(float(np.mean([f1([pair]) for pair in pairs])), 3),
        "f1_held_out": round(f1(held_out), 3),
        "f1_by_recording": {
            one.name: round(f1([pair]), 3) for one, pair in zip(recordings, pairs, strict=True)
        },
        "kappa_mean": round(float(np.mean(sample)), 3),
        "fixations_labelled": len(true_ms),
        "fixations_found": len(found_ms),
        "duration_bias_ms": round(_mean_ms(found_ms) - _mean_ms(true_ms), 1),
    }


def _mean_ms(intervals_ms: Floats) -> float:
    return float(np.diff(intervals_ms).mean()) if len(intervals_ms) else float("nan")


def _webcam(sets: Sets, noise_deg: float) -> dict[str, Any]:
    """Each method on every set at 30 Hz."""
    return {
        method: {name: _at(recordings, method, 30.0, noise_deg, DRAWS) for name, recordings in sets.items()}
        for method in METHODS
    }


def _at(
    recordings: list[Recording], method: str, rate_hz: float, noise_deg: float, draws: int
) -> dict[str, float]:
    """Means over draws of the noise and over the experts."""
    parameters = FixationParameters(method=method)
    results = []
    for draw in range(draws if noise_deg else 1):
        found = [
            one.found(one.gaze(rate_hz, noise_deg, seed=100 * draw + number), parameters)
            for number, one in enumerate(recordings)
        ]
        results += [_agreement(recordings, found, expert) for expert in recordings[0].labels]
    figures = ("f1", "f1_held_out", "kappa_mean", "duration_bias_ms")
    return {name: round(float(np.mean([result[name] for result in results])), 3) for name in figures}


def _mean_f1(sets: Sets, method: str, rate_hz: float, noise_deg: float) -> float:
    """Mean over both sets."""
    scores = [_at(recordings, method, rate_hz, noise_deg, 2)["f1"] for recordings in sets.values()]
    return round(float(np.mean(scores)), 3)
