"""Files on their way in: continued where they stopped, bounded, forgotten when nobody comes back."""

from __future__ import annotations

import os
import shutil
import threading
import time
from pathlib import Path

import pytest

from dashboard import incoming as module
from dashboard.incoming import Incoming, NoRoom, UnknownUpload, WrongOffset
from pipeline.errors import InputError


@pytest.fixture
def incoming(tmp_path: Path) -> Incoming:
    return Incoming(tmp_path / "incoming", max_bytes=1000)


def test_pieces_in_order_make_the_file(incoming: Incoming) -> None:
    upload = incoming.create("a.zip", 6, {})
    assert incoming.append(upload.upload_id, 0, [b"ab", b"c"]) == 3
    assert incoming.append(upload.upload_id, 3, [b"def"]) == 6
    assert incoming.complete(upload.upload_id).read_bytes() == b"abcdef"


def test_a_piece_sent_twice_is_refused_and_told_where_to_go_on(incoming: Incoming) -> None:
    upload = incoming.create("a.zip", 6, {})
    incoming.append(upload.upload_id, 0, [b"abc"])
    with pytest.raises(WrongOffset) as refused:
        incoming.append(upload.upload_id, 0, [b"abc"])
    assert refused.value.arrived == 3
    assert incoming.offset(upload.upload_id) == 3


def test_what_arrived_before_a_connection_broke_stays(incoming: Incoming) -> None:
    def broken():
        yield b"abc"
        raise ConnectionError

    upload = incoming.create("a.zip", 6, {})
    with pytest.raises(ConnectionError):
        incoming.append(upload.upload_id, 0, broken())
    assert incoming.offset(upload.upload_id) == 3


def test_another_process_goes_on_where_this_one_stopped(incoming: Incoming, tmp_path: Path) -> None:
    upload = incoming.create("a.zip", 6, {"student": "S01"})
    incoming.append(upload.upload_id, 0, [b"abc"])
    later = Incoming(tmp_path / "incoming", max_bytes=1000)
    assert later.get(upload.upload_id) == upload
    assert later.offset(upload.upload_id) == 3


def test_more_than_announced_is_refused(incoming: Incoming) -> None:
    upload = incoming.create("a.zip", 3, {})
    with pytest.raises(InputError, match="expected 3 bytes as announced, got more"):
        incoming.append(upload.upload_id, 0, [b"abcd"])
    assert incoming.offset(upload.upload_id) <= 3


def test_an_incomplete_file_is_not_handed_out(incoming: Incoming) -> None:
    upload = incoming.create("a.zip", 6, {})
    incoming.append(upload.upload_id, 0, [b"abc"])
    with pytest.raises(WrongOffset):
        incoming.complete(upload.upload_id)


def test_writers_at_the_same_time_do_not_mix(incoming: Incoming) -> None:
    """Of many that send the same piece, one succeeds and the others are told so."""
    upload = incoming.create("a.zip", 600, {})
    outcomes: list[bool] = []

    def slowly():
        for _ in range(6):
            time.sleep(0.005)
            yield b"x" * 100

    def send() -> None:
        try:
            incoming.append(upload.upload_id, 0, slowly())
            outcomes.append(True)
        except WrongOffset:
            outcomes.append(False)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False] * 7 + [True]
    assert incoming.complete(upload.upload_id).stat().st_size == 600


@pytest.mark.parametrize(
    ("size", "message"), [(1001, "at most"), (0, "an empty file"), (-1, "an empty file")]
)
def test_sizes_that_are_not_taken(incoming: Incoming, size: int, message: str) -> None:
    with pytest.raises(InputError, match=message):
        incoming.create("a.zip", size, {})


def test_only_so_many_at_the_same_time(incoming: Incoming) -> None:
    for _ in range(module.UNFINISHED_MAX):
        upload = incoming.create("a.zip", 1, {})
    with pytest.raises(NoRoom, match="fewer than"):
        incoming.create("a.zip", 1, {})
    incoming.accepted(upload, ["0123456789abcdef"])
    incoming.create("a.zip", 1, {})


def test_a_full_disk_is_said_before_anything_is_sent(
    incoming: Incoming, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")._replace(free=module.SPARE_BYTES + 1900)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    incoming.create("a.zip", 600, {})
    with pytest.raises(NoRoom, match="free disk space"):  # 600 of the 1900 bytes are promised already
        incoming.create("b.zip", 700, {})


def test_an_accepted_upload_keeps_its_answer_and_not_its_content(incoming: Incoming) -> None:
    upload = incoming.create("a.zip", 3, {})
    incoming.append(upload.upload_id, 0, [b"abc"])
    incoming.accepted(upload, ["0123456789abcdef"])
    assert incoming.get(upload.upload_id).sessions == ["0123456789abcdef"]
    assert incoming.offset(upload.upload_id) == 3
    assert not incoming.content(upload.upload_id).exists()


def test_nobody_came_back_for_a_day(incoming: Incoming) -> None:
    old, new = incoming.create("a.zip", 6, {}), incoming.create("b.zip", 6, {})
    for path in incoming.folder(old.upload_id).iterdir():
        os.utime(path, (0, path.stat().st_mtime - module.KEPT_S - 1))
    incoming.clean()
    assert not incoming.folder(old.upload_id).exists()
    assert incoming.folder(new.upload_id).exists()


@pytest.mark.parametrize("upload_id", ["", "..", "../../etc/passwd", "x" * 32, "A" * 32, "0" * 31, "0" * 32])
def test_ids_that_are_not_ours(incoming: Incoming, upload_id: str) -> None:
    with pytest.raises(UnknownUpload):
        incoming.get(upload_id)


def test_a_damaged_announcement_hinders_nobody(incoming: Incoming) -> None:
    damaged = incoming.create("a.zip", 6, {})
    (incoming.folder(damaged.upload_id) / "upload.json").write_text("{")
    incoming.create("b.zip", 6, {})
    with pytest.raises(UnknownUpload):
        incoming.get(damaged.upload_id)
