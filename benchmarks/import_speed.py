"""Exports of a million rows to recordings, against pandas reading the same columns in the same run."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as arrow_csv

from pipeline.ingest.trackers.registry import read_export

ROWS = 1_000_000
ROUNDS = 3
TARGET_SECONDS = 3.0
Columns = dict[str, Any]


@dataclass(frozen=True)
class Export:
    """How to write a format's million rows, and how pandas is told to read what the importer uses."""

    name: str
    write: Callable[[Path], None]
    read_by_pandas: Callable[[Path], object]


def run() -> dict[str, Any]:
    """Seconds of both for each format (medians), their ratio, and the size of the file."""
    with TemporaryDirectory() as folder:
        formats = {export.name: _measured(export, Path(folder) / "export") for export in EXPORTS}
    slowest = max(figures["import_s"] for figures in formats.values())
    return {
        "rows": ROWS,
        "formats": formats,
        "slowest_s": slowest,
        "target_s": TARGET_SECONDS,
        "rounds": ROUNDS,
    }


def _measured(export: Export, path: Path) -> dict[str, float]:
    export.write(path)
    recordings = read_export(path)  # warms the disk cache too
    rows = sum(recording.rows for recording in recordings)
    assert {one.format for one in recordings} == {export.name}
    assert rows == ROWS, f"{rows:,} rows of {export.name}"
    del recordings
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_seconds(lambda: read_export(path)))
        theirs.append(_seconds(lambda: export.read_by_pandas(path)))
    ours_s, theirs_s = statistics.median(ours), statistics.median(theirs)
    return {
        "megabytes": round(path.stat().st_size / 1e6, 1),
        "import_s": round(ours_s, 2),
        "pandas_s": round(theirs_s, 2),
        "ratio": round(ours_s / theirs_s, 2),
    }


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _write(path: Path, columns: Columns, delimiter: str) -> None:
    """A table; a value that is no array stands on every row."""
    table = {
        name: values if isinstance(values, np.ndarray) else np.full(ROWS, values)
        for name, values in columns.items()
    }
    options = arrow_csv.WriteOptions(delimiter=delimiter, quoting_style="none", quoting_header="none")
    arrow_csv.write_csv(pa.table(table), path, options)


def _by_pandas(columns: list[str], delimiter: str, decimal: str = ".") -> Callable[[Path], object]:
    return lambda path: pd.read_csv(path, sep=delimiter, decimal=decimal, usecols=columns)


def _numbers(seed: int) -> tuple[np.random.Generator, np.ndarray]:
    return np.random.default_rng(seed), np.arange(ROWS)


def _with_commas(values: np.ndarray) -> np.ndarray:
    """Numbers with two decimals after a comma, as texts."""
    return np.char.add(values.astype(np.int64).astype(str), ",25")


