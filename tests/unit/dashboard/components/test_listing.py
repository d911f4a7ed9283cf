"""Long tables: the order and the piece of them that an address asks for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dashboard.components.listing import PIECE, Column, Look, heads, pager, turned

COLUMNS = (Column("name", "Name"), Column("gap", "Gap", number=True), Column("note", "Note", sortable=False))
USUAL = Look("name")


@pytest.mark.parametrize(
    ("query", "look"),
    [
        ({}, USUAL),
        ({"sort": "-gap"}, Look("gap", True)),
        ({"sort": "gap", "piece": "3"}, Look("gap", False, 3)),
        ({"sort": "note", "piece": "-1"}, USUAL),
        ({"sort": "nothing", "piece": "x"}, USUAL),
    ],
)
def test_an_address_is_understood_and_written_again(query: dict[str, str], look: Look) -> None:
    assert Look.read(query, COLUMNS, USUAL) == look
    assert Look.read(look.query(), COLUMNS, USUAL) == look


def test_pieces_together_are_the_whole_in_order() -> None:
    frame = pd.DataFrame({"name": [f"n{i}" for i in range(120)], "gap": np.arange(120)[::-1] % 50 * 1.0})
    frame.loc[3, "gap"] = np.nan
    parts = [Look("gap", True, piece).rows(frame) for piece in (1, 2, 3)]
    assert [len(part) for part in parts] == [PIECE, PIECE, 20]
    whole = pd.concat(parts)
    assert set(whole["name"]) == set(frame["name"])
    assert whole["gap"].iloc[:-1].is_monotonic_decreasing
    assert np.isnan(whole["gap"].iloc[-1])  # unknown last, whichever way
    assert Look("gap", False, 99).rows(frame).equals(Look("gap", False, 3).rows(frame))


def test_a_heading_sorts_then_turns_round_from_the_top() -> None:
    once = turned({"list": "x", "sort": "gap"}, {"sort": "name", "piece": "2"}, {"gap"})
    assert once == {"sort": "-gap", "piece": None}  # numbers first from the largest
    assert turned({"list": "x", "sort": "gap"}, once, {"gap"}) == {"sort": "gap", "piece": None}
    assert turned({"list": "x", "sort": "name"}, once, {"gap"})["sort"] == "name"
    assert turned({"list": "x", "piece": 2}, once, {"gap"}) == {"sort": "-gap", "piece": "2"}


def test_the_heading_that_sorts_says_so_aloud() -> None:
    line = heads("x", COLUMNS, Look("gap", True)).children.children
    said = [getattr(cell, "aria-sort", None) for cell in line]
    assert said == [None, "descending", None]


def test_a_pager_is_there_only_where_there_is_more() -> None:
    assert pager("x", USUAL, PIECE) is None
    back, words, on = pager("x", Look("name", False, 2), PIECE + 7).children
    assert words.children == f"{PIECE + 1} to {PIECE + 7} of {PIECE + 7}"
    assert (back.disabled, on.disabled) == (False, True)
