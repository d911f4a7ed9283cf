"""Real viewers agree with one another more than with the middle of the picture, and their data go through.

The whole of it is `python -m benchmarks viewing`; docs/numbers.md has its figures.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.viewing import osie_agreement, osie_scanpaths, read_osie, web_pages


@pytest.fixture(scope="module")
def osie(shared_data: Path):
    if not (shared_data / "viewing/osie/fixations.mat").is_file():
        pytest.skip("needs OSIE's fixations in ../shared/data/viewing/osie, which are not there")
    return read_osie()


def test_fifteen_viewers_agree_more_than_the_centre_bias_tells(osie) -> None:
    assert len(osie) == 98_321
    found = osie_agreement(osie, images=25)
    floors = {
        "nss": 2.0,
        "auc_judd": 0.1,
        "auc_shuffled": 0.25,
        "information_gain": 1.4,
        "cc": 0.3,
        "similarity": 0.2,
    }
    for metric, floor in floors.items():
        assert found[metric]["better_by_low"] > floor, metric
        assert found[metric]["better_on_share_of_images"] >= 0.95, metric
    assert found["kl_divergence"]["better_by_low"] > 0.7
    assert found["auc_shuffled"]["centre_bias"] == pytest.approx(0.5, abs=0.03)


def test_scanpaths_of_real_viewers_are_measured_as_known_packages_do(osie) -> None:
    found = osie_scanpaths(osie, images=4)
    assert found["pairs"] > 400
    assert found["largest_difference_multimatch"] < 1e-9
    assert found["largest_difference_levenshtein"] == 0


def test_fixations_of_another_tracker_go_through_the_measures_of_a_class(shared_data: Path) -> None:
    if not (shared_data / "viewing/eyevis_web/gaze_full.csv").is_file():
        pytest.skip("needs the web pages in ../shared/data/viewing/eyevis_web, which are not there")
    found = web_pages(most=3)
    assert (found["fixations_read"], found["without_duration_dropped"]) == (25_304, 36)
    assert found["pages"] == 3
    assert found["largest_difference_to_pandas_ms"] < 1e-6
    assert found["information_gain"]["rest_of_class"] > 2
    assert found["nss"]["better_on_pages"] == 3
