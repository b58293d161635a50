"""The label of a parcel that belongs to nothing known: its number, large, as text and as codes."""

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from portal.documents.codes import Place, draw_code128, draw_qr
from portal.documents.letters import caption, paragraph
from portal.documents.sheets import INNER, MARGIN, box, label_sheet, rule
from portal.documents.values import Paper, StrayLabel
from portal.i18n import Voice, say

TITLE = say("Unknown parcel")
AWAY = say("Quarantine. Do not open, unpack or restock.")
LOOKS, FOUND, SCAN = say("Looks like"), say("Here since"), say("Scan this at the dock")
LONGEST = 240


def stray_label(label: StrayLabel, paper: Paper, voice: Voice) -> bytes:
    """The PDF. Its codes say the number, which the dock's scan field knows. Same input, same bytes."""

    def draw(canvas: Canvas) -> None:
        head = [paragraph(voice.text(TITLE), 22, True, gap=4), paragraph(voice.text(AWAY), 12, gap=4)]
        box(canvas, [*head, paragraph(label.shop, 10, most=80)], Place(MARGIN, 112 * mm, INNER, 31 * mm))
        rule(canvas, 110 * mm)
        box(canvas, [paragraph(label.number, 22, True)], Place(MARGIN, 96 * mm, INNER, 11 * mm))
        draw_code128(canvas, label.number, Place(MARGIN, 76 * mm, INNER, 17 * mm))
        rule(canvas, 73 * mm)
        draw_qr(canvas, label.number, MARGIN - 2 * mm, 34 * mm, 37 * mm)
        words = [caption(voice.text(FOUND)), paragraph(voice.day(label.found), 13, True, gap=6)]
        words.append(paragraph(voice.text(SCAN), 9))
        box(canvas, words, Place(MARGIN + 38 * mm, 38 * mm, INNER - 38 * mm, 31 * mm))
        rule(canvas, 32 * mm)
        looks = [caption(voice.text(LOOKS)), paragraph(label.looks, 10, most=LONGEST)]
        box(canvas, looks, Place(MARGIN, 5 * mm, INNER, 25 * mm))

    return label_sheet(paper, f"{voice.text(TITLE)} {label.number}", voice, draw)
