"""Characters that are no text, and text without what is not always typed."""

import re
import unicodedata

# What no keyboard types and not every database keeps. Tabs and line ends are text.
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
LINE_ENDS = re.compile("[\n\r\u2028\u2029]")


def folded(text: str) -> str:
    """Without case and accents: what people may leave out when they look for it."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part)).casefold()
