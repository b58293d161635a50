"""The credit note: what is credited to whom, net and by rate of tax, what was kept, and where it goes."""

from collections.abc import Iterator, Sequence
from io import BytesIO

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    HRFlowable,
    KeepTogether,
    LongTable,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)
from reportlab.platypus.tables import TableStyle

from portal.documents.letters import PLAIN, caption, one_line, paragraph
from portal.documents.sheets import SIZES, address, fitting
from portal.documents.values import CreditLine, CreditPaper, Paper
from portal.i18n import Amount, Message, Voice, say

TITLE, CANCELLATION = say("Credit note"), say("Cancellation of a credit note")
TO, GOES = say("To"), say("Goes to")
ISSUED, ORDER, ORDERED, RETURN = say("Issued"), say("Order"), say("Ordered"), say("Return")
HEADS = (say("Pieces"), say("Article"), say("Net"), say("Tax"), say("Amount"))
DELIVERY, NET, TOTAL = say("Delivery"), say("Net"), say("Credited")
FEE, LABEL, GOODWILL = say("Restocking fee"), say("Return label"), say("Goodwill, without tax")
EDGE, FOOT, GAP = 18 * mm, 10 * mm, 8 * mm
PIECES, FIGURES, SUMS = 16 * mm, 27 * mm, 92 * mm
Cell = Sequence[Flowable] | Flowable | str
BARE = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
)
LISTED = TableStyle(
    [
        ("LINEBELOW", (0, 0), (-1, 0), 1, (0, 0, 0)),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, (0.6, 0.6, 0.6)),
        ("TOPPADDING", (0, 1), (-1, -1), 4),
        ("BOTTOMPADDING", (0, 1), (-1, -1), 5),
    ],
    parent=BARE,
)
SUMMED = TableStyle([("LINEABOVE", (0, -1), (-1, -1), 1, (0, 0, 0))], parent=BARE)


def credit_note(note: CreditPaper, voice: Voice, paper: Paper = Paper.A4) -> bytes:
    """The PDF, over as many pages as the lines need. Same input, same bytes."""
    data, pages = _build(note, voice, paper, 1)
    return data if pages == 1 else _build(note, voice, paper, pages)[0]


def _build(note: CreditPaper, voice: Voice, paper: Paper, pages: int) -> tuple[bytes, int]:
    out, (width, height) = BytesIO(), SIZES[paper]
    title = f"{voice.text(CANCELLATION if note.cancels else TITLE)} {note.number}"
    doc = BaseDocTemplate(out, pagesize=SIZES[paper], invariant=1, lang=voice.language, title=title)

    def decorate(canvas: Canvas, _: BaseDocTemplate) -> None:
        number = voice.number(canvas.getPageNumber())
        words = voice.text(say("Page {page} of {pages}", page=number, pages=voice.number(pages)))
        canvas.setFont(PLAIN, 8)
        canvas.drawString(EDGE, EDGE, note.number)
        canvas.drawRightString(width - EDGE, EDGE, one_line(words))

    frame = Frame(EDGE, EDGE + FOOT, width - 2 * EDGE, height - 2 * EDGE - FOOT, 0, 0, 0, 0)
    doc.addPageTemplates([PageTemplate("page", [frame], onPage=decorate)])
    doc.build(list(_Drawn(note, voice, width - 2 * EDGE).story()))
    return out.getvalue(), doc.page


