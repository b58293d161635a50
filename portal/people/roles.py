"""Roles and what each may do. Views name permissions, never roles."""

from enum import StrEnum


class Role(StrEnum):
    OWNER = "owner"
    MANAGER = "manager"
    AGENT = "agent"
    WAREHOUSE = "warehouse"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """One act each. Where an amount limits it, the policy says how much."""

    READ_RETURNS = "returns.read"
    READ_MONEY = "money.read"
    READ_ADDRESSES = "addresses.read"
    """Shoppers' names, addresses and messages."""
    DECIDE_RETURNS = "returns.decide"
    CREATE_RETURNS = "returns.create"
    WRITE_MESSAGES = "messages.write"
    OVERRIDE = "returns.override"
    """Against the policy or the usual order: reopen, release early, accept what the rules refuse."""

    WORK_DOCK = "dock.work"
    HANDLE_LABELS = "labels.handle"
    CORRECT_INSPECTIONS = "inspections.correct"
    REDUCE_REFUNDS = "inspections.reduce"
    """Propose that less is refunded because of what was found; the shopper may object."""
    SEND_EXCHANGES = "exchanges.send"
    """Say that another article was sent for what comes back, or that it is not there."""

    APPROVE_REFUNDS = "refunds.approve"
    """Up to the policy's limit."""
    APPROVE_ANY_REFUND = "refunds.approve_any"
    REPAIR_REFUNDS = "refunds.repair"
    """A new leg for one that failed, another destination."""
    SEE_ACCOUNTS = "accounts.see"
    """Shoppers' bank accounts whole, to transfer a refund to one."""
    GRANT_GOODWILL = "refunds.goodwill"
    """More than is owed, within the policy's budget."""

    KEEP_STORED_VALUE = "stored_value.keep"
    """Gift cards: block one, replace it by another, mail its link again."""

    READ_BOOKS = "books.read"
    EDIT_BOOKS = "books.edit"
    """The shop's own account codes."""
    READ_REPORTS = "reports.read"
    READ_TRAIL = "trail.read"
    READ_POLICIES = "policies.read"
    EXPORT = "export"

    EDIT_POLICIES = "policies.edit"
    """Write drafts of the configuration, and ask for their review."""
    REVIEW_POLICIES = "policies.review"
    ACTIVATE_POLICIES = "policies.activate"
    """Put what was approved in force, at once or at a moment, and take it back before."""
    IMPORT_ORDERS = "orders.import"
    IMPORT_PRODUCTS = "products.import"
    EDIT_SHOP = "shop.edit"
    MANAGE_JOBS = "jobs.manage"
    READ_MAIL = "mail.read"
    """The demo mailbox, which holds one-time links."""
    MANAGE_PEOPLE = "people.manage"
    MANAGE_KEYS = "keys.manage"
    """Keys of the shop's own systems."""
    MANAGE_OWNERS = "owners.manage"
    MANAGE_GATEWAYS = "gateways.manage"


_P = Permission
_ALL = frozenset(Permission)
_TABLE: dict[Role, frozenset[Permission]] = {
    Role.OWNER: _ALL,
    Role.MANAGER: _ALL - {_P.MANAGE_OWNERS, _P.MANAGE_GATEWAYS},
    Role.AGENT: frozenset(
        {
            _P.READ_RETURNS,
            _P.READ_MONEY,
            _P.READ_ADDRESSES,
            _P.READ_POLICIES,
            _P.DECIDE_RETURNS,
            _P.CREATE_RETURNS,
            _P.WRITE_MESSAGES,
            _P.APPROVE_REFUNDS,
            _P.REDUCE_REFUNDS,
            _P.SEND_EXCHANGES,
            _P.GRANT_GOODWILL,
            _P.KEEP_STORED_VALUE,
        }
    ),
    Role.WAREHOUSE: frozenset(
        {
            _P.WORK_DOCK,
            _P.HANDLE_LABELS,
            _P.CORRECT_INSPECTIONS,
            _P.REDUCE_REFUNDS,
            _P.SEND_EXCHANGES,
        }
    ),
    Role.AUDITOR: frozenset(
        {
            _P.READ_RETURNS,
            _P.READ_MONEY,
            _P.READ_ADDRESSES,
            _P.READ_POLICIES,
            _P.READ_BOOKS,
            _P.READ_REPORTS,
            _P.READ_TRAIL,
            _P.EXPORT,
        }
    ),
}


AT_TABLET = _TABLE[Role.WAREHOUSE]
"""All that a PIN at a shared tablet is good for."""


def permissions(role: Role) -> frozenset[Permission]:
    return _TABLE[role]


def may(role: Role, permission: Permission) -> bool:
    return permission in _TABLE[role]
