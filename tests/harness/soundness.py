"""What must always hold, asked of a test's database."""

from portal.checks import verify
from portal.web.ritual import Portal


def broken(app: Portal, *shops: str, gateway: bool = False) -> dict[str, list[str]]:
    """The invariants that do not hold, each with the first things that break it; of all shops or these."""
    with app.app_context():
        return {line.id: line.first for line in verify(shops, gateway) if not line.ok}


def ends_well(app: Portal) -> None:
    """Fail unless all holds, in every shop, and the simulated bank has what the refunds say."""
    found = broken(app, gateway=True)
    assert found == {}, f"the test left what does not hold: {found}"
