"""Identities differ, are plausible, and come out the same from the same seed."""

import numpy as np
import pytest

from pipeline.synthetic.person import draw_person
from pipeline.synthetic.shape import SLOPE_MAX


@pytest.fixture(scope="module")
def people():
    return [draw_person(np.random.default_rng(seed)) for seed in range(16)]


def test_the_same_seed_gives_the_same_person(people):
    again = draw_person(np.random.default_rng(3))
    np.testing.assert_array_equal(again.rgba, people[3].rgba)
    np.testing.assert_array_equal(again.depth_mm, people[3].depth_mm)
    assert again.eyes[0].kappa_deg == people[3].eyes[0].kappa_deg


def test_eyes_are_as_far_apart_as_peoples(people):
    apart = np.array([np.linalg.norm(p.eyes[1].centre_mm - p.eyes[0].centre_mm) for p in people])
    assert apart.min() > 52
    assert apart.max() < 70
    assert apart.std() > 0.8


def test_the_origin_lies_midway_between_the_eyes(people):
    for person in people:
        np.testing.assert_allclose(person.eyes[0].centre_mm + person.eyes[1].centre_mm, 0, atol=1e-9)
        assert person.eyes[0].centre_mm[0] < 0 < person.eyes[1].centre_mm[0]


def test_lids_lie_before_the_eyeballs_and_open_around_the_iris(people):
    for person in people:
        for eye in person.eyes:
            column, row = (eye.centre_mm[:2] - person.corner_mm) / person.depth_step_mm
            relief = person.depth_mm[round(row), round(column)]
            assert -eye.radius_mm - 3 < relief - eye.centre_mm[2] < -eye.radius_mm
            assert eye.upper_mm.min() < -2
            assert eye.lower_mm.max() > 2
            assert 24 < np.linalg.norm(eye.outer_mm - eye.inner_mm) < 34


def test_reliefs_are_nowhere_so_steep_that_they_fold(people):
    for person in people:
        across, down = np.gradient(person.depth_mm.astype(float), person.depth_step_mm)
        assert max(np.abs(across).max(), np.abs(down).max()) < 1.05 * SLOPE_MAX


def test_skin_hair_and_glasses_vary(people):
    skin = np.array([person.skin_rgb for person in people])
    assert skin.mean(axis=1).std() > 15
    assert 2 <= sum(person.glasses is not None for person in people) <= 9
