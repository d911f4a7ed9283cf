"""Session packages, whole and with one thing wrong at a time."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.domain import Camera, Consent, FixationOrigin, Screen, SessionHeader, TrackerSource
from pipeline.errors import InputError, UnsafeInputError
from pipeline.ingest.session_package import bare_video_package, header_document, open_package
from pipeline.ingest.video import read_frames
from pipeline.parameters import IngestLimits

Zipped = Callable[..., Path]


def change(package: Path, field: str, value: Any) -> None:
    """Set a field of session.json, given as `a.b`; a value of ... removes it."""
    path = package / "session.json"
    document = node = json.loads(path.read_text())
    *parents, last = field.split(".")
    for parent in parents:
        node = node[parent]
    if value is ...:
        del node[last]
    else:
        node[last] = value
    path.write_text(json.dumps(document))


def refused(path: Path, workdir: Path) -> InputError:
    """The refusal, after which nothing is left in the work folder."""
    with pytest.raises(InputError) as caught:
        open_package(path, workdir)
    assert list(workdir.iterdir()) == []
    return caught.value


@pytest.mark.parametrize("prefix", [None, "", "session/"])
def test_a_package_is_read_whole(package: Path, workdir: Path, zipped: Zipped, prefix: str | None) -> None:
    opened = open_package(package if prefix is None else zipped(package, prefix), workdir)
    assert opened.header == SessionHeader(
        course_id="biology-7",
        lesson_id="photosynthesis",
        student="s-01",
        consent=Consent("2026-09", "2026-11-03T08:15:00Z"),
        screen=Screen(1280, 720, 344, 193.5, "bank card"),
        camera=Camera(0, 8, 70, False),
        video_start_ms=20,
        recorder="gazeboard-recorder 1.0",
        synthetic=False,
    )
    assert len(opened.timeline) == 6
    assert opened.calibration["kind"].tolist() == ["calibrate", "calibrate", "validate"]
    assert opened.video == opened.folder / "webcam.webm"
    assert (opened.observations, opened.gaze) == (None, None)
    assert [f.t_ms for f in read_frames(opened.video, opened.header.video_start_ms)][:2] == [20, 60]
    assert opened.folder == package if prefix is None else opened.folder.parent == workdir


def test_what_may_be_missing_has_its_usual_value(package: Path, workdir: Path) -> None:
    for field in ("camera", "recorder", "video_start_ms", "consent", "screen.size_source"):
        change(package, field, ...)
    change(package, "a_field_of_later_versions", {"x": [1]})
    (package / "calibration.csv").unlink()
    opened = open_package(package, workdir)
    assert opened.header.camera == Camera()
    assert (opened.header.recorder, opened.header.consent) == ("unknown", None)
    assert opened.header.screen.size_source == "assumed"
    assert opened.calibration.empty


def test_gaze_in_place_of_a_video(package: Path, workdir: Path) -> None:
    (package / "webcam.webm").unlink()
    (package / "gaze.csv").write_text("t_ms,x_px,y_px,valid\n0,100,200,1\n16.7,,,0\n")
    opened = open_package(package, workdir)
    assert opened.gaze is not None
    assert opened.gaze["valid"].tolist() == [True, False]
    assert opened.video is None


def test_gaze_and_fixations_as_parquet(package: Path, workdir: Path, zipped: Zipped) -> None:
    (package / "webcam.webm").unlink()
    gaze = pd.DataFrame({"t_ms": [0, 20], "x_px": [1.5, None], "y_px": [2.5, None], "valid": [True, False]})
    gaze.assign(distance_mm=[600.0, None], more="x").to_parquet(package / "gaze.parquet")
    fixations = pd.DataFrame({"onset_ms": [5.0], "duration_ms": [10.0], "x_px": [1], "y_px": [2]})
    fixations.to_parquet(package / "fixations.parquet")
    opened = open_package(zipped(package), workdir)
    assert opened.gaze is not None
    assert opened.fixations is not None
    assert opened.gaze.iloc[0].tolist() == [0, 1.5, 2.5, True, 600]
    assert opened.gaze.iloc[1].isna().tolist() == [False, True, True, False, True]
    assert opened.fixations.to_numpy().tolist() == [[5, 10, 1, 2]]


def test_fixations_alone(package: Path, workdir: Path) -> None:
    (package / "webcam.webm").unlink()
    (package / "fixations.csv").write_text("onset_ms,duration_ms,x_px,y_px\n0,100,1,2\n")
    opened = open_package(package, workdir)
    assert (opened.gaze, opened.video) == (None, None)
    assert opened.fixations is not None


def test_fixations_beside_a_video_are_refused(package: Path, workdir: Path) -> None:
    (package / "fixations.csv").write_text("onset_ms,duration_ms,x_px,y_px\n0,100,1,2\n")
    error = refused(package, workdir)
    assert (error.where, error.got) == ("fixations.csv", "them beside webcam.webm")


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"t_ms": [0.0], "x_px": [1.0]}, "columns: expected the columns t_ms,x_px,y_px"),
        ({"t_ms": ["0"], "x_px": [1.0], "y_px": [1.0]}, 'column t_ms: expected numbers, got "'),
        ({"t_ms": [[0]], "x_px": [1.0], "y_px": [1.0]}, "column t_ms: expected numbers, got "),
        (
            {"t_ms": [0.0, 0.0], "x_px": [1.0, 2.0], "y_px": [1.0, 2.0]},
            "row 2, column t_ms: expected a time after that of the row above, got 0.0",
        ),
        (
            {"t_ms": [0.0, 1.0], "x_px": [1.0, None], "y_px": [1.0, 2.0], "valid": [True, True]},
            "row 2, column x_px: expected a number of px from -100000 to 100000, got nothing",
        ),
        (
            {"t_ms": [0.0], "x_px": [1e9], "y_px": [1.0]},
            "row 1, column x_px: expected a number of px from -100000 to 100000, got 1000000000.0",
        ),
    ],
)
def test_bad_parquet_is_refused_by_row_and_column(
    package: Path, workdir: Path, columns: dict[str, Any], message: str
) -> None:
    (package / "webcam.webm").unlink()
    pd.DataFrame(columns).to_parquet(package / "gaze.parquet")
    assert f"gaze.parquet, {message}" in str(refused(package, workdir))


def test_damaged_parquet_is_refused_or_read_as_numbers(package: Path, workdir: Path) -> None:
    (package / "webcam.webm").unlink()
    path = package / "gaze.parquet"
    t_ms = np.arange(2000) * 10.0
    pd.DataFrame({"t_ms": t_ms, "x_px": t_ms, "y_px": t_ms}).to_parquet(path)
    whole = path.read_bytes()
    rng = random.Random(1)
    refusals = 0
    for _ in range(60):
        content = bytearray(whole)
        for _ in range(3):
            content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        path.write_bytes(content)
        try:
            opened = open_package(package, workdir)
        except InputError as error:
            refusals += error.where.startswith("gaze.parquet")
        else:
            assert opened.gaze is not None
            assert (opened.gaze["t_ms"].diff().dropna() > 0).all()
    assert refusals > 10
    for content in (b"", b"t_ms,x_px\n", whole[:-5], whole[: len(whole) // 2]):
        path.write_bytes(content)
        assert "gaze.parquet: expected a whole Parquet file" in str(refused(package, workdir))


def test_more_rows_than_allowed_are_not_read(package: Path, workdir: Path) -> None:
    (package / "webcam.webm").unlink()
    t_ms = np.arange(11) * 1.0
    pd.DataFrame({"t_ms": t_ms, "x_px": t_ms, "y_px": t_ms}).to_parquet(package / "gaze.parquet")
    with pytest.raises(UnsafeInputError, match="at most 10 rows, got 11"):
        open_package(package, workdir, IngestLimits(table_rows=10))


SOURCE: dict[str, Any] = {"format": "x", "label": "X", "fixations": "kept", "notes": ["One sentence."]}


def test_the_source_of_an_import_is_read(package: Path, workdir: Path) -> None:
    (package / "webcam.webm").unlink()
    (package / "fixations.csv").write_text("onset_ms,duration_ms,x_px,y_px\n0,100,1,2\n")
    change(package, "source", SOURCE)
    header = open_package(package, workdir).header
    assert header.source == TrackerSource("x", "X", FixationOrigin.KEPT, None, ("One sentence.",))
    (package / "session.json").write_text(json.dumps(header_document(header)))
    assert open_package(package, workdir).header == header


@pytest.mark.parametrize(
    ("field", "value", "where"),
    [
        ("fixations", "made up", "source.fixations"),
        ("fixations", "recomputed", "source.fixations"),
        ("format", "", "source.format"),
        ("accuracy_deg", -1, "source.accuracy_deg"),
        ("notes", "text", "source.notes"),
        ("notes", [1], "source.notes[0]"),
    ],
)
def test_a_source_that_is_wrong(package: Path, workdir: Path, field: str, value: Any, where: str) -> None:
    (package / "webcam.webm").unlink()
    (package / "fixations.csv").write_text("onset_ms,duration_ms,x_px,y_px\n0,100,1,2\n")
    change(package, "source", SOURCE | {field: value})
    assert refused(package, workdir).where == f"session.json, field {where}"


def test_observations_in_place_of_a_video(package: Path, workdir: Path, zipped: Zipped) -> None:
    (package / "webcam.webm").rename(package / "eyes.webm")
    pd.DataFrame({"t_ms": [0.0]}).to_parquet(package / "observations.parquet")
    opened = open_package(zipped(package), workdir)
    assert opened.observations == opened.folder
    assert sorted(p.name for p in opened.folder.iterdir()) == sorted(p.name for p in package.iterdir())
    shutil.rmtree(opened.folder)
    content = (package / "observations.parquet").read_bytes()
    (package / "observations.parquet").write_bytes(content[:-1])
    assert "expected a whole Parquet file" in str(refused(package, workdir))
    (package / "observations.parquet").write_text("t_ms\n0\n")
    assert 'expected a Parquet file, got a text that begins "t_ms' in str(refused(package, workdir))


def test_exactly_one_source_of_gaze(package: Path, workdir: Path) -> None:
    shutil.copy(package / "webcam.webm", package / "webcam.mp4")
    error = refused(package, workdir)
    names = "webcam.webm, webcam.mp4, observations.parquet, gaze.csv, gaze.parquet"
    assert error.expected == f"exactly one of {names}"
    assert error.got == '"webcam.webm", "webcam.mp4"'
    (package / "webcam.webm").unlink()
    (package / "webcam.mp4").unlink()
    assert refused(package, workdir).got == "nothing"


@pytest.mark.parametrize("name", ["session.json", "timeline.csv"])
def test_a_missing_file_is_named(package: Path, workdir: Path, name: str) -> None:
    (package / name).unlink()
    error = refused(package, workdir)
    assert error.where == name
    assert '"calibration.csv"' in error.got


def test_a_path_that_is_not_there(tmp_path: Path, workdir: Path) -> None:
    assert "got nothing of that name" in str(refused(tmp_path / "lost.zip", workdir))


def test_a_bad_file_in_a_zip_leaves_nothing_behind(package: Path, workdir: Path, zipped: Zipped) -> None:
    (package / "webcam.webm").write_text("#EXTM3U\nother.webm\n")
    error = refused(zipped(package), workdir)
    assert str(error).startswith("webcam.webm: expected a WebM")


BAD_FIELDS: list[tuple[str, Any, str]] = [
    ("format", "other", 'expected "gazeboard-session", got "other"'),
    ("version", 2, "expected 1, got 2"),
    ("version", True, "expected 1, got True"),
    (
        "course",
        "../biology",
        'expected a short name of small letters, digits and . _ - (at most 64), got "../',
    ),
    ("lesson", ..., "expected a short name of small letters, digits and . _ - (at most 64), got nothing"),
    ("student", "Ann Bell", "expected a pseudonym of letters, digits and . _ - (at most 64), got "),
    ("student", "a" * 65, "expected a pseudonym"),
    ("student", 17, "expected a pseudonym of letters, digits and . _ - (at most 64), got 17"),
    ("screen", "wide", 'expected an object in { }, got "wide"'),
    ("screen.width_mm", "abc", 'expected a number of millimetres between 100 and 3000, got "abc"'),
    ("camera.x_mm", True, "expected a number of millimetres between -3000 and 3000, got True"),
    ("screen.height_mm", 5, "expected a number of millimetres between 50 and 3000, got 5"),
    ("screen.width_px", 1280.5, "expected a whole number of px between 320 and 16384, got 1280.5"),
    ("screen.width_px", 10**400, "expected a whole number of px between 320 and 16384, got 1000"),
    ("screen.height_px", None, "expected a whole number of px between 200 and 16384, got None"),
    ("screen.size_source", "a\x1bb", "expected how the size is known, got "),
    ("camera.x_mm", 5000, "expected a number of millimetres between -3000 and 3000, got 5000"),
    ("camera.horizontal_fov_deg", 200, "expected a number of degrees between 20 and 150, got 200"),
    ("camera.mirrored", "no", 'expected true or false, got "no"'),
    ("consent.given_at", "yesterday", 'expected a date and time (ISO 8601), got "yesterday"'),
    ("consent.version", "", "expected the version of the wording agreed to, got "),
    ("video_start_ms", -5, "expected a number of milliseconds between 0 and 1000000000, got -5"),
    ("recorder.name", "x" * 300, "expected the recorder's name, got "),
    ("synthetic", 1, "expected true or false, got 1"),
]


@pytest.mark.parametrize(("field", "value", "message"), BAD_FIELDS)
def test_a_bad_field_is_named_with_its_path(
    package: Path, workdir: Path, field: str, value: Any, message: str
) -> None:
    change(package, field, value)
    text = str(refused(package, workdir))
    assert text.startswith(f"session.json, field {field}: {message}")
    assert text.isprintable()
    assert len(text) < 300


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "session.json: expected content, got an empty file"),
        ("[1]", "session.json: expected a JSON object in { }, got a list of 1"),
        ('{"format": 1,\n"version" 2}', "session.json, line 2: expected valid JSON, got Expecting ':'"),
        ('{"format": NaN}', "session.json: expected valid JSON, got the value NaN"),
        ('{"a": 1, "a": 2}', 'session.json: expected valid JSON, got the key "a" twice'),
        ('{"format": ' + "[" * 400 + "]" * 400 + "}", "session.json, field format: expected"),
        ("[" * 100_000, "session.json: expected JSON of a few levels, got far too many levels"),
        ('{"a": ' + "9" * 10_000 + "}", "session.json: expected valid JSON, got Exceeds the limit"),
    ],
)  # fmt: skip
def test_json_that_is_not_is_refused(package: Path, workdir: Path, text: str, message: str) -> None:
    (package / "session.json").write_text(text)
    assert str(refused(package, workdir)).startswith(message)


def test_an_endless_document_is_refused_unread(package: Path, workdir: Path) -> None:
    (package / "session.json").write_text(" " * 2_000_001)
    error = refused(package, workdir)
    assert isinstance(error, UnsafeInputError)
    assert error.expected == "at most 2,000,000 bytes"


def test_a_bare_video_becomes_an_uncalibrated_package(package: Path, workdir: Path) -> None:
    header = open_package(package, workdir).header
    times = pd.DataFrame(
        [
            {
                "t_ms": 0,
                "event": "slide_shown",
                "slide": "a",
                "x_px": 0,
                "y_px": 0,
                "width_px": 1280,
                "height_px": 720,
            }
        ]
    )
    bare = bare_video_package(package / "webcam.webm", header, times, workdir)
    assert bare.video == package / "webcam.webm"
    assert bare.calibration.empty
    assert bare.timeline["slide"].tolist() == ["a"]
    with pytest.raises(InputError, match="slide times, row 1, column t_ms"):
        bare_video_package(package / "webcam.webm", header, times.assign(t_ms=-1), workdir)
    with pytest.raises(InputError, match=r"session\.json: expected a WebM"):
        bare_video_package(package / "session.json", header, times, workdir)


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The content with a byte or two changed, a piece lost, doubled or put elsewhere, or its end cut off."""
    changed = bytearray(content)
    for _ in range(chance.choice([1, 1, 1, 4])):
        at, length = chance.randrange(len(changed) + 1), chance.randrange(1, 16)
        piece = bytes(changed[at : at + length])
        kind = chance.choices(range(6), weights=[1, 1, 1, 1, 4, 4])[0]
        if kind == 0:
            del changed[at:]
        elif kind == 1:
            del changed[at : at + length]
        elif kind == 2:
            changed[at:at] = piece
        elif kind == 3:
            changed[at : at + length] = chance.randbytes(len(piece))
        elif kind == 4:
            changed[at : at + 1] = chance.choice([b"0", b"9", b"-", b",", b'"', b"\n", b"\0", b"\xff"])
        elif changed:
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


