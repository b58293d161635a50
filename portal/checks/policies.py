"""I22: versions are numbered, one is in force, and what was judged under one still follows from it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from pydantic import ValidationError

from portal.audit import Event, Trail
from portal.checks import again
from portal.checks.looking import Look, key
from portal.policies import Answer, Override, OverrideKind, Policy, PolicyVersion
from portal.policies.models import Standing
from portal.returns.models import Return, ReturnLine
from portal.tenants import Tenant

STRICTNESS = (Answer.NO, Answer.REVIEW, Answer.YES)


def versions(look: Look) -> Iterator[str]:
    """A version out of number or time, one in force beside or behind another, one scheduled but the last, or
    one that is no policy."""
    names = ("id", "no", "standing", "document", "active_from")
    query = sa.select(*(getattr(PolicyVersion, name) for name in names))
    rows = look.all(query.where(PolicyVersion.tenant_id == look.tenant).order_by(PolicyVersion.no))
    begun = sum(row.standing is not Standing.SCHEDULED for row in rows)
    since = datetime.min.replace(tzinfo=UTC)
    for no, row in enumerate(rows, start=1):
        stands = (row.standing is Standing.ACTIVE) == (no == begun) and begun >= len(rows) - 1
        if row.no != no or not stands or row.active_from < since or not _is_policy(row.document):
            yield key(PolicyVersion, row.id)
        since = row.active_from


def _is_policy(document: Any) -> bool:
    try:
        Policy.model_validate(document)
    except ValidationError:
        return False
    return True


def pinned(look: Look) -> Iterator[str]:
    """A verdict that does not follow from its return's version and from what it says it looked at."""
    (shop,) = look.all(sa.select(Tenant.zone).where(Tenant.id == look.tenant))
    query = (
        sa.select(
            *(ReturnLine.id, ReturnLine.stored_verdict, Return.requested_at, Return.currency),
            *(ReturnLine.order_line_id, Return.order_id, Return.unannounced, ReturnLine.joined),
            *(Return.sending, Return.return_shipping, Return.shipping_taken),
            *(PolicyVersion.no, PolicyVersion.id.label("version")),
        )
        .join(Return, Return.id == ReturnLine.return_id)
        .join(PolicyVersion, PolicyVersion.id == Return.policy_id)
        .where(ReturnLine.tenant_id == look.tenant, Return.requested_at.is_not(None))
    )
    documents = {row.id: row.document for row in look.all(_documents(look))}
    made = look.all(_overrides(look))
    for line in look.each(query):
        exceptions = Exceptions(made, line, ZoneInfo(shop.zone))
        if not _follows(line, documents[line.version], exceptions):
            yield key(ReturnLine, line.id)


@dataclass(frozen=True)
class Exceptions:
    """The shop's overrides, as far as they may be about a line that was requested."""

    made: Sequence[Any]
    line: Any
    zone: ZoneInfo

    def holds(self, id: str, kind: OverrideKind) -> Any:
        """The override of this id, if it was what held for the line when it was requested; else None."""
        about = None if kind is OverrideKind.EXTEND else self.line.order_line_id
        mine = [one for one in self.made if (one.order_id, one.order_line_id) == (self.line.order_id, about)]
        here = next((n for n, one in enumerate(mine) if (str(one.id), one.kind) == (id, kind)), None)
        if here is None or mine[here].at > self.line.requested_at:
            return None
        ended = any(one.at < self.line.requested_at for one in mine[here + 1 :])
        return None if ended else mine[here]


def _overrides(look: Look) -> sa.Select[Any]:
    mine = sa.select(*Override.__table__.columns).where(Override.tenant_id == look.tenant)
    return mine.order_by(Override.at, Override.id)


def overridden(look: Look) -> Iterator[str]:
    """An override that the shop's trail does not tell of just so, once."""
    said = (Trail.event, Trail.actor_id, Trail.policy_version.label("version"), Trail.after, Trail.data)
    query = sa.select(*Override.__table__.columns, *said).where(Override.tenant_id == look.tenant)
    query = query.outerjoin(Trail, sa.and_(Trail.subject_id == Override.id, Trail.chain == look.tenant))
    for id, rows in groupby(look.each(query.order_by(Override.id)), lambda row: row.id):
        row, *more = rows
        if more or row.event != Event.OVERRIDE_MADE or not _sealed(row):
            yield key(Override, id)


def _sealed(row: Any) -> bool:
    until = row.data.get("until")
    said = (row.data["order"], row.data.get("line"), until and datetime.fromisoformat(until))
    line = row.order_line_id and str(row.order_line_id)
    by = (row.actor_id, row.version, row.after)
    return said == (str(row.order_id), line, row.until) and by == (row.by, row.policy_version, row.kind)


def _documents(look: Look) -> sa.Select[Any]:
    return sa.select(PolicyVersion.id, PolicyVersion.document).where(PolicyVersion.tenant_id == look.tenant)


def _follows(line: Any, document: Mapping[str, Any], exceptions: Exceptions) -> bool:
    verdict = line.stored_verdict
    if verdict is None or verdict["version"] != line.no:
        return False
    answers = {Answer(finding["answer"]) for finding in verdict["findings"]}
    strictest = next((a for a in STRICTNESS if a in answers), Answer.YES)
    same = [_again(finding, document, exceptions) == finding["answer"] for finding in verdict["findings"]]
    came = exceptions.line.unannounced or exceptions.line.joined
    return (strictest is not Answer.NO or came) and all(same)


def _again(finding: Mapping[str, Any], document: Mapping[str, Any], exceptions: Exceptions) -> str | None:
    """The answer that the rule's inputs give, with what was overridden; None where they do not stand."""
    inputs, line = finding["inputs"], exceptions.line
    if "override" in inputs:
        plain = {**finding, "inputs": {k: v for k, v in inputs.items() if k != "override"}, "answer": "no"}
        refused = _again(plain, document, exceptions) == Answer.NO
        return Answer.YES if refused and exceptions.holds(inputs["override"], OverrideKind.ALLOW) else None
    if finding["rule"] == "window":
        end = _end_of(inputs["until"], exceptions.zone)
        right = again.last_day(document, inputs) == date.fromisoformat(inputs.get("without", inputs["until"]))
        if "extension" in inputs:
            longer = exceptions.holds(inputs["extension"], OverrideKind.EXTEND)
            right = right and bool(longer) and longer.until == end
            right = right and _end_of(inputs["without"], exceptions.zone) < end
        return (Answer.YES if line.requested_at < end else Answer.NO) if right else None
    if finding["rule"] == "automatic":
        limit = document["authorization"]["automatic_up_to"].get(line.currency)
        small = limit is not None and inputs["value"] <= limit
        return (Answer.YES if small else Answer.REVIEW) if inputs["limit"] == limit else None
    if finding["rule"] == "way_back" and not _as_charged(inputs, line):
        return None
    return again.answer(document, finding)


def _as_charged(inputs: Mapping[str, Any], line: Any) -> bool:
    """Whether the return says the same; an exchange that is given up may have made the rest of it free."""
    charged = line.return_shipping in (inputs["cost"], line.shipping_taken)
    return line.sending == inputs["sending"] and charged and line.return_shipping <= inputs["cost"]


def _end_of(day: str, zone: ZoneInfo) -> datetime:
    return datetime.combine(date.fromisoformat(day) + timedelta(days=1), datetime.min.time(), zone)
