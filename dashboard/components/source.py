"""Where a recording is from, and how its fixations were found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from dashboard.school import SessionView
from dashboard.texts import t

METHODS: Final = ("idt", "ivt", "clustering")
KINDS: Final = ("video", "observations", "gaze", "fixations")
UNITS: Final = {"_deg_s": "°/s", "_ms": " ms", "_deg": "°"}
SETTINGS: Final = (
    "duration_min_ms", "samples_min", "gap_max_ms", "merge_gap_ms", "merge_distance_deg",
    "merge_noise_factor", "noise_factor", "dispersion_min_deg", "dispersion_max_deg", "speed_min_deg_s",
    "window_ms", "step_ms", "factors", "deviations",
)  # fmt: skip


def source_panel(view: SessionView) -> Component:
    """Tracker, fixations and what import and processing had to say, as a list of terms."""
    lines = [html.Div([html.Dt(term), *(html.Dd(each) for each in said)]) for term, said in _facts(view)]
    return html.Dl(lines, className="quality source")


def _facts(view: SessionView) -> Iterator[tuple[str, list[Any]]]:
    header, report = view.row.header, view.row.report
    source = header.source if header else None
    kind = (report.get("source") or {}).get("kind", "")
    recorded = t(f"session-source-{kind}") if kind in KINDS else t("session-source-unknown")
    if source:
        recorded = t("session-source-tracker", label=source.label, format=source.format)
    yield t("session-recorded-by"), [recorded]
    if view.row.calibration is None:
        yield t("session-calibration"), [t("session-calibration-unknown")]
    if source and source.accuracy_deg is not None:
        yield t("session-accuracy"), [t("session-accuracy-stated", degrees=f"{source.accuracy_deg:g}")]
    found = report.get("fixations") or {}
    yield t("session-fixations"), list(_fixations(found))
    if found.get("parameters"):
        yield t("session-found-with"), [_sentence(_setting(*each)) for each in found["parameters"].items()]
    notes = [*(source.notes if source else ()), *(_note(note) for note in found.get("notes", ()))]
    if notes:
        yield t("session-notes"), notes


def _fixations(found: Mapping[str, Any]) -> Iterator[str]:
    """Whose fixations they are, and by which method."""
    if found.get("source") == "vendor":
        yield t("session-fixations-kept")
    elif "method" in found:
        name = found["method"]
        method = t(f"session-method-{name}") if name in METHODS else str(name)
        reason = f" ({found['reason']})" if found.get("reason") else ""
        yield t("session-fixations-found", method=method + reason)
    else:
        yield t("session-fixations-unknown")
    if found.get("rate_hz") is not None and found.get("noise_deg") is not None:
        noise = f"{found['noise_deg']:.2g}"
        yield t("session-fixations-rate", rate=f"{found['rate_hz']:g}", noise=noise)


def _setting(name: str, value: Any) -> str:
    """``duration_min_ms``, 150 as ``shortest fixation 150 ms``."""
    suffix = next((suffix for suffix in UNITS if name.endswith(suffix)), "")
    shown = ", ".join(f"{each:g}" for each in value) if isinstance(value, list | tuple) else f"{value:g}"
    return f"{_name(name)} {shown}{UNITS.get(suffix, '')}"


def _name(setting: str) -> str:
    return t("session-setting-" + setting.replace("_", "-")) if setting in SETTINGS else setting


def _note(words: str) -> str:
    """A note as a sentence; one that begins with the name of a setting begins with its words."""
    name, _, rest = words.partition(" is ")
    return _sentence(f"{_name(name)} is {rest}" if name in SETTINGS else words)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:].rstrip(".") + "."
