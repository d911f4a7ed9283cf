"""A slide over time: what is drawn is what the tables hold."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dashboard.components.slide_time import order_of, state_shares
from dashboard.figures import slide_time
from dashboard.figures.slide import region_colours
from pipeline.domain import Aoi, Part, Role

BOX = (Part(((0.1, 0.1), (0.3, 0.3))),)
AOIS = (
    Aoi("a", "Title", Role.TITLE, BOX, order=1),
    Aoi("b", "Photo", Role.FIGURE, BOX, order=2),
    Aoi("c", "Logo", Role.DECORATION, BOX),
)
COLOURS = region_colours(AOIS)


def bars(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["student", "state", "start_s", "end_s"])
    return table.assign(session_id=table["student"])


LINES = bars(
    ("S01", "a", 0.0, 2.0), ("S01", "untracked", 2.0, 5.0), ("S02", "b", 0.5, 1.0),
    ("S02", "elsewhere", 1.0, 4.0), ("S02", "hidden", 4.0, 5.0),
)  # fmt: skip


def test_every_stretch_is_a_bar_of_its_regions_colour_on_its_students_line() -> None:
    figure = slide_time.scarf(LINES, ["S02", "S01"], AOIS, COLOURS, scheme="light")
    drawn = {trace.meta: trace for trace in figure.data}
    assert drawn["a"].marker.color == COLOURS["a"]
    assert (drawn["a"].base[0], drawn["a"].x[0], drawn["a"].y[0]) == (0.0, 2.0, 1)
    assert (drawn["b"].base[0], drawn["b"].x[0], drawn["b"].y[0]) == (0.5, 0.5, 0)
    assert list(figure.layout.yaxis.ticktext) == ["S02", "S01"]


def test_what_was_not_tracked_is_hatched_and_nothing_else_is() -> None:
    figure = slide_time.scarf(LINES, ["S01", "S02"], AOIS, COLOURS, scheme="dark")
    hatched = {trace.meta for trace in figure.data if trace.marker.pattern.shape}
    assert hatched == {"untracked", "hidden"}


def test_a_class_of_lines_stays_small() -> None:
    rng = np.random.default_rng(1)
    start = np.tile(np.arange(100.0), 30)
    states = rng.choice(["a", "b", "c", "elsewhere", "untracked"], len(start))
    names = np.repeat([f"S{i:02d}" for i in range(30)], 100)
    many = pd.DataFrame({"student": names, "state": states, "start_s": start, "end_s": start + 0.9})
    figure = slide_time.scarf(many, sorted(set(names)), AOIS, COLOURS, scheme="light")
    assert len(figure.to_json()) < 300_000


def test_students_are_sorted_by_their_first_look_at_a_region() -> None:
    looks = pd.DataFrame({"session_id": ["x", "y", "z"], "aoi_id": "a", "first_s": [3.0, np.nan, 1.0]})
    names = {"x": "S01", "y": "S02", "z": "S03"}
    assert order_of(looks, ("S01", "S02", "S03"), names, "a") == ["S03", "S01", "S02"]
    assert order_of(looks, ("S02", "S01"), names, None) == ["S01", "S02"]


def test_the_table_tells_the_same_as_the_lines() -> None:
    shares = state_shares(LINES)
    assert (shares["S01", "a"], shares["S01", "lost"]) == (0.4, 0.6)
    assert shares["S02", "lost"] == 1.0 / 4.5


def test_curves_end_at_the_share_of_those_who_ever_looked() -> None:
    first = pd.DataFrame(
        {"aoi_id": ["a"] * 4 + ["b"] * 4, "first_s": [1.0, 2.0, 2.0, np.nan, np.nan, 5.0, np.nan, np.nan]}
    )
    figure = slide_time.reach(first, AOIS, COLOURS, 4, scheme="light")
    ends = {trace.meta: trace.y[-1] for trace in figure.data}
    assert ends == {"a": 0.75, "b": 0.25, "c": 0.0}
    line = figure.data[0]
    assert line.line.shape == "hv"
    np.testing.assert_allclose(line.x[:-1], [0, 1, 2, 2])
    assert (np.diff(line.y) >= 0).all()


def test_order_puts_intended_places_beside_those_of_the_first_looks() -> None:
    table = pd.DataFrame({"aoi_id": ["a", "b", "c"], "ttff_ms": [3000.0, 1000.0, np.nan]})
    intended, looked = slide_time.places(table, AOIS)
    assert (intended, looked) == ({"a": 1, "b": 2}, {"b": 1, "a": 2})
    figure = slide_time.order(table, AOIS, COLOURS, scheme="light")
    assert {trace.meta: list(trace.y) for trace in figure.data} == {"a": [1, 2], "b": [2, 1]}
    told = " ".join(note.text for note in figure.layout.annotations)
    assert "Photo 1.0 s" in told
    assert "Title 3.0 s" in told


def test_nobody_is_said_to_be_nobody() -> None:
    empty = slide_time.scarf(LINES[:0], [], AOIS, COLOURS, scheme="light")
    assert "Nobody" in empty.layout.annotations[0].text
    table = pd.DataFrame({"aoi_id": ["a"], "ttff_ms": [np.nan]})
    assert slide_time.order(table, AOIS, COLOURS, scheme="light").layout.annotations[0].text
    assert slide_time.reach(pd.DataFrame(), AOIS, COLOURS, 0, scheme="light").layout.annotations[0].text
