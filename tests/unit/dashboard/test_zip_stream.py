"""A zip made piece by piece: what other programs read from it, and that it is never held as a whole."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import numpy as np
import pytest

from dashboard.zip_stream import Member, zipped

NOISE = np.random.default_rng(1).bytes(100_000)


@pytest.mark.parametrize("large", [False, True])
def test_what_went_in_comes_out(large: bool) -> None:
    members = [
        Member("README.txt", ["Grüße".encode()], large=large),
        Member("a/table.csv", (b"1,2\n" for _ in range(10_000)), large=large),
        Member("a/table.parquet", [NOISE[:50], NOISE[50:]], packed=True, large=large),
        Member("empty", [], large=large),
    ]
    with zipfile.ZipFile(io.BytesIO(b"".join(zipped(members)))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [member.name for member in members]
        assert archive.read("README.txt").decode() == "Grüße"
        assert archive.read("a/table.csv") == b"1,2\n" * 10_000
        assert archive.read("a/table.parquet") == NOISE
        assert archive.getinfo("a/table.parquet").compress_size == len(NOISE)  # not compressed again
        assert archive.getinfo("a/table.csv").compress_size < 1000


def test_nothing_is_asked_for_before_its_turn_and_all_of_it_is_passed_on() -> None:
    asked: list[int] = []

    def pieces() -> Iterator[bytes]:
        for i in range(20):
            asked.append(i)
            yield NOISE

    sent = zipped([Member("noise", pieces(), packed=True)])
    assert asked == []
    for i, piece in enumerate(sent):
        assert len(piece) < 2 * len(NOISE)
        assert len(asked) <= i + 1


def test_the_same_content_is_the_same_file() -> None:
    one, two = (b"".join(zipped([Member("a", [NOISE])])) for _ in range(2))
    assert one == two
