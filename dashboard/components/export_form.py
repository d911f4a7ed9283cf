"""What is asked about another tracker's export: which columns it has, which stimulus is which slide.

An `export` is what `dashboard.exports.look` found in it; None stands for a bare video.
"""

from __future__ import annotations

from typing import Any, Final

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.bare_video import SCREEN_DEFAULT
from dashboard.texts import t
from dashboard.words import percent
from pipeline.domain import Lesson
from pipeline.ingest.trackers.package import slide_called

COLUMN: Final = "upload-column"  # types of pattern ids: the columns of a table ...
STIMULUS: Final = "upload-stimulus"  # ... the slide of each stimulus ...
SCREEN: Final = "upload-screen"  # ... the three screen fields ...
KEEP: Final = "upload-keep"  # ... and whether the tracker's own fixations are kept
READ: Final = "upload-read"
STIMULI_MAX: Final = 100  # fields that are shown; further stimuli are matched by name alone

Export = dict[str, Any]
COLUMNS: Final = ("time", "x", "y", "participant", "stimulus", "valid", "duration")
NEEDED: Final = ("time", "x", "y")
UNITS: Final = {  # the first of each is the usual one
    "time_unit": ("ms", "s", "us", "ns"),
    "place_unit": ("px", "share", "percent"),
    "origin": ("top", "bottom"),
}


def about(export: Export | None) -> str:
    """What this file leaves open."""
    return t("upload-about-video") if export is None else t("upload-about-export")


def student(export: Export | None) -> str:
    """What the student's field says below."""
    count_of = len(export["found"]["recordings"]) if export and export["found"] else 1
    if count_of == 1:
        return t("upload-pseudonym")
    return t("upload-pseudonyms", n=count_of, last=f"S-{count_of:02d}")


def found(export: Export | None) -> list[Component]:
    """What is in the file, and how a table that nobody knows is to be read."""
    if export is None:
        return []
    parts = [_columns(export)] if export["columns"] else []
    if export["found"]:
        parts.append(_summary(export["found"]))
    return parts


def _summary(known: dict[str, Any]) -> Component:
    recordings = known["recordings"]
    first = recordings[0]
    lines = {
        "format": known["label"],
        "recordings": str(len(recordings)),
        "rows": f"{sum(each['rows'] for each in recordings):,}",
        "length": _length(recordings),
        "rate": f"{first['rate_hz']:.0f} Hz" if first["rate_hz"] else t("upload-found-no-samples"),
        "valid": _valid(recordings),
        "fixations": _fixations(recordings),
    }
    notes = list(dict.fromkeys(note for each in recordings for note in each["notes"]))
    rows = [
        part
        for name, value in lines.items()
        if value
        for part in (html.Dt(t(f"upload-found-{name}")), html.Dd(value))
    ]
    remarks = [html.Ul([html.Li(note) for note in notes], className="export-notes small muted")]
    parts = [html.Dl(rows, className="export-found"), *(remarks if notes else [])]
    return html.Div(parts, role="status")


def _length(recordings: list[dict[str, Any]]) -> str:
    spans = [each["t_ms"][1] - each["t_ms"][0] for each in recordings if each["t_ms"]]
    if not spans:
        return ""
    seconds = sum(spans) / 1000
    if seconds < 60:
        return t("upload-found-seconds", n=f"{seconds:.1f}")
    return t("upload-found-minutes", n=f"{seconds / 60:.1f}")


def _valid(recordings: list[dict[str, Any]]) -> str:
    samples = sum(each["samples"] for each in recordings)
    valid = sum(each["samples"] * each["valid_share"] for each in recordings if each["samples"])
    if not samples:
        return ""
    return t("upload-found-valid-of", share=percent(valid / samples), samples=f"{samples:,}")


def _fixations(recordings: list[dict[str, Any]]) -> str:
    known = [each["fixations"] for each in recordings if each["fixations"] is not None]
    return f"{sum(known):,}" if known else ""


