import numpy as np
import pytest

from pipeline.face.following import PATIENCE_MS, Follower, Place
from pipeline.face.landmarker import Landmarker
from tests.unit.pipeline.face.scenes import frames, scene

LEFT, RIGHT = (250.0, 230.0, 1.6), (700.0, 250.0, 1.5)
LARGE_RIGHT = (700.0, 250.0, 2.5)
ONLY_RIGHT = scene((0.0, -900.0, 1.0), RIGHT)


def followed(pictures, step_ms=100.0):
    """Sightings in frames that are shown at this interval."""
    with Landmarker() as landmarker:
        follower = Follower(landmarker)
        return [follower.follow(frame.t_ms, frame.rgb) for frame in frames(pictures, step_ms)]


def sides(sightings):
    """One letter a frame: left, right, or none."""
    return "".join(
        "-" if s.landmarks_px is None else "L" if s.landmarks_px[:, 0].mean() < 480 else "R"
        for s in sightings
    )


def changes(sightings):
    return [index for index, sighting in enumerate(sightings) if sighting.changed]


def test_one_face_is_followed_and_counted():
    seen = followed([scene(LEFT)] * 25)
    assert sides(seen) == "L" * 25
    assert {s.face_count for s in seen} == {1}
    assert changes(seen) == []


@pytest.mark.parametrize(("faces", "side"), [((LEFT, LARGE_RIGHT), "R"), ((LARGE_RIGHT, LEFT), "R")])
def test_the_larger_face_is_followed_from_the_start(faces, side):
    seen = followed([scene(*faces)] * 5)
    assert sides(seen) == side * 5
    assert {s.face_count for s in seen} == {2}
    assert changes(seen) == []


def test_a_second_face_is_counted_within_a_second_and_not_followed():
    seen = followed([scene(LEFT)] * 5 + [scene(LEFT, RIGHT)] * 15 + [scene(LEFT)] * 15)
    counts = [s.face_count for s in seen]
    assert sides(seen) == "L" * 35
    assert set(counts[:5]) == {1}
    assert set(counts[15:20]) == {2}
    assert set(counts[30:]) == {1}
    assert changes(seen) == []


def test_when_the_followed_face_leaves_the_other_is_taken_after_a_wait():
    wait = int(PATIENCE_MS / 100) - 1
    seen = followed([scene(LEFT, RIGHT)] * 5 + [ONLY_RIGHT] * 30)
    assert sides(seen) == "L" * 5 + "-" * wait + "R" * (30 - wait)
    assert changes(seen) == [5 + wait]


def test_a_face_that_comes_back_to_its_place_is_the_one_followed_before():
    seen = followed([scene(LEFT)] * 5 + [scene()] * 8 + [scene(LEFT, RIGHT)] * 8)
    assert sides(seen) == "L" * 5 + "-" * 8 + "L" * 8
    assert changes(seen) == []


def test_nobody_else_is_taken_for_a_face_that_is_briefly_away():
    seen = followed([scene(LEFT)] * 5 + [ONLY_RIGHT] * 10 + [scene(LEFT, RIGHT)] * 8)
    assert sides(seen) == "L" * 5 + "-" * 10 + "L" * 8
    assert {s.face_count for s in seen[6:15]} == {1}
    assert changes(seen) == []


def test_a_much_larger_face_takes_over():
    seen = followed([scene((250, 230, 1.2))] * 5 + [scene((250, 230, 1.2), LARGE_RIGHT)] * 15)
    assert sides(seen)[:5] == "L" * 5
    assert sides(seen)[15:] == "R" * 5
    assert len(changes(seen)) == 1


def test_no_face_is_counted_as_none():
    seen = followed([scene()] * 3)
    assert [(s.landmarks_px, s.face_count, s.changed) for s in seen] == [(None, 0, False)] * 3


def test_a_moving_face_stays_the_same():
    path = [scene((250 + 40 * i, 240 + 5 * i, 1.5 + 0.05 * i)) for i in range(10)]
    seen = followed(path)
    assert "-" not in sides(seen)
    assert changes(seen) == []


@pytest.mark.parametrize(
    ("moved_sizes", "size_ratio", "same"),
    [(0.9, 1.0, True), (1.1, 1.0, False), (0.0, 1.45, True), (0.0, 1.55, False), (0.0, 0.64, False)],
)
def test_place_and_size_tell_whether_a_face_continues_another(moved_sizes, size_ratio, same):
    before = Place(np.array([100.0, 100.0]), 50.0)
    after = Place(before.centre_px + [moved_sizes * 50.0, 0.0], 50.0 * size_ratio)
    assert after.continues(before) == same == before.continues(after)
