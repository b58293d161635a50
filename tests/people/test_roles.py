from portal.people import Permission, Role, may, permissions

MONEY = {p for p in Permission if p.value.startswith(("money", "refunds", "books"))}


def test_an_owner_may_do_everything() -> None:
    assert permissions(Role.OWNER) == set(Permission)


def test_a_manager_lacks_ownership_and_gateways_alone() -> None:
    assert permissions(Role.OWNER) - permissions(Role.MANAGER) == {
        Permission.MANAGE_OWNERS,
        Permission.MANAGE_GATEWAYS,
    }


def test_the_warehouse_sees_no_money_and_no_addresses() -> None:
    assert permissions(Role.WAREHOUSE) == {
        Permission.WORK_DOCK,
        Permission.HANDLE_LABELS,
        Permission.CORRECT_INSPECTIONS,
        Permission.REDUCE_REFUNDS,
        Permission.SEND_EXCHANGES,
    }
    assert not permissions(Role.WAREHOUSE) & (MONEY | {Permission.READ_ADDRESSES})


def test_an_auditor_changes_nothing() -> None:
    assert {p.value.split(".")[-1] for p in permissions(Role.AUDITOR)} == {"read", "export"}


def test_an_agent_approves_up_to_the_limit_only() -> None:
    assert may(Role.AGENT, Permission.APPROVE_REFUNDS)
    assert not may(Role.AGENT, Permission.APPROVE_ANY_REFUND)
    assert not may(Role.AGENT, Permission.WORK_DOCK)


def test_every_role_has_a_row() -> None:
    assert all(permissions(role) for role in Role)
