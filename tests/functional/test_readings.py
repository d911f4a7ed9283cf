"""Slides from uploads: bad ones by the hundred, readers that die, servers that are killed."""

from __future__ import annotations

import io
import json
import os
import random
import signal
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image

from dashboard import readings
from dashboard.context import Context
from dashboard.incoming import Incoming
from dashboard.readings import Readings
from pipeline.storage import slides
from pipeline.storage.catalogue import Catalogue
from tests.unit.pipeline.ingest.pdf_files import pdf, text

PLACE = ("biology-7", "photosynthesis")
PATIENCE_S = 90


@pytest.fixture
def send(context: Context) -> Callable[[str, bytes], str]:
    """An upload that has arrived in full."""

    def arrive(name: str, content: bytes) -> str:
        upload = context.incoming.create(name, len(content), {})
        context.incoming.append(upload.upload_id, 0, [content])
        return upload.upload_id

    return arrive


@pytest.fixture
def read(context: Context) -> Callable[..., readings.Reading]:
    """Has uploads read, and waits for the end."""

    def wait(*uploads: str, **asked: Any) -> readings.Reading:
        reading_id = context.readings.start(*PLACE, uploads, **asked)
        return ended(context.readings, reading_id)

    return wait


def ended(where: Readings, reading_id: str) -> readings.Reading:
    deadline = time.monotonic() + PATIENCE_S
    while (found := where.get(reading_id)[0]).state == "reading":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def picture(number: int, kind: str = "PNG", size: tuple[int, int] = (320, 180)) -> bytes:
    rng = np.random.default_rng(number)
    made = io.BytesIO()
    Image.fromarray(rng.integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)).save(made, format=kind)
    return made.getvalue()


def deck(pages: int) -> bytes:
    return pdf([text(20, 140, 24, f"Page {number}") for number in range(1, pages + 1)])


