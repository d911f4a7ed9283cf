"""Small PDF files written by hand, so that every place on a page is known."""

from __future__ import annotations

import zlib
from collections.abc import Sequence


def text(x: float, y: float, size: float, words: str) -> str:
    """Text in Helvetica with its base line at this point."""
    return f"BT /F1 {size} Tf {x} {y} Td ({words}) Tj ET"


def pdf(pages: Sequence[str], page_fields: str = "/MediaBox [0 0 320 180]", trailer: str = "") -> bytes:
    """A file with these content streams as pages of 320 x 180 points. `/Im1` is a picture of 2 x 1 px."""
    kids = " ".join(f"{6 + 2 * k} 0 R" for k in range(len(pages)))
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Font << /F1 3 0 R >> /XObject << /Im1 5 0 R >> >>",
        _stream(
            b"\xff\x00\x00\x00\xff\x00",
            "/Type /XObject /Subtype /Image /Width 2 /Height 1 /ColorSpace /DeviceRGB /BitsPerComponent 8",
        ),
    ]
    for k, content in enumerate(pages):
        fields = f"/Type /Page /Parent 2 0 R /Resources 4 0 R /Contents {7 + 2 * k} 0 R {page_fields}"
        bodies += [f"<< {fields} >>".encode(), _stream(content.encode(), "")]
    return _file(bodies, trailer)


def _stream(content: bytes, fields: str) -> bytes:
    packed = zlib.compress(content)
    head = f"<< /Filter /FlateDecode /Length {len(packed)} {fields} >>\nstream\n".encode()
    return head + packed + b"\nendstream"


def _file(bodies: Sequence[bytes], trailer: str) -> bytes:
    """The objects one after the other, and the table of where each begins."""
    made, starts = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(bodies, 1):
        starts.append(len(made))
        made += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = len(made)
    made += f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n".encode()
    made += b"".join(f"{start:010} 00000 n \n".encode() for start in starts)
    made += f"trailer << /Size {len(bodies) + 1} /Root 1 0 R {trailer} >>\n".encode()
    return bytes(made) + f"startxref\n{table}\n%%EOF\n".encode()
