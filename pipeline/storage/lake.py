"""The sessions' tables: Parquet files that never change, and the only place that knows DuckDB.

A session's tables lie in ``lake/<session id>/r<revision>-<random>/<table>.parquet``. Whole revisions
appear by one rename; the catalogue says which one counts.
"""

from __future__ import annotations

import hashlib
import io
import secrets
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.domain import (
    DENSITY,
    EXPOSURES,
    FIXATIONS,
    GAZE,
    SESSION_TABLES,
    Columns,
    LabelMap,
    empty,
    typed,
)
from pipeline.errors import StorageError
from pipeline.storage import durable, samples
from pipeline.storage.rows import FileRow
from pipeline.storage.samples import SampleCounts

# Readers ask for one slide: rows of a slide lie together, so that statistics rule out the others.
SORTED_BY: Final = {"fixations": ["slide_id", "onset_ms"], "density": ["slide_id", "cell"]}
ROWS_PER_GROUP: Final = {"fixations": 2048, "density": 4096}  # small: a slide is a few hundred rows
ROWS_PER_GROUP_ELSE: Final = 32_768  # a slide's gaze takes as long as from 8192, all gaze a third less [ran]


def write_revision(
    lake: Path, session_id: str, revision: int, tables: Mapping[str, pd.DataFrame]
) -> dict[str, FileRow]:
    """Write the tables of a session so that all of them are there, safe on the disk, or none.

    Parameters
    ----------
    tables : frames by name; name and columns as in `pipeline.domain.SESSION_TABLES`

    Returns
    -------
    The files by table name, for `Catalogue.publish`; until then they count for nothing.
    """
    session = lake / session_id
    folder = session / f"r{revision}-{secrets.token_hex(4)}"
    temporary = session / f".{folder.name}.tmp"
    durable.make_folder(temporary)
    files = {}
    for name, frame in tables.items():
        content = _to_parquet(frame, name)
        durable.write_file(temporary / f"{name}.parquet", content)
        files[name] = FileRow(folder / f"{name}.parquet", hashlib.sha256(content).hexdigest(), len(frame))
    durable.sync_folder(temporary)
    temporary.rename(folder)
    durable.sync_folder(session)
    return files


def _to_parquet(frame: pd.DataFrame, name: str) -> bytes:
    """The table as a Parquet file; NaN becomes NULL."""
    frame = typed(frame, SESSION_TABLES[name])
    if name in SORTED_BY:
        frame = frame.sort_values(SORTED_BY[name], kind="stable")
    target = io.BytesIO()
    pq.write_table(
        pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(),
        target,
        compression="zstd",
        row_group_size=ROWS_PER_GROUP.get(name, ROWS_PER_GROUP_ELSE),
        use_dictionary=["slide_id"] if "slide_id" in frame else False,
    )
    return target.getvalue()


def verify(files: Mapping[str, FileRow]) -> None:
    """Read every file and compare it with what was written.

    A damaged Parquet file is often read without any complaint, hence the hash.

    Raises
    ------
    StorageError : names the first file that is missing or is not what was written
    """
    for name, file in files.items():
        where = f"{name} ({file.path.parent.parent.name})"
        try:
            content = file.path.read_bytes()
        except OSError as error:
            raise StorageError(f"{where}: the file cannot be read ({error.strerror}).") from error
        if hashlib.sha256(content).hexdigest() != file.sha256:
            raise StorageError(f"{where}: the file is not the one that was written (SHA-256 differs).")
        rows = pq.ParquetFile(io.BytesIO(content)).metadata.num_rows
        if rows != file.rows:
            raise StorageError(f"{where}: expected {file.rows} rows, got {rows}.")


collect_rubbish = durable.collect_rubbish

_ALL = """
SELECT * FROM read_parquet($files)
"""
_GAZE = """
SELECT * FROM read_parquet($files) ORDER BY t_ms
"""
_GAZE_OF_SLIDE = """
SELECT * FROM read_parquet($files) WHERE slide_id = $slide_id ORDER BY t_ms
"""
# DuckDB keeps the order of the files and of the rows in them, which is that of time or of SORTED_BY: no
# ORDER BY, which would cost a third of the time.
_SAMPLES = """
SELECT file_index, t_ms, slide_x, slide_y, valid FROM read_parquet($files) WHERE slide_id = $slide_id
"""
_FIXATIONS = """
SELECT file_index, * FROM read_parquet($files) WHERE slide_id = $slide_id
"""
_DENSITY = """
SELECT file_index, cell, seconds FROM read_parquet($files) WHERE slide_id = $slide_id
"""
_EXPOSURES = """
SELECT file_index, * FROM read_parquet($files)
"""
_EXPOSURES_OF_SLIDE = """
SELECT file_index, * FROM read_parquet($files) WHERE slide_id = $slide_id
"""

