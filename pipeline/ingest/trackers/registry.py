"""Which importer reads a file: the first that knows its content. Names of files say nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from pipeline.errors import InputError
from pipeline.ingest.documents import listed, quoted
from pipeline.ingest.trackers import (
    eyelink_asc,
    gazeplotter,
    gazepoint,
    generic,
    gorilla,
    pupil_cloud,
    pupil_player,
    realeye,
    smi_text,
    tobii_glasses2,
    tobii_pro_lab,
    tobii_sdk,
    tobii_studio,
    webgazer,
)
from pipeline.ingest.trackers.generic import ColumnMapping
from pipeline.ingest.trackers.recording import Importer, ReadOptions, TrackerRecording
from pipeline.ingest.trackers.table import Head, open_head

COLUMNS_TOLD: Final = 40  # of a file that nobody knows
# In order of trial: the more a format asks for, the earlier.
IMPORTERS: Final[tuple[Importer, ...]] = (
    tobii_pro_lab.IMPORTER,
    tobii_studio.IMPORTER,
    tobii_sdk.IMPORTER,
    tobii_glasses2.IMPORTER,
    pupil_cloud.IMPORTER,
    pupil_player.IMPORTER,
    gazepoint.IMPORTER,
    eyelink_asc.IMPORTER,
    gorilla.IMPORTER,
    smi_text.IMPORTER,
    realeye.IMPORTER,
    webgazer.IMPORTER,
    gazeplotter.IMPORTER,
    generic.IMPORTER,
)


def _found(head: Head) -> str:
    if not head.columns:
        return f"no columns but lines such as {listed(line for line in head.lines if line.strip())}"
    more = len(head.columns) - COLUMNS_TOLD
    names = ", ".join(quoted(name) for name in head.columns[:COLUMNS_TOLD])
    return f"the columns {names}" + (f" and {more} more" if more > 0 else "")


def choose(head: Head) -> Importer:
    """The importer for a file.

    Raises
    ------
    InputError : where none fits, with the columns that were found and a line for each that was looked for
    """
    for importer in IMPORTERS:
        if importer.matches(head):
            return importer
    looked_for = "\n".join(f"- {importer.label}: {importer.looks_for}" for importer in IMPORTERS)
    found = f"{_found(head)}. What was looked for:\n{looked_for}"
    raise InputError(head.path.name, "an export that is known here", found)


def read_export(
    path: Path,
    *,
    format: str | None = None,
    screen_px: tuple[int, int] | None = None,
    columns: ColumnMapping | None = None,
) -> list[TrackerRecording]:
    """All recordings in an export of a tracker, one for each participant and recording.

    `format` is the name of an importer; None chooses by content. `screen_px` outweighs the size that the
    file states. `columns` maps the columns of a table that no importer knows.

    Raises
    ------
    InputError : naming the file, and the row and column where there is one
    """
    head = open_head(path)
    if format is None and columns is not None:
        format = generic.IMPORTER.name  # whoever says which column is what means that
    importer = choose(head) if format is None else _named(format)
    if columns is None and not importer.matches(head):
        found = listed(head.columns or head.lines)
        raise InputError(head.path.name, f"{importer.label}: {importer.looks_for}", found)
    recordings = importer.read(head, ReadOptions(screen_px, columns))
    if not any(len(one.gaze) or one.fixations is not None for one in recordings):
        raise InputError(path.name, f"gaze or fixations in this {importer.label}", "none")
    return [_without_empty_fixations(one) for one in recordings]


def _without_empty_fixations(recording: TrackerRecording) -> TrackerRecording:
    """Where none of the vendor's fixations was of use there are none to keep: they are computed from gaze."""
    useless = recording.fixations is not None and recording.fixations.empty
    return replace(recording, fixations=None) if useless and len(recording.gaze) else recording


def _named(name: str) -> Importer:
    for importer in IMPORTERS:
        if importer.name == name:
            return importer
    raise InputError("format", f"one of {', '.join(importer.name for importer in IMPORTERS)}", quoted(name))