class _Drawn:
    """The note in a voice, on a sheet so many points wide."""

    def __init__(self, note: CreditPaper, voice: Voice, width: float) -> None:
        self.note, self.voice, self.width = note, voice, width
        longest = max(len(self._money(n)) for n in (note.net, note.total, -note.total))
        self.size = 8.5 if longest <= 14 else 7 if longest <= 18 else 5.5  # amounts are not broken

    def story(self) -> Iterator[Flowable]:
        yield self._head()
        yield Spacer(0, GAP)
        yield HRFlowable("100%", 1.5, color=self.note.look.accent, spaceAfter=GAP)
        yield self._parties()
        yield Spacer(0, GAP)
        yield self._lines()
        yield Spacer(0, GAP)
        yield KeepTogether([self._sums()])
        yield Spacer(0, GAP)
        yield from self._ways()

    def _say(
        self, message: Message, size: float = 8.5, bold: bool = False, *, right: bool = False
    ) -> Paragraph:
        return paragraph(self.voice.text(message), size, bold, right=right)

    def _money(self, minor: int) -> str:
        return self.voice.money(minor, self.note.currency)

    def _figure(self, minor: int, bold: bool = False) -> Paragraph:
        return paragraph(self._money(minor), self.size + bold, bold, right=True)

    def _halves(self, left: Sequence[Flowable], right: list[Paragraph]) -> Table:
        return Table([[list(left), right]], [self.width * 0.56, self.width * 0.44], style=BARE)

    def _head(self) -> Table:
        note = self.note
        title = self.voice.text(CANCELLATION if note.cancels else TITLE)
        right = [paragraph(title, 15, True, colour=note.look.main)]
        right.append(paragraph(note.number, 13, True, gap=3))
        if note.cancels:
            number, day = note.cancels
            right.append(self._say(say("Cancels credit note {number} of {day}.", number=number, day=day)))
        mark = [fitting(note.look.logo, 60 * mm, 14 * mm)] if note.look.logo else []
        return self._halves([*mark, *address(note.shop, 12, 8.5)], right)

    def _parties(self) -> Table:
        note, day = self.note, self.voice.day
        facts = ((ISSUED, day(note.issued)), (ORDER, note.order), (ORDERED, day(note.ordered)))
        right = []
        for name, value in (*facts, (RETURN, note.rma)):
            right += [caption(self.voice.text(name)), paragraph(value, 9.5, most=60, gap=4)]
        return self._halves([caption(self.voice.text(TO)), *address(note.buyer, 10.5, 9.5)], right)

    def _lines(self) -> LongTable:
        text, figures = HEADS[:2], HEADS[2:]
        rows: list[list[Cell]] = [
            [
                *(self._say(head, 7.5) for head in text),
                *(self._say(head, 7.5, right=True) for head in figures),
            ]
        ]
        rows += [self._row(line) for line in self.note.lines]
        net, tax = self.note.delivery
        if net or tax:
            rows.append(["", self._say(DELIVERY, 9), *map(self._figure, (net, tax, net + tax))])
        columns = [PIECES, self.width - PIECES - 3 * FIGURES, *[FIGURES] * 3]
        return LongTable(rows, columns, repeatRows=1, style=LISTED)

    def _row(self, line: CreditLine) -> list[Cell]:
        article = [paragraph(line.title, 9)]
        article += [paragraph(part, 7.5, most=120) for part in (line.variant, line.sku) if part]
        article += [self._say(text, 7.5) for text in self._taken_off(line)]
        pieces = paragraph(f"{self.voice.number(line.quantity)} ×", 9)
        return [pieces, article, *map(self._figure, (line.net, line.tax, line.net + line.tax))]

    def _taken_off(self, line: CreditLine) -> Iterator[Message]:
        if line.reduced:
            yield say("{less} less for what was found", less=Amount(line.reduced, self.note.currency))
        if line.cut:
            yield say("{less} less: no longer refundable", less=Amount(line.cut, self.note.currency))

    def _sums(self) -> Table:
        note = self.note
        rows = [[self._say(NET), self._figure(note.net)]]
        for tax in note.taxes:
            base = Amount(tax.net, note.currency)
            text = say("Tax {rate} % on {net}", rate=tax.rate, net=base)
            rows.append([self._say(text), self._figure(tax.tax)])
        for text, kept in ((FEE, note.fees), (LABEL, note.shipping)):
            if kept:
                rows.append([self._say(say("{what}, kept", what=text)), self._figure(-kept)])
        if note.goodwill:
            rows.append([self._say(GOODWILL), self._figure(note.goodwill)])
        rows.append([self._say(TOTAL, 9.5, bold=True), self._figure(note.total, bold=True)])
        return Table(rows, [SUMS - 40 * mm, 40 * mm], hAlign="RIGHT", style=SUMMED)

    def _ways(self) -> Iterator[Flowable]:
        if self.note.ways:
            yield caption(self.voice.text(GOES))
        for way in self.note.ways:
            name = self.voice.text(way.name) if isinstance(way.name, Message) else way.name
            yield paragraph(f"{name}: {self._money(way.amount)}", 9.5, gap=2)
