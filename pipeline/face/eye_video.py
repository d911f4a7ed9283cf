"""Eye crops as a video: the two eyes side by side, grey, a frame for a frame. Times are kept elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.video.reformatter import ColorRange

from pipeline.domain import Bytes
from pipeline.errors import InputError
from pipeline.face.eye_crops import HEIGHT_PX, WIDTH_PX

QUALITY: Final = "16"  # x264's rate factor: about 2 grey levels rms
RATE_HZ: Final = 30  # nominal
SAFE: Final = {
    "protocol_whitelist": "none",
    "enable_drefs": "0",
    "codec_whitelist": "h264",
    "max_pixels": str(2 * WIDTH_PX * HEIGHT_PX),
}


def write(eyes: Bytes, path: Path) -> None:
    """Encode crops (n, 2, height, width) as MP4 (H.264)."""
    with av.open(path, "w", format="mp4") as video:
        stream = video.add_stream("libx264", rate=RATE_HZ)
        stream.width, stream.height, stream.pix_fmt = 2 * WIDTH_PX, HEIGHT_PX, "gray"
        stream.options = {"crf": QUALITY, "preset": "veryfast"}
        stream.codec_context.color_range = ColorRange.JPEG
        for pair in eyes:
            frame = av.VideoFrame.from_ndarray(np.hstack(tuple(pair)), format="gray")
            frame.color_range = ColorRange.JPEG
            video.mux(stream.encode(frame))
        video.mux(stream.encode(None))


def read(path: Path, frames: int) -> Bytes:
    """Crops (frames, 2, height, width).

    Raises
    ------
    InputError
        It is no such video, is damaged, or has more or fewer frames.
    """
    eyes = np.zeros((frames, 2, HEIGHT_PX, WIDTH_PX), np.uint8)
    count = 0
    try:
        for count, picture in enumerate(_pictures(path), start=1):
            if count > frames or picture.shape != (HEIGHT_PX, 2 * WIDTH_PX):
                height, width = picture.shape
                expected = f"{frames} frames of {2 * WIDTH_PX}x{HEIGHT_PX} px"
                raise InputError(path.name, expected, f"frame {count} of {width}x{height} px")
            eyes[count - 1] = np.split(picture, 2, axis=1)
    except (OSError, av.FFmpegError, StopIteration, IndexError) as error:
        raise InputError(
            path.name, "a whole MP4 (H.264) video", f"{type(error).__name__}: {error}"
        ) from error
    if count < frames:
        raise InputError(path.name, f"{frames} frames, one for each row of the table", str(count))
    return eyes


def _pictures(path: Path) -> Iterator[Bytes]:
    # An open file, a named format and no protocols: nothing in the file can make another one be opened.
    with path.open("rb") as file, av.open(file, "r", format="mp4", options=SAFE) as video:
        for frame in video.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="gray"), np.uint8)
