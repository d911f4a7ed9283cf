"""Fixations of one file of gaze, without a server."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import typer
from rich import box
from rich.markup import escape
from rich.table import Table as Printed

from pipeline.commands.console import screen, size_mm_of, size_px_of
from pipeline.domain import GAZE, Screen, typed
from pipeline.errors import InputError
from pipeline.events.detect import describe, fixations
from pipeline.events.visual_angle import DEFAULT_DISTANCE_MM
from pipeline.ingest.csv_table import Table
from pipeline.ingest.documents import quoted
from pipeline.ingest.numbers import read_numbers
from pipeline.ingest.timeline import DISTANCE_RANGE_MM, read_gaze
from pipeline.ingest.trackers.parquet import as_text
from pipeline.ingest.trackers.recording import Space
from pipeline.ingest.trackers.registry import read_export
from pipeline.ingest.trackers.table import open_head
from pipeline.parameters import FixationParameters, IngestLimits

COLUMNS: Final = ["onset_ms", "duration_ms", "x", "y", "dispersion_deg", "samples"]
PACKAGE_COLUMNS: Final = {"t_ms", "x_px", "y_px"}
LIMITS: Final = IngestLimits(table_bytes=1_000_000_000)  # one's own files may be larger than uploads


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(name="fixations")(find_fixations)


def find_fixations(
    file: Annotated[
        Path, typer.Argument(help="gaze.csv, gaze.parquet or an export.", exists=True, dir_okay=False)
    ],
    out: Annotated[Path, typer.Option(help="A .csv or .parquet file to write.")],
    screen_mm: Annotated[str, typer.Option(metavar="WxH", help="The screen in mm, such as 380x300.")],
    screen_px: Annotated[
        str | None, typer.Option("--screen", metavar="WxH", help="The screen in px, if the file is silent.")
    ] = None,
    distance_mm: Annotated[
        float | None, typer.Option(help="Eyes to screen, where the file does not say (600 without).")
    ] = None,
    method: Annotated[str, typer.Option(help="auto, idt, ivt or clustering.")] = "auto",
) -> None:
    """Find fixations: onset_ms, duration_ms, x and y in px of the screen, dispersion_deg, samples."""
    _check_out(out)
    parameters, size_mm = FixationParameters(method=method), size_mm_of(screen_mm, "--screen-mm")
    found: dict[int, pd.DataFrame] = {}
    told: dict[int, dict[str, Any]] = {}
    recordings = _recordings(file, screen_px)
    for number, (_, gaze, file_px) in enumerate(recordings, start=1):
        shown = Screen(*file_px, *size_mm)
        samples = _samples(gaze, shown, distance_mm)
        told[number] = describe(samples, shown, parameters)
        found[number] = _table(fixations(samples, _whole_screen(samples, shown), shown, parameters), shown)
    tables = [table.assign(recording=number)[["recording", *COLUMNS]] for number, table in found.items()]
    _write(found[1] if len(found) == 1 else pd.concat(tables), out)
    _print(found, told, [who for who, _, _ in recordings], out)


# What comes in


def _recordings(file: Path, screen_px: str | None) -> list[tuple[str, pd.DataFrame, tuple[int, int]]]:
    """Who, gaze (t_ms, x_px, y_px, valid, distance_mm) and screen in px of each recording in a file."""
    size = None if screen_px is None else size_px_of(screen_px, "--screen")
    own = _own_gaze(file)
    if own is not None:
        if size is None:
            raise InputError("--screen", "the screen in px, which this file does not hold", "nothing")
        if own.empty:
            raise InputError(file.name, "rows of gaze", "none")
        return [("", own, size)]
    with tempfile.TemporaryDirectory() as scratch:
        export = read_export(as_text(file, Path(scratch)), screen_px=size)
    recordings = [one for one in export if len(one.gaze)]
    if not recordings:
        raise InputError(file.name, "samples of gaze", "fixations only")
    if any(one.space is Space.SCENE for one in recordings):
        raise InputError(file.name, "gaze on a screen", "gaze in the picture of a scene camera")
    return [(one.participant or "", one.gaze, (one.width_px, one.height_px)) for one in recordings]


def _own_gaze(file: Path) -> pd.DataFrame | None:
    """The gaze of a session package or of the lake; None where the file is neither."""
    if file.suffix != ".parquet":
        return read_gaze(file, LIMITS) if set(open_head(file).columns) >= PACKAGE_COLUMNS else None
    columns = _columns(file)
    if "screen_x_px" in columns:
        return _lake_gaze(file)
    return read_gaze(file, LIMITS) if not columns or columns >= PACKAGE_COLUMNS else None


def _columns(file: Path) -> set[str]:
    """Of a Parquet file; none where it is no such file, which its reader then says."""
    try:
        return set(pq.read_schema(file).names)
    except (OSError, ValueError):  # pyarrow's errors for damaged files are ValueErrors
        return set()


def _lake_gaze(file: Path) -> pd.DataFrame:
    places = {"screen_x_px": "x_px", "screen_y_px": "y_px"}
    numbers = read_numbers(file, ("t_ms", *places), ("valid", "distance_mm"), LIMITS)
    backwards = ~(numbers["t_ms"].diff().fillna(1) > 0)
    Table(numbers, file.name).refuse(backwards.to_numpy(), "t_ms", "a time after that of the row above")
    given = {"valid": 1.0, "distance_mm": np.nan} | {name: numbers[name] for name in numbers}
    valid = numbers[[*places]].notna().all(axis=1) & (given["valid"] > 0)
    return numbers.rename(columns=places).assign(valid=valid, distance_mm=given["distance_mm"])


def _samples(gaze: pd.DataFrame, shown: Screen, distance_mm: float | None) -> pd.DataFrame:
    """In the columns of GAZE, with the whole screen for a slide."""
    low, high = DISTANCE_RANGE_MM
    if distance_mm is not None and not low <= distance_mm <= high:
        raise InputError("--distance-mm", f"a number from {low:g} to {high:g}", f"{distance_mm:g}")
    valid = gaze["valid"].to_numpy(bool)
    x_px, y_px = gaze["x_px"].where(valid), gaze["y_px"].where(valid)
    samples = pd.DataFrame({"t_ms": gaze["t_ms"], "screen_x_px": x_px, "screen_y_px": y_px, "valid": valid})
    return typed(
        samples.assign(
            slide_id="screen",
            slide_x=x_px / shown.width_px,
            slide_y=y_px / shown.height_px,
            distance_mm=gaze["distance_mm"].fillna(distance_mm or DEFAULT_DISTANCE_MM),
        ).reindex(columns=list(GAZE)),
        GAZE,
    )


def _whole_screen(samples: pd.DataFrame, shown: Screen) -> pd.DataFrame:
    """One segment over all the time, and half a second to either side."""
    first, last = samples["t_ms"].iloc[[0, -1]] if len(samples) else (0.0, 0.0)
    whole = {"slide_id": "screen", "onset_ms": first - 500.0, "duration_ms": last - first + 1000.0}
    rectangle = {"x_px": 0.0, "y_px": 0.0, "width_px": shown.width_px, "height_px": shown.height_px}
    return pd.DataFrame([whole | rectangle])


# What goes out


def _table(found: pd.DataFrame, shown: Screen) -> pd.DataFrame:
    place = {"x": found["slide_x"] * shown.width_px, "y": found["slide_y"] * shown.height_px}
    return found.assign(**place)[COLUMNS]


def _check_out(out: Path) -> None:
    """Before anything is read: nobody wants to wait for this answer."""
    if out.suffix not in (".csv", ".parquet"):
        raise InputError("--out", "a name that ends in .csv or .parquet", quoted(out.name))
    if not out.parent.is_dir():
        raise InputError("--out", "a file in a folder that is there", quoted(str(out)))


def _write(table: pd.DataFrame, out: Path) -> None:
    """The whole file appears, or none."""
    with tempfile.TemporaryDirectory(dir=out.parent) as scratch:
        made = Path(scratch) / out.name
        if out.suffix == ".csv":
            table.round({"onset_ms": 3, "duration_ms": 3, "x": 2, "y": 2, "dispersion_deg": 4}).to_csv(
                made, index=False
            )
        else:
            table.to_parquet(made, compression="zstd", index=False)
        made.replace(out)


def _print(
    found: dict[int, pd.DataFrame], told: dict[int, dict[str, Any]], people: list[str], out: Path
) -> None:
    """What was found; who is behind a number stands on this screen only, never in the file."""
    table = Printed(box=box.SIMPLE, padding=(0, 1, 0, 0))
    for heading in ("recording", "fixations", "median", "rate", "noise", "method", "chosen"):
        table.add_column(heading, justify="left" if heading in ("recording", "chosen") else "right")
    for number, how in told.items():
        table.add_row(
            str(number),
            f"{len(found[number]):,}",
            _or_none(found[number]["duration_ms"].median(), "{:.0f} ms"),
            _or_none(how["rate_hz"], "{:g} Hz"),
            _or_none(how["noise_deg"], "{:.2f} deg"),
            how["method"],
            how["reason"],
        )
    screen.print(table)
    for number, who in enumerate(people, start=1):
        if who and len(people) > 1:
            screen.print(escape(f"{number} is {who}"), highlight=False)
    for note in dict.fromkeys(note for how in told.values() for note in how["notes"]):
        screen.print(f"[yellow]{note}[/yellow]", highlight=False)
    screen.print(f"Wrote {escape(str(out))}", highlight=False)


def _or_none(value: float | None, form: str) -> str:
    return "" if value is None or np.isnan(value) else form.format(value)
