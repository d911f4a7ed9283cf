"""Hundreds of millions of gaze samples, counted by cell and region in one pass over their files.

Every sample is looked up in a picture of its slide: from its subcell to a code that stands for a cell of the
density grid and the set of regions there. So the time grows with the number of samples, whatever the
regions' number and shape, and no more than a batch of them is in memory.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from pipeline.domain import DENSITY_COLUMNS, DENSITY_ROWS, Bools, Floats, LabelMap
from pipeline.errors import StorageError

BATCH: Final = 65_536
CELLS: Final = DENSITY_ROWS * DENSITY_COLUMNS
Codes = NDArray[np.intp]
Piece = tuple[str, int]  # a slide, and the number of a stretch of the time since it was opened


@dataclass(frozen=True)
class SampleCounts:
    """Valid samples on the slides, for n sessions.

    `cells` holds for each slide (n, 54, 96) samples in the cells of the density grid, `regions` (n, k)
    samples in its k regions; where these overlap, a sample counts as the label map says.
    """

    sessions: tuple[str, ...]
    cells: dict[str, NDArray[np.uint32]]
    regions: dict[str, NDArray[np.int64]]


@dataclass(frozen=True)
class _Lookup:
    """A code for each subcell of a slide, one more for beside it, and what the codes mean."""

    code: Codes  # (rows * columns + 1,)
    cell: Codes  # (codes,)
    inside: Bools  # (k, codes)
    rows: int
    columns: int

    @classmethod
    def of(cls, inside: Bools) -> _Lookup:
        """From a picture (k, rows, columns)."""
        regions, rows, columns = inside.shape
        row, column = np.arange(rows) * DENSITY_ROWS // rows, np.arange(columns) * DENSITY_COLUMNS // columns
        cell = (row[:, None] * DENSITY_COLUMNS + column).ravel()
        flat = inside.reshape(regions, len(cell))
        keys = np.vstack([cell, np.packbits(flat, axis=0)])
        order = np.lexsort(keys)
        first = np.append(True, (np.diff(keys[:, order]) != 0).any(axis=0))
        code = np.empty(rows * columns + 1, np.intp)
        code[order], code[-1] = np.cumsum(first) - 1, np.count_nonzero(first)
        return cls(code, cell[order][first], flat[:, order][:, first], rows, columns)

    def count(self, x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.int64]:
        """Samples of each code (codes,); those beside the slide, and NaN, are left out."""
        on = (x >= 0) & (x <= 1) & (y >= 0) & (y <= 1)
        with np.errstate(invalid="ignore"):  # NaN becomes any number, which is not used
            column = np.minimum((x * np.float32(self.columns)).astype(np.int32), self.columns - 1)
            row = np.minimum((y * np.float32(self.rows)).astype(np.int32), self.rows - 1)
        subcell = np.where(on, row * self.columns + column, -1)
        code = self.code.take(subcell, mode="wrap")  # -1 is the last, beside the slide
        return np.bincount(code, minlength=len(self.cell) + 1)[:-1]


def count_samples(files: Mapping[str, Path], labels: Mapping[str, LabelMap], threads: int) -> SampleCounts:
    """Count the samples of these sessions' gaze files on the slides that have a label map.

    The time since a slide was opened is counted from its first sample.

    Raises
    ------
    StorageError : a file cannot be read
    """
    lookups = {
        (slide_id, stretch): _Lookup.of(inside)
        for slide_id, each in labels.items()
        for stretch, inside in enumerate(each.inside)
    }
    from_ms = {slide_id: each.from_ms for slide_id, each in labels.items()}
    counts = SampleCounts(
        tuple(files),
        {name: np.zeros((len(files), DENSITY_ROWS, DENSITY_COLUMNS), np.uint32) for name in labels},
        {name: np.zeros((len(files), each.inside.shape[1]), np.int64) for name, each in labels.items()},
    )

    def count_file(number: int, path: Path) -> None:
        for piece, by_code in _count_codes(path, from_ms, lookups).items():
            slide_id, lookup = piece[0], lookups[piece]
            cells = np.bincount(lookup.cell, by_code, CELLS).astype(np.uint32)
            counts.cells[slide_id][number] += cells.reshape(DENSITY_ROWS, DENSITY_COLUMNS)
            counts.regions[slide_id][number] += lookup.inside @ by_code

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(count_file, range(len(files)), files.values()))
    return counts


def _count_codes(
    path: Path, from_ms: Mapping[str, Floats], lookups: Mapping[Piece, _Lookup]
) -> dict[Piece, NDArray[np.int64]]:
    """Samples of each code, for every piece of a session."""
    found: dict[Piece, NDArray[np.int64]] = {}
    for piece, x, y in _pieces(path, from_ms):
        found[piece] = found.get(piece, 0) + lookups[piece].count(x, y)
    return found


def _pieces(
    path: Path, from_ms: Mapping[str, Floats]
) -> Iterator[tuple[Piece, NDArray[np.float32], NDArray[np.float32]]]:
    """Consecutive samples of a piece, x and y, on the slides whose stretches begin at `from_ms`."""
    timed = any(len(begins_ms) > 1 for begins_ms in from_ms.values())
    before, opened_ms = None, 0.0
    for slide_id, x, y, t_ms in _runs(path, timed):
        if slide_id != before:
            before, opened_ms = slide_id, t_ms[0]
        if slide_id is None or slide_id not in from_ms:
            continue
        begins = np.searchsorted(t_ms, opened_ms + from_ms[slide_id][1:])
        for stretch, (start, stop) in enumerate(itertools.pairwise([0, *begins, len(x)])):
            if start < stop:
                yield (slide_id, stretch), x[start:stop], y[start:stop]


def _runs(path: Path, timed: bool) -> Iterator[tuple[str | None, Any, Any, Any]]:
    """Slide, x, y and t_ms of consecutive samples on one slide; 0 for all times unless `timed`."""
    for batch in _batches(path, ["slide_id", "slide_x", "slide_y", *["t_ms"] * timed]):
        slide = batch.column("slide_id")
        names = [*slide.dictionary.to_pylist(), None]
        index = slide.indices.fill_null(len(names) - 1).to_numpy(zero_copy_only=False)
        x, y = (batch.column(name).to_numpy(zero_copy_only=False) for name in ("slide_x", "slide_y"))
        t_ms = batch.column("t_ms").to_numpy() if timed else np.broadcast_to(0.0, len(x))
        begins = np.flatnonzero(np.diff(index)) + 1
        for start, stop in itertools.pairwise([0, *begins, len(x)]):
            yield names[index[start]], x[start:stop], y[start:stop], t_ms[start:stop]


def _batches(path: Path, columns: list[str]) -> Iterator[pa.RecordBatch]:
    try:
        with pq.ParquetFile(path, read_dictionary=["slide_id"]) as file:
            yield from file.iter_batches(BATCH, columns=columns, use_threads=False)
    except (OSError, pa.ArrowException) as error:
        raise StorageError(f"The lake cannot be read: {error}") from error