@pytest.mark.parametrize("seed", range(8))
def test_whatever_the_damage_a_package_is_valid_or_refused(
    package: Path, workdir: Path, tmp_path: Path, zipped: Zipped, write_clip: Callable[..., Path], seed: int
) -> None:
    """Fifty corruptions a seed, of each file and of the zip; any other exception fails the test."""
    chance = random.Random(seed)
    if seed % 2:
        (package / "webcam.webm").unlink()
        write_clip(
            package / "webcam.mp4", "libx264", options={"movflags": "faststart"} if seed % 4 == 1 else {}
        )
    files = sorted(package.iterdir())
    archive = zipped(package)
    valid, refusals = 0, []
    for turn in range(50):
        victim = archive if turn % 3 == 0 else chance.choice(files)
        content = victim.read_bytes()
        victim.write_bytes(damaged(content, chance))
        try:
            opened = open_package(archive if victim == archive else package, workdir)
            assert opened.video is not None
            times = [f.t_ms for f in read_frames(opened.video)]
            assert times == sorted(set(times))
            valid += 1
        except InputError as error:
            refusals.append(error.where.split(",")[0])
        victim.write_bytes(content)
    assert min(valid, len(refusals)) > 3  # both happen, or the damage proves nothing
    assert set(refusals) <= {p.name for p in (archive, *files)}
    assert {p.name for p in tmp_path.iterdir()} == {"package", "package.zip", "work"}
    assert sorted(package.iterdir()) == files
