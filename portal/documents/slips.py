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
    Spacer,
)
from reportlab.platypus.tables import TableStyle

from portal.documents.codes import Place, draw_code128, draw_qr
from portal.documents.letters import BOLD, PLAIN, caption, one_line, paragraph
from portal.documents.sheets import COVER, CUT_OUT, SIZES, box, fitting
from portal.documents.values import PackingSlip, Paper, SlipLine
from portal.i18n import Message, Voice, say
from portal.ids import print_rma

TITLE, RETURN, ORDER, SENT_TO = say("Packing slip"), say("Return"), say("Order"), say("Goes to")
INSIDE = say("Put this slip into the parcel, on top of the articles.")
LISTED = say("Pack what is listed here and nothing else.")
HEADS = (say("Pieces"), say("Article"), say("SKU"), say("Reason"), say("Checked"))
LATER_HEAD, FOOT = 12 * mm, 14 * mm
EDGE, HEAD = 16 * mm, 74 * mm
NARROW_EDGE, NARROW_HEAD = 5 * mm, 68 * mm
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
    """The PDF, over as many pages as the lines need. Same input, same bytes."""
    data, pages = _build(slip, voice, paper, 1)
    return data if pages == 1 else _build(slip, voice, paper, pages)[0]


def _build(slip: PackingSlip, voice: Voice, paper: Paper, pages: int) -> tuple[bytes, int]:
    out, (width, height) = BytesIO(), SIZES[paper]
    wide = paper in CUT_OUT
    edge = EDGE if wide else NARROW_EDGE
    title = f"{voice.text(TITLE)} {print_rma(slip.number)}"
    doc = BaseDocTemplate(out, pagesize=SIZES[paper], invariant=1, lang=voice.language, title=title)

    def page(name: str, head: float, draw: Callable[[Canvas], None]) -> PageTemplate:
        def decorate(canvas: Canvas, _: BaseDocTemplate) -> None:
            draw(canvas)
            _foot(canvas, slip, voice, pages, width, edge)

        frame = Frame(edge, edge + FOOT, width - 2 * edge, height - 2 * edge - FOOT - head, 0, 0, 0, 0)
        return PageTemplate(name, [frame], onPage=decorate)

    draw_head = _head if wide else _narrow_head
    first = page("first", HEAD if wide else NARROW_HEAD, lambda c: draw_head(c, slip, voice, width, height))
    later = page("later", LATER_HEAD, lambda c: _later_head(c, slip, width, height, edge))
    doc.addPageTemplates([first, later])
    table = (_table if wide else _narrow_table)(slip, voice, width - 2 * edge)
    doc.build([NextPageTemplate("later"), *_steps(slip, voice, 9.5 if wide else 7.5), table])
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
    canvas.setStrokeColor(slip.look.accent)
    canvas.setLineWidth(1.5)
    canvas.line(EDGE, top + 4 * mm, width - EDGE, top + 4 * mm)


def _narrow_head(canvas: Canvas, slip: PackingSlip, voice: Voice, width: float, height: float) -> None:
    """For a label printer's roll."""
    top, side, room = height - NARROW_EDGE, 32 * mm, width - 2 * NARROW_EDGE
    draw_qr(canvas, slip.url, width - NARROW_EDGE - side + 2 * mm, top - side + 2 * mm, side)
    name = [paragraph(slip.shop, 11, True, 80, gap=1), paragraph(voice.text(TITLE), 9, gap=4)]
    name += [caption(voice.text(RETURN)), paragraph(print_rma(slip.number), 13, True, gap=2)]
    name.append(paragraph(slip.url, 6))
    box(canvas, name, Place(NARROW_EDGE, top - 32 * mm, room - side - 2 * mm, 32 * mm))
    draw_code128(canvas, print_rma(slip.number), Place(NARROW_EDGE, top - 47 * mm, room, 13 * mm))
    where = ", ".join([slip.to.name, *slip.to.lines])
    told = [caption(voice.text(ORDER)), paragraph(slip.order, 9, True, 60, gap=2)]
    told += [caption(voice.text(SENT_TO)), paragraph(where, 7.5)]
    box(canvas, told, Place(NARROW_EDGE, top - 66 * mm, room, 18 * mm))