_LOOKING = """
SELECT
  file_index,
  slide_id,
  floor(t_ms / $step_ms) * $step_ms AS t_ms,
  count(*) AS samples,
  count(*) FILTER (valid) AS valid,
  count(*) FILTER (valid AND slide_x BETWEEN 0 AND 1 AND slide_y BETWEEN 0 AND 1) AS on_slide
FROM read_parquet($files)
WHERE slide_id IS NOT NULL
GROUP BY ALL
ORDER BY file_index, t_ms
"""
# One stretch of time is asked for of each row of `spans`; the outermost bounds let row groups be passed over.
_GAZE_OF_SPANS = """
WITH spans AS (
  SELECT
    unnest(range(len($sessions))) AS span,
    unnest($sessions) AS session,
    unnest($from_ms) AS from_ms,
    unnest($to_ms) AS to_ms
)
SELECT span::INTEGER AS span, t_ms, slide_x, slide_y
FROM read_parquet($files)
JOIN spans ON file_index = session AND t_ms >= from_ms AND t_ms < to_ms
WHERE t_ms >= $earliest_ms AND t_ms < $latest_ms
ORDER BY span, t_ms
"""
_SPAN_COLUMNS: Final[Columns] = {
    "span": "int32",
    "t_ms": "float64",
    "slide_x": "float32",
    "slide_y": "float32",
}
_TEXT: Final = {pa.string(): pd.StringDtype()}  # else every text becomes a Python object first
_SAMPLE_COLUMNS: Final[Columns] = {name: GAZE[name] for name in ("t_ms", "slide_x", "slide_y", "valid")}
_LOOKING_COLUMNS: Final[Columns] = {
    "slide_id": "string",
    "t_ms": "float64",
    "samples": "int32",
    "valid": "int32",
    "on_slide": "int32",
}


