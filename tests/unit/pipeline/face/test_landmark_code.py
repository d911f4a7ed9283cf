import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.face.landmark_code import Decoder, Encoder, parents_of, quantised

ANY_TREE = np.array([0, *(np.random.default_rng(5).integers(0, np.arange(1, 478)))])


def random_face(frames, seed, spread_px=2000.0, noise_px=3.0):
    random = np.random.default_rng(seed)
    mean = random.uniform(-spread_px, spread_px, (1, 478, 3))
    return quantised((mean + random.normal(0, noise_px, (frames, 478, 3))).astype(np.float32))


@given(seed=st.integers(0, 1000), cut=st.integers(0, 20), spread_px=st.sampled_from([1.0, 4000.0]))
def test_what_was_quantised_comes_back_exactly_stretch_by_stretch(seed, cut, spread_px):
    face = random_face(20, seed, spread_px)
    encoder, decoder = Encoder(ANY_TREE), Decoder(ANY_TREE)
    back = [decoder.decode(encoder.encode(part)) for part in (face[:cut], face[cut:])]
    assert np.array_equal(np.concatenate(back), face)


def test_quantising_moves_by_at_most_half_a_step_and_only_once():
    face = np.random.default_rng(0).uniform(0, 1280, (5, 478, 3)).astype(np.float32)
    once = quantised(face)
    assert np.abs(once - face).max() <= 1 / 32
    assert np.array_equal(quantised(once), once)
    assert once.dtype == np.float32


def test_parents_are_the_nearest_that_were_named_before():
    face = random_face(50, 1, noise_px=0.1)
    parents = parents_of(face)
    mean = face.mean(axis=0)
    for point in (1, 2, 100, 477):
        distances = np.linalg.norm(mean[:point] - mean[point], axis=1)
        assert distances[parents[point]] == distances.min()
    assert np.all(parents[1:] < np.arange(1, 478))


def test_common_motion_leaves_little_to_store():
    still = random_face(1, 2)
    moving = quantised(still + np.cumsum(np.full((30, 1, 3), 7.3), axis=0).astype(np.float32))
    codes = Encoder(parents_of(moving)).encode(moving)
    assert np.abs(codes[1:, 1:]).max() <= 4
    assert np.abs(codes[1:, 0]).min() > 200


def test_codes_nobody_made_give_landmarks_all_the_same():
    codes = np.random.default_rng(0).integers(-(2**31), 2**31, (10, 478, 3)).astype(np.int32)
    assert np.isfinite(Decoder(ANY_TREE).decode(codes)).all()


def test_codes_are_never_negative():
    assert Encoder(ANY_TREE).encode(random_face(10, 3)).min() >= 0


def test_no_frames_are_no_codes():
    assert Encoder(ANY_TREE).encode(random_face(0, 0)).shape == (0, 478, 3)
    assert Decoder(ANY_TREE).decode(np.zeros((0, 478, 3), np.int32)).shape == (0, 478, 3)
    assert parents_of(random_face(3, 0)).shape == pytest.approx((478,))
