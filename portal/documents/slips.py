"""The packing slip: the paper in the parcel by which the warehouse knows what came."""

from collections.abc import Callable, Sequence
from io import BytesIO

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    LongTable,
    NextPageTemplate,
    PageTemplate,
    Paragraph,
)
from reportlab.platypus.tables import TableStyle

from portal.documents.codes import Place, draw_code128, draw_qr
from portal.documents.letters import BOLD, PLAIN, caption, one_line, paragraph
from portal.documents.sheets import COVER, SIZES, box
from portal.documents.values import PackingSlip, Paper, SlipLine
from portal.i18n import Message, Voice, say
from portal.ids import print_rma

TITLE, RETURN, ORDER, SENT_TO = say("Packing slip"), say("Return"), say("Order"), say("Goes to")
INSIDE = say("Put this slip into the parcel, on top of the articles.")
LISTED = say("Pack what is listed here and nothing else.")
HEADS = (say("Pieces"), say("Article"), say("SKU"), say("Reason"), say("Checked"))
EDGE, HEAD, LATER_HEAD, FOOT = 16 * mm, 74 * mm, 12 * mm, 14 * mm
TICK = "☐"
Cell = Sequence[Flowable] | Flowable | str
STYLE = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("LINEBELOW", (0, 0), (-1, 0), 1.2, (0, 0, 0)),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, (0.5, 0.5, 0.5)),
        ("TOPPADDING", (0, 1), (-1, -1), 5),
        ("BOTTOMPADDING", (0, 1), (-1, -1), 6),
    ]
)


def packing_slip(slip: PackingSlip, voice: Voice, paper: Paper = Paper.A4) -> bytes:
    """The PDF, on A4 or Letter, over as many pages as the lines need. Same input, same bytes."""
    data, pages = _build(slip, voice, paper, 1)
    return data if pages == 1 else _build(slip, voice, paper, pages)[0]


def _build(slip: PackingSlip, voice: Voice, paper: Paper, pages: int) -> tuple[bytes, int]:
    out, (width, height) = BytesIO(), SIZES[paper]
    title = f"{voice.text(TITLE)} {print_rma(slip.number)}"
    doc = BaseDocTemplate(out, pagesize=SIZES[paper], invariant=1, lang=voice.language, title=title)

    def page(name: str, head: float, draw: Callable[[Canvas], None]) -> PageTemplate:
        def decorate(canvas: Canvas, _: BaseDocTemplate) -> None:
            draw(canvas)
            _foot(canvas, slip, voice, pages, width)

        frame = Frame(EDGE, EDGE + FOOT, width - 2 * EDGE, height - 2 * EDGE - FOOT - head, 0, 0, 0, 0)
        return PageTemplate(name, [frame], onPage=decorate)

    first = page("first", HEAD, lambda c: _head(c, slip, voice, width, height))
    later = page("later", LATER_HEAD, lambda c: _later_head(c, slip, width, height))
    doc.addPageTemplates([first, later])
    doc.build([NextPageTemplate("later"), *_steps(slip, voice), _table(slip, voice, width - 2 * EDGE)])
    return out.getvalue(), doc.page


def _head(canvas: Canvas, slip: PackingSlip, voice: Voice, width: float, height: float) -> None:
    top, side, room = height - EDGE, 34 * mm, width - 2 * EDGE
    draw_qr(canvas, slip.url, width - EDGE - side + 3 * mm, top - side + 3 * mm, side)
    box(canvas, _name(slip, voice), Place(EDGE, top - 38 * mm, room - side - 4 * mm, 38 * mm))
    draw_code128(canvas, print_rma(slip.number), Place(EDGE - 4 * mm, top - 55 * mm, 92 * mm, 14 * mm))
    order = [caption(voice.text(ORDER)), paragraph(slip.order, 10, True, 60)]
    box(canvas, order, Place(EDGE + 96 * mm, top - 55 * mm, 34 * mm, 14 * mm))
    to = [caption(voice.text(SENT_TO)), paragraph(", ".join([slip.to.name, *slip.to.lines]), 9)]
    box(canvas, to, Place(EDGE, top - 69 * mm, room, 11 * mm))


def _name(slip: PackingSlip, voice: Voice) -> list[Paragraph]:
    return [
        paragraph(slip.shop, 13, True, 120, gap=1),
        paragraph(voice.text(TITLE), 11, gap=8),
        caption(voice.text(RETURN)),
        paragraph(print_rma(slip.number), 24, True, gap=2),
        paragraph(slip.url, 7.5),
    ]


def _later_head(canvas: Canvas, slip: PackingSlip, width: float, height: float) -> None:
    canvas.setFont(BOLD, 11)
    canvas.drawString(EDGE, height - EDGE - 4 * mm, print_rma(slip.number))
    canvas.setFont(PLAIN, 9)
    canvas.drawRightString(width - EDGE, height - EDGE - 4 * mm, one_line(slip.shop, 60))


def _foot(canvas: Canvas, slip: PackingSlip, voice: Voice, pages: int, width: float) -> None:
    number = voice.number(canvas.getPageNumber())
    words = voice.text(say("Page {page} of {pages}", page=number, pages=voice.number(pages)))
    canvas.setFont(PLAIN, 9)
    canvas.drawString(EDGE, EDGE, print_rma(slip.number))
    canvas.drawRightString(width - EDGE, EDGE, one_line(words))


def _steps(slip: PackingSlip, voice: Voice) -> list[Flowable]:
    steps: tuple[Message, ...] = slip.steps or (INSIDE, LISTED, COVER)
    if slip.hand_in_by and not slip.steps:
        steps += (say("Hand the parcel in by {day}.", day=slip.hand_in_by),)
    said = [voice.text(step) for step in steps]
    gaps = [3] * (len(said) - 1) + [12]
    return [
        paragraph(f"{n}. {step}", 9.5, gap=gap, flush=True)
        for n, (step, gap) in enumerate(zip(said, gaps, strict=True), 1)
    ]


def _table(slip: PackingSlip, voice: Voice, width: float) -> LongTable:
    heads: list[Cell] = [paragraph(voice.text(head), 8) for head in HEADS]
    total = say("{number} in all", number=voice.number(sum(line.quantity for line in slip.lines)))
    rows = [heads, *(_row(line, voice) for line in slip.lines)]
    rows.append(["", paragraph(voice.text(total), 9.5, True), "", "", ""])
    columns = [16 * mm, width - 102 * mm, 32 * mm, 36 * mm, 18 * mm]
    return LongTable(rows, columns, repeatRows=1, style=STYLE)


def _row(line: SlipLine, voice: Voice) -> list[Cell]:
    article = [paragraph(line.title, 9.5)]
    if line.variant:
        article.append(paragraph(line.variant, 8.5, most=120))
    return [
        paragraph(f"{voice.number(line.quantity)} ×", 9.5, True),
        article,
        paragraph(line.sku, 8.5, most=60),
        paragraph(line.reason, 8.5, most=160),
        paragraph(TICK, 14),
    ]