def _name(slip: PackingSlip, voice: Voice) -> list[Flowable]:
    return [
        *_shop(slip),
        paragraph(voice.text(TITLE), 11, gap=8, colour=slip.look.main),
        caption(voice.text(RETURN)),
        paragraph(print_rma(slip.number), 24, True, gap=2),
        paragraph(slip.url, 7.5),
    ]


def _shop(slip: PackingSlip) -> list[Flowable]:
    """Its logo, if it has one, else its name."""
    if slip.look.logo:
        return [fitting(slip.look.logo, 60 * mm, 9 * mm), Spacer(0, 1 * mm)]
    return [paragraph(slip.shop, 13, True, 120, gap=1)]


def _later_head(canvas: Canvas, slip: PackingSlip, width: float, height: float, edge: float) -> None:
    canvas.setFont(BOLD, 11)
    canvas.drawString(edge, height - edge - 4 * mm, print_rma(slip.number))
    canvas.setFont(PLAIN, 9)
    shop = one_line(slip.shop, 60 if edge == EDGE else 24)
    canvas.drawRightString(width - edge, height - edge - 4 * mm, shop)


def _foot(  # noqa: PLR0917 - drawn from what the page knows
    canvas: Canvas, slip: PackingSlip, voice: Voice, pages: int, width: float, edge: float
) -> None:
    number = voice.number(canvas.getPageNumber())
    words = voice.text(say("Page {page} of {pages}", page=number, pages=voice.number(pages)))
    canvas.setFont(PLAIN, 9)
    canvas.drawString(edge, edge, print_rma(slip.number))
    canvas.drawRightString(width - edge, edge, one_line(words))


def _steps(slip: PackingSlip, voice: Voice, size: float) -> list[Flowable]:
    steps: tuple[Message, ...] = slip.steps or (INSIDE, LISTED, COVER)
    if slip.hand_in_by and not slip.steps:
        steps += (say("Hand the parcel in by {day}.", day=slip.hand_in_by),)
    said = [voice.text(step) for step in steps]
    gaps = [3] * (len(said) - 1) + [12]
    return [
        paragraph(f"{n}. {step}", size, gap=gap, flush=True)
        for n, (step, gap) in enumerate(zip(said, gaps, strict=True), 1)
    ]


def _table(slip: PackingSlip, voice: Voice, width: float) -> LongTable:
    heads: list[Cell] = [paragraph(voice.text(head), 8) for head in HEADS]
    total = say("{number} in all", number=voice.number(sum(line.quantity for line in slip.lines)))
    rows = [heads, *(_row(line, voice) for line in slip.lines)]
    rows.append(["", paragraph(voice.text(total), 9.5, True), "", "", ""])
    columns = [16 * mm, width - 102 * mm, 32 * mm, 36 * mm, 18 * mm]
    return LongTable(rows, columns, repeatRows=1, style=STYLE)


def _narrow_table(slip: PackingSlip, voice: Voice, width: float) -> LongTable:
    """Pieces, article with all that is said of it, and the box to tick."""
    heads: list[Cell] = [paragraph(voice.text(HEADS[n]), 7) for n in (0, 1, 4)]
    total = say("{number} in all", number=voice.number(sum(line.quantity for line in slip.lines)))
    rows = [heads, *(_narrow_row(line, voice) for line in slip.lines)]
    rows.append(["", paragraph(voice.text(total), 8, True), ""])
    return LongTable(rows, [14 * mm, width - 30 * mm, 16 * mm], repeatRows=1, style=STYLE)


def _narrow_row(line: SlipLine, voice: Voice) -> list[Cell]:
    more = ", ".join(text for text in (line.variant, line.sku, line.reason) if text)
    article = [paragraph(line.title, 8, most=160)]
    if more:
        article.append(paragraph(more, 7, most=160))
    return [paragraph(f"{voice.number(line.quantity)} ×", 8, True), article, paragraph(TICK, 12)]


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
