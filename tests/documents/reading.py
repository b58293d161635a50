"""Reads documents back: codes through a rendered picture, words through the PDF's text."""

from io import BytesIO

import pypdf
import pypdfium2
import zxingcpp
from PIL.Image import Image

THERMAL = 203
"""Dots per inch of an ordinary label printer."""


def picture(pdf: bytes, page: int = 0, dpi: int = THERMAL) -> Image:
    return pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72).to_pil()


def codes(pdf: bytes, page: int = 0) -> dict[str, str]:
    return {found.format.name: found.text for found in zxingcpp.read_barcodes(picture(pdf, page))}


def pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(BytesIO(pdf)).pages]


def millimetres(pdf: bytes) -> tuple[int, int]:
    box = pypdf.PdfReader(BytesIO(pdf)).pages[0].mediabox
    return round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)


def places(pdf: bytes) -> dict[str, float]:
    """Where each text of the first page begins, in millimetres from the left."""
    found: dict[str, float] = {}

    def note(text: str, user: list[float], matrix: list[float], *_: object) -> None:
        if text.strip():
            found.setdefault(text.strip(), (matrix[4] * user[0] + user[4]) / 72 * 25.4)

    pypdf.PdfReader(BytesIO(pdf)).pages[0].extract_text(visitor_text=note)
    return found
