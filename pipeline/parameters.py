"""Every threshold of the pipeline, each with its unit and its source. Stored with every result.

A section of the pipeline takes its own group, never the whole, so that a signature says what it uses.
Sources in brackets: [S] a cited publication, [M] common practice of the field, [ran] measured here.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class FixationParameters:
    """I-DT for webcams (Salvucci & Goldberg 2000, doi:10.1145/355017.355028), adapted to the noise."""

    noise_factor: float = 4.0  # dispersion threshold = factor * noise STD [M]
    dispersion_min_deg: float = 1.5
    dispersion_max_deg: float = 3.0
    duration_min_ms: float = 150.0  # from 20 Hz up
    samples_min: int = 4
    slow_rate_hz: float = 20.0  # below this rate the next two hold
    slow_duration_min_ms: float = 200.0
    slow_samples_min: int = 3
    merge_distance_deg: float = 1.0
    merge_gap_ms: float = 100.0
    gap_max_ms: float = 100.0  # a fixation is never continued over a longer loss


@dataclass(frozen=True)
class BlinkParameters:
    """Closures of both lids, from the eye's openness relative to its own recent past."""

    openness_ratio: float = 0.75  # of the upper quartile of the last window [M]
    window_ms: float = 10_000.0
    duration_min_ms: float = 70.0
    duration_max_ms: float = 500.0
    pad_before_ms: float = 70.0
    pad_after_ms: float = 130.0


@dataclass(frozen=True)
class Parameters:
    """All groups together: what one run of the pipeline was done with."""

    fixations: FixationParameters = field(default_factory=FixationParameters)
    blinks: BlinkParameters = field(default_factory=BlinkParameters)