def _write_pro_lab(path: Path) -> None:
    """21 columns, 60 Hz, two participants, three slides, fixations of 12 samples."""
    random, row = _numbers(0)
    second = row >= ROWS // 2
    pro_lab: Columns = {
        "Recording timestamp [μs]": row * 16_667,
        "Computer timestamp [μs]": row * 16_667 + 10**11,
        "Sensor": "Eye Tracker",
        "Project name": "Pilot",
        "Participant name": np.where(second, "P02", "P01"),
        "Recording name": np.where(second, "Recording2", "Recording1"),
        "Recording resolution height [px]": 1080,
        "Recording resolution width [px]": 1920,
        "Event": "",
        "Event value": "",
        "Gaze point X [DACS px]": random.integers(0, 1920, ROWS),
        "Gaze point Y [DACS px]": random.integers(0, 1080, ROWS),
        "Pupil diameter left [mm]": random.normal(3, 0.3, ROWS).round(2),
        "Validity left": np.where(random.random(ROWS) < 0.95, "Valid", "Invalid"),
        "Validity right": "Valid",
        "Presented Stimulus name": np.array(["leaf", "light", "sugar"])[row // 500 % 3],
        "Eye movement type": np.array(["Fixation", "Saccade"])[row // 12 % 2],
        "Gaze event duration [ms]": 200,
        "Eye movement type index": row // 24 + 1,
        "Fixation point X [DACS px]": random.integers(0, 1920, ROWS),
        "Fixation point Y [DACS px]": random.integers(0, 1080, ROWS),
    }
    _write(path, pro_lab, "\t")


PRO_LAB_COLUMNS = [
    "Recording timestamp [μs]",
    "Sensor",
    "Participant name",
    "Recording name",
    "Recording resolution height [px]",
    "Recording resolution width [px]",
    "Gaze point X [DACS px]",
    "Gaze point Y [DACS px]",
    "Validity left",
    "Validity right",
    "Presented Stimulus name",
    "Eye movement type",
    "Gaze event duration [ms]",
    "Eye movement type index",
    "Fixation point X [DACS px]",
    "Fixation point Y [DACS px]",
]


def _write_studio(path: Path) -> None:
    """26 columns with decimal commas, 50 Hz."""
    random, row = _numbers(1)
    x, y = random.integers(0, 1280, ROWS), random.integers(0, 1024, ROWS)
    studio: Columns = {
        "Timestamp": row * 20,
        "DateTimeStamp": "15:38:33.044",
        "Number": row,
        "GazePointXLeft": _with_commas(x),
        "GazePointYLeft": _with_commas(y),
        "CamXLeft": "0,73",
        "CamYLeft": "0,48",
        "DistanceLeft": _with_commas(600 + x // 100),
        "PupilLeft": "3,26",
        "ValidityLeft": random.choice([0, 4], ROWS, p=[0.95, 0.05]),
        "GazePointXRight": _with_commas(x),
        "GazePointYRight": _with_commas(y),
        "DistanceRight": _with_commas(600 + y // 100),
        "ValidityRight": 0,
        "FixationIndex": row // 15,
        "GazePointX": x,
        "GazePointY": y,
        "Event": "",
        "StimuliName": np.array(["leaf.png", "No media"])[row // 500 % 2],
        "MediaWidth": 1200,
        "MediaHeight": 1024,
        "MediaPosX": 40,
        "MediaPosY": 0,
        "MappedFixationPointX": x,
        "MappedFixationPointY": y,
        "FixationDuration": 300,
    }
    _write(path, studio, "\t")


STUDIO_COLUMNS = [
    "Timestamp",
    "DistanceLeft",
    "ValidityLeft",
    "DistanceRight",
    "ValidityRight",
    "FixationIndex",
    "GazePointX",
    "GazePointY",
    "StimuliName",
    "MediaWidth",
    "MediaHeight",
    "MediaPosX",
    "MediaPosY",
    "MappedFixationPointX",
    "MappedFixationPointY",
    "FixationDuration",
]


def _write_sdk(path: Path) -> None:
    """300 Hz, both eyes."""
    random, row = _numbers(2)
    sdk: Columns = {"Time": 2_619_771_723 + row * 3333}
    for eye in "LR":
        sdk |= {
            f"{eye}EyePos3dx": random.normal(0, 30, ROWS).round(4),
            f"{eye}EyePos3dz": random.normal(600, 5, ROWS).round(4),
            f"{eye}GazePos2dx": random.random(ROWS).round(4),
            f"{eye}GazePos2dy": random.random(ROWS).round(4),
            f"{eye}PupilDm": random.normal(4, 0.3, ROWS).round(4),
            f"{eye}Validity": random.choice([0, 4], ROWS, p=[0.95, 0.05]),
        }
    _write(path, sdk, "\t")


SDK_COLUMNS = ["Time"] + [
    f"{e}{c}" for e in "LR" for c in ("EyePos3dz", "GazePos2dx", "GazePos2dy", "Validity")
]


def _write_glasses2(path: Path) -> None:
    """One line of gaze among each four, 50 Hz."""
    random, row = _numbers(3)
    places = random.random((ROWS // 4, 2)).round(4)
    with path.open("w") as file:
        for number, (x, y) in zip(row[: ROWS // 4].tolist(), places.tolist(), strict=True):
            time_us = 84_415_010 + 20_000 * number
            file.write(
                f'{{"ts":{time_us},"s":0,"gidx":{number},"pd":3.43,"eye":"left"}}\n'
                f'{{"ts":{time_us},"s":0,"gidx":{number},"gd":[0.0425,0.1162,0.9923],"eye":"left"}}\n'
                f'{{"ts":{time_us},"s":0,"gidx":{number},"l":606718,"gp":[{x},{y}]}}\n'
                f'{{"ts":{time_us},"s":0,"ac":[0.275,-9.896,-0.351]}}\n'
            )


def _glasses2_by_json(path: Path) -> object:
    """As scripts commonly read it: each line of gaze by the standard library."""
    with path.open() as file:
        return pd.DataFrame([json.loads(line) for line in file if '"gp"' in line])


def _write_pupil_cloud(path: Path) -> None:
    """200 Hz, the ten columns that Pupil Cloud writes."""
    random, row = _numbers(4)
    pupil_cloud: Columns = {
        "section id": "f04c7b44-5076-4f28-a28d-7b7863f63221",
        "recording id": "b2345e8e-d5d9-49fe-a6bc-2a04432a24e5",
        "timestamp [ns]": 1_685_088_813_175_076_015 + row * 5_000_000,
        "gaze x [px]": (random.random(ROWS) * 1088).round(3),
        "gaze y [px]": (random.random(ROWS) * 1080).round(3),
        "worn": 1.0,
        "fixation id": row // 60,
        "blink id": "",
        "azimuth [deg]": random.normal(0, 10, ROWS).round(6),
        "elevation [deg]": random.normal(0, 10, ROWS).round(6),
    }
    _write(path, pupil_cloud, ",")


PUPIL_CLOUD_COLUMNS = ["recording id", "timestamp [ns]", "gaze x [px]", "gaze y [px]", "worn", "blink id"]


def _write_pupil_player(path: Path) -> None:
    """120 Hz on a surface."""
    random, row = _numbers(5)
    pupil_player: Columns = {
        "world_timestamp": (500 + row // 4 / 30).round(6),
        "world_index": row // 4,
        "gaze_timestamp": (500 + row / 120).round(6),
        "x_norm": random.random(ROWS).round(6),
        "y_norm": random.random(ROWS).round(6),
        "x_scaled": random.random(ROWS).round(6),
        "y_scaled": random.random(ROWS).round(6),
        "on_surf": "True",
        "confidence": random.random(ROWS).round(3),
    }
    _write(path, pupil_player, ",")


PUPIL_PLAYER_COLUMNS = ["gaze_timestamp", "x_norm", "y_norm", "confidence"]


def _write_gazepoint(path: Path) -> None:
    """150 Hz, ten media, fixations of 25 samples and saccades of 5."""
    random, row = _numbers(6)
    x, y = random.random(ROWS).round(5), random.random(ROWS).round(5)
    gazepoint: Columns = {
        "MEDIA_ID": row // 100_000,
        "MEDIA_NAME": np.char.add("slide", (row // 100_000).astype(str)),
        "CNT": row,
        "TIME(2022/09/14 10:12:13.123)": (row / 150).round(5),
        "TIMETICK(f=10000000)": 10**8 + row * 66_667,
        "FPOGX": x,
        "FPOGY": y,
        "FPOGS": (row // 30 / 5).round(5),
        "FPOGD": (row % 30 / 150).round(5),
        "FPOGID": row // 30,
        "FPOGV": (row % 30 < 25).astype(int),
        "BPOGX": x,
        "BPOGY": y,
        "BPOGV": (row % 50 > 0).astype(int),
        "LPMM": 3.1,
        "RPMM": 3.2,
        "BKID": 0,
        "SACCADE_MAG": 0.0,
        "AOI": "",
    }
    _write(path, gazepoint, ",")


GAZEPOINT_COLUMNS = [
    "MEDIA_NAME",
    "TIME(2022/09/14 10:12:13.123)",
    "TIMETICK(f=10000000)",
    *("FPOGX", "FPOGY", "FPOGS", "FPOGD", "FPOGID", "FPOGV"),
    *("BPOGX", "BPOGY", "BPOGV"),
]


def _write_eyelink(path: Path) -> None:
    """1000 Hz, one eye, a fixation and a line for it each 300 ms."""
    random, _ = _numbers(7)
    places = (random.random((ROWS, 2)) * (1920, 1080)).round(1).tolist()
    setup = "GAZE\tLEFT\tRATE\t1000.00\tTRACKING\tCR\tFILTER\t2"
    with path.open("w") as file:
        file.write("** CONVERTED FROM s01.edf using edfapi\nMSG\t900 DISPLAY_COORDS 0 0 1919 1079\n")
        file.write(f"START\t1000 \tLEFT\tSAMPLES\tEVENTS\nEVENTS\t{setup}\nSAMPLES\t{setup}\n")
        for t_ms, (x, y) in enumerate(places, 1000):
            place = f" {x:6.1f}\t {y:6.1f}" if t_ms % 100 else "   .\t   ."
            file.write(f"{t_ms}\t{place}\t  791.0\t...\n")
            if t_ms % 300 == 299:
                file.write(f"EFIX L   {t_ms - 280}\t{t_ms}\t281\t  {x:.1f}\t  {y:.1f}\t    791\n")
        file.write(f"END\t{1000 + ROWS} \tSAMPLES\tEVENTS\tRES\t  37.17\t  37.75\n")


def _eyelink_by_lines(path: Path) -> object:
    """As scripts commonly read it: lines that begin with a digit, split at blanks."""
    with path.open() as file:
        rows = [line.split()[:3] for line in file if line[0].isdigit()]
    return pd.DataFrame(rows).apply(pd.to_numeric, errors="coerce")


def _write_gorilla(path: Path) -> None:
    """20 people, 100 screens each, 30 Hz."""
    random, row = _numbers(8)
    x, y = random.random(ROWS), random.random(ROWS)
    gorilla: Columns = {
        "filename": "eyetracking_collection",
        "trial": row // 50 % 100,
        "time_stamp": row % 50_000 * 33,
        "time": (row % 50 * 33.1).round(1),
        "type": "prediction",
        "screen_index": 4,
        "x_pred": 240 + 1440 * x,
        "y_pred": 1080 * y,
        "x_pred_normalised": x,
        "y_pred_normalised": y,
        "convergence": 0,
        "face_conf": 0.99999,
        "subject": np.char.add("S", (row // 50_000).astype(str)),
    }
    _write(path, gorilla, ",")


GORILLA_COLUMNS = [
    *("trial", "time_stamp", "type", "x_pred", "y_pred", "x_pred_normalised", "y_pred_normalised"),
    *("convergence", "face_conf", "subject"),
]


def _write_smi(path: Path) -> None:
    """250 Hz, both eyes."""
    random, row = _numbers(9)
    x, y = (random.random(ROWS) * 1680).round(2), (random.random(ROWS) * 1050).round(2)
    smi: Columns = {
        "Time": row * 4000,
        "Type": "SMP",
        "Trial": 1,
        "L POR X [px]": x,
        "L POR Y [px]": y,
        "R POR X [px]": x,
        "R POR Y [px]": y,
        "Timing": 0,
        "L Event Info": np.array(["Fixation", "Saccade"])[row // 50 % 2],
        "Stimulus": np.array(["leaf.png", "light.png"])[row // 5000 % 2],
    }
    _write(path, smi, "\t")


SMI_COLUMNS = [
    *("Time", "L POR X [px]", "L POR Y [px]", "R POR X [px]", "R POR Y [px]"),
    *("L Event Info", "Stimulus"),
]


def _write_generic(path: Path) -> None:
    """Four people, ten slides, 250 Hz."""
    random, row = _numbers(10)
    generic: Columns = {
        "t_ms": row * 4,
        "x_px": (random.random(ROWS) * 1920).round(2),
        "y_px": (random.random(ROWS) * 1080).round(2),
        "valid": 1,
        "participant": np.char.add("P", (row // 250_000).astype(str)),
        "stimulus": np.char.add("slide", (row // 10_000 % 10).astype(str)),
    }
    _write(path, generic, ",")


GENERIC_COLUMNS = ["t_ms", "x_px", "y_px", "valid", "participant", "stimulus"]

EXPORTS = (
    Export("tobii_pro_lab", _write_pro_lab, _by_pandas(PRO_LAB_COLUMNS, "\t")),
    Export("tobii_studio", _write_studio, _by_pandas(STUDIO_COLUMNS, "\t", decimal=",")),
    Export("tobii_sdk", _write_sdk, _by_pandas(SDK_COLUMNS, "\t")),
    Export("tobii_glasses2", _write_glasses2, _glasses2_by_json),
    Export("pupil_cloud", _write_pupil_cloud, _by_pandas(PUPIL_CLOUD_COLUMNS, ",")),
    Export("pupil_player", _write_pupil_player, _by_pandas(PUPIL_PLAYER_COLUMNS, ",")),
    Export("gazepoint", _write_gazepoint, _by_pandas(GAZEPOINT_COLUMNS, ",")),
    Export("eyelink_asc", _write_eyelink, _eyelink_by_lines),
    Export("gorilla", _write_gorilla, _by_pandas(GORILLA_COLUMNS, ",")),
    Export("smi_text", _write_smi, _by_pandas(SMI_COLUMNS, "\t")),
    Export("generic", _write_generic, _by_pandas(GENERIC_COLUMNS, ",")),
)
