"""Free text that people write about a return."""

import re

from portal.errors import Refusal
from portal.i18n import say
from portal.ibans import holds_iban
from portal.ids import read_gift

LONGEST = 2_000
NO_ACCOUNT = say("This looks like an IBAN. Leave it out: it is asked for on a page of its own.")
# 13 to 19 digits, in groups or not, that begin as cards do.
CARD = re.compile(r"(?<!\d)(?:3[04-9]|4\d|5[1-5]|2[2-7]|6[0245])(?:[ .-]?\d){11,17}(?!\d)")

# A gift card's code as it is printed: five groups of four. Any word before them could be a group too.
GIFT = re.compile(r"(?<![0-9A-Z])(?=([0-9A-Z]{4}(?:[ -][0-9A-Z]{4}){4})(?![0-9A-Z]))", re.IGNORECASE)


def checked(text: str, field: str, most: int = LONGEST) -> str:
    """The text without blanks around it. Raises Refusal when it is too long, or holds a card's number,
    an IBAN or a gift card's code."""
    text = text.strip()
    if len(text) > most:
        raise Refusal(say("At most {n} characters.", n=most), field)
    if any(_is_card(found[0]) for found in CARD.finditer(text)):
        raise Refusal(say("This looks like a card number. Leave it out: it must not be kept here."), field)
    if holds_iban(text):
        raise Refusal(NO_ACCOUNT, field)
    if any(read_gift(code) for code in GIFT.findall(text)):
        raise Refusal(
            say("This looks like the code of a gift card. Leave it out: it is as good as money."), field
        )
    return text


def _is_card(text: str) -> bool:
    digits = [int(c) for c in text if c.isdigit()]
    doubled = [d if n % 2 == 0 else (d * 2 - 9 if d > 4 else d * 2) for n, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0
