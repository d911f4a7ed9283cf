"""Tables as plain columns while they are made: many small data frames would take longer than the work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.domain import Overlap, Slide

TableColumns = dict[str, NDArray[Any]]


def region_set(rows: int, overlap: Overlap, aoi_version: int | None) -> TableColumns:
    """Which version of the regions was used, and how they were counted: part of every result."""
    version = np.nan if aoi_version is None else float(aoi_version)
    return {"aoi_version": np.full(rows, version), "overlap": np.full(rows, overlap.value, object)}


def table(columns: TableColumns) -> pd.DataFrame:
    """One data frame; versions as whole numbers, unknown ones missing."""
    if "aoi_version" not in columns:
        return pd.DataFrame(columns)
    return pd.DataFrame(columns | {"aoi_version": pd.array(columns["aoi_version"], dtype="Int64")})


def lesson_table(slides: Mapping[str, TableColumns]) -> pd.DataFrame:
    """The rows of all slides one below the other, with `slide_id` before them."""
    parts = list(slides.values())
    names = list(parts[0]) if parts else []
    rows = [len(part[name]) for part in parts for name in names[:1]]
    slide_ids = np.repeat(np.array(list(slides), object), rows)
    joined = {name: np.concatenate([part[name] for part in parts]) for name in names}
    return table({"slide_id": slide_ids, **joined})


def with_region_set(
    frame: pd.DataFrame, slides: Sequence[Slide], overlap: Overlap | None = None
) -> pd.DataFrame:
    """The table with the columns of `region_set` after its `slide_id`; `overlap` if it is not the slides'."""
    version = {slide.slide_id: slide.aoi_version for slide in slides}
    rule = {slide.slide_id: (overlap or slide.overlap).value for slide in slides}
    known = frame.assign(
        aoi_version=frame["slide_id"].map(version).astype("Int64"), overlap=frame["slide_id"].map(rule)
    )
    before = list(frame).index("slide_id") + 1
    return known[[*frame.columns[:before], "aoi_version", "overlap", *frame.columns[before:]]]
