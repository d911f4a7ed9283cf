"""What is played back, compared with the lake's own files."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from dashboard.group import Rules
from dashboard.replay import Replay, class_replay, session_replay, tracked, window
from dashboard.replay_bytes import unpacked
from dashboard.replay_clock import Align
from dashboard.school import School
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.lake import Lake
from pipeline.storage.rows import NotFound

PLACE = ("biology-7", "photosynthesis")
SECOND = "2-inside-a-leaf"


@pytest.fixture
def school(catalogue: Catalogue) -> Iterator[School]:
    lake = Lake(catalogue.lake)
    yield School(catalogue, lake)
    lake.close()


def stored(asked: Replay, student: str) -> tuple[str, pd.DataFrame, pd.DataFrame]:
    """Session, gaze and exposures of a student, read with pandas."""
    row = next(row for row in asked.rows if row.student == student)
    return row.session_id, *(pd.read_parquet(row.files[name].path) for name in ("gaze", "exposures"))


def sent(school: School, asked: Replay, session_id: str) -> pd.DataFrame:
    """All that the browser gets of a session, window after window."""
    blocks = [unpacked(window(school, asked, i)) for i in range(asked.windows)]
    parts = [(block, block.of_session(session_id)) for block in blocks]
    return pd.DataFrame(
        {
            name: np.concatenate([getattr(block, name)[own] for block, own in parts])
            for name in ("t_ms", "x", "y")
        }
    )


def test_a_session_is_played_back_as_it_is_stored(school: School) -> None:
    row = next(row for row in school.sessions(*PLACE) if row.student == "S06")
    asked = session_replay(school, row.session_id)
    _, gaze, exposures = stored(asked, "S06")
    back = sent(school, asked, row.session_id)
    shown = gaze[gaze["slide_id"].notna()]
    shown = shown[shown["t_ms"] < exposures["onset_ms"].max() + exposures["duration_ms"].iloc[-1]]
    # 30 samples a second: none is left out but where rounding puts two into one step
    since = shown["t_ms"].to_numpy() - exposures["onset_ms"].min()
    found = np.searchsorted(back["t_ms"], since - 0.6)
    kept = np.abs(back["t_ms"].to_numpy()[np.minimum(found, len(back) - 1)] - since) <= 0.5
    assert kept.mean() > 0.99
    for name in ("x", "y"):
        np.testing.assert_allclose(
            back[name].to_numpy()[found[kept]],
            shown[f"slide_{name}"].clip(-1, 2).to_numpy()[kept],
            atol=3 / 65_534,
        )
    assert back["x"].isna().mean() == pytest.approx(1 - shown["valid"].mean(), abs=0.01)


def test_a_class_is_aligned_at_the_opening_of_each_slide(school: School) -> None:
    asked = class_replay(school, *PLACE)
    starts = dict(zip(asked.clock.stretches["slide_id"], asked.clock.stretches["start_ms"], strict=True))
    for student in ("S01", "S09"):  # of different pace
        session_id, gaze, exposures = stored(asked, student)
        opened_ms = exposures.set_index("slide_id").at[SECOND, "onset_ms"]
        back = sent(school, asked, session_id)
        for since_ms in (130.0, 4321.0, 9000.0):
            here = gaze[gaze["t_ms"] <= opened_ms + since_ms].iloc[-1]
            at = back[back["t_ms"] <= starts[SECOND] + since_ms].iloc[-1]
            assert starts[SECOND] + since_ms - at["t_ms"] <= 1000 / asked.rate_hz + 1
            same = gaze.iloc[(gaze["t_ms"] - opened_ms - (at["t_ms"] - starts[SECOND])).abs().argmin()]
            np.testing.assert_allclose(at["x"], same["slide_x"], atol=3 / 65_534)
            assert here["t_ms"] - same["t_ms"] <= 1000 / asked.rate_hz + 1


def test_whoever_is_left_out_on_a_slide_is_not_sent_there(school: School) -> None:
    asked = class_replay(school, *PLACE, rules=Rules(tracked_share_min=0.6))
    shown = {slide_id: set(own["session_id"]) for slide_id, own in asked.clock.pieces.groupby("slide_id")}
    for slide_id in asked.lesson.slide_ids():
        view = school.slide_view(*PLACE, slide_id, (), Rules(tracked_share_min=0.6))
        assert shown[slide_id] == {row.session_id for row in view.group.shown}
        assert asked.left_out[slide_id] == view.group.excluded


def test_students_can_be_chosen(school: School) -> None:
    asked = class_replay(school, *PLACE, ("S02", "S10"))
    assert [row.student for row in asked.rows] == ["S02", "S10"]
    assert len(asked.students) == 10  # colours stay those of the class


def test_how_many_were_tracked_agrees_with_the_samples(school: School) -> None:
    asked = class_replay(school, *PLACE, align=Align.START)
    line = tracked(school, asked)
    step_ms = line["at_ms"].iloc[1]
    assert line["open"].sum() * step_ms == pytest.approx(asked.clock.pieces["duration_ms"].sum())
    for name, condition in (
        ("tracked", lambda g: g["valid"]),
        ("on_slide", lambda g: g["slide_x"].between(0, 1) & g["slide_y"].between(0, 1)),
    ):
        students_ms = 0.0
        for row in asked.rows:
            _, gaze, _ = stored(asked, str(row.student))
            pieces = asked.clock.pieces
            counted = pieces.loc[pieces["session_id"] == row.session_id, "slide_id"]
            inside = gaze[gaze["slide_id"].isin(set(counted))]
            students_ms += condition(inside).mean() * inside["slide_id"].size * 1000 / 30
        assert line[name].sum() * step_ms == pytest.approx(students_ms, rel=0.01)


def test_one_hour_of_thirty_comes_in_pieces_of_less_than_300_kb(school: School) -> None:
    asked = class_replay(school, *PLACE)
    assert len(window(school, asked, 0)) < 300_000
    with pytest.raises(NotFound, match="a window from 0 to"):
        window(school, asked, asked.windows)


def test_a_version_is_played_back_alone_with_its_slide(school: School) -> None:
    asked = class_replay(school, *PLACE, rules=Rules(version=1), slide_id=SECOND)
    assert asked.clock.stretches["slide_id"].tolist() == [SECOND]
