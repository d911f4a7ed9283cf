"""Exports that were damaged on purpose: an error that names the file, or a recording that keeps its word."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import InputError
from pipeline.ingest.trackers.recording import RECORDED_FIXATIONS, RECORDED_GAZE
from pipeline.ingest.trackers.registry import read_export

MUTATIONS = 60  # of each format
ROWS = range(12)


def rows(header: str, row: Callable[[int], str]) -> str:
    return "\n".join([header, *(row(i) for i in ROWS)]) + "\n"


POINTS = [{"x": 500 + i, "y": 300.5, "t": 33 * i} for i in ROWS]
SAMPLES = {
    "gazepoint": rows(
        "MEDIA_ID,MEDIA_NAME,CNT,TIME(2022/09/14 10:12:13.123),TIMETICK(f=10000000),FPOGX,FPOGY,FPOGS,FPOGD,"
        "FPOGID,FPOGV,BPOGX,BPOGY,BPOGV,",
        lambda i: f"{i // 6},s{i // 6},{i},{(i % 6) / 60:.5f},{10**8 + i * 10**7},"
        f".5,.5,{i // 6},.1,{i // 3},1,.5,.6,1,",
    ),
    "eyelink_asc": "** CONVERTED FROM anna.edf\nMSG\t9 DISPLAY_COORDS 0 0 1023 767\nMSG\t9 TRIALID 7\n"
    "MSG\t9 !V IMGLOAD CENTER cat.png 512 384 400 300\nSTART\t10 \tRIGHT\tSAMPLES\tEVENTS\n"
    + rows(
        "SAMPLES\tGAZE\tLEFT\tRIGHT\tRATE\t 250.00\tTRACKING\tCR",
        lambda i: f"{10 + 4 * i}\t  100.0\t  200.0\t  800.0\t   .\t   .\t   0.0\t....."
        + ("\nEFIX R   10\t34\t28\t  100.0\t  200.0\t    800" if i == 6 else ""),
    )
    + "END\t60 \tSAMPLES\tEVENTS\tRES\t  30.0\t  31.0\n",
    "smi_text": "## Sample Rate:\t250\n## Calibration Area:\t1680\t1050\n"
    + rows(
        "Time\tType\tTrial\tL POR X [px]\tL POR Y [px]\tR POR X [px]\tR POR Y [px]\tL Event Info",
        lambda i: f"{10**9 + 4000 * i}\tSMP\t1\t100.00\t200.00\t0.00\t0.00\tFixation"
        if i % 5
        else f"{10**9 + 4000 * i}\tMSG\t1\t# Message: cat.bmp",
    ),
    "realeye": rows(
        "participant_id,participant_quality_grade,item_id,test_browser_width_px,test_browser_height_px,test_raw_data",
        lambda i: f'p{i // 6},4,i{i},1280,720,"[[100,200,0,0],[110,220,33,0]]"',
    ),
    "webgazer": json.dumps(
        [
            {"trial_index": i, "time_elapsed": 900 * (i + 1), "stimulus": "a.png", "webgazer_data": POINTS,
             "webgazer_targets": {"#a": {"x": 1, "y": 2, "width": 3, "height": 4}}}
            for i in range(3)
        ],
        indent=1,
    ),
    "gorilla": rows(
        "subject,trial,type,time,x_pred,y_pred,x_pred_normalised,y_pred_normalised,convergence,face_conf",
        lambda i: f"s{i // 6},{i // 3},prediction,{40 * (i % 3)},{240 + 144 * i},{108 * i},"
        f"{i / 10},{i / 10},1,0.9",
    ),
    "gazeplotter": rows(
        "stimulus,participant,timestamp,duration,eyemovementtype,AOI,X,Y",
        lambda i: f"a{i // 6}.png,P1,{100 * (i % 6)},90,{i % 2},text,10,20",
    ),
    "generic": rows("time;x;y;valid;subject;image", lambda i: f"{i};1,5;{i};1;anna;a{i // 6}"),
}  # fmt: skip
VALUES = (
    "abc",
    "",
    "-",
    "1e308",
    "-1e300",
    "9" * 400,
    "NaN",
    "inf",
    "1,5",
    '"',
    "\0",
    "\ud7ff",
    "0x1f",
    "1_0",
    "--1",
)


def mutated(text: str, rng: np.random.Generator) -> bytes:
    """The text after one to three random damages."""
    content = text
    for _ in range(rng.integers(1, 4)):
        content = str(DAMAGES[rng.integers(len(DAMAGES))](content, rng))
    encoding = ("utf-8", "utf-8", "utf-8", "utf-16", "utf-16-le", "cp1252")[rng.integers(6)]
    content = content.encode(encoding, errors="replace")
    if rng.random() < 0.2:
        place = int(rng.integers(len(content) + 1))
        content = content[:place] + rng.bytes(3) + content[place:]
    return content


def truncated(text: str, rng: np.random.Generator) -> str:
    return text[: rng.integers(len(text) + 1)]


def with_another_value(text: str, rng: np.random.Generator) -> str:
    """One field, between any two marks, replaced."""
    marks = [i for i, c in enumerate(text) if c in ",;\t\n:[]"]
    if len(marks) < 2:
        return text
    at = int(rng.integers(len(marks) - 1))
    return text[: marks[at] + 1] + VALUES[rng.integers(len(VALUES))] + text[marks[at + 1] :]


def with_lines_swapped(text: str, rng: np.random.Generator) -> str:
    lines = text.split("\n")
    a, b = rng.integers(len(lines), size=2)
    lines[a], lines[b] = lines[b], lines[a]
    return "\n".join(lines)


def with_columns_swapped(text: str, rng: np.random.Generator) -> str:
    lines = text.split("\n")
    at = int(rng.integers(len(lines)))
    mark = next((mark for mark in "\t;," if mark in lines[at]), ",")
    fields = lines[at].split(mark)
    a, b = rng.integers(len(fields), size=2)
    fields[a], fields[b] = fields[b], fields[a]
    lines[at] = mark.join(fields)
    return "\n".join(lines)


def without_a_line(text: str, rng: np.random.Generator) -> str:
    lines = text.split("\n")
    del lines[rng.integers(len(lines))]
    return "\n".join(lines)


def without_a_piece(text: str, rng: np.random.Generator) -> str:
    start = int(rng.integers(len(text) + 1))
    return text[:start] + text[start + int(rng.integers(20)) :]


DAMAGES = (
    truncated,
    with_another_value,
    with_another_value,
    with_lines_swapped,
    with_columns_swapped,
    without_a_line,
    without_a_piece,
)


def keeps_its_word(path: Path, form: str | None) -> bool:
    """Whether it could be read; what was read must be as the types promise."""
    try:
        found = read_export(path, format=form)
    except InputError:
        return False
    for recording in found:
        gaze = recording.gaze
        assert {name: str(kind) for name, kind in gaze.dtypes.items()} == RECORDED_GAZE
        assert (gaze["t_ms"].diff().dropna() > 0).all()
        assert gaze["t_ms"].between(0, 1e9).all()
        assert (gaze[["x_px", "y_px"]].notna().all(axis=1) == gaze["valid"]).all()
        assert set(gaze["stimulus"].dropna()) <= set(recording.stimuli)
        if recording.fixations is not None:
            fixations = recording.fixations
            assert {name: str(kind) for name, kind in fixations.dtypes.items()} == RECORDED_FIXATIONS
            assert np.isfinite(fixations.drop(columns="stimulus").to_numpy()).all()
            assert (fixations["duration_ms"] > 0).all()
    return True


@pytest.mark.parametrize("name", SAMPLES)
def test_the_undamaged_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / "export"
    path.write_text(SAMPLES[name])
    assert {recording.format for recording in read_export(path)} == {name}
    assert keeps_its_word(path, None)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_damaged_is_read_or_refused(tmp_path: Path, name: str) -> None:
    rng = np.random.default_rng(sorted(SAMPLES).index(name))
    path = tmp_path / "export"
    read = 0
    for _ in range(MUTATIONS):
        path.write_bytes(mutated(SAMPLES[name], rng))
        keeps_its_word(path, None)
        read += keeps_its_word(path, name)
    assert 0 < read < MUTATIONS  # the damages are neither fatal nor harmless
