"""`python -m benchmarks.event_tables`: the tables of docs/events.md from results.json.

A test holds the page to them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results.json"
SETS = {"lund2013": "Lund 2013", "lookatpoint_el": "lookAtPoint"}
METHODS = {"idt": "I-DT", "ivt": "I-VT", "clustering": "clustering"}


def tables() -> list[str]:
    """Each table in Markdown."""
    results = json.loads(RESULTS.read_text())
    agreement, speed = results["event_agreement"], results["event_speed"]
    return [
        _native(agreement["native"]),
        _webcam(agreement["webcam_30_hz_0.8_deg"]),
        _webcam(agreement["webcam_30_hz_without_noise"]),
        _by_rate_and_noise(agreement["by_rate_and_noise"]),
        _speed(speed),
    ]


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _native(native: dict[str, Any]) -> str:
    heading = ("recordings", "expert", "method", "F1", "held out", "kappa", "fixations", "too long, ms")
    rows = []
    for name, ways in native.items():
        for way, experts in ways.items():
            by_expert = {"the other": experts} if "f1" in experts else experts
            label = {"auto": "**by default: I-VT**"} | METHODS
            if way == "ivt":
                continue  # the default, once more
            rows += [
                (
                    SETS[name],
                    expert,
                    label.get(way, way),
                    f"{one['f1']:.3f}",
                    f"{one['f1_held_out']:.3f}",
                    f"{one['kappa_mean']:.2f}",
                    f"{one['fixations_found']} of {one['fixations_labelled']}",
                    f"{one['duration_bias_ms']:+.0f}",
                )
                for expert, one in by_expert.items()
            ]
    return _table(heading, rows)


def _webcam(webcam: dict[str, Any]) -> str:
    figures = ("F1", "held out", "kappa", "too long, ms")
    heading = ["method", *(f"{label}: {figure}" for label in SETS.values() for figure in figures)]
    rows = []
    for method, label in METHODS.items():
        row = [label]
        for name in SETS:
            one = webcam[method][name]
            row += [f"{one['f1']:.2f}", f"{one['f1_held_out']:.2f}", f"{one['kappa_mean']:.2f}"]
            row.append(f"{one['duration_bias_ms']:+.0f}")
        rows.append(row)
    return _table(heading, rows)


def _by_rate_and_noise(by_rate: dict[str, Any]) -> str:
    noises = list(next(iter(by_rate.values())))
    rows = [[rate, *(_three(by_noise[noise]) for noise in noises)] for rate, by_noise in by_rate.items()]
    return _table(["", *noises], rows)


def _three(scores: dict[str, float]) -> str:
    """I-DT / I-VT / clustering, the default's in bold."""
    texts = [f"{scores[method]:.2f}" for method in METHODS]
    chosen = min(METHODS, key=lambda method: abs(scores[method] - scores["auto"]))
    at = list(METHODS).index(chosen)
    texts[at] = f"**{texts[at]}**"
    return " / ".join(texts)


def _speed(speed: dict[str, Any]) -> str:
    names = {
        "idt": "I-DT: positions to onsets and offsets",
        "ivt": "I-VT: velocities to onsets and offsets",
        "idt_from_px_to_table": "I-DT: px to a table of fixations",
        "ivt_from_px_to_table": "I-VT: px to a table of fixations",
    }
    rows = [
        (
            label,
            f"{speed[name]['ours_s']:.3f} s",
            f"{speed[name]['pymovements_s']:.3f} s",
            f"{speed[name]['times_as_fast']:.0f}",
        )
        for name, label in names.items()
    ]
    return _table(("step", "ours", f"pymovements {speed['pymovements']}", "times as fast"), rows)


if __name__ == "__main__":
    print("\n\n".join(tables()))
