"""Tobii Pro Glasses 2: `livedata.json` of a recording's segment, one JSON object a line, also as .gz.

Gaze (`gp`) is in shares of the scene camera's picture; `s` is 0 for a good sample; `ts` counts microseconds.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as arrow_json

from pipeline.domain import Floats
from pipeline.errors import InputError
from pipeline.ingest.documents import quoted
from pipeline.ingest.trackers.recording import (
    Importer,
    ReadOptions,
    Space,
    TrackerRecording,
    gaze_table,
    sampling_rate_hz,
)
from pipeline.ingest.trackers.table import Head, Ints, file_bytes

SCENE_PX: Final = (1920, 1080)  # the only format of the glasses' camera
SCHEMA: Final = pa.schema([("ts", pa.int64()), ("s", pa.int64()), ("gp", pa.list_(pa.float64()))])


def matches(head: Head) -> bool:
    """Whether the first line is an object with time and status, as no other export's is."""
    first = next((value for line in head.lines[:10] if (value := _object(line)) is not None), {})
    return {"ts", "s"} <= first.keys()


def _object(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def read(head: Head, options: ReadOptions) -> list[TrackerRecording]:
    """One recording; times count from its first sample of gaze."""
    content = file_bytes(head)
    time_us, status, points = _gaze_objects(head, content)
    width_px, height_px = options.screen_px or SCENE_PX
    size_note = f"The scene camera's picture was taken to have {width_px} x {height_px} px."
    gaze, notes = gaze_table(
        head.path.name,
        (time_us - time_us.min()) / 1000.0,
        points[:, 0] * width_px,
        points[:, 1] * height_px,
        valid=status == 0,
    )
    return [
        TrackerRecording(
            format=IMPORTER.name,
            participant=None,
            gaze=gaze,
            fixations=None,
            space=Space.SCENE,
            width_px=width_px,
            height_px=height_px,
            size_stated=options.screen_px is not None,
            rate_hz=sampling_rate_hz(gaze["t_ms"].to_numpy()),
            rows=content.count(b"\n") + (not content.endswith(b"\n")),
            notes=notes if options.screen_px is not None else (size_note, *notes),
        )
    ]


def _gaze_objects(head: Head, content: bytes) -> tuple[Ints, Ints, Floats]:
    """Time in us, status and place (n, 2) of each line of gaze; a last line that is cut short is left out.

    Raises
    ------
    InputError : for the first line that is not as it should be, or where there is none
    """
    lines = re.findall(rb'^[^\n]*"gp"[^\n]*$', content, re.MULTILINE)
    if lines and content.endswith(lines[-1]) and not lines[-1].endswith(b"}"):
        lines.pop()
    if not lines:
        raise InputError(head.path.name, 'lines of gaze ("gp")', "none")
    options = arrow_json.ParseOptions(explicit_schema=SCHEMA, unexpected_field_behavior="ignore")
    try:
        table = arrow_json.read_json(pa.BufferReader(b"\n".join(lines)), parse_options=options)
    except pa.ArrowInvalid:
        raise _first_fault(head, content) from None
    points = table["gp"].combine_chunks()
    pairs = pc.all(pc.equal(pc.list_value_length(points), 2)).as_py() and not points.flatten().null_count
    if table.num_rows != len(lines) or table["ts"].null_count or table["s"].null_count or not pairs:
        raise _first_fault(head, content)
    return table["ts"].to_numpy(), table["s"].to_numpy(), points.flatten().to_numpy().reshape(-1, 2)


def _first_fault(head: Head, content: bytes) -> InputError:
    """Which line of gaze is not as it should be."""
    expected = 'an object such as {"ts": 84415010, "s": 0, "gp": [0.44, 0.41]}'
    for number, line in enumerate(content.split(b"\n"), start=1):
        text = line.decode("utf-8", errors="replace")
        if b'"gp"' in line and not _is_gaze(_object(text)):
            return InputError(f"{head.path.name}, row {number}", expected, quoted(text))
    return InputError(head.path.name, f"lines of gaze, each {expected}", "lines that cannot be read")


def _is_gaze(value: dict[str, Any] | None) -> bool:
    if value is None or not isinstance(value.get("gp"), list) or len(value["gp"]) != 2:
        return False
    whole = all(type(value.get(name)) is int and abs(value[name]) < 2**63 for name in ("ts", "s"))
    return whole and all(type(share) in (int, float) for share in value["gp"])


IMPORTER: Final = Importer(
    name="tobii_glasses2",
    label="Tobii Pro Glasses 2 livedata.json",
    looks_for='lines of JSON such as {"ts":..., "s":0, "gp":[x, y]}',
    matches=matches,
    read=read,
)
