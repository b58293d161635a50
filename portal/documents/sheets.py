"""A sheet of paper with one label on it, and the strokes that labels are made of."""

from collections.abc import Callable, Sequence
from io import BytesIO

from reportlab.lib.pagesizes import A4, A6, LETTER
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Image, KeepInFrame, Paragraph

from portal.documents.codes import Place
from portal.documents.letters import letters, paragraph
from portal.documents.values import Address, Paper
from portal.i18n import Voice, say

WIDTH, HEIGHT = 100 * mm, 148 * mm
"""A label, which fits on A6 and on a roll of 100 × 150 mm alike."""
MARGIN = 5 * mm
INNER = WIDTH - 2 * MARGIN
SIZES = {Paper.A4: A4, Paper.LETTER: LETTER, Paper.A6: A6, Paper.ROLL: (100 * mm, 150 * mm)}
CUT_OUT = {Paper.A4, Paper.LETTER}
EDGE = 12 * mm
LINES_OF_AN_ADDRESS = 8

CUT = say("Cut along the dashed line.")
STICK = say("Stick the label flat on the largest side of the parcel, the codes not over an edge.")
COVER = say("Remove or cover every older label and code on the parcel.")


def label_sheet(paper: Paper, title: str, voice: Voice, draw: Callable[[Canvas], None]) -> bytes:
    """A PDF of one page; `draw` draws the label with its lower left corner at the origin."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=SIZES[paper], invariant=1, lang=voice.language)
    canvas.setTitle(letters(title))
    left, bottom = _corner(paper)
    if paper in CUT_OUT:
        _cut_lines(canvas, left, bottom)
        _advice(canvas, voice, Place(left + WIDTH, bottom, SIZES[paper][0] - left - WIDTH, HEIGHT))
    canvas.translate(left, bottom)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def _corner(paper: Paper) -> tuple[float, float]:
    width, height = SIZES[paper]
    if paper in CUT_OUT:
        return EDGE, height - EDGE - HEIGHT
    return (width - WIDTH) / 2, (height - HEIGHT) / 2


def _cut_lines(canvas: Canvas, left: float, bottom: float) -> None:
    canvas.saveState()
    canvas.setDash(4, 3)
    canvas.setLineWidth(0.5)
    canvas.rect(left, bottom, WIDTH, HEIGHT)
    canvas.restoreState()


def _advice(canvas: Canvas, voice: Voice, beside: Place) -> None:
    steps = enumerate((CUT, STICK, COVER), 1)
    words = [paragraph(f"{n}. {voice.text(step)}", 10, gap=6, flush=True) for n, step in steps]
    x, width = beside.x + 8 * mm, beside.width - 8 * mm - EDGE
    box(canvas, words, Place(x, beside.y, width, beside.height))


def box(canvas: Canvas, content: Sequence[Flowable], place: Place) -> None:
    """Set the paragraphs from the top of the place down; what is too tall is made smaller, never cut."""
    frame = KeepInFrame(place.width, place.height, list(content), mode="shrink")
    _, used = frame.wrapOn(canvas, place.width, place.height)
    frame.drawOn(canvas, place.x, place.y + place.height - used)


def address(where: Address, name_size: float, line_size: float, *, right: bool = False) -> list[Paragraph]:
    """The address as paragraphs; lines beyond the eighth run on in the last one."""
    lines = [line for line in where.lines if line.strip()]
    rest = lines[LINES_OF_AN_ADDRESS - 1 :]
    shown = lines[: LINES_OF_AN_ADDRESS - 1] + ([", ".join(rest)] if rest else [])
    return [
        paragraph(where.name, name_size, True, 120, gap=2, right=right),
        *(paragraph(n, line_size, most=120, right=right) for n in shown),
    ]


def fitting(png: bytes, width: float, height: float, *, right: bool = False) -> Image:
    """A shop's logo, at most so large."""
    return Image(BytesIO(png), width, height, kind="proportional", hAlign="RIGHT" if right else "LEFT")


def rule(canvas: Canvas, y: float) -> None:
    """A line across the label at the height y."""
    canvas.setLineWidth(0.8)
    canvas.line(MARGIN, y, WIDTH - MARGIN, y)
