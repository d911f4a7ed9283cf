"""Counting samples in one pass gives what asking each of them would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.attention.aoi import hits
from pipeline.attention.density import grid
from pipeline.attention.label_map import label_map
from pipeline.domain import GAZE, Aoi, Overlap, Part, Role, typed
from pipeline.errors import StorageError
from pipeline.storage import lake as lake_module
from pipeline.storage import samples
from pipeline.storage.lake import Lake, write_revision

# Corners on the lines between subcells, so that a place and its subcell's middle are in the same regions.
LEFT = Aoi("left", "Left", Role.TEXT, (Part(((48 / 384, 27 / 216), (200 / 384, 108 / 216))),))
RIGHT = Aoi("right", "Right", Role.TEXT, (Part(((100 / 384, 54 / 216), (300 / 384, 200 / 216))),))
LATE = Aoi("late", "Late", Role.TEXT, (Part(((0.0, 0.0), (0.5, 1.0)), from_ms=1000.0, until_ms=3000.0),))

Write = Callable[[str, pd.DataFrame], Path]


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    opened = Lake(tmp_path / "lake")
    yield opened
    opened.close()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_lake(session_id: str, gaze: pd.DataFrame) -> Path:
        return write_revision(tmp_path / "lake", session_id, 1, {"gaze": gaze})["gaze"].path

    return to_lake


def _gaze(slides: list[str | None], each: int = 1000, seed: int = 0, step_ms: float = 10.0) -> pd.DataFrame:
    """So many samples on one slide after the other; a few of them lost, a few beside the slide."""
    rng = np.random.default_rng(seed)
    count = len(slides) * each
    gaze = pd.DataFrame(0.0, index=range(count), columns=list(GAZE))
    gaze["t_ms"] = np.arange(count) * step_ms
    gaze["slide_id"] = pd.Series(np.repeat(np.array(slides, dtype=object), each), dtype="string")
    gaze[["slide_x", "slide_y"]] = rng.uniform(-0.1, 1.1, (count, 2))
    gaze["valid"] = rng.random(count) > 0.05
    gaze.loc[~gaze["valid"] | gaze["slide_id"].isna(), ["slide_x", "slide_y"]] = np.nan
    return typed(gaze, GAZE)


def _on(gaze: pd.DataFrame, slide_id: str) -> pd.DataFrame:
    x, y = gaze["slide_x"], gaze["slide_y"]
    return gaze[(gaze["slide_id"] == slide_id) & x.between(0, 1) & y.between(0, 1)]


def _places(gaze: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    return gaze["slide_x"].to_numpy(float), gaze["slide_y"].to_numpy(float)


@pytest.mark.parametrize("overlap", Overlap)
def test_counts_are_those_of_each_sample_by_itself(
    lake: Lake, write: Write, monkeypatch: pytest.MonkeyPatch, overlap: Overlap
) -> None:
    """Also where batches, row groups and slides end at different rows, and a slide is shown twice."""
    monkeypatch.setattr(samples, "BATCH", 700)
    monkeypatch.setattr(lake_module, "ROWS_PER_GROUP_ELSE", 1100)
    gaze = {"one": _gaze(["a", "b", None, "a", "elsewhere"]), "two": _gaze(["b"], seed=1)}
    files = {session: write(session, frame) for session, frame in gaze.items()}
    regions = {"a": (LEFT, RIGHT), "b": ()}
    counts = lake.count_samples(files, {name: label_map(aois, overlap) for name, aois in regions.items()})
    assert counts.sessions == ("one", "two")
    for number, frame in enumerate(gaze.values()):
        for slide_id, aois in regions.items():
            x, y = _places(_on(frame, slide_id))
            expected = np.histogram2d(y, x, bins=(54, 96), range=((0, 1), (0, 1)))[0]
            np.testing.assert_array_equal(counts.cells[slide_id][number], expected)
            inside = hits(x, y, aois, overlap=overlap).sum(axis=0)
            np.testing.assert_array_equal(counts.regions[slide_id][number], inside)
    assert counts.cells["a"][0].sum() > 1000


def test_parts_count_from_the_opening_of_each_showing(
    lake: Lake, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shown for 10 s, twice: a part seen from 1 s to 3 s gets the samples 100 to 299 of either showing."""
    monkeypatch.setattr(samples, "BATCH", 150)
    gaze = _gaze([None, "a", None, "a"])
    files = {"one": write("one", gaze)}
    counts = lake.count_samples(files, {"a": label_map((LATE, LEFT))})
    expected = []
    for opened_ms in (10_000.0, 30_000.0):
        shown = _on(gaze[(gaze["t_ms"] >= opened_ms) & (gaze["t_ms"] < opened_ms + 10_000)], "a")
        t_ms = shown["t_ms"].to_numpy() - opened_ms
        expected.append(hits(*_places(shown), (LATE, LEFT), t_ms=t_ms).sum(axis=0))
    assert np.sum(expected, axis=0)[0] < _on(gaze, "a")["slide_x"].lt(0.5).sum() / 2
    np.testing.assert_array_equal(counts.regions["a"][0], np.sum(expected, axis=0))
    assert counts.cells["a"].sum() == len(_on(gaze, "a"))


def test_the_slides_edge_belongs_to_it(lake: Lake, write: Write) -> None:
    gaze = _gaze(["a"], each=5)
    gaze[["slide_x", "slide_y"]] = [[0, 0], [1, 1], [1, 0], [1 + 1e-6, 0.5], [0.5, -1e-6]]
    whole = Aoi("whole", "Whole", Role.TEXT, (Part(((0.0, 0.0), (1.0, 1.0))),))
    counts = lake.count_samples({"one": write("one", gaze)}, {"a": label_map((whole,))})
    assert counts.regions["a"].tolist() == [[3]]
    assert [counts.cells["a"][0][row, column] for row, column in ((0, 0), (53, 95), (0, 95))] == [1, 1, 1]


def test_cells_are_those_of_the_density(lake: Lake, write: Write) -> None:
    """Of the grid that the heatmaps are made of: cell = row * 96 + column."""
    gaze = _gaze(["a"], each=2)
    gaze[["slide_x", "slide_y"]] = [(10.5 / 96, 20.5 / 54)] * 2
    counts = lake.count_samples({"one": write("one", gaze)}, {"a": label_map(())})
    seconds = pd.DataFrame({"cell": [20 * 96 + 10], "seconds": [2.0]})
    np.testing.assert_array_equal(counts.cells["a"][0], grid(seconds))


def test_no_sessions_and_no_samples(lake: Lake, write: Write) -> None:
    labels = {"a": label_map((LEFT, LATE))}
    assert lake.count_samples({}, labels).regions["a"].shape == (0, 2)
    counts = lake.count_samples({"one": write("one", _gaze(["a"], each=0))}, labels)
    assert counts.regions["a"].tolist() == [[0, 0]]


def test_a_ruined_or_missing_file_is_an_error_of_ours(lake: Lake, write: Write) -> None:
    path = write("one", _gaze(["a"]))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(StorageError, match="lake"):
        lake.count_samples({"one": path}, {"a": label_map(())})
    path.unlink()
    with pytest.raises(StorageError, match="lake"):
        lake.count_samples({"one": path}, {"a": label_map(())})
