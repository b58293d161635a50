"""The fonts of every document, and text made fit for them."""

import unicodedata
from collections.abc import Collection
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph

from portal.documents.reading_order import APART, drawn, runs_left

FONTS = Path(__file__).with_name("fonts")
PLAIN, BOLD = "DejaVuSans", "DejaVuSans-Bold"
MISSING = "□"


def _register(name: str) -> frozenset[int]:
    font = TTFont(name, str(FONTS / f"{name}.ttf"))
    pdfmetrics.registerFont(font)
    return frozenset(font.face.charToGlyph)


# At import, so that two threads never register a font under a document that is being drawn.
_KNOWN = _register(PLAIN) & _register(BOLD)


def letters(text: str, most: int = 300, kept: Collection[str] = ()) -> str:
    """One line of at most `most` characters that the fonts can print.

    Control characters count as blanks, formatting characters that are not `kept` as nothing; a letter that
    the fonts lack prints as a box.
    """
    shown = "".join(c if c in kept else _letter(c) for c in unicodedata.normalize("NFC", text[: 4 * most]))
    line = " ".join(shown.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _letter(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Cc" or kind.startswith("Z"):
        return " "
    if kind == "Cf" or "\ufe00" <= character <= "\ufe0f":
        return ""
    return character if ord(character) in _KNOWN else MISSING


def one_line(text: str, most: int = 300) -> str:
    """One line as it is drawn, for what is set by itself."""
    return drawn(letters(text, most, APART))


def paragraph(
    text: str,
    size: float,
    bold: bool = False,
    most: int = 300,
    gap: float = 0,
    *,
    flush: bool = False,
    right: bool = False,
    colour: str = "#000000",
) -> Paragraph:
    """The text, none of it markup, as a wrapping paragraph of `size` points, `gap` points before the next.

    Labels and slips stand from left to right in every language; `flush` sets a text at the side where its
    lines begin, `right` sets figures under each other, and what stands on a sheet that runs to the left.
    """
    shown = letters(text, most, APART)
    leftward = runs_left(shown)
    style = ParagraphStyle(
        f"{size} {bold} {gap} {flush} {right} {colour}",
        fontName=BOLD if bold else PLAIN,
        fontSize=size,
        leading=size * 1.22,
        spaceAfter=gap,
        splitLongWords=1,
        textColor=HexColor(colour),
        alignment=TA_RIGHT if right or (flush and leftward) else TA_LEFT,
    )
    return Turned(shown, style) if leftward else Paragraph(escape(drawn(shown)), style)


class Turned(Paragraph):
    """A paragraph whose lines run from right to left: broken first, then each line put in order."""

    def __init__(self, text: str, style: ParagraphStyle) -> None:
        super().__init__(escape(drawn(text)), style)
        self.kept = text

    def wrap(self, width: float, height: float) -> Any:
        lines = simpleSplit(self.kept, self.style.fontName, self.style.fontSize, width)
        super().__init__("<br/>".join(escape(drawn(part, leftward=True)) for part in lines), self.style)
        return super().wrap(width, height)


def caption(text: str, *, right: bool = False) -> Paragraph:
    """The small word above a thing."""
    return paragraph(text, 7, gap=1.5, right=right)
