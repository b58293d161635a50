"""Files as they come: every encoding, line end and accident. A bad row costs its own order and no other."""

import io
import json
import random
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from portal.catalogue.reading import read as products
from portal.errors import Refusal
from portal.orders.facts import OrderFacts, Unfit
from portal.orders.reading import fields, read
from portal.orders.reading.telling import format_of
from portal.orders.reading.text import LONGEST_LINE
from tests.orders import api, woo
from tests.orders.files import HEADER, first, item, more, only, order, orders, results, shopify, small, told

NAME = "Zoë Müßig"
NO_MOMENT = "Created at is no date and time with its offset"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("form", ["shopify", "homeward"])
def test_every_encoding_is_read(form: str, encoding: str) -> None:
    text = (
        shopify(first(Shipping_Name=NAME))
        if form == "shopify"
        else json.dumps(order(name=NAME), ensure_ascii=False)
    )
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    assert only(mark + text.encode(encoding)).name == NAME


def test_signs_that_only_cp1252_has_are_read() -> None:
    assert only(shopify(first(Lineitem_name="“Mug” – 5 €")).encode("cp1252")).lines[0].title == "“Mug” – 5 €"


def test_one_row_in_another_encoding_does_not_garble_the_others() -> None:
    one, two = (
        shopify(small("#1", Shipping_Name=NAME)),
        shopify(small("#2", Shipping_Name=NAME)).splitlines()[1],
    )
    read = orders(one.encode() + two.encode("latin-1"))
    assert [order.name for order in read] == [NAME, NAME]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_read(end: str) -> None:
    read = results(shopify(small("#1"), more(n="#1", Lineitem_sku="CUP"), small("#2"), end=end))
    assert [told(result) for result in read] == ["2 #1", "4 #2"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_a_spreadsheet_saves_is_read(delimiter: str) -> None:
    assert only(shopify(first(), delimiter=delimiter)).number == "#1001"


def test_quoted_newlines_belong_to_their_cell_and_count_as_lines() -> None:
    rows = [small("#1", Shipping_Address1="Hinterhaus\n1. Stock", Notes="a\r\nb"), small("#2")]
    one, two = results(shopify(*rows))
    assert [told(one), told(two)] == ["2 #1", "5 #2"]
    assert isinstance(one[1], OrderFacts)
    assert one[1].address[0] == "Hinterhaus 1. Stock"


def test_empty_lines_are_nothing() -> None:
    assert [told(r) for r in results("\n".join([*shopify(small("#1")).splitlines(), "", "", ""]))] == ["2 #1"]


def test_a_header_alone_holds_no_orders() -> None:
    assert results(shopify()) == []


# A bad row


@pytest.mark.parametrize(
    "cells, why",
    [
        ({"Lineitem_price": "1O.00"}, "4 refused #2: Lineitem price is no amount in EUR: 1O.00"),
        ({"Lineitem_price": "1,50"}, "4 refused #2: Lineitem price is no amount in EUR: 1,50"),
        ({"Lineitem_price": "١٢"}, "4 refused #2: Lineitem price is no amount in EUR: ١٢"),
        ({"Lineitem_price": "1e3"}, "4 refused #2: Lineitem price is no amount in EUR: 1e3"),
        ({"Lineitem_price": "NaN"}, "4 refused #2: Lineitem price is no amount in EUR: NaN"),
        ({"Lineitem_price": "1.005"}, "4 refused #2: Lineitem price is no amount in EUR: 1.005"),
        ({"Lineitem_price": "-1.00"}, "4 refused #2: Lineitem price is negative: -1.00"),
        ({"Lineitem_price": ""}, "4 refused #2: Lineitem price is empty"),
        ({"Lineitem_price": "999999999999", "Lineitem_quantity": "9999"},
         "4 refused #2: Lineitem price times its quantity is more than any order can be"),
        ({"Lineitem_quantity": "1.5"}, "4 refused #2: Lineitem quantity is no number of pieces: 1.5"),
        ({"Lineitem_quantity": "-1"}, "4 refused #2: Lineitem quantity is no number of pieces: -1"),
        ({"Lineitem_quantity": "1000001"}, "4 refused #2: Lineitem quantity is no number of pieces: 1000001"),
        ({"Lineitem_discount": "20.01"},
         "3 refused #2: line 2: discounts of 20.01 EUR on a price of 20.00 EUR"),
        ({"Lineitem_name": "a\x00b"}, "4 refused #2: Lineitem name has the control character U+0000"),
        ({"Lineitem_name": "a\x1b[2Jb"}, "4 refused #2: Lineitem name has the control character U+001B"),
        ({"Lineitem_name": "x" * 301}, "4 refused #2: Lineitem name is longer than 300 characters"),
    ],
)  # fmt: skip
def test_a_bad_line_refuses_its_whole_order_and_no_other(cells: dict[str, str], why: str) -> None:
    read = results(shopify(small("#1"), small("#2"), more(n="#2", **cells), small("#3")))
    assert [told(result) for result in read] == ["2 #1", why, "5 #3"]


@pytest.mark.parametrize(
    "cells, why",
    [
        ({"Total": ""}, "Total is empty"),
        ({"Total": "twelve"}, "Total is no amount in EUR: twelve"),
        ({"Currency": "eur"}, "Currency is no currency code: eur"),
        ({"Created_at": "01.05.2026 10:00"}, f"{NO_MOMENT}: 01.05.2026 10:00"),
        ({"Created_at": "2026-05-01 10:00:00"}, f"{NO_MOMENT}: 2026-05-01 10:00:00"),
        ({"Created_at": "2026-02-30 10:00:00 +0000"}, f"{NO_MOMENT}: 2026-02-30 10:00:00 +0000"),
        ({"Created_at": ""}, "Created at is empty"),
        ({"Refunded_Amount": "-3.00"}, "Refunded amount is negative: -3.00"),
        ({"Shipping_Name": "\x07"}, "Shipping name has the control character U+0007"),
        ({"Email": "e" * 255}, "Email is longer than 254 characters"),
    ],
)  # fmt: skip
def test_a_bad_cell_of_the_order_refuses_it_and_no_other(cells: dict[str, str], why: str) -> None:
    read = results(shopify(small("#1"), small("#2", **cells), more(n="#2"), small("#3")))
    assert [told(result) for result in read] == ["2 #1", f"3 refused #2: {why}", "5 #3"]


def test_control_characters_in_cells_that_nobody_reads_do_no_harm() -> None:
    assert only(shopify(first(Notes="\x00\x1b"))).number == "#1001"


def test_an_order_without_a_number_is_refused() -> None:
    assert [told(r) for r in results(shopify(first(n="#")))] == ["2 refused #: Name is empty"]


def test_a_row_with_too_few_or_too_many_cells_costs_its_order() -> None:
    head, one, two, three, four = shopify(*(small(f"#{n}") for n in range(1, 5))).splitlines()
    text = "\n".join([head, one, two[: len(two) // 2], three + ",more", four])
    assert [told(result) for result in results(text)] == [
        "2 #1",
        f"3 refused #2: {two[: len(two) // 2].count(',') + 1} columns where the header has {len(HEADER)}",
        f"4 refused #3: {len(HEADER) + 1} columns where the header has {len(HEADER)}",
        "5 #4",
    ]


def test_a_broken_further_row_refuses_the_order_that_it_belongs_to() -> None:
    rows = shopify(small("#1"), more(n="#1"), more(n="#1"), small("#2")).splitlines()
    rows[2] = rows[2][:30]
    read = [told(result) for result in results("\n".join(rows))]
    assert [line.split(":")[0] for line in read] == ["3 refused #1", "5 #2"]


def test_an_open_quote_costs_its_order_only() -> None:
    head, one, two, three = shopify(small("#1"), small("#2"), small("#3")).splitlines()
    text = "\n".join([head, one, two.replace("Ann Example", '"Ann Example'), three, one.replace("#1", "#4")])
    read = [told(result) for result in results(text)]
    assert read == ["2 #1", "3 refused #2: not readable as CSV: unexpected end of data", "4 #3", "5 #4"]


def test_an_open_quote_that_a_later_quote_closes_costs_its_order_only() -> None:
    head, one, two, three = shopify(small("#1"), small("#2"), small("#3", Notes='say "x", y')).splitlines()
    text = "\n".join([head, one, two.replace("Ann Example", '"Ann Example'), three])
    read = [told(result) for result in results(text)]
    assert read == ["2 #1", "3 refused #2: not readable as CSV: ',' expected after '\"'", "4 #3"]


def test_a_line_without_end_is_refused_and_not_held() -> None:
    head, one, two = shopify(small("#1"), small("#2")).splitlines()
    text = "\n".join([head, one, "#9," + "x" * (3 * LONGEST_LINE), two])
    why = "the line is longer than any order's can be"
    assert [told(result) for result in results(text)] == [f"3 refused #1: {why}", "4 #2"]


def test_a_line_that_stands_apart_from_its_order_is_refused() -> None:
    read = results(shopify(small("#1"), small("#2"), more(n="#1"), more(n="#1"), small("#3")))
    assert [told(result) for result in read] == [
        "2 #1",
        "3 #2",
        "4 refused #1: a line that does not stand under its order",
        "6 #3",
    ]


# Homeward's own


def lines(*values: object) -> str:
    return "\n".join(json.dumps(value) for value in values)


PAIR = [order(number="1"), order(number="2")]
INDENTED = [json.dumps(value, indent=1) for value in PAIR]
HEIGHT = INDENTED[0].count("\n")


@pytest.mark.parametrize(
    "text, wanted",
    [
        (json.dumps(PAIR, indent=1), ["2 1", f"{3 + HEIGHT} 2"]),
        (json.dumps({"orders": PAIR}), ["1 1", "1 2"]),
        (json.dumps({"orders": PAIR}, indent=1), ["3 1", f"{4 + HEIGHT} 2"]),
        (lines(*PAIR), ["1 1", "2 2"]),
        ("\n\n" + lines(*PAIR) + "\n\n", ["3 1", "4 2"]),
        ("\n".join(INDENTED), ["1 1", f"{2 + HEIGHT} 2"]),
        (json.dumps(PAIR[0]), ["1 1"]),
        ("[]", []),
        ('{"orders": []}', []),
    ],
)
def test_each_shape_of_a_json_file_is_read(text: str, wanted: list[str]) -> None:
    assert [told(result) for result in results(text)] == wanted


BAD = order(number="2") | {"lines": [item(subtotal="1O.00")]}


@pytest.mark.parametrize(
    "bad, why",
    [
        (json.dumps(BAD), " 2: lines.1.subtotal is not written as the format asks: 1O.00"),
        ('{"number": "2", "lines": }', ": not readable as JSON: Expecting value"),
        ('{"number": NaN}', ": not readable as JSON: NaN is no JSON"),
        ('{"number": "2"}', " 2: placed_at: this has to be there"),
        ("[" * 100_000 + "]" * 100_000, ": not readable as JSON: nested too deeply"),
        ('"text"', ": this is no order"),
        ("17", ": this is no order"),
        ("null", ": this is no order"),
    ],
)
@pytest.mark.parametrize("array", [True, False])
def test_a_bad_value_costs_itself_only(bad: str, why: str, array: bool) -> None:
    values = [json.dumps(order(number="1")), bad, json.dumps(order(number="3"))]
    text = "[\n" + ",\n".join(values) + "\n]" if array else "\n".join(values)
    read = [told(result) for result in results(text, "homeward")]
    at = 2 if array else 1
    assert read == [f"{at} 1", f"{at + 1} refused{why}", f"{at + 2} 3"]


def test_an_open_string_costs_its_json_line_only() -> None:
    text = lines(order(number="1"), order(number="2"), order(number="3")).replace('"2"', '"2', 1)
    read = [told(result) for result in results(text)]
    assert [read[0], read[1][:32], read[2]] == ["1 1", "2 refused: not readable as JSON:", "3 3"]


def test_an_array_says_up_to_which_line_an_open_string_reaches() -> None:
    text = json.dumps([order(number="1"), order(number="2"), order(number="3")], indent=1)
    one, broken = results(text.replace('"number": "2"', '"number": "2'))
    assert told(one) == "2 1"
    assert re.match(r"24 refused: not readable as JSON, up to line [0-9]{2}: ", told(broken))


def test_an_array_that_cannot_be_mended_says_where_reading_ended() -> None:
    read = results(json.dumps(PAIR[:1])[:-1] + "}\n" + json.dumps(PAIR)[1:])
    assert [told(result) for result in read] == [
        "1 1",
        "1 refused: not readable as JSON: Expecting value",
        "1 refused: from here on the file cannot be read",
    ]


def test_a_file_that_was_cut_off_says_so() -> None:
    whole = json.dumps(PAIR)
    assert [told(r) for r in results(whole[:-1])][2:] == ["1 refused: the file ends before its list does"]
    cut_off = "refused: the file is cut off or no valid JSON at line"
    indented = json.dumps(PAIR, indent=1)
    last = indented.count("\n") - 1  # the line before the last brace and bracket
    assert [told(r) for r in results(whole[:-9])] == ["1 1", f"1 {cut_off} 1"]
    assert told(results(indented[:-5])[-1]).endswith(f"{cut_off} {last}")
    assert [told(r) for r in results(lines(*PAIR)[:-9])] == ["1 1", f"2 {cut_off} 2"]


@pytest.mark.parametrize(("value", "wanted"), [(woo.bought(), "woocommerce"), (api.bought(), "shopify-api")])
def test_a_file_that_breaks_off_in_its_first_order_is_still_known(value: dict[str, Any], wanted: str) -> None:
    assert format_of(io.StringIO(json.dumps([value])[:-20])) == wanted


def test_orders_are_read_across_the_borders_of_what_is_read_at_once() -> None:
    many = [order(number=str(n), name="x" * (n % 97)) for n in range(9000)]
    assert [o.number for o in orders(lines(*many))] == [o["number"] for o in many]
    assert [o.number for o in orders(json.dumps(many))] == [o["number"] for o in many]


def test_a_large_order_is_read() -> None:
    big = order(lines=[item(subtotal="1.00", title="x" * 300, tags=["y" * 120] * 9) for _ in range(2000)])
    assert len(only(big).lines) == 2000


# Single values


@pytest.mark.parametrize(
    "text, moment",
    [
        ("2026-05-01 10:00:00 +0200", datetime(2026, 5, 1, 8, tzinfo=UTC)),
        ("2026-05-01T10:00:00Z", datetime(2026, 5, 1, 10, tzinfo=UTC)),
        ("2026-05-01T10:00:00.123456-05:30", datetime(2026, 5, 1, 15, 30, tzinfo=UTC)),
        ("  ", None),
    ],
)
def test_a_moment_is_read_with_its_offset(text: str, moment: datetime | None) -> None:
    assert fields.moment(text, "at") == moment


@pytest.mark.parametrize(
    "text", ["2026-05-01", "0001-01-01T00:00:00+14:00", "2026-05-01T25:00:00Z", "٢٠٢٦-05-01T10:00:00Z"]
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(Unfit):
        fields.moment(text, "at")


@pytest.mark.parametrize(
    "text, rate", [("19", "19"), ("19.00", "19"), ("08.875", "8.875"), ("", ""), ("0", "0")]
)
def test_a_rate_has_one_form(text: str, rate: str) -> None:
    assert fields.rate(text, "rate") == rate


@pytest.mark.parametrize("text", ["de", "DE", "Germany", " germany "])
def test_a_country_is_read_by_code_or_name(text: str) -> None:
    assert fields.country(text) == "DE"
    assert fields.country("Atlantis") == fields.country("ZQ") == ""


def test_the_file_stays_open_for_whoever_opened_it() -> None:
    file = io.BytesIO(shopify(first()).encode())
    assert len(list(read(file))) == 1
    assert file.tell() > 0


@pytest.mark.parametrize(
    "content",
    [
        random.Random(7).randbytes(5_000),
        b"PK\x03\x04" + b"[Content_Types].xml " * 40,
        b"%PDF-1.7\n" + b"1 0 obj " * 40,
        "number,name".encode("utf-16-le") * 30,
    ],
)  # fmt: skip
def test_what_is_no_text_is_said_to_be_none(content: bytes) -> None:
    for read_it in (read, lambda file: products(file, "EUR")):
        with pytest.raises(Refusal, match="neither a CSV nor a JSON"):
            list(read_it(io.BytesIO(content)))


def test_a_stray_sign_makes_no_text_a_picture() -> None:
    text = json.dumps([order(name="a"), order(number="#2", name="b\x00c")], ensure_ascii=False)
    assert len(list(read(io.BytesIO(text.replace("\\u0000", "\0").encode())))) == 2
