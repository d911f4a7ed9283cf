"""Webcam video: refused unless it is what it says, then decoded frame by frame at its true times.

The container is chosen from the first bytes of the file, never from its name, and FFmpeg gets an open
file instead of a path, so that nothing in a video can make it open another one. Time is
``pts * time_base``: browser recordings have a variable rate and often state neither rate nor duration.
"""

from __future__ import annotations

import logging
import math
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from pipeline.domain import Bytes
from pipeline.errors import InputError, UnsafeInputError
from pipeline.ingest.documents import looks_like
from pipeline.parameters import IngestLimits

LIMITS: Final = IngestLimits()
FRAMES_AHEAD: Final = 4  # decoded while the caller works on the one before
RATE_MAX_HZ: Final = 240.0
CODECS: Final = ("vp8", "vp9", "h264")
EXPECTED: Final = "a WebM (VP8, VP9) or MP4 (H.264) video"
_TURNS: Final = {
    90: cv2.ROTATE_90_COUNTERCLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_CLOCKWISE,
}

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class VideoInfo:
    """What a video says of itself. Width and height are those of the upright picture.

    `rotation_deg` is how far frames are turned counterclockwise to stand upright: 0, 90, 180 or 270.
    `duration_ms`, `frames` and `rate_hz` are None where the file does not state them.
    """

    container: str
    codec: str
    width_px: int
    height_px: int
    rotation_deg: int
    duration_ms: float | None
    frames: int | None
    rate_hz: float | None


@dataclass(frozen=True)
class Frame:
    """One upright picture and when it was taken. `rgb` has shape (height, width, 3) and is contiguous."""

    t_ms: float
    rgb: Bytes


def probe(path: Path, limits: IngestLimits = LIMITS) -> VideoInfo:
    """What the video is, once its kind, size and length are known to be acceptable.

    Raises
    ------
    InputError : not a video that is read here, damaged beyond use, or too long
    UnsafeInputError : frames so large or so many that decoding them could do harm
    """
    with _opened(path, limits) as (container, stream):
        first = next((picture for picture in _decoded(container, stream) if picture is not None), None)
        if first is None:
            raise InputError(path.name, "a video with frames that can be decoded", "none that can")
        rotation_deg = _turn_deg(first)
        sideways = rotation_deg in (90, 270)
        width, height = stream.codec_context.width, stream.codec_context.height
        return VideoInfo(
            container=container.format.name,
            codec=stream.codec_context.name,
            width_px=height if sideways else width,
            height_px=width if sideways else height,
            rotation_deg=rotation_deg,
            duration_ms=_duration_ms(container, stream),
            frames=stream.frames or None,
            rate_hz=_rate_hz(stream),
        )


def read_frames(path: Path, start_ms: float = 0.0, limits: IngestLimits = LIMITS) -> Iterator[Frame]:
    """The frames of a video in order of time, decoded ahead in a thread of its own.

    Times are `start_ms` plus the frame's own time and strictly increase: frames without a time, out of
    order or damaged are left out. Of a truncated file the frames before the damage come.

    Raises
    ------
    InputError : as `probe`; when not one frame can be decoded; when the video turns out too long
    """
    frames = _frames(path, start_ms, limits)
    pool = ThreadPoolExecutor(1, thread_name_prefix="decoder")
    try:
        ahead = deque(pool.submit(next, frames, None) for _ in range(FRAMES_AHEAD))
        while (frame := ahead.popleft().result()) is not None:
            ahead.append(pool.submit(next, frames, None))
            yield frame
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        frames.close()


def _frames(path: Path, start_ms: float, limits: IngestLimits) -> Generator[Frame, None, None]:
    reformatter = VideoReformatter()
    last_ms, delivered, left_out = -math.inf, 0, 0
    with _opened(path, limits) as (container, stream):
        size = stream.codec_context.width, stream.codec_context.height
        for picture in _decoded(container, stream):
            rgb = _upright(picture, size, reformatter) if picture is not None else None
            time_ms = _time_ms(picture)
            if rgb is None or not time_ms > last_ms:
                left_out += 1
                continue
            _refuse_endless(path, time_ms, delivered, limits)
            yield Frame(start_ms + time_ms, rgb)
            last_ms, delivered = time_ms, delivered + 1
    if not delivered:
        raise InputError(path.name, "a video with frames that can be decoded", "none that can")
    if left_out:
        logger.warning("left out %d damaged or untimed frames, kept %d", left_out, delivered)


def _decoded(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame | None]:
    """Every picture of the stream, None for one that is damaged; ends where the file cannot be read on."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.FFmpegError):
            return
        try:
            pictures = packet.decode()
        except av.FFmpegError:
            yield None
            continue
        for picture in pictures:
            yield None if picture.is_corrupt else picture


def _time_ms(picture: VideoFrame | None) -> float:
    """The picture's own time, NaN where it has none."""
    if picture is None or picture.pts is None or picture.time_base is None:
        return math.nan
    return float(picture.pts * picture.time_base * 1000)


