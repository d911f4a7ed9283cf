"""Small videos and packages, made on the spot so that their truth is known."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

SESSION: dict[str, Any] = {
    "format": "gazeboard-session",
    "version": 1,
    "course": "biology-7",
    "lesson": "photosynthesis",
    "student": "s-01",
    "consent": {"version": "2026-09", "given_at": "2026-11-03T08:15:00Z"},
    "screen": {
        "width_px": 1280,
        "height_px": 720,
        "width_mm": 344,
        "height_mm": 193.5,
        "size_source": "bank card",
    },
    "camera": {"x_mm": 0, "y_mm": 8, "horizontal_fov_deg": 70, "mirrored": False},
    "video_start_ms": 20,
    "recorder": {"name": "gazeboard-recorder", "version": "1.0", "user_agent": "Mozilla/5.0"},
}
TIMELINE = """t_ms,event,slide,x_px,y_px,width_px,height_px
0,slide_shown,1-leaf,160,40,960,540
300,page_hidden,,,,,
400,page_visible,,,,,
500,window_resized,1-leaf,0,0,640,360
700,slide_shown,2-light,160,40,960,540
900,slide_hidden,2-light,,,,
"""
CALIBRATION = """t_on_ms,t_off_ms,x_px,y_px,kind
1000,2000,64,36,calibrate
2000,3000,1216,684.5,calibrate
3500,4500,640,360,validate
"""


class _Pipe(io.RawIOBase):
    """A file that cannot be rewound, as the recorder's is: the length of the video stays unknown."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        return self._file.write(data)

    def close(self) -> None:
        self._file.close()
        super().close()


def picture(index: int, width: int, height: int) -> np.ndarray:
    """A grey whose level is the frame's number, with a white corner at the top left."""
    rgb = np.full((height, width, 3), 20 + 8 * (index % 25), dtype=np.uint8)
    rgb[: height // 3, : width // 3] = 255
    return rgb


@pytest.fixture(scope="session")
def write_clip() -> Callable[..., Path]:
    """Write a video whose frame `i` is `picture(i)` at `times_ms[i]`."""

    def write(
        path: Path,
        codec: str = "libvpx",
        times_ms: Sequence[int] = tuple(range(0, 400, 40)),
        *,
        size: tuple[int, int] = (96, 64),
        rotation_deg: float = 0,
        live: bool = False,
        options: dict[str, str] | None = None,
    ) -> Path:
        target = _Pipe(path) if live else path
        container_format = {"webm": "webm", "mkv": "matroska", "avi": "avi"}.get(path.suffix[1:], "mp4")
        with av.open(target, "w", format=container_format, options=options or {}) as container:
            stream = container.add_stream(codec, rate=1000)
            stream.width, stream.height = size
            stream.pix_fmt = "yuv420p"
            stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
            if codec == "libx264":
                stream.options = {"preset": "ultrafast", "crf": "10"}
            if rotation_deg:
                stream.set_display_rotation(rotation_deg)
            for index, time_ms in enumerate(times_ms):
                frame = av.VideoFrame.from_ndarray(picture(index, *size), format="rgb24")
                frame.pts, frame.time_base = time_ms, Fraction(1, 1000)
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        if live:
            target.close()
        return path

    return write


@pytest.fixture(scope="session")
def clip(write_clip: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a valid WebM of ten frames."""
    return write_clip(tmp_path_factory.mktemp("clip") / "clip.webm").read_bytes()


@pytest.fixture
def package(tmp_path: Path, clip: bytes) -> Path:
    """A folder with a whole and valid package."""
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "session.json").write_text(json.dumps(SESSION))
    (folder / "timeline.csv").write_text(TIMELINE)
    (folder / "calibration.csv").write_text(CALIBRATION)
    (folder / "webcam.webm").write_bytes(clip)
    return folder


@pytest.fixture
def workdir(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def zipped() -> Callable[..., Path]:
    """Zip a folder, its files under the prefix."""

    def pack(folder: Path, prefix: str = "") -> Path:
        archive = folder.with_suffix(".zip")
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
            for path in sorted(folder.iterdir()):
                opened.write(path, prefix + path.name)
        return archive

    return pack
