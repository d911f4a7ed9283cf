"""Damaged exports of Tobii and Pupil by the hundred: a sound recording or an InputError, nothing else."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
import pytest

from pipeline.errors import InputError
from pipeline.ingest.trackers.recording import RECORDED_FIXATIONS, RECORDED_GAZE, TrackerRecording
from pipeline.ingest.trackers.registry import IMPORTERS, read_export

EACH = 150  # damaged files of each export
ROWS = range(20)


def table(header: str, row: str, delimiter: str) -> bytes:
    """A header and rows, written with | between the fields; {i} in a row is its number."""
    lines = [header] + [row.format(i=i, even=i // 2, time=1000 * i) for i in ROWS]
    return ("\n".join(lines) + "\n").replace("|", delimiter).encode()


EXPORTS = {
    "tobii_pro_lab": table(
        "Recording timestamp [μs]|Sensor|Participant name|Gaze point X [DACS px]|Gaze point Y [DACS px]"
        "|Validity left|Presented Stimulus name|Presented Media width [px]|Presented Media height [px]"
        "|Presented Media position X [DACS px]|Presented Media position Y [DACS px]|Eye movement type"
        "|Gaze event duration [ms]|Eye movement type index|Fixation point X [DACS px]"
        "|Fixation point Y [DACS px]",
        "{time}|Eye Tracker|P{even}|{i}.5|300|Valid|s|800|600|10|20|Fixation|40|{even}|{i}|300",
        "\t",
    ),
    "tobii_studio": table(
        "Timestamp|GazePointX|GazePointY|ValidityLeft|ValidityRight|DistanceLeft|DistanceRight|StimuliName"
        "|MediaWidth|MediaHeight|MediaPosX|MediaPosY|FixationIndex|FixationDuration|MappedFixationPointX"
        "|MappedFixationPointY",
        "{i}|{i},5|300|0|4|600,1|601,2|leaf|800|600|10|20|{even}|40|{i}|300",
        "\t",
    ),
    "tobii_sdk": table(
        "Time|LGazePos2dx|LGazePos2dy|LValidity|RGazePos2dx|RGazePos2dy|RValidity|LEyePos3dz|REyePos3dz",
        "{time}|0.{i}|0.5|0|0.{i}|0.5|0|600.5|601.5",
        "\t",
    ),
    "tobii_glasses2": "".join(
        f'{{"ts":{1000 * i},"s":0,"gp":[0.{i},0.5]}}\n{{"ts":{1000 * i},"s":0,"ac":[1,2,3]}}\n' for i in ROWS
    ).encode(),
    "pupil_cloud": table(
        "section id|recording id|timestamp [ns]|gaze x [px]|gaze y [px]|worn|fixation id|blink id",
        "s|r{even}|168508881317{time:07d}|{i}.5|300|1.0|1|",
        ",",
    ),
    "pupil_player": table(
        "world_timestamp|gaze_timestamp|x_norm|y_norm|on_surf|confidence",
        "{i}|{i}.25|0.{i}|0.5|True|0.9",
        ",",
    ),
}
VALUES = (
    b'1e400 99999999999999999999999 -1e308 abc nan inf 1,5 1.5.2 -5 1e18 0x10 1_000 \xff\xfe \x00 "'
).split() + [b""]


def cut(content: bytes, random: Random) -> bytes:
    return content[: random.randrange(len(content))]


def with_wrong_bytes(content: bytes, random: Random) -> bytes:
    damaged = bytearray(content)
    for _ in range(random.randrange(1, 20)):
        damaged[random.randrange(len(damaged))] = random.randrange(256)
    return bytes(damaged)


def with_binary_inside(content: bytes, random: Random) -> bytes:
    place = random.randrange(len(content))
    return content[:place] + random.randbytes(random.randrange(1, 60)) + content[place:]


def with_a_piece_missing(content: bytes, random: Random) -> bytes:
    start, stop = sorted(random.randrange(len(content)) for _ in range(2))
    return content[:start] + content[stop:]


def with_lines_shuffled(content: bytes, random: Random) -> bytes:
    lines = content.split(b"\n")
    random.shuffle(lines)
    return b"\n".join(lines)


def with_columns_shuffled(content: bytes, random: Random) -> bytes:
    mark = b"\t" if b"\t" in content else b","
    rows = [line.split(mark) for line in content.split(b"\n") if line]
    order = random.sample(range(len(rows[0])), len(rows[0]))
    return b"\n".join(mark.join((row * len(order))[place] for place in order) for row in rows) + b"\n"


def with_wrong_values(content: bytes, random: Random) -> bytes:
    mark = b"\t" if b"\t" in content else b","
    rows = [line.split(mark) for line in content.split(b"\n")]
    for _ in range(random.randrange(1, 6)):
        row = random.choice(rows)
        row[random.randrange(len(row))] = random.choice(VALUES)
    return b"\n".join(mark.join(row) for row in rows)


def with_a_header_twice(content: bytes, random: Random) -> bytes:
    mark = b"\t" if b"\t" in content else b","
    header, _, rows = content.partition(b"\n")
    names = header.split(mark)
    names[random.randrange(len(names))] = random.choice(names)
    return mark.join(names) + b"\n" + rows


def with_other_marks(content: bytes, random: Random) -> bytes:
    old, new = random.choice(
        [(b".", b","), (b",", b"."), (b"\t", b";"), (b"\n", b"\r"), (b"\n", b"\n\n"), (b",", b'"')]
    )
    return content.replace(old, new)


def with_ragged_rows(content: bytes, random: Random) -> bytes:
    mark = b"\t" if b"\t" in content else b","
    return b"\n".join(line + mark * random.randrange(3) for line in content.split(b"\n"))


def in_another_encoding(content: bytes, random: Random) -> bytes:
    encoding = random.choice(["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
    encoded = (
        content.decode("utf-8", errors="replace").replace("\ufffd", "?").encode(encoding, errors="replace")
    )
    return encoded[: random.choice([len(encoded), random.randrange(len(encoded) + 1)])]


def packed(content: bytes, random: Random) -> bytes:
    whole = gzip.compress(content, mtime=0)
    return random.choice([whole, whole[: random.randrange(2, len(whole))], with_wrong_bytes(whole, random)])


DAMAGES: tuple[Callable[[bytes, Random], bytes], ...] = (
    cut,
    with_wrong_bytes,
    with_binary_inside,
    with_a_piece_missing,
    with_lines_shuffled,
    with_columns_shuffled,
    with_wrong_values,
    with_a_header_twice,
    with_other_marks,
    with_ragged_rows,
    in_another_encoding,
    packed,
)


@pytest.mark.parametrize("name", EXPORTS)
def test_the_undamaged_exports_are_what_they_seem(tmp_path: Path, name: str) -> None:
    path = tmp_path / "export"
    path.write_bytes(EXPORTS[name])
    recordings = read_export(path)
    assert {one.format for one in recordings} == {name}
    assert sum(one.rows for one in recordings) == len(ROWS) * (2 if name == "tobii_glasses2" else 1)
    assert all(one.gaze["valid"].all() for one in recordings)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", EXPORTS)
def test_a_damaged_export_is_sound_or_refused(
    tmp_path: Path, name: str, damage: Callable[[bytes, Random], bytes]
) -> None:
    path = tmp_path / "export"
    for seed in range(EACH // len(DAMAGES)):
        random = Random(f"{name} {damage.__name__} {seed}")
        content = damage(EXPORTS[name], random)
        if seed % 2 and content:
            content = random.choice(DAMAGES)(content, random)
        path.write_bytes(content)
        for one in read_or_refused(path):
            check_sound(one)


def read_or_refused(path: Path) -> list[TrackerRecording]:
    """What was read; nothing where the file was refused, in words that name it and are not endless."""
    try:
        return read_export(path)
    except InputError as error:
        named, length = error.where.startswith("export"), len(str(error))
    assert named
    assert length < 10_000
    return []


def check_sound(one: TrackerRecording) -> None:
    t_ms = one.gaze["t_ms"].to_numpy()
    assert {name: str(kind) for name, kind in one.gaze.dtypes.items()} == RECORDED_GAZE
    assert np.isfinite(t_ms).all()
    assert (np.diff(t_ms) > 0).all()
    assert (t_ms >= 0).all()
    for name in ("x_px", "y_px"):
        assert (one.gaze[name].notna() == one.gaze["valid"]).all()
        assert not one.gaze[name].abs().gt(100_000).any()
    if one.fixations is not None:
        assert {name: str(kind) for name, kind in one.fixations.dtypes.items()} == RECORDED_FIXATIONS
        assert np.isfinite(one.fixations.iloc[:, :4].to_numpy(dtype=float)).all()
        assert (one.fixations["duration_ms"] > 0).all()
    assert one.width_px > 0
    assert one.height_px > 0


def test_every_importer_of_tobii_and_pupil_is_tried() -> None:
    ours = {one.name for one in IMPORTERS if one.name.startswith(("tobii", "pupil"))}
    assert ours == set(EXPORTS)
