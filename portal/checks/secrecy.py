"""I20: secrets are hashes or nowhere, links open one thing for a while; no card number lies about."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from functools import cache, reduce
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from portal import config
from portal.checks.amounts import kinds
from portal.checks.looking import Look, key
from portal.db import Tenanted
from portal.ibans import holds_iban
from portal.ids import GIFT_CODE, read_gift
from portal.jobs import Job
from portal.notices import SentMail
from portal.orders.signing import MARK as SIGNING
from portal.people import OneTimeLink, Purpose
from portal.people.keys import MARK as KEY
from portal.people.links import MARK
from portal.people.models import SecondFactor
from portal.refunds.bank_accounts.models import BankAccount
from portal.refunds.models import GiftCard, Refund, RefundLeg
from portal.refunds.questions.models import LegQuestion

SECRET = ("sk_live_", "sk_test_", "rk_live_", "rk_test_", "whsec_", "BEGIN PRIVATE KEY")
HASH = re.compile(r"[0-9a-f]{64}\Z")
PASSWORD = "$argon2id$"  # noqa: S105 - how every hash of one begins
DIGITS = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){12,18}(?![0-9])")
ISSUERS = re.compile(
    r"4|5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720|3[47]|3[068]|35(?:2[89]|[3-8])|6011|64[4-9]|65"
)
LONGEST: Mapping[Purpose, timedelta] = {
    Purpose.OPEN_ORDER: timedelta(minutes=30),
    Purpose.OPEN_ACCOUNT: timedelta(minutes=30),
    Purpose.INVITATION: timedelta(days=3),
    Purpose.GIFT: timedelta(minutes=30),
    Purpose.NEW_PASSWORD: timedelta(minutes=30),
    Purpose.SHOW_CARD: timedelta(days=7),
    Purpose.AGREE_CREDIT: timedelta(days=7),
    Purpose.NAME_ACCOUNT: timedelta(days=7),
}
SEALED = {"trail_hash"}  # a chain's head is its trail's, and no secret


def hashed(look: Look) -> Iterator[str]:
    """A token, code or password that is kept as itself."""
    for kind in kinds():
        columns = [c for c in _texts(kind) if c.name.endswith("_hash") and c.name not in SEALED]
        if not columns:
            continue
        query = sa.select(kind.id, *columns).where(kind.tenant_id == look.tenant)
        for id, *values in look.each(query):
            if not all(v is None or v == "" or HASH.match(v) or v.startswith(PASSWORD) for v in values):
                yield key(kind, id)


def sealed(look: Look) -> Iterator[str]:
    """An app's secret, or a bank account, that is kept as itself."""
    yield from look.named(SecondFactor, SecondFactor.sealed.not_like("s1.%"))
    yield from look.named(BankAccount, BankAccount.sealed.not_like("s1.%"))


def silent(look: Look) -> Iterator[str]:
    """A secret of a gateway, of this installation, of a link, for signing or of a key that was written down.

    The demo's mailbox is what stands in for the world that mails go out to, so links may stand there.
    """
    own = config.current()
    for kind in (*kinds(), Job):
        words = (*SECRET, KEY, *own.secret_keys, *own.trail_keys)
        mailed = kind is SentMail and own.demo
        if _written(kind):
            yield from look.named(kind, _says(kind, words if mailed else (*words, MARK, SIGNING)))  # type: ignore[arg-type]


def momentary(look: Look) -> Iterator[str]:
    """A link that lasts too long, was spent out of its time, or opens what its reader has no part in."""
    card = sa.select(GiftCard.order_id).where(GiftCard.id == OneTimeLink.subject).scalar_subquery()
    asked = sa.select(Refund.order_id).join(RefundLeg, RefundLeg.refund_id == Refund.id)
    asked = asked.join(LegQuestion, LegQuestion.leg_id == RefundLeg.id)
    asked = asked.where(LegQuestion.id == OneTimeLink.subject).scalar_subquery()  # type: ignore[assignment]
    query = sa.select(*OneTimeLink.__table__.c, card.label("card_of"), asked.label("asked_of"))
    query = query.where(OneTimeLink.tenant_id == look.tenant)
    yield from (key(OneTimeLink, link.id) for link in look.each(query) if not _holds(link))


