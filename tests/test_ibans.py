"""IBANs as people type them, and those that stand in a text."""

import pytest

from portal.errors import Refusal
from portal.ibans import FORMS, SEPA, holds_iban, is_iban, length, printed, read_bic, read_iban

GERMAN = "DE89370400440532013000"
# As the countries publish them; the Saint Lucian is the longest.
KNOWN = """
AT611904300234573201 BE68539007547034 CH9300762011623852957 FR1420041010050500013M02606 GB82WEST12345698765432
IL620108000000099999999 LC55HEMM000100010012001200023015 MT84MALT011000012345MTLCAST001S NL91ABNA0417164300
NO9386011117947 BR1800360305000010009795493C1 MU17BOMM0101101030300200000MUR TR330006100519786457841326
SC18SSCB11010000000000001497USD UA213223130000026007233566001 SA0380000000608010167519
""".split()


@pytest.mark.parametrize("iban", [GERMAN, *KNOWN])
def test_what_countries_publish_is_read(iban: str) -> None:
    assert read_iban(printed(iban).lower(), "iban") == iban


@pytest.mark.parametrize(
    "typed",
    [
        "DE89 3704 0044 0532 0130 00",
        "IBAN: de89-3704-0044-0532-0130-00",
        "\u00a0DE89\u202f3704\u202f0044 05320130\u200b00\t",
        "IBAN DE89370400440532013000",
    ],
)
def test_it_is_read_however_it_is_parted(typed: str) -> None:
    assert read_iban(typed, "iban") == GERMAN


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "begins with"),
        ("ZZ89370400440532013000", "begins with"),
        ("XX", "begins with"),
        ("DE8937040044053201300", "has 22 characters; this one has 21"),
        ("DE893704004405320130000", "this one has 23"),
        ("DE88370400440532013000", "is wrong"),
        ("DE8937040044053201300O", "is wrong"),
        ("DE89370400440532013001", "is wrong"),
        ("GB82WEST1234569876543２", "begins with"),
        ("DE٨٩370400440532013000", "begins with"),
        ("1234", "begins with"),
        ("\x00DE89", "begins with"),
        ("DE" * 400, "has 22 characters"),
    ],
)
def test_what_is_wrong_is_said_and_not_repeated(typed: str, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_iban(typed, "iban")
    assert said in str(refused.value.message) and refused.value.field == "iban"
    assert len(typed) < 5 or typed not in str(refused.value.message)


def test_every_single_wrong_digit_and_swapped_pair_is_found() -> None:
    for n, digit in enumerate(GERMAN[2:], start=2):
        for other in set("0123456789") - {digit}:
            assert not is_iban(GERMAN[:n] + other + GERMAN[n + 1 :])
        swapped = GERMAN[:n] + GERMAN[n : n + 2][::-1] + GERMAN[n + 2 :]
        assert swapped == GERMAN or not is_iban(swapped)


def test_the_table_is_whole() -> None:
    assert len(FORMS) == 89 and FORMS.keys() >= SEPA
    assert {length(country) for country in FORMS} <= set(range(15, 35))
    assert (length("NO"), length("RU"), length("DE"), length("FR")) == (15, 33, 22, 27)


def test_a_bic_is_asked_for_outside_of_the_euro_area_alone() -> None:
    assert read_bic("", "bic", GERMAN) == ""
    assert read_bic(" mark defF ", "bic", GERMAN) == "MARKDEFF"
    for typed, iban in (("", "TR330006100519786457841326"), ("MARK", GERMAN), ("MARKDEFF1", GERMAN)):
        with pytest.raises(Refusal):
            read_bic(typed, "bic", iban)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        (f"Please to {GERMAN}.", True),
        ("Bitte an DE89 3704 0044 0532 0130 00, danke", True),
        (f"an {GERMAN.lower()} bitte", True),
        (f"({printed(KNOWN[0])})", True),
        (f"x{GERMAN}", False),
        (f"{GERMAN}1", False),
        ("RMA-4K7D-93TM-8 and DE88370400440532013000", False),
        ("0123456789abcdef" * 4, False),
        ("No number at all, and 1234 5678", False),
    ],
)
def test_one_in_a_text_is_found(text: str, held: bool) -> None:
    assert holds_iban(text) is held
