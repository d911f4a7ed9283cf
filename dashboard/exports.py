"""Exports of other trackers on their way in: what is in them, and the packages that they become.

The file alone does not say which lesson was shown to whom. So it is looked at first, a person says the
rest in a form, and then it is made session packages like any other.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, Final

import pandas as pd

from dashboard.bare_video import MM_PER_INCH, Form, moments
from pipeline.domain import Lesson, Screen
from pipeline.errors import InputError
from pipeline.ingest.timeline import read_timeline
from pipeline.ingest.trackers import generic
from pipeline.ingest.trackers.description import describe_export
from pipeline.ingest.trackers.generic import ColumnMapping, guess, header_key
from pipeline.ingest.trackers.package import Made, Wanted, make_packages, refuse_scene, shown_from
from pipeline.ingest.trackers.recording import TrackerRecording
from pipeline.ingest.trackers.registry import choose, read_export
from pipeline.ingest.trackers.table import Head, open_head
from pipeline.storage.catalogue import Catalogue

COLUMNS_MIN: Final = 3  # a time and a place
SUFFIXES: Final = (".tsv", ".csv", ".txt", ".asc", ".json", ".gz", ".parquet")


def is_export(name: str) -> bool:
    """Whether a file of this name is taken for another tracker's export."""
    return name.lower().endswith(SUFFIXES)


def look(export: Path, form: Form, catalogue: Catalogue) -> dict[str, Any]:
    """What an export holds, as far as it can be read by now.

    Returns
    -------
    "found" : as `describe_export`, None where it cannot be read yet, and "refused" says why: a message
    "stimuli" : their names, each once, in order of appearance
    "columns" : the names of a table that no importer knows; none where one does
    "mapping" : how these were read, or might be; "mapped_by" : who says so, "form", "memory" (it was told for
        an earlier file) or "names" (a guess); None without a mapping

    Raises
    ------
    InputError : it is no export that could be read, whatever was said of its columns
    """
    head = open_head(export)
    importer, refused = _chosen(head)
    if importer != generic.IMPORTER.name:
        return _answer(describe_export(export, _read(export, form)))
    mapping, mapped_by = _mapping(head, form, catalogue)
    table = {"columns": list(head.columns), "mapping": mapping, "mapped_by": mapped_by}
    if not mapping:
        return _answer(None, refused, table)
    try:
        recordings = _read(export, form | {"columns": json.dumps(mapping)})
    except InputError as error:
        return _answer(None, str(error), table)
    return _answer(describe_export(export, recordings), None, table)


def packages(export: Path, form: Form, lesson: Lesson, workdir: Path) -> list[Made]:
    """The session packages that an export becomes by what the form says, all of them checked.

    Parameters
    ----------
    form : "student"; "slides", JSON of the slide of each stimulus, or "slide_times" or "timeline" as of a
        bare video; "screen", JSON with width_px and height_px (None: as the export says) and diagonal_inch
        (None: assumed); "fixations", "kept" or "recomputed"; "columns", JSON, where no importer fits

    Raises
    ------
    InputError : as `make_packages`
    """
    recordings = _read(export, form)
    wanted = Wanted(
        student=form.get("student", ""),
        slides=_json(form, "slides", {}),
        timeline=_timeline(form, lesson, recordings[0], workdir),
        screen_mm=_screen_mm(form, recordings[0]),
        keep_fixations=form.get("fixations") != "recomputed",
    )
    folder = workdir / "made"
    folder.mkdir()
    return make_packages(recordings, lesson, wanted, folder)


def told_columns(export: Path, form: Form) -> tuple[str, dict[str, str]] | None:
    """The mapping that a person gave, and the key to remember it by."""
    if "columns" not in form:
        return None
    return header_key(open_head(export).columns), ColumnMapping.from_dict(
        _json(form, "columns", {})
    ).to_dict()


def _chosen(head: Head) -> tuple[str, str | None]:
    """The importer that knows the file; the generic one, and what was looked for, where none does."""
    try:
        return choose(head).name, None
    except InputError as error:
        if len(head.columns) < COLUMNS_MIN:
            raise
        return generic.IMPORTER.name, str(error)


def _mapping(head: Head, form: Form, catalogue: Catalogue) -> tuple[dict[str, Any] | None, str | None]:
    """How to read a table that no importer knows, and who says so."""
    if form.get("columns"):
        return _json(form, "columns", {}), "form"
    if known := catalogue.remembered_columns(header_key(head.columns)):
        return known, "memory"
    guessed = guess(head)
    return (guessed.to_dict(), "names") if guessed else (None, None)


NO_TABLE: Final[dict[str, Any]] = {"columns": [], "mapping": None, "mapped_by": None}


def _answer(
    found: dict[str, Any] | None, refused: str | None = None, table: dict[str, Any] = NO_TABLE
) -> dict[str, Any]:
    names = [name for recording in found["recordings"] for name in recording["stimuli"]] if found else []
    return {"found": found, "stimuli": list(dict.fromkeys(names)), "refused": refused, **table}


def _read(export: Path, form: Form) -> list[TrackerRecording]:
    screen, columns = _json(form, "screen", {}), form.get("columns")
    sides = screen.get("width_px"), screen.get("height_px")
    mapping = ColumnMapping.from_dict(_json(form, "columns", {})) if columns else None
    recordings = read_export(
        export,
        format=generic.IMPORTER.name if mapping else None,
        screen_px=(_side(sides[0]), _side(sides[1])) if any(sides) else None,
        columns=mapping,
    )
    refuse_scene(recordings)
    return recordings


def _json(form: Form, field: str, default: dict[str, Any]) -> dict[str, Any]:
    """The JSON object in a field of the form."""
    try:
        value = json.loads(form[field]) if form.get(field) else default
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise InputError(field, "a JSON object", form[field][:80])
    return value


def _side(value: Any) -> int:
    if not isinstance(value, int | float) or not 1 <= value <= 100_000:
        raise InputError("screen", "its width and height in px", repr(value)[:80])
    return round(value)


def _screen_mm(form: Form, recording: TrackerRecording) -> tuple[float, float] | None:
    """Width and height of the screen from its diagonal; None where that is not said."""
    diagonal_inch = _json(form, "screen", {}).get("diagonal_inch")
    if diagonal_inch is None:
        return None
    if not isinstance(diagonal_inch, int | float) or not 1 <= diagonal_inch <= 200:
        raise InputError("screen", "its diagonal in inches", repr(diagonal_inch)[:80])
    mm_per_px = diagonal_inch * MM_PER_INCH / math.hypot(recording.width_px, recording.height_px)
    return recording.width_px * mm_per_px, recording.height_px * mm_per_px


def _timeline(form: Form, lesson: Lesson, recording: TrackerRecording, workdir: Path) -> pd.DataFrame | None:
    """What the form says of when which slide was shown, if it says it."""
    if form.get("timeline"):
        path = workdir / "said" / "timeline.csv"  # apart, as the export may be called the same
        path.parent.mkdir()
        path.write_text(form["timeline"], encoding="utf-8")
        return read_timeline(path, Screen(recording.width_px, recording.height_px, 1.0, 1.0))
    if not form.get("slide_times"):
        return None
    return shown_from(moments(form["slide_times"]), lesson, recording.width_px, recording.height_px)
