"""What a till asks: store credit and gift cards are spent, and released when a sale did not happen."""

import sys

import click
from flask.cli import AppGroup

from portal.audit.actors import SYSTEM
from portal.cli.shops import in_shop, shop_of
from portal.i18n import Amount
from portal.money import parse, plain
from portal.orders.keys import email_key
from portal.refunds import credits, gift_cards
from portal.refunds.values import Taken

credit = AppGroup("credit", help="Store credit.")
gift_card = AppGroup("gift-card", help="Gift cards.")
in_currency = click.option("--currency", help="The shop's own if not given.")
reference = click.option("--reference", required=True, help="The till's own number; it spends once.")


def _asked(_context: click.Context, _option: click.Parameter, value: str | None) -> str:
    """As it is given, typed, or comes through a pipe. One that ends before it is no wish to stop."""
    try:
        return value or str(click.prompt("Code", hide_input=True))
    except click.Abort:
        if sys.stdin.isatty():
            raise
        raise click.UsageError("The code of the gift card is missing: nothing came to be read.") from None


code = click.option(
    "--code", callback=_asked, help="Asked for if not given, so that it stays out of histories."
)


@credit.command("spend")
@in_shop
@click.argument("owner")
@click.argument("amount")
@in_currency
@reference
def spend(shop: str | None, owner: str, amount: str, currency: str | None, reference: str) -> None:
    """Take an AMOUNT (12.50) off the store credit of an e-mail address."""
    with shop_of(shop) as locked:
        taken = _amount(amount, currency or locked.currency)
        _left(credits.spend(locked, email_key(owner), taken, reference, SYSTEM), taken.currency)


@credit.command("release")
@in_shop
@reference
def release(shop: str | None, reference: str) -> None:
    """Give back what a sale took that did not happen."""
    with shop_of(shop) as locked:
        _released(credits.release(locked, reference, SYSTEM))


@gift_card.command("balance")
@in_shop
@code
def balance(shop: str | None, code: str) -> None:
    """What is on a gift card, and whether it can be spent."""
    with shop_of(shop):
        card = gift_cards.card_of(code)
        until = f", until {card.expires_at:%Y-%m-%d %H:%M %Z}" if card.expires_at else ""
        click.echo(f"{plain(card.balance, card.currency)} {card.currency}, {card.state}{until}")


@gift_card.command("spend")
@in_shop
@click.argument("amount")
@code
@in_currency
@reference
def spend_card(shop: str | None, code: str, amount: str, currency: str | None, reference: str) -> None:
    """Take an AMOUNT (12.50) off a gift card."""
    with shop_of(shop) as locked:
        taken = _amount(amount, currency or locked.currency)
        _left(gift_cards.spend(gift_cards.card_of(code), taken, reference, SYSTEM), taken.currency)


@gift_card.command("release")
@in_shop
@reference
def release_card(shop: str | None, reference: str) -> None:
    """Give back what a sale took that did not happen."""
    with shop_of(shop):
        _released(gift_cards.release(reference, SYSTEM))


def _amount(typed: str, currency: str) -> Amount:
    return Amount(parse(typed, currency), currency)


def _left(done: Taken, currency: str) -> None:
    before = " It had been spent before." if done.again else ""
    click.echo(f"{plain(done.left, currency)} {currency} is left.{before}")


def _released(done: Taken) -> None:
    click.echo("It had been released before." if done.again else "Released.")
