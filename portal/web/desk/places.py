"""What the desk's frame shows: the places, the views with their counts, and who is here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for

from portal import config
from portal.i18n import Message, say
from portal.people import Permission, Person
from portal.views.board import STAGES, WAITING, View, counts
from portal.views.orders import flagged
from portal.web.desk.blueprint import desk
from portal.web.desk.wording import VIEWS
from portal.web.shops import this_face
from portal.web.staff import me


@dataclass(frozen=True)
class Place:
    """A link of the frame; `pages` are the endpoints that lie there.

    Some there are only in the demo, some only where money is simulated.
    """

    name: Message
    endpoint: str
    needs: Permission
    pages: frozenset[str] = frozenset()
    demo: bool = False
    test: bool = False

    @property
    def here(self) -> bool:
        page = (request.endpoint or "").removeprefix("desk.")
        return page == self.endpoint or page in self.pages

    @property
    def address(self) -> str:
        return url_for(self.endpoint if "." in self.endpoint else f"desk.{self.endpoint}")

    def open_to(self, person: Person) -> bool:
        wanted = (not self.demo or config.current().demo) and (not self.test or this_face().test_mode)
        return wanted and person.may(self.needs)


_P = Permission
KEYS = "new_api_key make_api_key api_key revoke_api_key"
CARD = "gift_card blocking block_card replacing replace_card unblock_card mail_card spend_card release_card"
TRANSFER = (
    "transfer confirm_transfer fail_transfer transfer_back bank_account show_account confirm_seen ask_account"
)
PEOPLE = (
    "demand set_demand reset_factor invite invite_person person change_role let_go take_back send_invitation"
)
EXCHANGE = "exchange ship_exchange sell_out_exchange keep_exchange end_exchange"
START = "take_step make_test_order end_test_order"
DRAFTS = """
start_draft draft draft_text try_draft save_draft ask_review approve_draft send_draft_back publish_draft
withdraw_version discard_draft sections section save_section check_section rule save_rule check_rule
remove_rule move_rule try_made_up publish_alone draft_brand preview
draft_mails draft_mail save_mail show_mail
"""
BRANDING = "keep_branding show_look logo keep_logo remove_logo"
OF_SHOP = (
    Place(say("Policy"), "policy", _P.READ_POLICIES),
    Place(say("Versions"), "versions", _P.READ_POLICIES, frozenset(DRAFTS.split())),
    Place(say("Branding"), "branding", _P.EDIT_SHOP, frozenset(BRANDING.split())),
    Place(say("Settings"), "settings", _P.EDIT_SHOP, frozenset({"keep_settings"})),
    Place(say("People"), "people", _P.MANAGE_PEOPLE, frozenset(PEOPLE.split())),
    Place(say("API keys"), "api_keys", _P.MANAGE_KEYS, frozenset(KEYS.split())),
    Place(say("Labels"), "labels", _P.EDIT_SHOP, frozenset({"add_labels"})),
    Place(say("Trail"), "trail", _P.READ_TRAIL),
    Place(say("Failed work"), "stuck", _P.MANAGE_JOBS),
    Place(say("Sent mail"), "mails", _P.READ_MAIL, frozenset({"mail"}), demo=True),
    Place(say("First steps"), "start", _P.EDIT_SHOP, frozenset(START.split())),
    Place(say("Simulated bank"), "bank", _P.MANAGE_GATEWAYS, frozenset({"switch", "turn"}), test=True),
    Place(say("Bank’s payments"), "bank_payments", _P.MANAGE_GATEWAYS, test=True),
    Place(say("Bank’s notes"), "bank_journal", _P.MANAGE_GATEWAYS, test=True),
)
PRODUCT = """
product add_product_file product_files product_file confirm_product_file discard_product_file
product_file_progress
"""
FILES = "add_order_file order_file confirm_file discard_file file_progress"
ORDER = """
order accept_order order_mails excepting make_exception extending extend_time ending end_exception
"""
OF_ORDERS = (
    Place(say("All orders"), "orders", _P.READ_RETURNS, frozenset(ORDER.split())),
    Place(say("Import"), "order_files", _P.IMPORT_ORDERS, frozenset(FILES.split())),
)
OF_VALUE = (
    Place(say("Store credit"), "credits", _P.READ_MONEY, frozenset({"statement"})),
    Place(say("Gift cards"), "gift_cards", _P.READ_MONEY, frozenset(CARD.split())),
    Place(say("To transfer by hand"), "transfers", _P.READ_MONEY, frozenset(TRANSFER.split())),
    Place(say("Refunds that failed"), "stopped", _P.READ_MONEY, frozenset({"stopped_leg", "reroute"})),
)
JOURNAL = "order_month journal_csv journal_beancount"
RECONCILING = "order_reconciliation reconciliation"
OF_BOOKS = (
    Place(say("Journal"), "journal", _P.READ_BOOKS),
    Place(say("Balances"), "balances", _P.READ_BOOKS),
    Place(say("Days"), "days", _P.READ_BOOKS),
    Place(say("Credit notes"), "credit_notes", _P.READ_BOOKS, frozenset({"credit_notes_csv"})),
    Place(say("Reconciliation"), "reconciliations", _P.READ_BOOKS, frozenset(RECONCILING.split())),
    Place(say("Accounts"), "accounts", _P.READ_BOOKS, frozenset({"name_accounts"})),
    Place(say("Journal as a file"), "exports", _P.EXPORT, frozenset(JOURNAL.split())),
    Place(say("Exports"), "export_files", _P.EXPORT, frozenset({"order_export"})),
)
OF_STOCK = (
    Place(say("Levels"), "stock", _P.READ_RETURNS),
    Place(say("Catalogue"), "catalogue", _P.READ_RETURNS, frozenset(PRODUCT.split())),
    Place(say("Movements"), "movements", _P.READ_RETURNS),
    Place(say("Exchanges"), "exchanges", _P.READ_RETURNS, frozenset(EXCHANGE.split())),
    Place(say("Without a cost"), "uncosted", _P.READ_BOOKS),
)


def _all(places: Sequence[Place]) -> frozenset[str]:
    return frozenset().union(*({p.endpoint} | p.pages for p in places))


RETURNS = """
record story authorize deny deny_units cancel cancel_return reopen reopen_return stop stop_waiting correct
close close_return correct_units approve propose_refund withdraw_proposal
confirming confirm_refund cancel_refund try_again add_note write_message settle_message
mail_again return_label return_slip keeping keep_units wish set_wish case solve_case
owed cancel_demand ask_again look_again confirm_paid give_back confirm_sent
"""
MANY = frozenset({"authorizing", "authorize_many"})
PLACES = (
    Place(say("Returns"), "board", _P.READ_RETURNS, frozenset(RETURNS.split()) | MANY),
    Place(say("Orders"), "orders", _P.READ_RETURNS, _all(OF_ORDERS)),
    Place(say("Odd parcels"), "parcels", _P.READ_RETURNS, frozenset({"stray", "match_parcel", "end_parcel"})),
    Place(say("Money"), "credits", _P.READ_MONEY, _all(OF_VALUE)),
    Place(say("Stock"), "stock", _P.READ_RETURNS, _all(OF_STOCK)),
    Place(say("Books"), "journal", _P.READ_BOOKS, _all(OF_BOOKS)),
    Place(say("Shop"), "policy", _P.READ_POLICIES, _all(OF_SHOP)),
    Place(say("Dock"), "dock.scan", _P.WORK_DOCK),
)


@dataclass(frozen=True)
class ViewLink:
    """`count` is None for what is over."""

    view: View
    address: str
    name: Message
    count: int | None
    lamp: bool = False


def board_counts() -> dict[View, int]:
    """Asked once a request, and only by a page that shows them."""
    if "board_counts" not in g:
        g.board_counts = counts()
    found: dict[View, int] = g.board_counts
    return found


def view_links() -> list[tuple[Message, list[ViewLink]]]:
    """The board's views under their headings. A lamp where somebody is needed now."""
    waiting = [_link(view, lamp=view not in (View.TO_PAY, View.SECOND)) for view in WAITING]
    todo = [_link(View.REQUESTED), *waiting]
    stages = [_link(view) for view in STAGES if view is not View.REQUESTED]
    return [(say("To do"), [_link(View.OPEN), *todo]), (say("Where they stand"), [*stages, _link(View.ALL)])]


