"""The policy in force, in plain words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask import request

from portal.db import here, session
from portal.errors import NotFound
from portal.i18n import Amount, Message, say
from portal.people import Permission
from portal.policies import PolicyVersion
from portal.policies.document import Amounts, Fee, Match
from portal.policies.models import Standing
from portal.web.desk.blueprint import desk
from portal.web.desk.wording import DISPOSITIONS, GRADES, RESOLUTIONS
from portal.web.rendering import page
from portal.web.staff import permitted

NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


@desk.get("/policy")
@permitted(Permission.READ_POLICIES)
def policy() -> str:
    """The version that is asked for, else the one in force."""
    version = _asked()
    return page(
        "desk/policy.html",
        version=version,
        policy=version.policy,
        amounts=amounts,
        which=which,
        fee_size=fee_size,
        per_cent=per_cent,
        resolutions=RESOLUTIONS,
        grades=GRADES,
        dispositions=DISPOSITIONS,
    )


def _asked() -> PolicyVersion:
    no = request.args.get("version", "")
    wanted = (
        PolicyVersion.no == int(no) if NUMBER.fullmatch(no) else PolicyVersion.standing == Standing.ACTIVE
    )
    found = session.scalars(sa.select(PolicyVersion).where(PolicyVersion.tenant_id == here(), wanted))
    version = found.one_or_none()
    if version is None:
        raise NotFound("PolicyVersion")
    return version


def amounts(by_currency: Amounts) -> list[Amount]:
    return [Amount(minor, currency) for currency, minor in sorted(by_currency.items())]


def per_cent(points: int) -> str:
    """Basis points as per cent: 1500 is 15, 1250 is 12.5."""
    whole, rest = divmod(points, 100)
    return f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)


def fee_size(fee: Fee) -> list[Amount | Message]:
    if fee.points:
        return [say("{rate} % of the price without tax", rate=per_cent(fee.points))]
    return list(amounts(fee.fixed))


@dataclass(frozen=True)
class Which:
    """What a rule is about: a word for the kind, and the names of that kind."""

    kind: Message
    names: Sequence[str]


def which(match: Match) -> list[Which]:
    """Nothing stands for every article."""
    kinds = [
        (say("categories"), match.categories),
        (say("tags"), match.tags),
        (say("SKUs"), match.skus),
    ]
    return [Which(kind, names) for kind, names in kinds if names]