def _holds(link: Any) -> bool:
    lasts = timedelta(0) < link.expires_at - link.created_at <= LONGEST[link.purpose]
    in_time = link.spent_at is None or link.created_at <= link.spent_at < link.expires_at
    return lasts and in_time and _single(link)


def _single(link: Any) -> bool:
    """An order's link opens it, a gift card or a question of it; an account's its orders', no row; a gift's
    a return."""
    if link.purpose in {Purpose.AGREE_CREDIT, Purpose.NAME_ACCOUNT}:
        return link.order_id is not None and link.asked_of == link.order_id
    if link.purpose is Purpose.SHOW_CARD:
        return link.order_id is not None and link.card_of == link.order_id
    if link.purpose in {Purpose.OPEN_ACCOUNT, Purpose.GIFT}:
        return link.order_id is not None and link.subject != link.order_id
    reader = link.order_id if link.purpose is Purpose.OPEN_ORDER else link.user_id
    return bool(link.subject == reader)


@cache
def _says(kind: Any, words: tuple[str, ...]) -> sa.ColumnElement[bool]:
    return says(kind, words)


def says(kind: Any, words: Iterable[str]) -> sa.ColumnElement[bool]:
    """A row of which any text has one of these words in it."""
    texts: list[Any] = [sa.literal(""), *(sa.func.coalesce(column, "") for column in _written(kind))]
    said = reduce(lambda one, other: one + "\n" + other, texts)
    return sa.or_(*(said.contains(word, autoescape=True) for word in words))


def cardless(look: Look) -> Iterator[str]:
    """A card's number or an IBAN in what somebody wrote. The demo's mailbox repeats what stands elsewhere."""
    for kind in kinds():
        columns = [c for c in _texts(kind) if isinstance(c.type, sa.Text) and kind is not SentMail]
        if not columns:
            continue
        query = sa.select(kind.id, *columns).where(kind.tenant_id == look.tenant)
        for id, *texts in look.each(query):
            if any(text and (card_number(text) or holds_iban(text)) for text in texts):
                yield key(kind, id)


def codeless(look: Look) -> Iterator[str]:
    """The code of a gift card that was written down: as it is printed anywhere, or bare in a free text."""
    for kind in (*kinds(), Job):
        if _written(kind):
            texts = [sa.cast(column, sa.Text) for column in _written(kind)]
            query = sa.select(kind.id, *texts).where(kind.tenant_id == look.tenant, _could(kind))  # type: ignore[attr-defined]
            for id, *said in look.each(query):
                if any(_tells(look, text) for text in said if text):
                    yield key(kind, id)  # type: ignore[arg-type]


def _could(kind: Any) -> sa.ColumnElement[bool]:
    """A row with the word that printed codes begin with, or with free text long enough for a bare one."""
    free = [c for c in _texts(kind) if isinstance(c.type, sa.Text)] if issubclass(kind, Tenanted) else []
    long = [sa.func.length(column) >= 20 for column in free]
    return sa.or_(_says(kind, ("GIFT",)), *long)


def _tells(look: Look, text: str) -> bool:
    codes = [code for found in GIFT_CODE.findall(text) if (code := read_gift(found))]
    hashes = [sha256(code.encode()).hexdigest() for code in codes]
    known = sa.select(GiftCard.id).where(GiftCard.tenant_id == look.tenant, GiftCard.code_hash.in_(hashes))
    return bool(codes and look.all(known.limit(1)))


def card_number(text: str) -> bool:
    """Whether a text holds 13 to 19 digits of a known issuer whose last one is right."""
    runs = (re.sub("[ -]", "", found) for found in DIGITS.findall(text))
    return any(ISSUERS.match(run) and _checks(run) for run in runs)


def _checks(digits: str) -> bool:
    doubled = [int(d) * (1 + n % 2) for n, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _written(kind: Any) -> list[Any]:
    """Its texts, and what else could hold one."""
    boxes = [c for c in kind.__table__.columns if isinstance(c.type, sa.JSON)]
    return [*_texts(kind), *(sa.cast(box, sa.Text) for box in boxes)]


def _texts(kind: Any) -> list[sa.Column[Any]]:
    columns = kind.__table__.columns
    return [c for c in columns if isinstance(c.type, sa.String) and not isinstance(c.type, sa.Enum)]