def _turn_deg(picture: VideoFrame) -> int:
    """How far to turn the picture counterclockwise: 0, 90, 180 or 270; 0 where the file says nonsense."""
    rotation_deg = picture.rotation
    return round(rotation_deg / 90) * 90 % 360 if -180 <= rotation_deg <= 180 else 0


def _upright(picture: VideoFrame, size: tuple[int, int], reformatter: VideoReformatter) -> Bytes | None:
    """The picture as RGB, of the stated size (some browsers change it midway), turned upright."""
    try:
        rgb = reformatter.reformat(picture, *size, format="rgb24", threads=1).to_ndarray()
    except (av.FFmpegError, ValueError):
        return None
    turn_deg = _turn_deg(picture)
    return np.ascontiguousarray(cv2.rotate(rgb, _TURNS[turn_deg]) if turn_deg else rgb)


def _refuse_endless(path: Path, time_ms: float, count: int, limits: IngestLimits) -> None:
    if time_ms > limits.video_duration_ms or count >= limits.video_frames:
        got = f"frame {count + 1} at {time_ms / 60_000:.0f} minutes"
        raise UnsafeInputError(path.name, _length_limit(limits), got)


def _length_limit(limits: IngestLimits) -> str:
    return f"at most {limits.video_duration_ms / 3_600_000:g} hours and {limits.video_frames:,} frames"


@contextmanager
def _opened(path: Path, limits: IngestLimits) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The video and its picture stream, ready to be decoded, after all that can be checked before."""
    with path.open("rb") as file:
        options = {
            "protocol_whitelist": "none",  # no protocol of that name: nothing else can be opened
            "enable_drefs": "0",
            "codec_whitelist": ",".join(CODECS),
            "max_pixels": str(limits.video_frame_px),
        }
        kind = _demuxer(path.name, file.read(4096), path.stat().st_size, limits)
        file.seek(0)
        try:
            container = av.open(file, "r", format=kind, options=options, metadata_errors="replace")
        except (av.FFmpegError, ValueError) as error:
            raise InputError(path.name, EXPECTED, f"one too damaged to open ({_reason(error)})") from None
        with container:
            stream = _acceptable_stream(path.name, container, limits)
            stream.codec_context.options = {"max_pixels": options["max_pixels"]}
            stream.codec_context.thread_count = 1  # the least CPU time; the caller works meanwhile
            yield container, stream


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)


def _demuxer(name: str, start: bytes, size: int, limits: IngestLimits) -> str:
    """FFmpeg's name for the container that the first bytes announce."""
    if size > limits.video_bytes:
        raise UnsafeInputError(name, f"a video of at most {limits.video_bytes:,} bytes", f"{size:,} bytes")
    if start.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"
    if start[4:8] == b"ftyp":
        return "mov"
    raise InputError(name, EXPECTED, looks_like(start))


def _acceptable_stream(name: str, container: InputContainer, limits: IngestLimits) -> VideoStream:
    """The picture stream, once codec, size and length are known to be within the limits."""
    if not container.streams.video:
        raise InputError(name, EXPECTED, "a file without a picture stream")
    stream = container.streams.video[0]
    context = stream.codec_context
    codec = context.name if context else "unknown"
    if codec not in CODECS:
        raise InputError(name, EXPECTED, f"a video with the codec {codec}")
    width, height = context.width, context.height
    if not (width > 0 and height > 0):
        raise InputError(name, "a video that states its size", "one too damaged to tell")
    side, area = limits.video_side_px, limits.video_frame_px
    if max(width, height) > side or width * height > area:
        expected = f"frames of at most {side} px a side and {area / 1e6:g} million px"
        raise UnsafeInputError(name, expected, f"{width} x {height} px")
    duration_ms = _duration_ms(container, stream)
    if (duration_ms or 0) > limits.video_duration_ms or stream.frames > limits.video_frames:
        got = f"{(duration_ms or 0) / 3_600_000:.1f} hours and {stream.frames:,} frames"
        raise UnsafeInputError(name, _length_limit(limits), got)
    return stream


def _rate_hz(stream: VideoStream) -> float | None:
    """The stated rate; where a WebM states none, FFmpeg answers with its clock's resolution instead."""
    rate_hz = float(stream.average_rate or 0)
    return rate_hz if 0 < rate_hz <= RATE_MAX_HZ else None


def _duration_ms(container: InputContainer, stream: VideoStream) -> float | None:
    if stream.duration and stream.time_base and stream.duration > 0:
        return float(stream.duration * stream.time_base * 1000)
    return container.duration / 1000 if container.duration and container.duration > 0 else None
