"""The numbers behind the workbench's pictures, to download."""

from __future__ import annotations

from typing import Final

import pandas as pd

from dashboard.choice import Choice
from dashboard.slide_maps import cell_table, slide_difference, slide_looking, slide_saliency
from dashboard.slide_paths import slide_points, slide_reach, slide_scarf, slide_ways
from dashboard.tables import Asked, table
from pipeline.storage.rows import NotFound

# What a cell of each kind of heatmap holds.
CELLS: Final = {
    "duration": "seconds_within_typical_error",
    "relative": "looking_percent_within_typical_error",
    "count": "fixations_within_typical_error",
    "percent": "students_percent_within_typical_error",
}


@table("heatmap")
def heatmap(asked: Asked) -> pd.DataFrame:
    """One kind of heatmap by cell, as it is drawn."""
    kind = Choice.read(asked.query).kind
    found = slide_looking(asked.school, *asked.ids(3), asked.students, asked.rules, kind)
    return cell_table(found.values, CELLS[kind])


@table("saliency")
def saliency(asked: Asked) -> pd.DataFrame:
    """What stands out in the picture, by cell."""
    return cell_table(slide_saliency(asked.school, *asked.ids(3), asked.rules.version), "prominence_share")


@table("slide-difference")
def difference(asked: Asked) -> pd.DataFrame:
    """How two groups or versions differ by cell, and where by more than chance; nothing of small groups."""
    against = Choice.read(asked.query).against
    if against is None:
        raise NotFound("difference", "whom it is to, as group:ID, version:N or others", "nobody")
    found = slide_difference(asked.school, *asked.ids(3), asked.students, asked.rules, against)
    if found is None:
        raise NotFound("difference", "somebody on both sides", against)
    cells = cell_table(found.points, "difference_points_within_typical_error")
    told = cells.assign(p=found.p.ravel(), a_n=found.a_n, b_n=found.b_n)
    return told[:0] if found.note else told


@table("cloud")
def cloud(asked: Asked) -> pd.DataFrame:
    """Every gaze sample or fixation on the slide."""
    of = Choice.read(asked.query).cloud
    return slide_points(asked.school, *asked.ids(3), asked.students, asked.rules, of)


@table("scarf")
def scarf(asked: Asked) -> pd.DataFrame:
    """Every stretch of every student's line."""
    bars = slide_scarf(asked.school, *asked.ids(3), asked.students, asked.rules).bars
    return bars[["student", "session_id", "state", "start_s", "end_s"]].sort_values(["student", "start_s"])


@table("reach")
def reach(asked: Asked) -> pd.DataFrame:
    """When each student first looked at each region; empty for never."""
    return slide_reach(asked.school, *asked.ids(3), asked.students, asked.rules)


@table("transitions")
def transitions(asked: Asked) -> pd.DataFrame:
    """Ways from region to region on a slide."""
    return slide_ways(asked.school, *asked.ids(3), asked.students, asked.rules)
