"""The fonts of every document, and text made fit for them."""

import unicodedata
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph

FONTS = Path(__file__).with_name("fonts")
PLAIN, BOLD = "DejaVuSans", "DejaVuSans-Bold"
MISSING = "□"


def _register(name: str) -> frozenset[int]:
    font = TTFont(name, str(FONTS / f"{name}.ttf"))
    pdfmetrics.registerFont(font)
    return frozenset(font.face.charToGlyph)


# At import, so that two threads never register a font under a document that is being drawn.
_KNOWN = _register(PLAIN) & _register(BOLD)


def letters(text: str, most: int = 300) -> str:
    """One line of at most `most` characters that the fonts can print.

    Control characters count as blanks, formatting characters as nothing; a letter that the fonts lack prints
    as a box.
    """
    shown = "".join(_letter(c) for c in unicodedata.normalize("NFC", text[: 4 * most]))
    line = " ".join(shown.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _letter(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Cc" or kind.startswith("Z"):
        return " "
    if kind == "Cf" or "\ufe00" <= character <= "\ufe0f":
        return ""
    return character if ord(character) in _KNOWN else MISSING


def paragraph(text: str, size: float, bold: bool = False, most: int = 300, gap: float = 0) -> Paragraph:
    """The text, none of it markup, as a wrapping paragraph of `size` points, `gap` points before the next."""
    style = ParagraphStyle(
        f"{size} {bold} {gap}",
        fontName=BOLD if bold else PLAIN,
        fontSize=size,
        leading=size * 1.22,
        spaceAfter=gap,
        splitLongWords=1,
    )
    return Paragraph(escape(letters(text, most)), style)


def caption(text: str) -> Paragraph:
    """The small word above a thing."""
    return paragraph(text, 7, gap=1.5)
