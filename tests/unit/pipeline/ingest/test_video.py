"""Video against clips whose times and pictures are known, and against files that are no such thing."""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.errors import InputError, UnsafeInputError
from pipeline.ingest import video
from pipeline.ingest.video import Frame, probe, read_frames
from pipeline.parameters import IngestLimits

IRREGULAR_MS = [0, 40, 75, 130, 160, 210, 250, 300, 301, 350]
KINDS = [
    ("clip.webm", "libvpx", "matroska", "vp8"),
    ("clip.webm", "libvpx-vp9", "matroska", "vp9"),
    ("clip.mp4", "libx264", "mov", "h264"),
    ("clip.mkv", "libx264", "matroska", "h264"),
]
WriteClip = Callable[..., Path]


def numbers(frames: list[Frame]) -> list[int]:
    """Which `picture` each frame is, read off its lower right corner."""
    return [round((float(f.rgb[-16:, -16:].mean()) - 20) / 8) for f in frames]


@pytest.mark.parametrize(("name", "encoder", "container", "codec"), KINDS)
def test_every_frame_comes_at_its_own_time(
    tmp_path: Path, write_clip: WriteClip, name: str, encoder: str, container: str, codec: str
) -> None:
    path = write_clip(tmp_path / name, encoder, IRREGULAR_MS)
    info = probe(path)
    assert (info.container, info.codec, info.width_px, info.height_px) == (container, codec, 96, 64)
    frames = list(read_frames(path))
    assert [f.t_ms for f in frames] == pytest.approx(IRREGULAR_MS, abs=0.5)
    assert numbers(frames) == list(range(10))
    assert all(f.rgb.shape == (64, 96, 3) and f.rgb.flags.c_contiguous for f in frames)


def test_times_start_where_the_page_says(tmp_path: Path, write_clip: WriteClip) -> None:
    path = write_clip(tmp_path / "clip.webm", times_ms=IRREGULAR_MS)
    assert [f.t_ms for f in read_frames(path, 1234.5)] == [1234.5 + t for t in IRREGULAR_MS]


def test_a_recording_that_states_no_length_is_read_to_its_end(tmp_path: Path, write_clip: WriteClip) -> None:
    path = write_clip(tmp_path / "clip.webm", times_ms=IRREGULAR_MS, live=True)
    info = probe(path)
    assert (info.duration_ms, info.frames, info.rate_hz) == (None, None, None)
    assert len(list(read_frames(path))) == 10


