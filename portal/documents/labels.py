"""Labels for the parcel: an address label without postage, and a simulated carrier's label."""

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from portal.documents.codes import Place, draw_code128, draw_qr
from portal.documents.letters import BOLD, PLAIN, caption, one_line, paragraph
from portal.documents.sheets import HEIGHT, INNER, MARGIN, WIDTH, address, box, label_sheet, rule
from portal.documents.values import CarrierLabel, Paper, ReturnLabel
from portal.i18n import Voice, say
from portal.ids import print_rma

FROM, TO, RETURN = say("From"), say("To"), say("Return")
UNPAID = say("Postage not paid")
STAMP = say("Put the stamp here, or pay where you hand it in")
LOOK = say("No scanner? Open this address:")
TEST = say("TEST MODE · not valid for shipping")
STAMP_WIDTH, BAND = 40 * mm, 9 * mm


def return_label(label: ReturnLabel, paper: Paper, voice: Voice) -> bytes:
    """The PDF of an address label on which the sender still pays the postage. Same input, same bytes."""

    def draw(canvas: Canvas) -> None:
        _stamp(canvas, voice)
        who = [caption(voice.text(FROM)), paragraph(label.sender, 11, most=120)]
        box(canvas, who, Place(MARGIN, 114 * mm, INNER - STAMP_WIDTH - 4 * mm, 29 * mm))
        rule(canvas, 111 * mm)
        _recipient(canvas, label, voice, 63 * mm, 46 * mm)
        rule(canvas, 61 * mm)
        _reference(canvas, label, voice, 31 * mm, 28 * mm)
        _code(canvas, print_rma(label.number), 5 * mm, 24 * mm)

    return label_sheet(paper, _title(label.number, voice), voice, draw)


def carrier_label(label: CarrierLabel, paper: Paper, voice: Voice) -> bytes:
    """The PDF of a simulated carrier's label, marked as a test above and below. Same input, same bytes."""

    def draw(canvas: Canvas) -> None:
        for y in (0, HEIGHT - BAND):
            _band(canvas, voice.text(TEST), y)
        _carriage(canvas, label, voice, 123 * mm, 13 * mm)
        rule(canvas, 121 * mm)
        sender = [caption(voice.text(FROM)), *address(label.sender, 8, 8)]
        box(canvas, sender, Place(MARGIN, 98 * mm, INNER, 21 * mm))
        rule(canvas, 96.5 * mm)
        _recipient(canvas, label, voice, 65 * mm, 30 * mm)
        rule(canvas, 63 * mm)
        _code(canvas, label.tracking, 36 * mm, 25 * mm)
        rule(canvas, 34.5 * mm)
        _reference(canvas, label, voice, 10 * mm, 23 * mm)

    return label_sheet(paper, _title(label.number, voice), voice, draw)


def _title(number: str, voice: Voice) -> str:
    return f"{voice.text(RETURN)} {print_rma(number)}"


def _stamp(canvas: Canvas, voice: Voice) -> None:
    x, y, height = WIDTH - MARGIN - STAMP_WIDTH, 115 * mm, 28 * mm
    canvas.setLineWidth(1.2)
    canvas.rect(x, y, STAMP_WIDTH, height)
    words = [paragraph(voice.text(UNPAID), 10, True, gap=3), paragraph(voice.text(STAMP), 8)]
    box(canvas, words, Place(x + 2.5 * mm, y + 2 * mm, STAMP_WIDTH - 5 * mm, height - 4 * mm))


def _recipient(
    canvas: Canvas, label: ReturnLabel | CarrierLabel, voice: Voice, bottom: float, height: float
) -> None:
    lead = 5 * mm
    box(canvas, [caption(voice.text(TO))], Place(MARGIN, bottom + height - lead, INNER, lead))
    lines = address(label.to, 16, 14)
    box(canvas, lines, Place(MARGIN + 8 * mm, bottom, INNER - 8 * mm, height - lead))


def _reference(
    canvas: Canvas, label: ReturnLabel | CarrierLabel, voice: Voice, bottom: float, side: float
) -> None:
    draw_qr(canvas, label.url, MARGIN - 2 * mm, bottom, side)
    words = [caption(voice.text(RETURN)), paragraph(print_rma(label.number), 15, True, gap=2)]
    if isinstance(label, ReturnLabel):
        words.append(paragraph(label.shop, 9, most=120, gap=3))
    words += [caption(voice.text(LOOK)), paragraph(label.url, 7)]
    box(canvas, words, Place(MARGIN + side, bottom + 1 * mm, INNER - side, side - 3 * mm))


def _carriage(canvas: Canvas, label: CarrierLabel, voice: Voice, bottom: float, height: float) -> None:
    weight = f"{voice.number(label.grams)} g" if label.grams is not None else ""
    details = [paragraph(text, 10, most=80) for text in (label.service, weight) if text]
    box(canvas, [paragraph(label.carrier, 17, True, 80)], Place(MARGIN, bottom, INNER * 0.6, height))
    if details:
        box(canvas, details, Place(MARGIN + INNER * 0.65, bottom, INNER * 0.35, height))


def _band(canvas: Canvas, text: str, y: float) -> None:
    canvas.rect(0, y, WIDTH, BAND, stroke=0, fill=1)
    canvas.saveState()
    canvas.setFillGray(1)
    _centred(canvas, text, y + 3 * mm, BOLD, 11)
    canvas.restoreState()


def _code(canvas: Canvas, text: str, bottom: float, height: float) -> None:
    words = 6 * mm
    draw_code128(canvas, text, Place(MARGIN, bottom + words, INNER, height - words))
    _centred(canvas, text, bottom + 1.5 * mm, PLAIN, 11)


def _centred(canvas: Canvas, text: str, y: float, font: str, size: float) -> None:
    shown = one_line(text, 80)
    size = min(size, size * INNER / max(canvas.stringWidth(shown, font, size), 1))
    canvas.setFont(font, size)
    canvas.drawCentredString(WIDTH / 2, y, shown)