def bomb() -> bytes:
    """A PNG of 60,000 x 60,000 px in a few hundred bytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def state(catalogue: Catalogue) -> tuple[int, Any]:
    return catalogue.revision(), catalogue.lesson(*PLACE)


def test_pictures_and_pages_become_slides_in_order(context: Context, send, read) -> None:
    before = context.catalogue.lesson(*PLACE).slide_ids()
    done = read(
        send("one.jpg", picture(1, "JPEG")), send("deck.pdf", deck(3)), send("two.webp", picture(2, "WEBP"))
    )
    assert (done.state, len(done.added), done.refused, done.repeats) == ("done", 5, [], [])
    lesson = context.catalogue.lesson(*PLACE)
    assert lesson.slide_ids() == (*before, *done.added)
    assert [s.title for s in lesson.slides[4:]] == ["One", "Page 1", "Page 2", "Page 3", "Two"]
    with Image.open(context.catalogue.slide_image(*PLACE, done.added[1])) as stored:
        assert (stored.format, max(stored.size)) == ("PNG", 1920)
    assert list((context.settings.data / "incoming").glob("*/pages")) == []


def test_regions_are_proposed_only_if_that_is_wanted(context: Context, send, read) -> None:
    with_regions = read(send("deck.pdf", deck(1)))
    without = read(send("deck.pdf", pdf([text(20, 140, 24, "Something else")])), propose=False)
    assert with_regions.regions > 0
    assert without.regions == 0
    (row,) = context.catalogue.aoi_sets(*PLACE, with_regions.added[0])
    assert row.author == readings.PROPOSED
    assert slides.slides_drawn_by(context.catalogue, *PLACE, readings.PROPOSED) == set(with_regions.added)


def test_what_is_there_already_is_known_by_its_pixels(context: Context, send, read) -> None:
    stored = context.catalogue.slide_image(*PLACE, "3-the-equation")
    again = io.BytesIO()
    with Image.open(stored) as opened:
        opened.convert("RGB").save(again, format="PNG", compress_level=1)
    assert again.getvalue() != stored.read_bytes()
    before = state(context.catalogue)
    done = read(send("again.png", again.getvalue()), send("again.png", again.getvalue()))
    title = context.catalogue.lesson(*PLACE).slides[2].title
    assert (done.state, done.added) == ("done", [])
    assert done.repeats == [["again.png", title]] * 2
    assert state(context.catalogue) == before


def test_a_picture_replaced_keeps_its_regions(context: Context, send, read) -> None:
    before = context.catalogue.lesson(*PLACE).slides[2]
    done = read(send("new.png", picture(3)), slide_id="3-the-equation")
    now = context.catalogue.lesson(*PLACE).slides[2]
    assert (done.version, done.former, now.version, now.width_px) == (2, 1, 2, 320)
    assert (now.aois, now.title) == (before.aois, before.title)
    same = read(send("same.png", picture(3)), slide_id="3-the-equation")
    assert (same.state, same.version, len(same.repeats)) == ("done", None, 1)
    several = read(send("deck.pdf", deck(2)), slide_id="3-the-equation")
    assert several.state == "failed"
    assert "a single page" in several.refused[0][1]
    assert context.catalogue.lesson(*PLACE).slides[2].version == 2


def bad_files() -> list[tuple[str, bytes]]:
    """A hundred and eighty files that are not what they seem, or not in one piece."""
    chance = random.Random(5)
    sound = {"png": picture(9), "jpg": picture(9, "JPEG"), "webp": picture(9, "WEBP"), "pdf": deck(2)}
    files = [
        ("bomb.png", bomb()), ("empty.pdf", b"%PDF-1.7\n"), ("text.png", b"not a picture"),
        ("zip.pdf", b"PK\x03\x04" + bytes(100)), ("page.html", b"<script>alert(1)</script>"),
        ("vector.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), ("moving.gif", b"GIF89a" + bytes(20)),
        ("program.exe", b"MZ" + bytes(200)), ("list.m3u8", b"#EXTM3U\nfile:///etc/passwd\n"),
        ("many.pdf", pdf([text(20, 140, 24, "x")] * 501)),
        ("long.pdf", pdf(["x"], "/MediaBox [0 0 20000 5]")),
        ("locked.pdf", pdf(["x"], trailer="/Encrypt << /Filter /Standard /V 1 /R 2 /O (x) /U (y) /P -4 >>")),
        ("../../etc/passwd.png", b"root:x:0:0"), ("zero.png", bytes(5000)), ("noise.jpg", os.urandom(5000)),
    ]  # fmt: skip
    while len(files) < 180:
        kind = chance.choice(list(sound))
        content = bytearray(sound[kind][: chance.randrange(1, len(sound[kind]) * 3 // 4)])
        for _ in range(chance.choice([0, 3, 30])):
            content[chance.randrange(len(content))] = chance.randrange(256)
        files.append((f"damaged-{len(files)}.{kind}", bytes(content)))
    return files


def test_bad_uploads_by_the_hundred_change_nothing(context: Context, monkeypatch, send) -> None:
    monkeypatch.setattr("dashboard.incoming.UNFINISHED_MAX", 1000)
    uploads = [send(Path(name).name, content) for name, content in bad_files()]
    before = state(context.catalogue)
    done = ended(context.readings, context.readings.start(*PLACE, uploads))
    kept = {context.catalogue.slide_image(*PLACE, each).read_bytes()[:4] for each in done.added}
    assert len(done.refused) >= 170
    assert all(len(reason) == 3 and all(reason) for reason in done.refused)
    assert len(done.added) + len(done.repeats) <= 10, "a PDF that PDFium can mend is no bad one"
    assert kept <= {b"\x89PNG"}
    if not done.added:
        assert state(context.catalogue) == before
    assert list((context.settings.data / "lessons").rglob("*passwd*")) == []


def test_good_files_beside_bad_ones_are_taken(context: Context, send, read) -> None:
    done = read(send("a.png", picture(1)), send("b.pdf", deck(2)[:300]), send("c.png", picture(2)))
    assert len(done.added) == 2
    assert [reason[0] for reason in done.refused] == ["b.pdf"]


FAKE = """
import json, os, sys, time
request = json.loads(sys.stdin.readline())
for index, path in request["files"]:
    if "dies" in path:
        os.kill(os.getpid(), 9)
    if "sleeps" in path:
        time.sleep(60)
    if "lies" in path:
        print(json.dumps({"file": index, "slides": [LIE], "repeats": []}), flush=True)
    else:
        print(json.dumps({"file": index, "wrong": [os.path.basename(path), "x", "y"]}), flush=True)