class Lake:
    """Questions to the Parquet files, answered by a DuckDB that lives in memory and sees nothing else.

    The files are always listed one by one, from the catalogue: patterns over thousands of files are slow
    and would find what no row names. May be shared by threads.
    """

    def __init__(self, root: Path, memory_limit: str = "1GB", threads: int = 2) -> None:
        """Open the lake below `root`, for reading only."""
        self.root = Path(root).resolve()
        self._threads = threads
        self._local = threading.local()
        self._connection = duckdb.connect(
            config={
                "python_enable_replacements": False,  # else FROM frame would read a Python variable
                "memory_limit": memory_limit,
                "threads": threads,
                "temp_directory": "",  # nothing is spilled: gaze stays in the lake
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )
        self._connection.execute("SET parquet_metadata_cache = true")  # a file never changes
        self._connection.execute("SET allowed_directories = $folders", {"folders": [f"{self.root}/"]})
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """This thread's own cursor: DuckDB's are not to be shared."""
        if not hasattr(self._local, "cursor"):
            self._local.cursor = self._connection.cursor()
        cursor: duckdb.DuckDBPyConnection = self._local.cursor
        return cursor

    def close(self) -> None:
        self._connection.close()

    def table(self, paths: Sequence[Path]) -> pd.DataFrame:
        """All rows and columns of these files, which are of one table, in the order of their storage."""
        return self._ask(_ALL, paths, SESSION_TABLES[paths[0].stem])

    def gaze(self, path: Path, slide_id: str | None = None) -> pd.DataFrame:
        """GAZE columns of one session in the order of time; of one slide or of all."""
        if slide_id is None:
            return self._ask(_GAZE, [path], GAZE)
        return self._ask(_GAZE_OF_SLIDE, [path], GAZE, slide_id=slide_id)

    def fixations(self, files: Mapping[str, Path], slide_id: str) -> pd.DataFrame:
        """`session_id` and the FIXATIONS columns of these sessions on one slide, in the order of time."""
        return self._ask_sessions(_FIXATIONS, files, FIXATIONS, slide_id=slide_id)

    def samples(self, files: Mapping[str, Path], slide_id: str) -> pd.DataFrame:
        """`session_id`, `t_ms`, `slide_x`, `slide_y` and `valid` of every gaze sample on one slide."""
        return self._ask_sessions(_SAMPLES, files, _SAMPLE_COLUMNS, slide_id=slide_id)

    def density(self, files: Mapping[str, Path], slide_id: str) -> pd.DataFrame:
        """`session_id`, `cell` (of the 96 x 54 grid) and `seconds` of valid gaze in it, on one slide."""
        columns = {name: kind for name, kind in DENSITY.items() if name != "slide_id"}
        return self._ask_sessions(_DENSITY, files, columns, slide_id=slide_id)

    def exposures(self, files: Mapping[str, Path], slide_id: str | None = None) -> pd.DataFrame:
        """`session_id` and the EXPOSURES columns of these sessions; of one slide or of all."""
        if slide_id is None:
            return self._ask_sessions(_EXPOSURES, files, EXPOSURES)
        return self._ask_sessions(_EXPOSURES_OF_SLIDE, files, EXPOSURES, slide_id=slide_id)

    def looking(self, files: Mapping[str, Path], step_ms: float) -> pd.DataFrame:
        """How many gaze samples there were, were valid, and lay on the slide, in every step of time.

        `session_id`, `slide_id`, `t_ms` (when the step began), `samples`, `valid`, `on_slide` (counts); only
        while a slide was open.
        """
        return self._ask_sessions(_LOOKING, files, _LOOKING_COLUMNS, step_ms=step_ms)

    def gaze_of_spans(self, files: Mapping[str, Path], spans: pd.DataFrame) -> pd.DataFrame:
        """Gaze on slides within these stretches of time, in their order and in the order of time.

        Parameters
        ----------
        spans : session (the number of a file, from 0), from_ms, to_ms on the page's clock

        Returns
        -------
        `span` (the number of a row of `spans`), `t_ms`, `slide_x`, `slide_y` (NaN where not tracked)
        """
        if spans.empty or not files:
            return empty(_SPAN_COLUMNS)
        values = {
            "sessions": spans["session"].tolist(),
            "from_ms": spans["from_ms"].tolist(),
            "to_ms": spans["to_ms"].tolist(),
            "earliest_ms": float(spans["from_ms"].min()),
            "latest_ms": float(spans["to_ms"].max()),
        }
        return self._ask(_GAZE_OF_SPANS, files.values(), _SPAN_COLUMNS, **values)

    def count_samples(self, files: Mapping[str, Path], labels: Mapping[str, LabelMap]) -> SampleCounts:
        """Valid gaze samples of these sessions by cell and by region, on the slides with a label map."""
        return samples.count_samples(files, labels, self._threads)

    def _ask_sessions(
        self, query: str, files: Mapping[str, Path], columns: Columns, **values: Any
    ) -> pd.DataFrame:
        """The answer with the session each row is of, told by the place of its file in the list.

        `session_id` is categorical: few names on very many rows.
        """
        columns = {"file_index": "int64", **columns}
        answer = self._ask(query, files.values(), columns, **values)
        sessions = pd.Categorical.from_codes(
            answer.pop("file_index").to_numpy(), pd.Index(files, dtype="str")
        )
        answer.insert(0, "session_id", pd.Series(sessions))
        return answer

    def _ask(self, query: str, paths: Iterable[Path], columns: Columns, **values: Any) -> pd.DataFrame:
        files = [str(path) for path in paths]
        if not files:
            return typed(pd.DataFrame(columns=list(columns)), columns)
        try:
            answer: pa.Table = self.cursor().sql(query, params={"files": files, **values}).to_arrow_table()
        except duckdb.Error as error:
            raise StorageError(f"The lake cannot be read: {error}") from error
        frame: pd.DataFrame = answer.select(list(columns)).to_pandas(types_mapper=_TEXT.get)
        for name, kind in columns.items():
            if frame[name].dtype != kind:  # seldom: Parquet keeps the types
                frame[name] = frame[name].astype(pd.api.types.pandas_dtype(kind))
        return frame
