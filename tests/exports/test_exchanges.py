"""The exchanges' export: what was wanted, kept, owed, settled and sent."""

from portal.exports import ExportKind, Format
from tests.exports.given import made, rows
from tests.harness.sales import Sold
from tests.harness.shops import Shop
from tests.harness.swapping import Swap
from tests.harness.trading import policy

PAIR = (Sold(4000, 1, "SHIRT-M", "Shirt", taxes={"19": 639}), Sold(2000, 2, "SOCK", "Socks"))


def test_each_article_has_a_row_and_the_whole_stands_once(shop: Shop) -> None:
    swap = Swap(shop)
    swap.rule(policy(conditions=[], authorization={"automatic_up_to": {"EUR": 10**9}, "days": 2}))
    hat, cap = swap.stock("HAT", 4500, 5, tax_rates=["19"]), swap.stock("=CAP", 900, 5)
    both = swap.swap(swap.order(*PAIR), {1: 1, 2: 2}, {1: hat, 2: cap})
    (first, second) = rows(made(shop, ExportKind.EXCHANGES))
    assert (first["state"], first["for_sku"], first["sku"], first["asked"]) == (
        "wanted",
        "SHIRT-M",
        "HAT",
        "1",
    )
    assert (first["reserved"], first["pieces"], first["owed"]) == ("3", "0", "0.00")
    assert (second["reserved"], second["value"], second["sku"]) == ("", "", "'=CAP")
    swap.receive(both)
    swap.inspect(both)
    swap.approve(both)
    swap.work()
    first, _ = rows(made(shop, ExportKind.EXCHANGES, Format.JSON))
    assert {name: first[name] for name in ("state", "value", "given", "owed", "settled")} == {
        **{"state": "to_pay", "value": "63.00", "given": "60.00", "owed": "3.00", "settled": "0.00"}
    }
    swap.pay_for(both)
    swap.ship(both, "JJD 7")
    first, second = rows(made(shop, ExportKind.EXCHANGES, Format.JSON))
    assert (first["state"], first["tracking"], first["carrier"]) == ("shipped", "JJD 7", "DHL")
    assert (first["reserved"], first["owed"], first["settled"]) == (0, "0.00", "3.00")
    assert (first["line_value"], first["line_tax"], second["pieces"]) == ("45.00", "7.18", 2)
    assert first["exchange"] == swap.exchange(both).number and first["sent_at"]


def test_given_is_what_refunds_put_to_it_and_nothing_else(shop: Shop) -> None:
    swap = Swap(shop)
    swap.rule(policy(conditions=[], authorization={"automatic_up_to": {"EUR": 10**9}, "days": 2}))
    return_ = swap.ready(swap.stock("HAT", 1900, 5))
    told = ("state", "value", "given")
    (row,) = rows(made(shop, ExportKind.EXCHANGES, Format.JSON))
    assert [row[name] for name in told] == ["to_ship", "19.00", "19.00"]  # the rest went back in money
    swap.sell_out(return_)
    (row,) = rows(made(shop, ExportKind.EXCHANGES, Format.JSON))
    assert [row[name] for name in told] == ["ended", "19.00", "0.00"]  # its leg ended with it
