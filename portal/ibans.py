"""IBANs: what one looks like in each country that has them (ISO 13616), and its two check digits."""

import re

from portal.errors import Refusal
from portal.i18n import say

# What stands after country and check digits, and in which countries: digits (n), capitals (a), either (c).
COUNTRIES = {
    "4n4n12c": "AD", "3n16n": "AE", "8n16c": "AL CY", "5n11n": "AT LT", "4a20c": "AZ", "16n": "BA EE MN XK",
    "12n": "BE", "4a6n8c": "BG", "4a14c": "BH", "23n": "BI DJ MR", "23n1a1c": "BR", "4c4n16c": "BY",
    "5n12c": "CH LI", "18n": "CR DE ME RS VA", "20n": "CZ ES SE SK TN", "14n": "DK FI FO GL SD",
    "4c20n": "DO", "25n": "EG", "2a12n": "FK", "10n11c2n": "FR MC", "4a14n": "GB IE", "2a16n": "GE",
    "4a15c": "GI",
    "7n16c": "GR", "4c20c": "GT", "4a20n": "HN NI SV", "17n": "HR", "24n": "HU PL", "19n": "IL SO TL",
    "4a15n": "IQ", "22n": "IS", "1a10n12c": "IT SM", "4a4n18c": "JO YE", "4a22c": "KW", "3n13c": "KZ LU",
    "4n20c": "LB", "4a24c": "LC", "4a13c": "LV", "21n": "LY PT ST", "2c18c": "MD", "3n10c2n": "MK",
    "4a5n18c": "MT", "4a19n3a": "MU", "4a10n": "NL", "11n": "NO", "3n16c": "OM",
    "4a16c": "PK RO", "4a21c": "PS QA", "14n15c": "RU", "2n18c": "SA", "4a20n3a": "SC",
    "15n": "SI", "5n1n16c": "TR", "6n19c": "UA", "4a16n": "VG",
}  # fmt: skip
FORMS = {country: form for form, countries in COUNTRIES.items() for country in countries.split()}
# Where a transfer in euro needs no bank's code beside the IBAN.
SEPA = frozenset(
    "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL "
    "PT RO RS SE SI SK SM VA".split()
)
KINDS = {"n": "[0-9]", "a": "[A-Z]", "c": "[A-Z0-9]"}
PART = re.compile(r"(\d+)([nac])")
APART = re.compile(r"[\s.\u00ad\u200b-\u200f\u2010-\u2015\u202a-\u202e\u2066-\u2069\ufeff-]+")
BEGINS = re.compile(r"IBAN:?(?=[A-Z]{2}[0-9]{2})")
BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")
# Whatever could be one in a text: the longest have 34 characters, in groups or not.
COULD = re.compile(r"(?<![0-9A-Za-z])(?=([A-Za-z]{2}[ .-]?[0-9]{2}(?:[ .-]?[0-9A-Za-z]){10,30}))")


def length(country: str) -> int:
    """How many characters an IBAN of the country has."""
    return 4 + sum(int(n) for n, _ in PART.findall(FORMS[country]))


def compact(text: str) -> str:
    """Without what people and banks put between its characters, in capitals."""
    return BEGINS.sub("", APART.sub("", text).upper())


def is_iban(text: str) -> bool:
    """Whether a compact text is an IBAN: of a known country, as its are, with the right check digits."""
    form = FORMS.get(text[:2])
    if form is None:
        return False
    body = "".join(f"{KINDS[kind]}{{{n}}}" for n, kind in PART.findall(form))
    return re.fullmatch(rf"[0-9]{{2}}{body}", text[2:]) is not None and _checks(text)


def _checks(text: str) -> bool:
    """Modulo 97, letters counting from 10 on. 00, 01 and 99 are never given as check digits."""
    turned = "".join(str(int(c, 36)) for c in text[4:] + text[:4])
    return "02" <= text[2:4] <= "98" and int(turned) % 97 == 1


def read_iban(text: str, field: str) -> str:
    """The IBAN that somebody typed, compact. Raises Refusal that says what is wrong, and never repeats it."""
    iban = compact(text)
    country = iban[:2]
    if country not in FORMS or not iban.isascii() or not iban.isalnum():
        raise Refusal(say("An IBAN begins with the two letters of a country, as DE, and two digits."), field)
    wanted = length(country)
    if len(iban) != wanted:
        raise Refusal(
            say(
                "An IBAN that begins with {country} has {wanted} characters; this one has {n}.",
                country=country, wanted=wanted, n=len(iban),
            ),
            field,
        )  # fmt: skip
    if not is_iban(iban):
        raise Refusal(say("A character of this IBAN is wrong. Compare it with your bank card."), field)
    return iban


def read_bic(text: str, field: str, iban: str) -> str:
    """The bank's code as typed, compact; "" where none is needed. Raises Refusal."""
    bic = compact(text)
    if not bic and iban[:2] not in SEPA:
        raise Refusal(say("Your bank is outside the euro payments area, so its BIC is needed too."), field)
    if bic and not BIC.fullmatch(bic):
        raise Refusal(say("A BIC has 8 or 11 letters and digits, as in MARKDEFF."), field)
    return bic


def printed(iban: str) -> str:
    """In groups of four, as banks print it."""
    return " ".join(iban[n : n + 4] for n in range(0, len(iban), 4))


def holds_iban(text: str) -> bool:
    """Whether an IBAN stands somewhere in a text, in one piece or in groups."""
    return any(_stands(found[1]) for found in COULD.finditer(text))


def _stands(text: str) -> bool:
    """Whether the text begins with an IBAN that ends where a word does."""
    country = text[:2].upper()
    if country not in FORMS:
        return False
    whole, left = "", length(country)
    for n, character in enumerate(text):
        if character.isalnum():
            whole, left = whole + character, left - 1
        if not left:
            return not text[n + 1 : n + 2].isalnum() and is_iban(whole.upper())
    return False
