"""A line may have tens of thousands of units: commands take as many statements for them as for a few, and
pages fold them."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from portal.audit import Actor
from portal.db import locked
from portal.jobs.leases import claim
from portal.jobs.worker import perform
from portal.people.roles import Role
from portal.policies import Grade
from portal.refunds.models import Refund, RefundLeg
from portal.refunds.quoting import quote
from portal.returns.inspecting import inspect_many
from portal.returns.links import status_token
from portal.returns.models import Return, ReturnItem
from portal.returns.receiving import on_dock
from portal.returns.submitting import submit
from tests.harness.apps import counted
from tests.harness.client import ShopClient
from tests.harness.sales import ZONE, Sold, approve_ready, drafted, look, requested, sell, shopper, take_in
from tests.harness.shops import Shop
from tests.harness.trading import Trade
from tests.web.desk.working import follow, sign_in

FEW, MANY = 60, 1_200  # over what a page shows, and over what a statement takes at once
Counts = dict[str, int]
MOST: Counts = {"submit": 18, "receive": 17, "inspect": 14, "approve": 26, "send": 24}


@contextmanager
def noted(shop: Shop, name: str, seen: Counts) -> Iterator[None]:
    with counted(shop.app) as statements:
        yield
    seen[name] = len(statements)


def pieces(n: int) -> Sold:
    return Sold(n * 208, n, unit_cost=90)


def sent_back(shop: Shop, units: int) -> tuple[Counts, uuid.UUID]:
    """How many statements each command of a return of so many pieces of one line takes, and its id."""
    seen: Counts = {}
    order = sell(shop, pieces(units), number=f"9{units}")
    draft = drafted(shop, order)
    with shop.transaction(), noted(shop, "submit", seen):
        held = locked(Return, draft)
        assert held.resolution
        submit(held, quote(held, held.resolution).amount, ZONE, shopper(order))
    with noted(shop, "receive", seen):
        take_in(shop, draft)
    with shop.transaction(), noted(shop, "inspect", seen):
        inspect_many(on_dock(locked(Return, draft)), {}, Grade.NEW, Actor("system"))
    with noted(shop, "approve", seen):
        approve_ready(shop, draft)
    return seen, draft


def test_a_return_takes_as_many_statements_for_many_pieces_as_for_few(shop: Shop) -> None:
    (few, _), (many, _) = sent_back(shop, FEW), sent_back(shop, MANY)
    assert many == few


@pytest.mark.sqlite
def test_the_commands_of_a_small_return_stay_as_short_as_they_are(shop: Shop) -> None:
    """Without BEGIN and COMMIT, and without what a request asks around its command. Lower is welcome."""
    seen, return_ = sent_back(shop, 20)
    with shop.transaction(reading=True) as session:
        (leg,) = session.scalars(sa.select(RefundLeg.id).join(Refund).where(Refund.return_id == return_))
    with shop.app.app_context(), noted(shop, "send", seen):
        lease = claim(None, f"send/{leg}/1")
        assert lease
        perform(lease)
    assert {name: n for name, n in seen.items() if n > MOST[name]} == {}


@pytest.mark.sqlite
def test_no_command_makes_an_object_of_the_session_of_each_piece(shop: Shop) -> None:
    """Each would take kilobytes, and a line may have tens of thousands."""
    loaded: list[object] = []
    noting = (ReturnItem, "load", lambda item, _context: loaded.append(item))
    sa.event.listen(*noting)
    try:
        sent_back(shop, FEW)
    finally:
        sa.event.remove(*noting)
    assert not loaded


def test_pages_fold_the_pieces_of_a_line(shop: Shop, client: ShopClient) -> None:
    """A page about very many is hardly longer than one about more than it shows."""
    few, many = (look(shop, sent_back(shop, units)[1]).return_ for units in (FEW, MANY))
    sign_in(client, Role.OWNER)
    for page in ("/desk/returns/{id}", "/s/{token}", "/dock/returns/{id}/done"):
        small, large = (len(read(client, page, one)) for one in (few, many))
        assert large < small + 1_000, page


@pytest.mark.sqlite
def test_pages_keep_to_their_statements_for_many_pieces_and_for_many_refunds(
    shop: Shop, client: ShopClient
) -> None:
    trade, (_, large) = Trade(shop), sent_back(shop, MANY)
    trade.work()
    often = trade.ask(trade.order(pieces(4), paid=[500, 332]), {1: 4})
    trade.receive(often)
    for _ in range(4):
        with trade.on(often) as held:
            inspect_many(on_dock(held)[:1], {}, Grade.NEW, Actor("system"))
        trade.approve(often)
        trade.work()
    sign_in(client, Role.OWNER)
    for return_ in (look(shop, id).return_ for id in (large, often)):
        for visitor, page in ((client, "/desk/returns/{id}"), (ShopClient(shop.app), "/s/{token}")):
            read(visitor, page, return_)
            with counted(shop.app) as statements:
                read(visitor, page, return_)
            assert len(statements) <= 15, (page, statements)


def test_the_dock_folds_what_is_awaited_and_what_waits_to_be_checked(shop: Shop, client: ShopClient) -> None:
    few, many = (requested(shop, sell(shop, pieces(n), number=f"9{n}")) for n in (FEW, MANY))
    sign_in(client, Role.OWNER)
    for step in (None, take_in):
        if step:
            step(shop, few), step(shop, many)
        shown = [read(client, "/dock/returns/{id}", look(shop, one).return_) for one in (few, many)]
        assert len(shown[1]) < len(shown[0]) + 1_000


def read(client: ShopClient, page: str, return_: Return) -> str:
    answer = client.get(page.format(id=return_.id, token=status_token(return_.id)))
    return follow(client, answer).text
