"""The credit note: what is credited to whom, net and by rate of tax, what was kept, and where it goes.

In a language that is written from right to left the sheet is mirrored; amounts and rates keep their order.
"""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

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
from portal.i18n import Message, Voice, say

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
        feet = (note.number, one_line(words))
        left, right = feet[::-1] if runs_left(voice) else feet
        canvas.drawString(EDGE, EDGE, left)
        canvas.drawRightString(width - EDGE, EDGE, right)

    frame = Frame(EDGE, EDGE + FOOT, width - 2 * EDGE, height - 2 * EDGE - FOOT, 0, 0, 0, 0)
    doc.addPageTemplates([PageTemplate("page", [frame], onPage=decorate)])
    doc.build(list(_Drawn(note, voice, width - 2 * EDGE).story()))
    return out.getvalue(), doc.page


def runs_left(voice: Voice) -> bool:
    """Whether its sheet is mirrored."""
    return voice.direction == "rtl"


class _Drawn:
    """The note in a voice, on a sheet so many points wide."""

    def __init__(self, note: CreditPaper, voice: Voice, width: float) -> None:
        self.note, self.voice, self.width, self.left = note, voice, width, runs_left(voice)
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

    def _text(self, text: str, size: float, bold: bool = False, most: int = 300, **kw: Any) -> Paragraph:
        """At the side where lines begin."""
        return paragraph(text, size, bold, most, right=self.left, **kw)

    def _say(
        self, message: Message, size: float = 8.5, bold: bool = False, *, right: bool = False
    ) -> Paragraph:
        return paragraph(self.voice.text(message), size, bold, right=right or self.left)

    def _caption(self, message: Message) -> Paragraph:
        return caption(self.voice.text(message), right=self.left)

    def _money(self, minor: int) -> str:
        return self.voice.money(minor, self.note.currency)

    def _figure(self, minor: int, bold: bool = False) -> Paragraph:
        return paragraph(self._money(minor), self.size + bold, bold, right=True)

    def _across(self, parts: Sequence[Any]) -> list[Any]:
        """From the side where lines begin to the other."""
        return list(parts)[::-1] if self.left else list(parts)

    def _halves(self, first: Sequence[Flowable], second: Sequence[Flowable]) -> Table:
        columns = self._across([self.width * 0.56, self.width * 0.44])
        return Table([self._across([list(first), list(second)])], columns, style=BARE)

    def _head(self) -> Table:
        note = self.note
        title = self.voice.text(CANCELLATION if note.cancels else TITLE)
        second = [self._text(title, 15, True, colour=note.look.main)]
        second.append(self._text(note.number, 13, True, gap=3))
        if note.cancels:
            number, day = note.cancels
            second.append(self._say(say("Cancels credit note {number} of {day}.", number=number, day=day)))
        mark = [fitting(note.look.logo, 60 * mm, 14 * mm, right=self.left)] if note.look.logo else []
        shop = address(note.shop, 12, 8.5, right=self.left)
        return self._halves([*mark, *shop, *self._tax_number()], second)

    def _tax_number(self) -> Iterator[Paragraph]:
        if self.note.tax_number:
            yield self._say(say("Tax number: {number}", number=self.note.tax_number))

    def _parties(self) -> Table:
        note, day = self.note, self.voice.day
        facts = ((ISSUED, day(note.issued)), (ORDER, note.order), (ORDERED, day(note.ordered)))
        second = []
        for name, value in (*facts, (RETURN, note.rma)):
            second += [self._caption(name), self._text(value, 9.5, most=60, gap=4)]
        to = address(note.buyer, 10.5, 9.5, right=self.left)
        return self._halves([self._caption(TO), *to], second)

    def _lines(self) -> LongTable:
        text, figures = HEADS[:2], HEADS[2:]
        heads = [self._say(head, 7.5) for head in text]
        heads += [self._say(head, 7.5, right=True) for head in figures]
        rows: list[list[Cell]] = [self._across(heads), *map(self._row, self.note.lines)]
        net, tax = self.note.delivery
        if net or tax:
            sums = map(self._figure, (net, tax, net + tax))
            rows.append(self._across(["", self._say(DELIVERY, 9), *sums]))
        columns = self._across([PIECES, self.width - PIECES - 3 * FIGURES, *[FIGURES] * 3])
        return LongTable(rows, columns, repeatRows=1, style=LISTED)

    def _row(self, line: CreditLine) -> list[Cell]:
        article = [self._text(line.title, 9)]
        article += [self._text(part, 7.5, most=120) for part in (line.variant, line.sku) if part]
        article += [self._say(text, 7.5) for text in self._taken_off(line)]
        pieces = self._text(f"{self.voice.number(line.quantity)} ×", 9)
        sums = map(self._figure, (line.net, line.tax, line.net + line.tax))
        return self._across([pieces, article, *sums])

    def _taken_off(self, line: CreditLine) -> Iterator[Message]:
        if line.reduced:
            yield say("{less} less for what was found", less=self._money(line.reduced))
        if line.cut:
            yield say("{less} less: no longer refundable", less=self._money(line.cut))

    def _sums(self) -> Table:
        note = self.note
        rows = [[self._say(NET), self._figure(note.net)]]
        for tax in note.taxes:
            text = say("Tax {rate} on {net}", rate=f"{tax.rate} %", net=self._money(tax.net))
            rows.append([self._say(text), self._figure(tax.tax)])
        for text, kept in ((FEE, note.fees), (LABEL, note.shipping)):
            if kept:
                rows.append([self._say(say("{what}, kept", what=text)), self._figure(-kept)])
        if note.goodwill:
            rows.append([self._say(GOODWILL), self._figure(note.goodwill)])
        rows.append([self._say(TOTAL, 9.5, bold=True), self._figure(note.total, bold=True)])
        columns = self._across([SUMS - 40 * mm, 40 * mm])
        table = Table([self._across(row) for row in rows], columns, style=SUMMED)
        table.hAlign = "LEFT" if self.left else "RIGHT"
        return table

    def _ways(self) -> Iterator[Flowable]:
        if self.note.ways:
            yield self._caption(GOES)
        for way in self.note.ways:
            name = self.voice.text(way.name) if isinstance(way.name, Message) else way.name
            amount = self.voice.apart(self._money(way.amount))
            yield self._text(f"{name}: {amount}", 9.5, gap=2)
