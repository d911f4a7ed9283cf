"""What is asked about another tracker's export: which columns it has, which stimulus is which slide.

An `export` is what `dashboard.exports.look` found in it; None stands for a bare video.
"""

from __future__ import annotations

from typing import Any, Final

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.bare_video import SCREEN_DEFAULT
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
COLUMNS: Final = {
    "time": "Time",
    "x": "Across (x)",
    "y": "Down (y)",
    "participant": "Participant",
    "stimulus": "Stimulus or slide",
    "valid": "Valid or not",
    "duration": "Duration of a fixation",
}
NEEDED: Final = ("time", "x", "y")
TIMES: Final = {"ms": "milliseconds", "s": "seconds", "us": "microseconds", "ns": "nanoseconds"}
PLACES: Final = {"px": "pixels", "share": "shares of the screen, 0 to 1", "percent": "percent of the screen"}
UNITS: Final[dict[str, tuple[str, dict[str, str]]]] = {  # the first of each is the usual one
    "time_unit": ("Times are in", TIMES),
    "place_unit": ("Places are in", PLACES),
    "origin": ("y is 0 at the", {"top": "top", "bottom": "bottom"}),
}


def about(export: Export | None) -> str:
    """What this file leaves open."""
    if export is None:
        return (
            "A video alone does not say who looked at what. Without calibration dots its gaze is a rough "
            "estimate, and it will be marked as uncalibrated."
        )
    return "Another tracker's export does not say which lesson was shown to whom, nor which slide is which."


def student(export: Export | None) -> str:
    """What the student's field says below."""
    count_of = len(export["found"]["recordings"]) if export and export["found"] else 1
    if count_of == 1:
        return "A pseudonym, not a name"
    return f"The beginning of {count_of} pseudonyms, no names: S becomes S-01 to S-{count_of:02d}"


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
        "Format": known["label"],
        "Recordings": str(len(recordings)),
        "Rows": f"{sum(each['rows'] for each in recordings):,}",
        "Length": _length(recordings),
        "Sampling rate": f"{first['rate_hz']:.0f} Hz" if first["rate_hz"] else "no samples, fixations only",
        "Valid": _valid(recordings),
        "Its own fixations": _fixations(recordings),
    }
    notes = list(dict.fromkeys(note for each in recordings for note in each["notes"]))
    rows = [part for name, value in lines.items() if value for part in (html.Dt(name), html.Dd(value))]
    remarks = [html.Ul([html.Li(note) for note in notes], className="export-notes small muted")]
    parts = [html.Dl(rows, className="export-found"), *(remarks if notes else [])]
    return html.Div(parts, role="status")


def _length(recordings: list[dict[str, Any]]) -> str:
    spans = [each["t_ms"][1] - each["t_ms"][0] for each in recordings if each["t_ms"]]
    if not spans:
        return ""
    seconds = sum(spans) / 1000
    return f"{seconds:.1f} seconds" if seconds < 60 else f"{seconds / 60:.1f} minutes"


def _valid(recordings: list[dict[str, Any]]) -> str:
    samples = sum(each["samples"] for each in recordings)
    valid = sum(each["samples"] * each["valid_share"] for each in recordings if each["samples"])
    return f"{percent(valid / samples)} of {samples:,} samples" if samples else ""


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
    looked_for = html.Details([html.Summary("What was looked for"), html.P(export["refused"])])
    return html.Fieldset(
        [
            html.Legend("Which column is what"),
            html.P(
                f"No format that is known here has these columns. {MAPPED_BY[export['mapped_by']]}",
                className="muted small",
            ),
            html.Div([fields[field] for field in order], className="export-columns"),
            html.P(
                export["refused"] if _is_wrong(export) else "", className="export-refused small", role="alert"
            ),
            dmc.Button("Read it like this", id=READ, variant="default"),
            html.Div(
                looked_for if export["refused"] and not export["mapping"] else None, className="small muted"
            ),
        ]
    )


def _column(field: str, names: list[str], mapping: dict[str, str]) -> Component:
    needed = field in NEEDED
    return dmc.Select(
        id={"type": COLUMN, "field": field},
        label=COLUMNS[field],
        data=names,
        value=mapping.get(field),
        placeholder="Choose a column" if needed else "None",
        clearable=not needed,
        searchable=True,
    )


def _unit(field: str, mapping: dict[str, str]) -> Component:
    label, choices = UNITS[field]
    return dmc.Select(
        id={"type": COLUMN, "field": field},
        label=label,
        data=[{"value": value, "label": words} for value, words in choices.items()],
        value=mapping.get(field, next(iter(choices))),
        allowDeselect=False,
    )


def _is_wrong(export: Export) -> bool:
    """Whether a mapping was tried and did not fit."""
    return bool(export["mapping"] and export["refused"])


MAPPED_BY: Final = {
    None: "Say what they hold; the next file like it will be read the same way.",
    "form": "It was read as it is filled in here.",
    "memory": "They are filled in as the last file with the same columns was read.",
    "names": "They are filled in as their names suggest; put right what is wrong.",
}


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
            placeholder="Not a slide: left out",
            clearable=True,
            searchable=True,
        )
        for number, name in enumerate(export["stimuli"][:STIMULI_MAX])
    ]
    rest = len(export["stimuli"]) - STIMULI_MAX
    more = f" {rest} more are matched by name alone." if rest > 0 else ""
    return html.Fieldset(
        [
            html.Legend("Which slide each stimulus is"),
            html.P(f"Filled in where a slide has the same name.{more}", className="muted small"),
            html.Div(fields, className="export-columns export-stimuli"),
        ]
    )


def options(export: Export | None) -> list[Component]:
    """The screen, and whose fixations are taken."""
    if export is None:
        return [_screen(SCREEN_DEFAULT, "The student's screen")]
    if not export["found"]:
        return []
    recordings = export["found"]["recordings"]
    first = recordings[0]
    both = any(each["fixations"] is not None for each in recordings) and any(
        each["samples"] for each in recordings
    )
    sides = {} if first["size_stated"] else {side: first[side] for side in ("width_px", "height_px")}
    stated = f", {first['width_px']} x {first['height_px']} px" if first["size_stated"] else ""
    return [
        _screen({**sides, "diagonal_inch": None}, f"The student's screen{stated}"),
        *([_keep()] if both else []),
    ]


def _screen(values: dict[str, Any], legend: str) -> Component:
    names = {"width_px": "Width, px", "height_px": "Height, px", "diagonal_inch": "Diagonal, inches"}
    fields = [
        dmc.NumberInput(
            id={"type": SCREEN, "field": field},
            label=names[field],
            value=value,
            placeholder="unknown",
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
        label="Keep the fixations that the tracker found",
        description="Otherwise they are computed again from its gaze, as for all other sessions",
        checked=True,
    )