"""


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def reader(lie: str = "{}") -> None:
        script = tmp_path / "reader.py"
        script.write_text(FAKE.replace("LIE", lie))
        monkeypatch.setattr(readings, "PROGRAM", (sys.executable, str(script)))
        monkeypatch.setattr(readings, "SILENCE_S", 1.0)

    return reader


def test_a_file_that_kills_the_reader_is_refused_and_the_others_are_read(send, read, fake) -> None:
    fake()
    done = read(send("a.png", b"1"), send("dies.png", b"1"), send("sleeps.png", b"1"), send("b.png", b"1"))
    assert [reason[0] for reason in done.refused] == ["a.png", "dies.png", "sleeps.png", "b.png"]
    assert done.refused[1][1:] == done.refused[2][1:] == list(readings.COULD_NOT_COPE)


@pytest.mark.parametrize(
    "lie",
    [
        "{}",
        '{"file": "/etc/passwd", "title": "x", "wanted": "x", "width_px": 1, "height_px": 1, "aois": []}',
        '{"file": "../reading.json", "title": "x", "wanted": "x", "width_px": 1, "height_px": 1, "aois": []}',
        '{"file": "a.png", "title": "", "wanted": "../x", "width_px": -1, "height_px": 1e9, "aois": 3}',
    ],
)
def test_a_reader_that_lies_is_not_believed(context: Context, send, read, fake, lie: str) -> None:
    fake(lie)
    before = state(context.catalogue)
    done = read(send("lies.png", b"1"))
    assert done.state == "failed"
    assert state(context.catalogue) == before


def test_what_cannot_be_asked_for(context: Context, client: FlaskClient, send) -> None:
    good = {"course_id": PLACE[0], "lesson_id": PLACE[1], "uploads": [send("a.png", picture(1))]}
    half = context.incoming.create("b.png", 1000, {}).upload_id
    for wrong in (
        {"lesson_id": "nowhere"}, {"course_id": 7}, {"uploads": []}, {"uploads": "x"}, {"uploads": ["x"]},
        {"uploads": ["0" * 32]}, {"uploads": [half]}, {"slide_id": "nowhere"}, {"slide_id": ["x"]},
        {"slide_id": "3-the-equation", "uploads": good["uploads"] * 2},
    ):  # fmt: skip
        answer = client.post("/api/library/readings", json=good | wrong)
        assert answer.status_code in (404, 409, 422), wrong
        assert answer.json["message"]
    assert client.get("/api/library/readings/" + "0" * 32).status_code == 404


def test_over_http_with_words_for_people(context: Context, client: FlaskClient, send) -> None:
    asked = {"course_id": PLACE[0], "lesson_id": PLACE[1], "uploads": [send("deck.pdf", deck(2))]}
    reading_id = client.post("/api/library/readings", json=asked).json["reading_id"]
    ended(context.readings, reading_id)
    said = client.get(f"/api/library/readings/{reading_id}").json
    assert said["state"] == "done"
    assert said["words"].startswith("2 slides added")
    assert said["links"][0]["url"].startswith("/edit/biology-7/photosynthesis/")
    client.post("/api/library", json={"do": said["undo"]})
    assert len(context.catalogue.lesson(*PLACE).slides) == 4


SERVER = """
import sys
from pathlib import Path
from dashboard.incoming import Incoming
from dashboard.readings import Readings
from pipeline.storage.catalogue import Catalogue

data, *uploads = sys.argv[1:]
where = Readings(Incoming(Path(data) / "incoming", 10**9), Catalogue.open(Path(data)))
print(where.start("biology-7", "photosynthesis", uploads), flush=True)
sys.stdin.read()
"""


def test_a_server_that_is_killed_leaves_nothing_half_done_and_the_next_goes_on(
    context: Context, send, repo_root: Path
) -> None:
    upload_id, before = send("long.pdf", deck(16)), state(context.catalogue)
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(context.settings.data), upload_id],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=repo_root,
    )  # fmt: skip
    assert server.stdout is not None
    reading_id = server.stdout.readline().strip()
    folder = context.settings.data / "incoming" / reading_id
    deadline = time.monotonic() + PATIENCE_S
    while not (folder / "progress.json").is_file():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    children = readers(reading_id)
    os.kill(server.pid, signal.SIGKILL)
    server.communicate()
    assert children
    while readers(reading_id):
        assert time.monotonic() < deadline, "the reader outlived the server"
        time.sleep(0.05)
    assert state(context.catalogue) == before
    assert json.loads((folder / "reading.json").read_text())["state"] == "reading"
    context.readings.resume()
    done = ended(context.readings, reading_id)
    assert len(done.added) == 16
    assert len(context.catalogue.lesson(*PLACE).slides) == 20
    assert sorted(path.name for path in folder.iterdir()) == ["lock", "progress.json", "reading.json"]
    assert not (context.settings.data / "incoming" / upload_id).exists()


def readers(reading_id: str) -> list[str]:
    """Processes of readers that have a file of the reading open, or were told of it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            opened = [str(each.readlink()) for each in (process / "fd").iterdir()]
        except OSError:
            continue
        if b"dashboard.slide_reading" in command:
            found.append(process.name) if any("incoming" in each for each in opened) else None
    return found


def test_killed_after_the_lesson_has_changed_nothing_is_added_twice(
    context: Context, send, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload_id = send("deck.pdf", deck(2))
    write = Readings._write
    monkeypatch.setattr(Readings, "_write", lambda self, r: write(self, r) if r.state == "reading" else 1 / 0)
    monkeypatch.setattr("threading.excepthook", lambda _: None)
    reading_id = context.readings.start(*PLACE, [upload_id])
    deadline = time.monotonic() + PATIENCE_S
    while len(context.catalogue.lesson(*PLACE).slides) < 6:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    monkeypatch.setattr(Readings, "_write", write)
    again = Readings(Incoming(context.settings.data / "incoming", 10**9), context.catalogue)
    done = ended(again, reading_id)
    assert (done.state, done.added, len(done.repeats)) == ("done", [], 2)
    assert len(context.catalogue.lesson(*PLACE).slides) == 6
