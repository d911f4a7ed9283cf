"""The paper: A4 with its margins, styles of text, page numbers, bookmarks; and how it becomes a file.

The same content always gives the same bytes: the file carries no time, no name of a machine or a person.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from reportlab import rl_config
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Table, TableStyle

from dashboard.report.typeface import BOLD, REGULAR, Typesetter
from dashboard.texts import spoken, t
from dashboard.theme import LIGHT

MARGIN: Final = 20 * mm
TOP, BOTTOM = 20 * mm, 22 * mm
ABOVE: Final = 44  # pt: how much of what is above a bookmark is to be seen, its heading at least
WIDTH: Final = A4[0] - 2 * MARGIN
HEIGHT: Final = A4[1] - TOP - BOTTOM

_building = threading.Lock()  # reportlab's registries of fonts are shared by everything in the process


def ink(colour: str, opacity: float = 1.0) -> Color:
    """A colour of the theme."""
    solid = HexColor(colour)
    return Color(solid.red, solid.green, solid.blue, opacity)


@dataclass(frozen=True)
class Part:
    """A piece of a line: its text, and how it differs from the rest."""

    text: str
    bold: bool = False
    colour: str | None = None
    size: float | None = None
    link: str | None = None  # the name of a bookmark


def _style(name: str, size: float, leading: float, **different: Any) -> ParagraphStyle:
    usual = {
        "fontName": REGULAR[0][0],
        "textColor": ink(LIGHT.text),
        "alignment": TA_LEFT,
        "splitLongWords": 1,
    }
    return ParagraphStyle(name, fontSize=size, leading=leading, **(usual | different))


_MUTED: Final = ink(LIGHT.muted)
_BOLD: Final = BOLD[0][0]
STYLES: Final = {
    style.name: style
    for style in (
        _style("over", 9.5, 13, textColor=_MUTED),
        _style("title", 23, 29, fontName=_BOLD),
        _style("heading", 15, 20, fontName=_BOLD),
        _style("later-heading", 15, 20, fontName=_BOLD, spaceBefore=22),
        _style("section", 11.5, 16, fontName=_BOLD, spaceBefore=14, spaceAfter=3),
        _style("lead", 11, 16),
        _style("body", 9.5, 14),
        _style("small", 8, 11.5, textColor=_MUTED),
        _style("cell", 8.5, 11.5, rightIndent=6),
        _style("number", 8.5, 11.5, alignment=TA_RIGHT),
        _style("head", 7.5, 10, textColor=_MUTED),
        _style("number-head", 7.5, 10, textColor=_MUTED, alignment=TA_RIGHT),
        _style("stat", 17, 22, fontName=_BOLD),
    )
}
_BOLD_STYLES: Final = frozenset(name for name, style in STYLES.items() if style.fontName == _BOLD)


@dataclass
class Sheet:
    """What a report is written with: its content so far, and the typesetter."""

    type: Typesetter = field(default_factory=Typesetter)
    story: list[Flowable] = field(default_factory=list)

    def add(self, *flowables: Flowable) -> None:
        """Put these below what is there."""
        self.story.extend(flowables)

    def line(self, style: str, *parts: str | Part) -> Paragraph:
        """A paragraph of text."""
        bold = style in _BOLD_STYLES
        return Paragraph("".join(self._part(each, bold) for each in parts), STYLES[style])

    def lines(self, style: str, lines: Sequence[str | Part]) -> Paragraph:
        """A paragraph with these lines below one another."""
        bold = style in _BOLD_STYLES
        return Paragraph("<br/>".join(self._part(each, bold) for each in lines), STYLES[style])

    def _part(self, part: str | Part, bold: bool) -> str:
        part = part if isinstance(part, Part) else Part(part)
        marked = self.type.markup(part.text, bold=bold or part.bold)
        look = (f" color={quoteattr(part.colour)}" if part.colour else "") + (
            f' size="{part.size}"' if part.size else ""
        )
        marked = f"<font{look}>{marked}</font>" if look else marked
        return f"<a href={quoteattr('#' + part.link)}>{marked}</a>" if part.link else marked


class Place(Flowable):
    """A bookmark, and a line of the outline that viewers show beside the pages. Takes no room."""

    def __init__(self, name: str, title: str, level: int = 0) -> None:
        super().__init__()
        self.name, self.title, self.level = name, title, level

    def wrap(self, *_: float) -> tuple[float, float]:
        return 0, 0

    def draw(self) -> None:
        self.canv.bookmarkHorizontal(self.name, 0, ABOVE)
        self.canv.addOutlineEntry(self.title, self.name, self.level)


def grid(rows: list[list[Any]], widths: Sequence[float], *, heads: int = 1) -> Table:
    """A table with hairlines between its rows; the heads are repeated on every page."""
    style = [
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("VALIGN", (0, 0), (-1, heads - 1), "BOTTOM"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 4),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, ink(LIGHT.line)),
    ]
    return Table(rows, colWidths=list(widths), repeatRows=heads, style=TableStyle(style), hAlign="LEFT")


def written(sheet: Sheet, *, title: str, running: str) -> bytes:
    """The PDF; `running` stands at the foot of every page."""
    out = io.BytesIO()
    with _building:
        rl_config.useA85 = 0  # bytes as they are: a fifth smaller
        document = BaseDocTemplate(
            out, pagesize=A4, invariant=1, title=title, author="Gazeboard", creator="Gazeboard",
            subject=t("report-subject"), lang=str(spoken()), pageCompression=1,
        )  # fmt: skip
        frame = Frame(MARGIN, BOTTOM, WIDTH, HEIGHT, 0, 0, 0, 0)
        document.addPageTemplates(PageTemplate(frames=[frame], onPageEnd=_put_foot))
        document.build(list(sheet.story), canvasmaker=_footed(sheet, running))
    return out.getvalue()


def _put_foot(canvas: Canvas, _: BaseDocTemplate) -> None:
    """The foot of a page, which is drawn last: only then it is known how many pages there are."""
    canvas.doForm(f"foot-{canvas.getPageNumber()}")


def _footed(sheet: Sheet, running: str) -> type[Canvas]:
    """A canvas that draws the feet of its pages before it is saved."""

    class Footed(Canvas):
        def save(self) -> None:
            pages = self.getPageNumber() - 1
            for number in range(1, pages + 1):
                self.beginForm(f"foot-{number}", 0, 0, *A4)
                _foot(self, sheet.type, running, t("report-page", number=number, pages=pages))
                self.endForm()
            super().save()

    return Footed


def _foot(canvas: Canvas, typesetter: Typesetter, running: str, number: str) -> None:
    y = BOTTOM - 11 * mm
    write(canvas, typesetter, number, A4[0] - MARGIN, y, 8, LIGHT.muted, anchor="right")
    room = WIDTH - typesetter.width(number, 8) - 20
    write(canvas, typesetter, typesetter.fitting(running, 8, room), MARGIN, y, 8, LIGHT.muted)


def write(
    canvas: Canvas,
    typesetter: Typesetter,
    text: str,
    x: float,
    y: float,
    size: float,
    colour: str,
    *,
    bold: bool = False,
    anchor: str = "left",
) -> None:
    """One line of text at a place: (x, y) is the left end, the middle or the right end of its base line."""
    runs = typesetter.runs(text, bold=bold)
    x -= {"left": 0.0, "middle": 0.5, "right": 1.0}[anchor] * typesetter.width(text, size, bold=bold)
    drawn = canvas.beginText(x, y)
    drawn.setFillColor(ink(colour))
    for font, run in runs:
        drawn.setFont(font, size)
        drawn.textOut(run)
    canvas.drawText(drawn)
