"""Fixations against experts: hand-labelled recordings, as they are and as coarse and noisy as a webcam's.

Floors lie a little under what docs/events.md tells; benchmarks/event_score.py says whose recordings they are.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.event_score import Recording, f1, kappa, look_at_point, lund2013, matched
from pipeline.events.detect import chosen_method
from pipeline.parameters import FixationParameters

AUTO = FixationParameters()
METHODS = {name: FixationParameters(method=name) for name in ("idt", "ivt", "clustering")}
# At 30 Hz with 0.8 deg of noise, mean of both sets; single draws differ by 0.02.
WEBCAM_FLOORS = {"clustering": 0.63, "idt": 0.62, "ivt": 0.38}


@pytest.fixture(scope="module")
def lund(shared_data: Path) -> list[Recording]:
    recordings = lund2013(shared_data / "events" / "lund2013" / "img")
    assert [len(one.labels) for one in recordings] == [2] * 7
    return recordings


@pytest.fixture(scope="module")
def points(shared_data: Path) -> list[Recording]:
    recordings = look_at_point(shared_data / "events" / "lookatpoint_el")
    assert len(recordings) == 6
    return recordings


def score(
    recordings: list[Recording], expert: str, parameters: FixationParameters, *seen: float, seed: int = 0
) -> list[float]:
    """F1 of all recordings together, and of each."""
    pairs = [
        (one.fixations_ms(expert), one.found(one.gaze(*seen, seed=seed + number), parameters))
        for number, one in enumerate(recordings)
    ]
    return [f1(pairs), *(f1([pair]) for pair in pairs)]


@pytest.mark.parametrize(("expert", "kappa_floor"), [("MN", 0.78), ("RA", 0.71)])
def test_at_its_native_rate_lund_is_labelled_as_by_an_expert(
    lund: list[Recording], expert: str, kappa_floor: float
) -> None:
    assert {chosen_method(one.gaze(), one.screen, AUTO) for one in lund} == {"ivt"}
    assert score(lund, expert, AUTO)[0] >= 0.94
    kappas = [
        kappa(one.fixating(one.fixations_ms(expert)), one.fixating(one.found(one.gaze(), AUTO)))
        for one in lund
    ]
    assert np.mean(kappas) >= kappa_floor


def test_at_its_native_rate_look_at_point_is_labelled_as_by_its_expert(points: list[Recording]) -> None:
    assert {chosen_method(one.gaze(), one.screen, AUTO) for one in points} == {"ivt"}
    each = score(points, "expert", AUTO)[1:]
    assert np.mean(each) >= 0.95
    assert min(each) >= 0.92


@pytest.mark.parametrize(("noise_deg", "floor"), [(0.0, 0.85), (0.8, 0.74)])
def test_as_a_webcam_sees_them_the_pictures_fixations_are_found(
    lund: list[Recording], noise_deg: float, floor: float
) -> None:
    means = [score(lund, expert, AUTO, 30.0, noise_deg)[0] for expert in ("MN", "RA")]
    assert np.mean(means) >= floor


@pytest.mark.parametrize("method", WEBCAM_FLOORS)
def test_as_a_webcam_sees_it_every_method_keeps_its_score(
    lund: list[Recording], points: list[Recording], method: str
) -> None:
    scores = [
        score(recordings, expert, METHODS[method], 30.0, 0.8, seed=seed)[0]
        for recordings, expert in ((lund, "MN"), (points, "expert"))
        for seed in (0, 100, 200)
    ]
    assert np.mean(scores) >= WEBCAM_FLOORS[method]


def test_the_method_chosen_for_webcams_is_the_one_that_agrees_best(
    lund: list[Recording], points: list[Recording]
) -> None:
    seen = lund[0].gaze(30.0, 0.8)
    assert chosen_method(seen, lund[0].screen, AUTO) == "clustering"
    means = {
        name: np.mean(
            [
                [
                    score(lund, "MN", parameters, 30.0, noise_deg, seed=50)[0],
                    score(points, "expert", parameters, 30.0, noise_deg, seed=50)[0],
                ]
                for noise_deg in (0.0, 0.4, 0.8, 1.2)
            ]
        )
        for name, parameters in METHODS.items()
    }
    assert max(means, key=lambda name: means[name]) == "clustering"


def test_by_the_same_score_the_experts_agree(lund: list[Recording]) -> None:
    assert f1((one.fixations_ms("MN"), one.fixations_ms("RA")) for one in lund) >= 0.95


def test_the_timestamps_tell_the_rate_where_the_header_is_wrong(lund: list[Recording]) -> None:
    assert {one.name: round(one.rate_hz) for one in lund if round(one.rate_hz) != 500} == {"UL47": 200}


# The score itself, on intervals whose answer is known


def test_intervals_match_from_half_of_their_union_on() -> None:
    true = np.array([[0.0, 100.0], [200.0, 300.0], [400.0, 500.0]])
    found = np.array([[50.0, 100.0], [251.0, 300.0], [390.0, 520.0], [600.0, 700.0]])
    assert matched(true, found) == 2  # the first just, the second just not
    assert f1([(true, found)]) == pytest.approx(2 * 2 / 7)
    assert matched(true, np.zeros((0, 2))) == 0
    assert f1([(true, true)]) == 1.0


def test_kappa_of_a_worked_example() -> None:
    # Both say yes 20 times, no 15; apart 5 and 10: (0.7 - 0.5) / (1 - 0.5)
    one = np.repeat([True, True, False, False], [20, 5, 10, 15])
    other = np.repeat([True, False, True, False], [20, 5, 10, 15])
    assert kappa(one, other) == pytest.approx(0.4)
