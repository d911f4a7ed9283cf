"""Observations as files: `observations.parquet`, and beside it `eyes.mp4`. Less than 100 MB an hour.

A column of the table is a field of `Observations`, a row a frame; landmarks and the maps of the eyes are
null where there is no face. What holds for the whole session stands in the table's metadata, as JSON. Both
carry checksums, for a damaged Parquet file is often read without an error.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from pipeline.domain import Bools, Bytes, Observations
from pipeline.errors import InputError
from pipeline.face import eye_video
from pipeline.face.landmark_code import STEPS_PER_PX, Decoder, Encoder, Parents, parents_of
from pipeline.face.landmarker import LANDMARKS
from pipeline.parameters import IngestLimits

TABLE: Final = "observations.parquet"
EYES: Final = "eyes.mp4"
FORMAT: Final = "gazeboard-observations"
CHECKSUM: Final = f"{FORMAT}-crc32"
VERSION: Final = 1

LIMITS: Final = IngestLimits()
OFF_FRAME_MAX: Final = 4.0  # frame sizes from the middle that a landmark may lie
BLUR_MAX: Final = 1020.0**2  # of a Laplacian of grey levels
TIME_MAX_MS: Final = 1e9
ROWS_PER_GROUP: Final = 4096

SCHEMA: Final = pa.schema(
    {
        "t_ms": pa.float64(),
        "face_count": pa.int16(),
        "face_changed": pa.bool_(),
        "brightness": pa.float32(),
        "blur": pa.float32(),
        "landmarks": pa.list_(pa.int32(), LANDMARKS * 3),  # as `landmark_code` makes them
        "eyes_affine": pa.list_(pa.float32(), 2 * 2 * 3),
        "iris_px": pa.list_(pa.float32(), 2 * 2),
    }
)
SCALARS: Final = SCHEMA.names[:5]
OPTIONAL: Final = {"eyes_affine": (2, 2, 3), "iris_px": (2, 2)}  # and their shapes
# Bytes of equal significance together: the upper ones are nearly all zero and cost nothing.
ENCODING: Final = {"t_ms": "BYTE_STREAM_SPLIT", "landmarks.list.element": "BYTE_STREAM_SPLIT"}


def save(observations: Observations, folder: Path) -> None:
    """Write both files, each whole or not at all; `eyes.mp4` only where there are crops."""
    (folder / EYES).unlink(missing_ok=True)
    if observations.eyes is not None:
        with _written_whole(folder / EYES) as path:
            eye_video.write(observations.eyes, path)
    with _written_whole(folder / TABLE) as path:
        _write_table(observations, path)


def load(folder: Path, *, eyes: bool = False) -> Observations:
    """Read what `save` or a recorder wrote. Without `eyes.mp4`, or unless asked for, `eyes` is None.

    Raises
    ------
    InputError
        The table is missing, a file is damaged, or it holds what cannot have been observed.
    """
    path = folder / TABLE
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            header = _header(file)
            columns = _read_columns(file, header.parents)
    except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
        reason = "none" if isinstance(error, FileNotFoundError) else str(error).partition("\n")[0]
        raise InputError(TABLE, "a whole Parquet file of observations", reason) from error
    crops: Bytes | None = None
    if eyes and (folder / EYES).is_file():
        crops = eye_video.read(folder / EYES, len(columns["t_ms"]))
    observations = Observations(header.width_px, header.height_px, eyes=crops, **columns)
    _refuse_impossible(observations)
    return observations


# Writing


def _write_table(observations: Observations, path: Path) -> None:
    has_face = observations.has_face
    seen = np.flatnonzero(has_face)[::100]
    parents = parents_of(observations.landmarks_px[seen]) if len(seen) else np.zeros(LANDMARKS, np.int64)
    header = {
        "format": FORMAT,
        "version": VERSION,
        "frame_width_px": observations.frame_width_px,
        "frame_height_px": observations.frame_height_px,
        "steps_per_px": STEPS_PER_PX,
        "parents": parents.tolist(),
    }
    text = json.dumps(header)
    encoder = Encoder(parents)
    with pq.ParquetWriter(
        path,
        SCHEMA.with_metadata({FORMAT: text, CHECKSUM: _checksum(text.encode())}),
        compression="zstd",
        use_dictionary=False,
        column_encoding=ENCODING,
        write_page_checksum=True,
    ) as writer:
        for start in range(0, len(observations), ROWS_PER_GROUP):
            rows = slice(start, start + ROWS_PER_GROUP)
            codes = encoder.encode(observations.landmarks_px[rows][has_face[rows]])
            writer.write_table(_row_group(observations, rows, codes))


def _row_group(observations: Observations, rows: slice, codes: NDArray[np.int32]) -> pa.Table:
    has_face = observations.has_face[rows]
    columns: dict[str, Any] = {name: getattr(observations, name)[rows] for name in SCALARS}
    columns["landmarks"] = _lists("landmarks", has_face, codes)
    for name in OPTIONAL:
        values = getattr(observations, name)
        columns[name] = (
            pa.nulls(len(has_face), SCHEMA.field(name).type)
            if values is None
            else _lists(name, has_face, values[rows][has_face])
        )
    return pa.table(columns, schema=SCHEMA)


def _lists(name: str, has_face: Bools, values: NDArray[Any]) -> pa.FixedSizeListArray:
    """One list a row, from those of the rows with a face, null in the others."""
    kind = SCHEMA.field(name).type
    full = np.zeros((len(has_face), kind.list_size), values.dtype)
    full[has_face] = values.reshape(len(values), kind.list_size)
    return pa.FixedSizeListArray.from_arrays(full.ravel(), type=kind, mask=pa.array(~has_face))


@contextmanager
def _written_whole(path: Path) -> Iterator[Path]:
    """A temporary path that becomes `path` once it is complete and on disk."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        _sync(temporary)
        temporary.replace(path)
        _sync(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _checksum(text: bytes) -> str:
    return f"{zlib.crc32(text):08x}"


# Reading


@dataclass(frozen=True)
class _Header:
    width_px: int
    height_px: int
    parents: Parents


def _header(file: pq.ParquetFile) -> _Header:
    """What the metadata say, once they and the columns are those of this format."""
    metadata = file.schema_arrow.metadata or {}
    try:
        text = metadata[FORMAT.encode()]
        if metadata[CHECKSUM.encode()].decode() != _checksum(text):
            raise ValueError("a checksum that differs")
        header = json.loads(text)
        known = (header["format"], header["version"], header["steps_per_px"])
        width_px, height_px, parents = header["frame_width_px"], header["frame_height_px"], header["parents"]
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{TABLE}, metadata", f"those of {FORMAT}", repr(error)) from error
    if known != (FORMAT, VERSION, STEPS_PER_PX):
        raise InputError(f"{TABLE}, metadata", f"{FORMAT} version {VERSION}", repr(known))
    for name, side in (("frame_width_px", width_px), ("frame_height_px", height_px)):
        if type(side) is not int or not 1 <= side <= LIMITS.video_side_px:
            raise InputError(
                f"{TABLE}, {name}", f"a whole number from 1 to {LIMITS.video_side_px}", repr(side)
            )
    _refuse_wrong_parents(parents)
    _refuse_wrong_shape(file)
    return _Header(width_px, height_px, np.array(parents, np.int64))


def _refuse_wrong_parents(parents: Any) -> None:
    if not (
        isinstance(parents, list)
        and len(parents) == LANDMARKS
        and all(type(p) is int and 0 <= p < max(i, 1) for i, p in enumerate(parents))
    ):
        expected = f"{LANDMARKS} numbers, each of an earlier landmark"
        raise InputError(f"{TABLE}, parents", expected, repr(parents)[:40])


def _refuse_wrong_shape(file: pq.ParquetFile) -> None:
    columns = {field.name: field.type for field in file.schema_arrow}
    if columns != dict(zip(SCHEMA.names, SCHEMA.types, strict=True)):
        raise InputError(f"{TABLE}, columns", *map(_described, (SCHEMA, file.schema_arrow)))
    if not 1 <= file.metadata.num_rows <= LIMITS.video_frames:
        raise InputError(TABLE, f"1 to {LIMITS.video_frames:,} rows", f"{file.metadata.num_rows:,}")


def _described(schema: pa.Schema) -> str:
    return ", ".join(f"{field.name} ({field.type})" for field in schema)


def _read_columns(file: pq.ParquetFile, parents: Parents) -> dict[str, Any]:
    """The arrays of `Observations` by name, filled batch by batch."""
    n = file.metadata.num_rows
    columns: dict[str, Any] = {
        name: np.empty(n, SCHEMA.field(name).type.to_pandas_dtype()) for name in SCALARS
    }
    columns["landmarks_px"] = np.empty((n, LANDMARKS, 3), np.float32)
    for name, shape in OPTIONAL.items():
        columns[name] = np.empty((n, *shape), np.float32)
    decoder = Decoder(parents)
    start = 0
    for batch in file.iter_batches(ROWS_PER_GROUP):
        rows = slice(start, start + len(batch))
        for name in SCALARS:
            columns[name][rows] = _values(batch, name)
        _put_lists(columns["landmarks_px"][rows], batch["landmarks"], decoder.decode)
        for name in OPTIONAL:
            _put_lists(columns[name][rows], batch[name], lambda values: values)
        start = rows.stop
    if start != n:
        raise InputError(TABLE, f"{n} rows, as it says", str(start))
    return {name: None if _absent(name, values) else values for name, values in columns.items()}


def _absent(name: str, values: NDArray[Any]) -> bool:
    return name in OPTIONAL and bool(np.isnan(values).all())


def _values(batch: pa.RecordBatch, name: str) -> NDArray[Any]:
    if batch[name].null_count:
        raise InputError(f"{TABLE}, {name}", "a value in every row", f"{batch[name].null_count} without")
    return np.asarray(batch[name].to_numpy(zero_copy_only=False))


def _put_lists(
    target: NDArray[Any], lists: pa.FixedSizeListArray, decode: Callable[[NDArray[Any]], NDArray[Any]]
) -> None:
    """Decoded lists into the rows that have one, NaN into the others."""
    given = lists.is_valid().to_numpy(zero_copy_only=False)
    values = lists.flatten().to_numpy(zero_copy_only=False)
    target[~given] = np.nan
    target[given] = decode(values.reshape(-1, *target.shape[1:]))


def _refuse_impossible(observations: Observations) -> None:
    """Raise for the first row that holds what no camera and no face gives."""
    o, has_face = observations, observations.has_face
    frame = np.array([o.frame_width_px, o.frame_height_px, o.frame_width_px], np.float32)
    ends = np.stack([o.landmarks_px.min(axis=1), o.landmarks_px.max(axis=1)])
    off_frame = np.abs(ends / frame - 0.5).max(axis=(0, 2))
    checks = [
        ("t_ms", np.abs(o.t_ms) <= TIME_MAX_MS, "a time in ms", o.t_ms),
        ("t_ms", np.diff(o.t_ms, prepend=-np.inf) > 0, "a later time than in the row before", o.t_ms),
        ("face_count", o.face_count >= has_face, "at least the face that is followed", o.face_count),
        ("brightness", ~(np.abs(o.brightness - 127.5) > 127.5), "a grey level, 0 to 255", o.brightness),
        ("blur", ~(np.abs(o.blur - BLUR_MAX / 2) > BLUR_MAX / 2), "a variance of grey levels", o.blur),
        ("landmarks", ~(off_frame > OFF_FRAME_MAX), "a face near the frame", off_frame),
    ]
    if o.eyes_affine is not None:
        given = np.isfinite(o.eyes_affine).all(axis=(1, 2, 3))
        checks.append(("eyes_affine", given == has_face, "finite numbers where there is a face", given))
    if o.iris_px is not None:
        iris_off = np.abs(o.iris_px / frame[:2] - 0.5).max(axis=(1, 2))
        checks.append(("iris_px", ~(iris_off > OFF_FRAME_MAX), "irises near the frame", iris_off))
    for column, fine, expected, got in checks:
        if not fine.all():
            row = int(np.argmin(fine))
            raise InputError(f"{TABLE}, row {row + 1}, column {column}", expected, f"{got[row]:g}")
