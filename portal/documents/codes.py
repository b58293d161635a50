"""QR and Code 128, on the screen and on paper."""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from markupsafe import Markup, escape
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode
from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

QUIET = 4
"""Blank modules round a QR code, as the standard asks."""
WIDEST_BAR = 0.42 * mm
LONGEST_CODE = 48


class Place(NamedTuple):
    """A box on the page, in points from its lower left corner."""

    x: float
    y: float
    width: float
    height: float


def public_address(shop_url: str, number: str) -> str:
    """What a return's QR code says: the shop's configured address and the RMA number, never a secret."""
    return f"{shop_url.rstrip('/')}/r/{number}"


def qr_svg(text: str, label: str = "") -> Markup:
    """An inline SVG in `currentColor`, quiet zone included, without style or script.

    `label` is what a screen reader says; print the text as a code beside it as well.
    """
    size, runs = _modules(text)
    path = "".join(f"M{x} {y}h{n}v1h-{n}z" for x, y, n in runs)
    return Markup(
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}" shape-rendering="crispEdges">'
        '<path fill="currentColor" d="{2}"/></svg>'
    ).format(size, escape(label or text), Markup(path))  # noqa: S704 - digits and path letters alone


def draw_qr(canvas: Canvas, text: str, x: float, y: float, side: float) -> None:
    """Draw the code, quiet zone included, into the square with its lower left corner at x, y (points)."""
    size, runs = _modules(text)
    unit = side / size
    path = canvas.beginPath()
    for column, row, length in runs:
        path.rect(x + column * unit, y + side - (row + 1) * unit, length * unit, unit)
    canvas.drawPath(path, stroke=0, fill=1)


def _modules(text: str) -> tuple[int, list[tuple[int, int, int]]]:
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    matrix = code.get_matrix()
    return len(matrix), [(x, y, n) for y, row in enumerate(matrix) for x, n in _dark(row)]


def _dark(row: list[bool]) -> Iterator[tuple[int, int]]:
    x = 0
    for dark, run in groupby(row):
        length = len(list(run))
        if dark:
            yield x, length
        x += length


def draw_code128(canvas: Canvas, text: str, place: Place) -> None:
    """Draw the bars centred, quiet zone included; only printable ASCII is coded."""
    value = "".join(c for c in text if "!" <= c <= "~")[:LONGEST_CODE]
    if not value:
        return
    unit = min(WIDEST_BAR, place.width / Code128(value, barWidth=1, lquiet=10, rquiet=10).width)
    bars = Code128(value, barWidth=unit, barHeight=place.height, lquiet=10 * unit, rquiet=10 * unit)
    bars.drawOn(canvas, place.x + (place.width - bars.width) / 2, place.y)
