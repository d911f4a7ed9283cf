"""Every table to download, by name: a function from what an address asks for to a frame.

To add one, write a function where its data are read and name it; this is all there is to it:

    @table("gap")
    def gap(asked: Asked) -> pd.DataFrame:
        return gap_table(asked.school.lesson_view(*asked.place, asked.rules))

It is then served as CSV and as Parquet at `urls.table("gap", course_id, lesson_id, **rules.query())`, which
is what `components.charts.downloads` and `chart_card` take as `csv`: they show a link to each. The module
has to be imported by a page. Raise NotFound for what there is not. Columns carry their units in their names;
whatever the registry of measures knows of them is written into the Parquet file.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from flask import request

from dashboard.asked import asked_rules, asked_students
from dashboard.column_notes import note_of
from dashboard.group import Rules
from dashboard.school import School, current_school
from pipeline.attention.registry import MEASURES
from pipeline.storage.rows import NotFound

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")  # spreadsheets calculate a text that begins so

TEXTS: Final = ["object", "str", "string", "category"]


@dataclass(frozen=True)
class Asked:
    """What an address asks for: `place` are the ids in its path, the rest stands in its query."""

    place: tuple[str, ...]
    students: tuple[str, ...]
    rules: Rules
    query: Mapping[str, str]
    school: School

    @classmethod
    def now(cls, place: str = "") -> Asked:
        """What the present request asks for."""
        ids = tuple(part for part in place.split("/") if part)
        return cls(ids, asked_students(), asked_rules(), request.args.to_dict(), current_school())

    def ids(self, n: int) -> tuple[str, ...]:
        """The ids in the path, which have to be so many. Raises NotFound."""
        if len(self.place) != n:
            raise NotFound("table", f"{n} ids in its address", "/".join(self.place))
        return self.place


Table = Callable[[Asked], pd.DataFrame]
TABLES: Final[dict[str, Table]] = {}


def table(name: str) -> Callable[[Table], Table]:
    """Have this function's frame served under this name."""

    def add(function: Table) -> Table:
        if TABLES.setdefault(name, function).__qualname__ != function.__qualname__:
            raise ValueError(f"two tables are called {name}")
        return function

    return add


def file_name(name: str, place: tuple[str, ...]) -> str:
    """What a table's file is called, without its suffix: of a slide by its lesson and itself."""
    return "-".join([*(place[1:] or place or ("gazeboard",)), name])


def as_csv(frame: pd.DataFrame, _: str = "") -> bytes:
    """UTF-8 with a heading line; what a spreadsheet would take for a formula begins with an apostrophe."""
    texts = frame.select_dtypes(TEXTS).columns
    safe = frame.assign(**{column: frame[column].map(_harmless, na_action="ignore") for column in texts})
    return safe.to_csv(index=False).encode()


def as_parquet(frame: pd.DataFrame, name: str = "") -> bytes:
    """Columns of one type each; what is known of a column of the table of this name is its metadata."""
    arrow = pa.Table.from_pandas(typed_frame(frame), preserve_index=False)
    fields = [field.with_metadata(_described(field.name, name)) for field in arrow.schema]
    out = io.BytesIO()
    pq.write_table(arrow.cast(pa.schema(fields, arrow.schema.metadata)), out, compression="zstd")
    return out.getvalue()


FORMATS: Final[dict[str, tuple[Callable[[pd.DataFrame, str], bytes], str]]] = {
    "csv": (as_csv, "text/csv"),
    "parquet": (as_parquet, "application/vnd.apache.parquet"),
}


def typed_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with numbers as numbers, truth values as truth values and everything else as text."""
    loose = frame.select_dtypes(TEXTS).columns
    return frame.assign(**{column: _typed(frame[column]) for column in loose})


def _typed(values: pd.Series) -> pd.Series:
    kind = pd.api.types.infer_dtype(values, skipna=True)
    if kind in ("floating", "integer", "mixed-integer-float", "decimal"):
        return values.astype(float)
    if kind == "boolean":
        return values.astype("boolean")
    return values.map(str, na_action="ignore").astype("string")


def _described(column: str, table: str) -> dict[str, str]:
    """What is known of a column, for its metadata."""
    note, measure = note_of(column, table), MEASURES.get(column)
    told = {"unit": note.unit, "definition": note.meaning} if note else {}
    return told | ({"label": measure.label} if measure else {})


def _harmless(value: Any) -> Any:
    """Text that a spreadsheet takes for text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
