"""Where a recording is from, and how its fixations were found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from dashboard.school import SessionView

METHODS: Final = {
    "idt": "by dispersion, I-DT",
    "ivt": "by velocity, I-VT",
    "clustering": "by clustering",
}
KINDS: Final = {
    "video": "the student's webcam",
    "observations": "the student's webcam; its video is gone, what was seen of the eyes was kept",
    "gaze": "another tracker: gaze.csv in the package",
    "fixations": "another tracker: its fixations alone",
}
UNITS: Final = {"_deg_s": "°/s", "_ms": " ms", "_deg": "°"}
SETTINGS: Final = {
    "duration_min_ms": "shortest fixation",
    "samples_min": "fewest samples of a fixation",
    "gap_max_ms": "longest loss within a fixation",
    "merge_gap_ms": "longest time between fixations that are joined",
    "merge_distance_deg": "distance under which fixations are joined",
    "merge_noise_factor": "that distance as a multiple of the noise",
    "noise_factor": "threshold as a multiple of the noise",
    "dispersion_min_deg": "smallest threshold of dispersion",
    "dispersion_max_deg": "largest threshold of dispersion",
    "speed_min_deg_s": "smallest threshold of speed",
    "window_ms": "window",
    "step_ms": "step from window to window",
    "factors": "thinning of the window's samples, by",
    "deviations": "cut above the mean, in STD",
}


def source_panel(view: SessionView) -> Component:
    """Tracker, fixations and what import and processing had to say, as a list of terms."""
    lines = [html.Div([html.Dt(term), *(html.Dd(each) for each in said)]) for term, said in _facts(view)]
    return html.Dl(lines, className="quality source")


def _facts(view: SessionView) -> Iterator[tuple[str, list[Any]]]:
    header, report = view.row.header, view.row.report
    source = header.source if header else None
    kind = (report.get("source") or {}).get("kind", "")
    yield (
        "Recorded by",
        [f"{source.label} (format {source.format})" if source else KINDS.get(kind, "not recorded")],
    )
    if view.row.calibration is None:
        yield "Calibration", ["Unknown: it was the tracker's own."]
    if source and source.accuracy_deg is not None:
        yield "Accuracy", [f"{source.accuracy_deg:g}° is stated by the export; it was not measured here."]
    found = report.get("fixations") or {}
    yield "Fixations", list(_fixations(found))
    if found.get("parameters"):
        yield "Found with", [_sentence(_setting(*each)) for each in found["parameters"].items()]
    notes = [*(source.notes if source else ()), *(_note(note) for note in found.get("notes", ()))]
    if notes:
        yield "To know", notes


def _fixations(found: Mapping[str, Any]) -> Iterator[str]:
    """Whose fixations they are, and by which method."""
    if found.get("source") == "vendor":
        yield "The tracker's own, kept as they came."
    elif "method" in found:
        reason = f" ({found['reason']})" if found.get("reason") else ""
        yield f"Found here {METHODS.get(found['method'], found['method'])}{reason}."
    else:
        yield "How they were found was not recorded: process the session again to know."
    if found.get("rate_hz") is not None and found.get("noise_deg") is not None:
        yield f"Gaze came at {found['rate_hz']:g} Hz with a noise of {found['noise_deg']:.2g}°."


def _setting(name: str, value: Any) -> str:
    """``duration_min_ms``, 150 as ``shortest fixation 150 ms``."""
    suffix = next((suffix for suffix in UNITS if name.endswith(suffix)), "")
    shown = ", ".join(f"{each:g}" for each in value) if isinstance(value, list | tuple) else f"{value:g}"
    return f"{SETTINGS.get(name, name)} {shown}{UNITS.get(suffix, '')}"


def _note(words: str) -> str:
    """A note as a sentence; one that begins with the name of a setting begins with its words."""
    name, _, rest = words.partition(" is ")
    return _sentence(f"{SETTINGS[name]} is {rest}" if name in SETTINGS else words)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:].rstrip(".") + "."
