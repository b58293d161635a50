"""The shop's own codes and names for its accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from portal.i18n import say
from portal.ledger import Account, Role, naming
from portal.ledger.chart import DEFAULT
from portal.ledger.models import ChartVersion, Kind
from portal.ledger.naming import Naming
from portal.people import Permission
from portal.policies.books import books_of, called
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.drafted import Bench
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.operations import once, see
from portal.web.rendering import page
from portal.web.staff import permitted

KINDS = {
    Kind.ASSET: say("Asset"),
    Kind.LIABILITY: say("Liability"),
    Kind.INCOME: say("Income"),
    Kind.EXPENSE: say("Expense"),
}
# What each account is for: the name that it has in a new shop.
MEANINGS = {role: name for role, _, name, _ in DEFAULT}
LONGEST = 200  # of what is shown again


@dataclass(frozen=True)
class Changed:
    """A version, who made it, and of each account that it changed what it was called before (None: it is
    new) and after: code and name."""

    made: ChartVersion
    who: str
    pairs: Sequence[tuple[Sequence[str] | None, Sequence[str]]]


class ChartForm(Form):
    """A code and a name for each account. A form that is older than an account leaves that as it is."""

    def __init__(self, bench: Bench, accounts: Sequence[Account]) -> None:
        self.accounts, self.said = accounts, bench.said.books or books_of(accounts)
        places = [f"{part}-{account.role}" for account in accounts for part in ("code", "name")]
        super().__init__(thing=bench.thing, action=bench.action("accounts"), places=places)

    @property
    def typed(self) -> dict[Role, Naming]:
        """What was sent, of the accounts that were in the form."""
        roles = [a.role for a in self.accounts if f"code-{a.role}" in request.form]
        return {role: Naming(_typed(f"code-{role}"), _typed(f"name-{role}")) for role in roles}

    @property
    def wanted(self) -> dict[Role, Naming]:
        """All accounts, as they would be called."""
        return self.said.names | self.typed

    def validate(self, *args: Any, **kw: Any) -> bool:
        right = super().validate(*args, **kw)
        wrong = naming.faults(self.wanted)
        self.at_places = wrong | self.at_places
        return right and not wrong

    def shown(self, account: Account) -> Naming:
        """What stands in the fields."""
        return self.wanted[account.role]


def _typed(name: str) -> str:
    return " ".join(request.form.get(name, "")[:LONGEST].split())


@desk.get("/books/accounts")
@permitted(Permission.READ_BOOKS)
def accounts() -> str:
    bench = Bench()
    return _page(bench, ChartForm(bench, naming.chart()))


def _page(bench: Bench, form: ChartForm) -> str:
    return page(
        "desk/accounts.html",
        form=form,
        draft=bench.unsaid("books"),
        accounts=form.accounts,
        meanings=MEANINGS,
        kinds=KINDS,
        versions=_changed(naming.versions()),
    )


def _changed(versions: Sequence[tuple[ChartVersion, str]]) -> list[Changed]:
    """What each version calls otherwise than the one before it; the first, than a new shop's chart."""
    befores = [made.accounts for made, _ in versions[1:]]
    if versions and versions[-1][0].no == 1:
        befores.append({role.value: [code, name] for role, code, name, _ in DEFAULT})
    return [
        Changed(
            made, who, [(old.get(role), now) for role, now in made.accounts.items() if old.get(role) != now]
        )
        for (made, who), old in zip(versions, befores, strict=False)
    ]


@desk.post("/books/accounts")
@permitted(Permission.READ_BOOKS, Permission.EDIT_BOOKS, Permission.EDIT_POLICIES)
@redrawn(by=accounts)
def name_accounts() -> Any:
    """Written into a draft: they are called so when it is in force."""
    bench = Bench(taking=True)
    form = ChartForm(bench, naming.chart())
    if not form.sent():
        return _page(bench, form), 422
    answer = once(form, actor(), lambda: bench.put(books=called(form.wanted)))
    return see(answer, url_for("desk.accounts"))
