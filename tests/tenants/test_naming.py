"""Which addresses are taken for e-mail: those that can stand in the head of a mail."""

import pytest

from portal.errors import Refusal
from portal.tenants.naming import check_email, mailbox


@pytest.mark.parametrize(
    "address",
    ["info@fjell.example", "o'brien+returns@shop.example", "info@büro.example", "a_b%c@x-y.shop.example"],
)
def test_an_address_that_is_taken_can_be_written_to(address: str) -> None:
    check_email(address, "contact")
    assert mailbox("Fjell", address).addr_spec == address.replace("büro", "xn--bro-hoa")


@pytest.mark.parametrize(
    "address",
    [
        "", "info", "info@shop", "a b@shop.example", "a@b@shop.example", "büro@fjell.example",
        "info.@shop.example", ".info@shop.example", "in..fo@shop.example", "a:b@shop.example",
        "a(b)@shop.example", "a[b]@shop.example", "a\\b@shop.example", "info@shop.example.", "a@b..c",
        "a\x01b@shop.example", "=?utf-8?q?a?=@shop.example", "a@(b).example", "a@b\\.example",
        "\ud800@shop.example", "a@\ud800.example",
        f"a@{'x' * 64}.example", f"{'x' * 250}@shop.example",
    ],
)  # fmt: skip
def test_what_no_mail_could_carry_is_refused_at_its_field(address: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_email(address, "contact")
    assert refused.value.field == "contact"
