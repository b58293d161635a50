"""What the roles are called, and what each is there for."""

from portal.i18n import Message, say
from portal.people.roles import Role

TITLES: dict[Role, tuple[Message, Message]] = {
    Role.OWNER: (say("Owner"), say("May do everything, and says who else owns the shop.")),
    Role.MANAGER: (say("Manager"), say("May do everything but deal with owners and the bank.")),
    Role.AGENT: (say("Agent"), say("Decides on returns, and approves refunds up to the policy’s limit.")),
    Role.WAREHOUSE: (say("Warehouse"), say("Works at the dock. Sees no money and no addresses.")),
    Role.AUDITOR: (say("Auditor"), say("Reads and exports returns, books and reports. Changes nothing.")),
}