def _columns(export: Export) -> Component:
    """The fields that map columns, filled with what is known or guessed."""
    mapping, names = export["mapping"] or {}, list(dict.fromkeys(filter(str.strip, export["columns"])))
    fields = {field: _column(field, names, mapping) for field in COLUMNS}
    fields |= {field: _unit(field, mapping) for field in UNITS}
    order = (
        "time",
        "time_unit",
        "x",
        "y",
        "place_unit",
        "origin",
        "participant",
        "stimulus",
        "valid",
        "duration",
    )
    looked_for = html.Details([html.Summary(t("upload-looked-for")), html.P(export["refused"])])
    return html.Fieldset(
        [
            html.Legend(t("upload-columns")),
            html.P(
                f"{t('upload-columns-unknown')} {t('upload-mapped-' + (export['mapped_by'] or 'none'))}",
                className="muted small",
            ),
            html.Div([fields[field] for field in order], className="export-columns"),
            html.P(
                export["refused"] if _is_wrong(export) else "", className="export-refused small", role="alert"
            ),
            dmc.Button(t("upload-read"), id=READ, variant="default"),
            html.Div(
                looked_for if export["refused"] and not export["mapping"] else None, className="small muted"
            ),
        ]
    )


def _column(field: str, names: list[str], mapping: dict[str, str]) -> Component:
    needed = field in NEEDED
    return dmc.Select(
        id={"type": COLUMN, "field": field},
        label=t(f"upload-column-{field}"),
        data=names,
        value=mapping.get(field),
        placeholder=t("upload-column-choose") if needed else t("upload-column-none"),
        clearable=not needed,
        searchable=True,
    )


def _unit(field: str, mapping: dict[str, str]) -> Component:
    choices, key = UNITS[field], field.replace("_", "-")
    return dmc.Select(
        id={"type": COLUMN, "field": field},
        label=t(f"upload-{key}"),
        data=[{"value": value, "label": t(f"upload-{key}-{value}")} for value in choices],
        value=mapping.get(field, choices[0]),
        allowDeselect=False,
    )


def _is_wrong(export: Export) -> bool:
    """Whether a mapping was tried and did not fit."""
    return bool(export["mapping"] and export["refused"])


def slides(export: Export, lesson: Lesson) -> Component | None:
    """For each stimulus the slide that it is, filled in where one is called like it; None without stimuli."""
    if not export["stimuli"]:
        return None
    known = [{"value": slide.slide_id, "label": slide.title} for slide in lesson.slides]
    fields = [
        dmc.Select(
            id={"type": STIMULUS, "number": number},
            label=name,
            data=known,
            value=slide_called(name, lesson),
            placeholder=t("upload-stimulus-none"),
            clearable=True,
            searchable=True,
        )
        for number, name in enumerate(export["stimuli"][:STIMULI_MAX])
    ]
    rest = len(export["stimuli"]) - STIMULI_MAX
    note = [t("upload-stimuli-note"), *([t("upload-stimuli-more", n=rest)] if rest > 0 else [])]
    return html.Fieldset(
        [
            html.Legend(t("upload-stimuli")),
            html.P(" ".join(note), className="muted small"),
            html.Div(fields, className="export-columns export-stimuli"),
        ]
    )


def options(export: Export | None) -> list[Component]:
    """The screen, and whose fixations are taken."""
    if export is None:
        return [_screen(SCREEN_DEFAULT, t("upload-screen"))]
    if not export["found"]:
        return []
    recordings = export["found"]["recordings"]
    first = recordings[0]
    both = any(each["fixations"] is not None for each in recordings) and any(
        each["samples"] for each in recordings
    )
    sides = {} if first["size_stated"] else {side: first[side] for side in ("width_px", "height_px")}
    size = f"{first['width_px']} x {first['height_px']} px"
    legend = t("upload-screen-stated", size=size) if first["size_stated"] else t("upload-screen")
    return [
        _screen({**sides, "diagonal_inch": None}, legend),
        *([_keep()] if both else []),
    ]


def _screen(values: dict[str, Any], legend: str) -> Component:
    fields = [
        dmc.NumberInput(
            id={"type": SCREEN, "field": field},
            label=t("upload-screen-" + field.replace("_", "-")),
            value=value,
            placeholder=t("upload-screen-unknown"),
            min=1,
            hideControls=True,
            w=130,
        )
        for field, value in values.items()
    ]
    return html.Fieldset([html.Legend(legend), html.Div(fields, className="form-row")])


def _keep() -> Component:
    return dmc.Switch(
        id={"type": KEEP, "field": "keep"},
        label=t("upload-keep"),
        description=t("upload-keep-note"),
        checked=True,
    )