def _link(view: View, lamp: bool = False) -> ViewLink:
    count = board_counts().get(view)
    return ViewLink(view, f"{_board()}?view={view}", VIEWS[view], count, lamp and bool(count))


def _board() -> str:
    if "board" not in g:
        g.board = url_for("desk.board")
    address: str = g.board
    return address


def initials(name: str) -> str:
    words = [word for word in name.split() if word[0].isalpha()]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else "–"


@desk.context_processor
def frame() -> dict[str, Any]:
    """What the desk's own templates may ask for."""
    return {
        "places": lambda: _open(PLACES),
        "shop_places": lambda: _open(OF_SHOP),
        "order_places": lambda: _open(OF_ORDERS),
        "flagged_orders": flagged,
        "book_places": lambda: _open(OF_BOOKS),
        "stock_places": lambda: _open(OF_STOCK),
        "value_places": lambda: _open(OF_VALUE),
        "view_links": view_links,
        "initials": initials,
        "may": _may,
        "test_mode": this_face().test_mode if g.get("shop") else False,
    }


def _open(places: Sequence[Place]) -> list[Place]:
    """Those that this person may go to."""
    person = me()
    return [place for place in places if place.open_to(person)] if person else []


def _may(name: str) -> bool:
    person = me()
    return person is not None and person.may(Permission(name))
