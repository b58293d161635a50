"""I22: versions are numbered, one is in force, and what was judged under one still follows from it."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from pydantic import ValidationError

from portal.checks.looking import Look, key
from portal.policies import Answer, Policy, PolicyVersion
from portal.policies.models import Standing
from portal.returns.models import Return, ReturnLine
from portal.tenants import Tenant

STRICTNESS = (Answer.NO, Answer.REVIEW, Answer.YES)


def versions(look: Look) -> Iterator[str]:
    """A version out of number, one in force beside or behind another, or one that is no policy."""
    query = sa.select(PolicyVersion.id, PolicyVersion.no, PolicyVersion.standing, PolicyVersion.document)
    rows = look.all(query.where(PolicyVersion.tenant_id == look.tenant).order_by(PolicyVersion.no))
    for no, row in enumerate(rows, start=1):
        active = row.standing is Standing.ACTIVE
        if row.no != no or active != (no == len(rows)) or not _is_policy(row.document):
            yield key(PolicyVersion, row.id)


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
            *(PolicyVersion.no, PolicyVersion.id.label("version")),
        )
        .join(Return, Return.id == ReturnLine.return_id)
        .join(PolicyVersion, PolicyVersion.id == Return.policy_id)
        .where(ReturnLine.tenant_id == look.tenant, Return.requested_at.is_not(None))
    )
    documents = {row.id: row.document for row in look.all(_documents(look))}
    for line in look.each(query):
        if not _follows(line, documents[line.version], ZoneInfo(shop.zone)):
            yield key(ReturnLine, line.id)


def _documents(look: Look) -> sa.Select[Any]:
    return sa.select(PolicyVersion.id, PolicyVersion.document).where(PolicyVersion.tenant_id == look.tenant)


def _follows(line: Any, document: Mapping[str, Any], zone: ZoneInfo) -> bool:
    verdict = line.stored_verdict
    if verdict is None or verdict["version"] != line.no:
        return False
    answers = {Answer(finding["answer"]) for finding in verdict["findings"]}
    strictest = next((a for a in STRICTNESS if a in answers), Answer.YES)
    same = [_again(finding, line, document, zone) == finding["answer"] for finding in verdict["findings"]]
    return strictest is not Answer.NO and all(same)


def _again(finding: Mapping[str, Any], line: Any, document: Mapping[str, Any], zone: ZoneInfo) -> str | None:
    """The answer that the rule's inputs give; None where they are not the policy's."""
    inputs = finding["inputs"]
    if finding["rule"] == "window":
        right = inputs["days"] == document["window"]["days"]
        end = datetime.combine(
            date.fromisoformat(inputs["until"]) + timedelta(days=1), datetime.min.time(), zone
        )
        return (Answer.YES if line.requested_at < end else Answer.NO) if right else None
    if finding["rule"] == "automatic":
        limit = document["authorization"]["automatic_up_to"].get(line.currency)
        small = limit is not None and inputs["value"] <= limit
        return (Answer.YES if small else Answer.REVIEW) if inputs["limit"] == limit else None
    return str(finding["answer"])