@pytest.mark.parametrize("rotation_deg", [0, 90, 180, 270])
@pytest.mark.parametrize(("name", "encoder"), [("clip.mp4", "libx264"), ("clip.webm", "libvpx")])
def test_a_turned_picture_is_set_upright(
    tmp_path: Path, write_clip: WriteClip, name: str, encoder: str, rotation_deg: int
) -> None:
    path = write_clip(tmp_path / name, encoder, rotation_deg=rotation_deg)
    info, frame = probe(path), next(read_frames(path))
    upright = np.rot90(np.full((64, 96), 20), rotation_deg // 90)
    assert (info.rotation_deg, info.height_px, info.width_px) == (rotation_deg, *upright.shape)
    assert frame.rgb.shape == (*upright.shape, 3)
    corners = {0: (0, 0), 90: (-1, 0), 180: (-1, -1), 270: (0, -1)}  # of the white mark, turned along
    bright = {corner: int(frame.rgb[corner].min()) > 200 for corner in corners.values()}
    assert [corner for corner, is_bright in bright.items() if is_bright] == [corners[rotation_deg]]


def test_a_senseless_rotation_turns_nothing(tmp_path: Path, write_clip: WriteClip) -> None:
    content = bytearray(write_clip(tmp_path / "clip.mp4", "libx264", rotation_deg=90).read_bytes())
    matrix = content.index(b"tkhd") + 4 + 40
    content[matrix : matrix + 36] = bytes(36)
    (tmp_path / "zeros.mp4").write_bytes(content)
    assert probe(tmp_path / "zeros.mp4").rotation_deg == 0
    assert len(list(read_frames(tmp_path / "zeros.mp4"))) == 10


def test_a_browser_that_changes_the_size_midway_is_scaled_back(tmp_path: Path, write_clip: WriteClip) -> None:
    small = write_clip(tmp_path / "small.webm", size=(48, 32), times_ms=[400, 440])
    large = write_clip(tmp_path / "large.webm", times_ms=[0, 40])
    both = str(tmp_path / "both.webm")
    with av.open(both, "w") as target, av.open(str(large)) as first, av.open(str(small)) as second:
        stream = target.add_stream_from_template(first.streams.video[0])
        for source in (first, second):
            for packet in source.demux(video=0):
                if packet.size:
                    packet.stream = stream
                    target.mux(packet)
    frames = list(read_frames(tmp_path / "both.webm"))
    assert [f.rgb.shape for f in frames] == [(64, 96, 3)] * 4
    assert numbers(frames) == [0, 1, 0, 1]


def untimed(*times: int | None) -> list[av.VideoFrame | None]:
    pictures: list[av.VideoFrame | None] = []
    for time in times:
        picture = av.VideoFrame(96, 64, "yuv420p")
        picture.pts, picture.time_base = time, Fraction(1, 1000)
        pictures.append(picture)
    return pictures


def test_frames_without_a_later_time_are_left_out(
    tmp_path: Path, write_clip: WriteClip, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = write_clip(tmp_path / "clip.webm")
    pictures = [*untimed(0, None, 40, 40, 30, 41), None]
    monkeypatch.setattr(video, "_decoded", lambda container, stream: iter(pictures))
    assert [f.t_ms for f in read_frames(path)] == [0, 40, 41]
    assert "left out 4 damaged or untimed frames, kept 3" in caplog.text
    assert "clip" not in caplog.text


@pytest.mark.parametrize(
    ("name", "encoder", "options"),
    [
        ("clip.webm", "libvpx", {}),
        ("clip.mkv", "libx264", {}),
        ("clip.mp4", "libx264", {"movflags": "frag_keyframe+empty_moov"}),
        ("clip.mp4", "libx264", {"movflags": "faststart"}),
    ],
)
def test_of_a_truncated_file_the_frames_before_the_damage_come(
    tmp_path: Path, write_clip: WriteClip, name: str, encoder: str, options: dict[str, str]
) -> None:
    path = write_clip(tmp_path / name, encoder, range(0, 1200, 40), options=options)
    whole = list(read_frames(path))
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 4 // 5])
    kept = list(read_frames(path))
    assert 3 < len(kept) < len(whole)
    for frame, same in zip(kept, whole, strict=False):
        assert frame.t_ms == same.t_ms
        np.testing.assert_array_equal(frame.rgb, same.rgb)


def test_damage_in_the_middle_costs_only_the_frames_it_hit(tmp_path: Path, write_clip: WriteClip) -> None:
    path = write_clip(tmp_path / "clip.mp4", "libx264", range(0, 1200, 40), options={"movflags": "faststart"})
    whole = [f.t_ms for f in read_frames(path)]
    content = bytearray(path.read_bytes())
    pictures = content.index(b"mdat") + 4
    middle = pictures + (len(content) - pictures) // 2
    content[middle : middle + 60] = bytes(60)
    path.write_bytes(content)
    kept = [f.t_ms for f in read_frames(path)]
    assert 20 < len(kept) < len(whole)
    assert set(kept) < set(whole)
    assert kept[-1] == whole[-1]


def test_a_frame_that_cannot_be_decoded_is_left_out(tmp_path: Path, write_clip: WriteClip) -> None:
    broken = str(tmp_path / "broken.webm")
    with av.open(str(write_clip(tmp_path / "clip.webm"))) as source, av.open(broken, "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for index, packet in enumerate(p for p in source.demux(video=0) if p.size):
            sent = av.Packet(b"\xff") if index == 4 else packet
            sent.pts, sent.dts, sent.time_base, sent.stream = packet.pts, packet.dts, packet.time_base, stream
            target.mux(sent)
    times = [f.t_ms for f in read_frames(Path(broken))]
    assert times == [t for t in range(0, 400, 40) if t != 160]


REFUSED = {
    "empty": (b"", "got an empty file"),
    "text": (b"Dear teacher,\nhere is my video.", 'got a text that begins "Dear teacher,'),
    "playlist": (b"#EXTM3U\nother.mp4\n", "got a playlist"),
    "concat": (b"ffconcat version 1.0\nfile other.mp4\n", "got a playlist"),
    "zip": (b"PK\x03\x04" + bytes(60), "got a zip archive"),
    "zeros": (bytes(4096), "begins with the bytes 00 00 00 00"),
    "webm-head-only": (b"\x1a\x45\xdf\xa3" + bytes(8), "got one too damaged to open"),
    "mp4-head-only": (b"\0\0\0\x18ftypmp42" + bytes(12), "got one too damaged to open"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_video_is_told_what_it_looks_like(tmp_path: Path, case: str) -> None:
    content, got = REFUSED[case]
    path = tmp_path / "webcam.mp4"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        probe(path)
    assert str(caught.value).startswith("webcam.mp4: expected a WebM (VP8, VP9) or MP4 (H.264) video")
    assert got in str(caught.value)
    with pytest.raises(InputError, match=r"webcam\.mp4: expected"):
        list(read_frames(path))


def test_a_playlist_does_not_open_the_video_it_names(tmp_path: Path, write_clip: WriteClip) -> None:
    write_clip(tmp_path / "other.mp4", "libx264")
    (tmp_path / "webcam.mp4").write_text(f"ffconcat version 1.0\nfile '{tmp_path}/other.mp4'\n")
    with pytest.raises(InputError, match="got a playlist"):
        probe(tmp_path / "webcam.mp4")


def refers_to(name: str, content: bytes) -> bytes:
    """The MP4, saying that its pictures lie in another file (a Macintosh alias in its `dref` box)."""
    path = name.encode() + bytes(len(name) % 2)
    levels = struct.pack(">HH", 1, 1)  # one folder up, one down: beside this file
    entry = struct.pack(">HH", 2, len(path)) + path + struct.pack(">HH", 0xFFFF, 0)
    alias = bytes(10 + 1 + 27 + 12 + 1 + 63 + 16) + levels + bytes(16) + entry
    alias = b"alis" + bytes(4) + alias
    old = content.index(b"url ") - 4
    old_size = int.from_bytes(content[old : old + 4], "big")
    new = (len(alias) + 4).to_bytes(4, "big") + alias
    changed = bytearray(content[:old] + new + content[old + old_size :])
    for box in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):
        size = content.index(box) - 4
        grown = int.from_bytes(content[size : size + 4], "big") + len(new) - old_size
        changed[size : size + 4] = grown.to_bytes(4, "big")
    pictures, index = content.index(b"mdat") + 4, content.index(b"moov") - 4
    changed[pictures:index] = bytes(index - pictures)  # nothing here: they must come from there
    return bytes(changed)


def test_a_video_cannot_make_the_reader_open_another_file(tmp_path: Path, write_clip: WriteClip) -> None:
    other = write_clip(tmp_path / "other.mp4", "libx264")
    path = tmp_path / "webcam.mp4"
    path.write_bytes(refers_to("other.mp4", other.read_bytes()))
    with av.open(str(path), options={"enable_drefs": "1"}) as careless:
        assert len(list(careless.decode(video=0))) == 10  # the trap is real
    with pytest.raises(InputError, match="frames that can be decoded, got none"):
        list(read_frames(path))


def test_other_codecs_and_containers_are_named(tmp_path: Path, write_clip: WriteClip) -> None:
    with pytest.raises(InputError, match="got a video with the codec mpeg4"):
        probe(write_clip(tmp_path / "clip.mp4", "mpeg4"))
    with pytest.raises(InputError, match="got an AVI or WAV file"):
        probe(write_clip(tmp_path / "clip.avi", "mpeg4"))


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=48000)
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        sound.rate = 48000
        container.mux(stream.encode(sound))
        container.mux(stream.encode(None))
    with pytest.raises(InputError, match="got a file without a picture stream"):
        probe(path)


def test_a_huge_frame_is_refused_by_its_header(
    tmp_path: Path, write_clip: WriteClip, monkeypatch: pytest.MonkeyPatch
) -> None:
    webm = write_clip(tmp_path / "clip.webm", size=(320, 256))
    content = webm.read_bytes()
    for stated, huge in (  # the size in WebM's header, then VP8's own in the key frame
        (bytes.fromhex("b0820140 ba820100"), bytes.fromhex("b0823e80 ba823e80")),
        (bytes.fromhex("9d012a 4001 0001"), bytes.fromhex("9d012a 803e 803e")),
    ):
        assert content.count(stated) == 1
        content = content.replace(stated, huge)
    webm.write_bytes(content)
    mp4 = write_clip(tmp_path / "clip.mp4", "libx264", [0, 40], size=(4112, 16))
    monkeypatch.setattr(video, "_decoded", lambda *_: pytest.fail("decoded before the size was checked"))
    with pytest.raises(UnsafeInputError, match=r"at most 4096 px a side.*, got 16000 x 16000 px"):
        probe(webm)
    with pytest.raises(UnsafeInputError, match=r"at most 4096 px a side.*, got 4112 x 16 px"):
        probe(mp4)


def test_frames_larger_than_the_header_says_are_not_decoded(tmp_path: Path, write_clip: WriteClip) -> None:
    content = bytearray(write_clip(tmp_path / "clip.webm", size=(96, 64)).read_bytes())
    start = content.index(b"\x9d\x01\x2a") + 3  # VP8's own size, in each key frame
    content[start : start + 4] = (4000).to_bytes(2, "little") * 2
    (tmp_path / "clip.webm").write_bytes(content)
    with pytest.raises(InputError, match="frames that can be decoded"):
        probe(tmp_path / "clip.webm")


def test_length_is_limited_by_what_the_file_says_and_by_what_comes(
    tmp_path: Path, write_clip: WriteClip
) -> None:
    short = IngestLimits(video_duration_ms=200)
    stated = write_clip(tmp_path / "stated.webm")
    with pytest.raises(UnsafeInputError, match=r"at most .* hours"):
        probe(stated, short)
    unstated = write_clip(tmp_path / "unstated.webm", live=True)
    assert probe(unstated, short).duration_ms is None
    with pytest.raises(UnsafeInputError, match=r"at most .* hours"):
        list(read_frames(unstated, limits=short))
    with pytest.raises(UnsafeInputError, match="3 frames, got frame 4"):
        list(read_frames(unstated, limits=IngestLimits(video_frames=3)))
    with pytest.raises(UnsafeInputError, match=r"at most 100 bytes"):
        probe(stated, IngestLimits(video_bytes=100))


def decoders() -> list[threading.Thread]:
    return [t for t in threading.enumerate() if t.name.startswith("decoder")]


def test_the_decoder_ends_with_its_reader(tmp_path: Path, write_clip: WriteClip) -> None:
    path = write_clip(tmp_path / "clip.webm", times_ms=range(0, 4000, 40))
    frames = read_frames(path)
    next(frames)
    assert len(decoders()) == 1
    frames.close()
    assert decoders() == []

    def fails(source: Iterator[Frame]) -> None:
        for _ in source:
            raise RuntimeError("the caller's own trouble")

    with pytest.raises(RuntimeError, match="own trouble"):
        fails(read_frames(path))
    assert decoders() == []
    assert len(list(read_frames(path))) == 100
    assert decoders() == []


def test_a_black_video_is_a_video(tmp_path: Path) -> None:
    path = tmp_path / "black.webm"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libvpx", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for _ in range(5):
            black = av.VideoFrame.from_ndarray(np.zeros((64, 96, 3), np.uint8), format="rgb24")
            container.mux(stream.encode(black))
        container.mux(stream.encode(None))
    frames = list(read_frames(path))
    assert len(frames) == 5
    assert max(int(f.rgb.max()) for f in frames) <= 2


def test_a_real_webcam_video(shared_data: Path) -> None:
    path = shared_data / "faces" / "pexels" / "video00.mp4"
    info = probe(path)
    assert (info.width_px, info.height_px, info.frames, info.rate_hz) == (1280, 720, 433, 25.0)
    times = [f.t_ms for f in read_frames(path)]
    np.testing.assert_allclose(times, np.arange(433) * 40.0)
