"""A zip file that is sent while it is made: nothing of it is ever held but the piece on its way."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

MEMBER_TIME: Final = (1980, 1, 1, 0, 0, 0)  # the same content is the same file


@dataclass(frozen=True)
class Member:
    """A file in the zip. `packed`: it is compressed already."""

    name: str
    pieces: Iterable[bytes]
    packed: bool = False
    large: bool = False  # may be: 2 GB and more; not every program reads the form that such files need


class _Pipe:
    """Takes what `ZipFile` writes until it is fetched; it cannot be rewound, so sizes follow the contents."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, content: bytes) -> int:
        self._held += content
        return len(content)

    def flush(self) -> None:
        """Nothing is kept back."""

    def fetch(self) -> bytes:
        held = bytes(self._held)
        self._held.clear()
        return held


def zipped(members: Iterable[Member]) -> Iterator[bytes]:
    """The zip, piece by piece; each member is asked for its pieces when its turn comes."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w") as archive:  # it needs no more of a file
        for member in members:
            info = zipfile.ZipInfo(member.name, MEMBER_TIME)
            info.compress_type = zipfile.ZIP_STORED if member.packed else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            with archive.open(info, "w", force_zip64=member.large) as target:
                for piece in member.pieces:
                    target.write(piece)
                    yield pipe.fetch()
    yield pipe.fetch()
