"""How people's typing is compared: keys of order numbers, e-mail addresses and postcodes."""

import re
import unicodedata

_ZIP_PLUS_4 = re.compile(r"([0-9]{5})-[0-9]{4}\Z")
LONGEST = 300  # nothing that people type for these is longer


def number_key(text: str) -> str:
    """The order number without spaces, signs that cannot be seen and a leading #; "#1001 " is "1001"."""
    return "".join(_plain(text).split()).lstrip("#").upper()[:60]


def email_key(text: str) -> str:
    return "".join(_plain(text).split()).casefold()[:254]


def postcode_key(text: str) -> str:
    """Letters and digits only; of an American ZIP+4 its first five."""
    plain = _plain(text).strip()
    short = _ZIP_PLUS_4.match(plain)
    return "".join(c for c in (short[1] if short else plain) if c.isalnum()).upper()[:20]


def _plain(text: str) -> str:
    visible = "".join(c for c in text[:LONGEST] if unicodedata.category(c) not in ("Cf", "Cc", "Cs"))
    return unicodedata.normalize("NFKC", visible)
