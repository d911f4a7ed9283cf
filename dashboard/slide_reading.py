"""Reading pictures and PDFs that strangers uploaded, in a process that may come to grief over them.

`python -m dashboard.slide_reading` gets a request on standard input, writes each page as a picture of its
own into a folder, and tells on standard output, one JSON object a line, how far it is and what it found.
It ends when its standard input does: whoever asked is gone then.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from PIL import Image

from pipeline.attention.proposals import propose
from pipeline.errors import InputError, UnsafeInputError
from pipeline.ingest.regions import region_document
from pipeline.ingest.slides import Page, count_of, read_pages, slug

MEMORY_MAX_BYTES: Final = 4 * 1024**3
CPU_MAX_S: Final = 1800
FILE_MAX_BYTES: Final = 200_000_000
SPARE_BYTES: Final = 1_000_000_000  # disk space that is left to everything else
STOPPED_STATUS: Final = 75


@dataclass
class Reader:
    """Reads one file after the other; `seen` are the pictures there are already, by their pixels."""

    out: Path
    propose: bool
    channel: IO[str]
    seen: dict[str, str] = field(default_factory=dict)
    written: int = 0

    def know(self, pictures: Iterable[tuple[str, str]]) -> None:
        """Remember the slides that the lesson has: file and title of each."""
        for number, (path, title) in enumerate(pictures, start=1):
            with suppress(InputError, OSError):  # a stored picture that was damaged is nobody's repeat
                for page in read_pages(Path(path)):
                    self.seen[page.content_hash] = title
            self.tell(known=number)

    def read(self, index: int, path: Path) -> None:
        """All pages of a file, or what is wrong with it: then none of them."""
        slides: list[dict[str, Any]] = []
        repeats: list[tuple[str, str]] = []
        seen = dict(self.seen)
        try:
            pages = count_of(path)
            for number, page in enumerate(read_pages(path), start=1):
                self.tell(file=index, page=number, pages=pages)
                content_hash = page.content_hash
                if content_hash in seen:
                    repeats.append((page.where, seen[content_hash]))
                else:
                    seen[content_hash] = page.title
                    slides.append(self._slide(page))
        except InputError as error:
            self.tell(file=index, wrong=[error.where, error.expected, error.got])
            return
        self.seen = seen
        self.tell(file=index, slides=slides, repeats=repeats)

    def _slide(self, page: Page) -> dict[str, Any]:
        """Write a page as a picture of ours, and propose its regions if that was asked for."""
        if shutil.disk_usage(self.out).free < SPARE_BYTES:
            raise UnsafeInputError(page.where, "room on the disk of the server", "too little of it")
        self.written += 1
        file = self.out / f"{os.getpid()}-{self.written}.png"
        Image.fromarray(page.image).save(file, format="PNG")
        aois = propose(page.image, page.boxes) if self.propose else ()
        height, width = page.image.shape[:2]
        return {
            "file": file.name, "title": page.title, "wanted": slug(page.title), "width_px": width,
            "height_px": height, "aois": [region_document(aoi) for aoi in aois],
        }  # fmt: skip

    def tell(self, **what: Any) -> None:
        print(json.dumps(what), file=self.channel, flush=True)


def limit_resources() -> None:
    """Have the system refuse what no deck of slides needs."""
    for kind, value in (
        (resource.RLIMIT_AS, MEMORY_MAX_BYTES),
        (resource.RLIMIT_CPU, CPU_MAX_S),
        (resource.RLIMIT_FSIZE, FILE_MAX_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (allowed, hard))


def _end_with_input() -> None:
    def wait() -> None:
        while os.read(0, 1024):
            pass
        os._exit(STOPPED_STATUS)

    threading.Thread(target=wait, daemon=True).start()


def main() -> None:
    """Answer the request in the first line of standard input."""
    limit_resources()
    os.nice(5)
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever else prints, native libraries too, is not for who asked
    request = json.loads(sys.stdin.buffer.raw.readline())  # unbuffered
    _end_with_input()
    reader = Reader(Path(request["out"]), request["propose"], channel)
    reader.know(request["known"])
    for index, path in request["files"]:
        reader.read(index, Path(path))


if __name__ == "__main__":
    main()
