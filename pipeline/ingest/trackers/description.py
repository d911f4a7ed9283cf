"""What was found in an export, in plain values: for a report, and for the person who has to say the rest.

Names of participants are not in it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.errors import InputError
from pipeline.ingest.documents import quoted
from pipeline.ingest.trackers.recording import Importer, TrackerRecording
from pipeline.ingest.trackers.registry import IMPORTERS


def importer_named(name: str) -> Importer:
    """The importer of this name. Raises InputError where there is none."""
    for importer in IMPORTERS:
        if importer.name == name:
            return importer
    raise InputError("format", f"one of {', '.join(known.name for known in IMPORTERS)}", quoted(name))


def describe_export(path: Path, recordings: list[TrackerRecording], *, told: bool = False) -> dict[str, Any]:
    """The format that was chosen, by what (or `told` by a person), and what each recording holds."""
    importer = importer_named(recordings[0].format)
    return {
        "file": path.name,
        "format": importer.name,
        "label": importer.label,
        "chosen": "as told" if told else "by content",
        "known_by": importer.looks_for,
        "recordings": [_describe(recording) for recording in recordings],
    }


def _describe(recording: TrackerRecording) -> dict[str, Any]:
    gaze, fixations = recording.gaze, recording.fixations
    places = gaze if len(gaze) or fixations is None else fixations
    time = "t_ms" if places is gaze else "onset_ms"
    return {
        "rows": recording.rows,
        "samples": len(gaze),
        "fixations": None if fixations is None else len(fixations),
        "rate_hz": recording.rate_hz,
        "valid_share": float(gaze["valid"].mean()) if len(gaze) else None,
        "t_ms": _range(places[time]),
        "x_px": _range(places["x_px"]),
        "y_px": _range(places["y_px"]),
        "distance_mm": _range(gaze["distance_mm"]),
        "space": str(recording.space),
        "width_px": recording.width_px,
        "height_px": recording.height_px,
        "size_stated": recording.size_stated,
        "stimuli": {name: list(place) for name, place in recording.stimuli.items()},
        "showings": _showings(places, time),
        "notes": list(recording.notes),
    }


def _range(values: pd.Series) -> list[float] | None:
    """Lowest and highest; None where there are no values."""
    return [float(values.min()), float(values.max())] if values.notna().any() else None


def _showings(table: pd.DataFrame, time: str) -> list[dict[str, Any]]:
    """Each run of rows of one stimulus: its name, when it begins, and the time until another begins."""
    t_ms = table[time].to_numpy(float)
    code, names = pd.factorize(table["stimulus"])  # -1: none
    starts = np.flatnonzero(np.diff(code, prepend=-1))
    until_ms = np.append(t_ms[starts[1:]], t_ms[-1:])[: len(starts)]
    return [
        {"stimulus": str(names[code[start]]), "onset_ms": t_ms[start], "duration_ms": end - t_ms[start]}
        for start, end in zip(starts, until_ms, strict=True)
        if code[start] >= 0
    ]
