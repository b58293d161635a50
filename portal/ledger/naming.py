"""A shop's own codes and names for the accounts of its chart.

An entry belongs to an account, not to a code: whatever an account is called, all its entries are called so,
in files of earlier months as well. Each set of names is kept as a numbered version. Shops change them in
their configuration, a version of which writes them here when it begins to hold.
"""

import re
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.db import here, locked, session
from portal.errors import Refusal
from portal.i18n import Message, say
from portal.ledger.chart import DEFAULT
from portal.ledger.models import Account, Book, ChartVersion, Role
from portal.people.models import User
from portal.tenants import Tenant

CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]*")
LONGEST_CODE, LONGEST_NAME = 20, 80
PLACES = {role: n for n, (role, *_) in enumerate(DEFAULT)}
MOST = 20  # versions that are listed


@dataclass(frozen=True)
class Naming:
    """What a shop calls an account."""

    code: str
    name: str


Names = Mapping[Role, Naming]


def chart() -> Sequence[Account]:
    """The shop's accounts in the order of the chart that a new shop starts with; one statement."""
    found = session.scalars(sa.select(Account).where(Account.tenant_id == here()))
    return sorted(found, key=lambda account: PLACES.get(account.role, len(PLACES)))


def names_of(accounts: Sequence[Account]) -> dict[Role, Naming]:
    return {account.role: Naming(account.code, account.name) for account in accounts}


def versions() -> Sequence[tuple[ChartVersion, str]]:
    """The newest first, each with who made it (empty: a command); at most MOST."""
    query = sa.select(ChartVersion, User.name).outerjoin(User, User.id == ChartVersion.made_by)
    newest = query.where(ChartVersion.tenant_id == here()).order_by(ChartVersion.no.desc())
    return [(made, name or "") for made, name in session.execute(newest.limit(MOST))]


def newest() -> int:
    """The number of the names in force; 0 while they are those that every shop begins with."""
    mine = sa.select(sa.func.max(ChartVersion.no)).where(ChartVersion.tenant_id == here())
    return session.scalar(mine) or 0


def faults(names: Names) -> dict[str, Message]:
    """What is wrong with the names of a whole chart, by `code-<role>` and `name-<role>`."""
    twice = Counter(naming.code.lower() for naming in names.values())
    wrong: dict[str, Message] = {}
    for role, naming in names.items():
        if not CODE.fullmatch(naming.code) or len(naming.code) > LONGEST_CODE:
            wrong[f"code-{role}"] = say(
                "A code has 1 to {n} plain letters, digits, points and hyphens, a letter or digit first.",
                n=LONGEST_CODE,
            )
        elif twice[naming.code.lower()] > 1:
            wrong[f"code-{role}"] = say("Two accounts have the code {code}.", code=naming.code)
        if not naming.name or len(naming.name) > LONGEST_NAME or not naming.name.isprintable():
            wrong[f"name-{role}"] = say("An account needs a name of at most {n} letters.", n=LONGEST_NAME)
    return wrong


def rename(shop: Tenant, wanted: Names, by: Actor) -> ChartVersion | None:
    """Give accounts these codes and names; those that are not named keep theirs. Lock the shop.

    The new version, or None where all are called so already. Raises Refusal at the first of `faults`.
    """
    accounts = chart()
    before = names_of(accounts)
    after = before | {role: naming for role, naming in wanted.items() if role in before}
    for place, why in faults(after).items():
        raise Refusal(why, place)
    changed = [account for account in accounts if before[account.role] != after[account.role]]
    if not changed:
        return None
    _call(changed, after)
    return _keep(shop, before, after, by)


def _call(accounts: Sequence[Account], names: Names) -> None:
    """In two turns, since two accounts may change their codes with each other."""
    for n, account in enumerate(accounts):
        account.code = f"~{n}"
    session.flush()
    for account in accounts:
        account.code, account.name = names[account.role].code, names[account.role].name


def _keep(shop: Tenant, before: Names, after: Names, by: Actor) -> ChartVersion:
    last = newest()
    made = ChartVersion(
        id=uuid.uuid5(here(), f"chart/{last + 1}"),
        no=last + 1,
        made_at=clock.now(),
        made_by=by.id if by.kind == "person" else None,
        accounts={role.value: [naming.code, naming.name] for role, naming in after.items()},
    )
    session.add(made)
    locked(Book, uuid.uuid5(here(), "book")).version += 1
    change = Change("chart_version", made.id, str(last) if last else None, str(made.no))
    pairs = {role: (before[role], after[role]) for role in after if before[role] != after[role]}
    codes = {role.value: [old.code, new.code] for role, (old, new) in pairs.items() if old.code != new.code}
    named = [role.value for role, (old, new) in pairs.items() if old.name != new.name]
    facts: dict[str, Any] = {**codes, **({"renamed": named} if named else {})}
    record(shop, Event.ACCOUNTS_NAMED, by, [change], **facts)
    return made
