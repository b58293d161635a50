"""What the roles and the scopes of keys are called, and what each is there for."""

from portal.i18n import Message, say
from portal.people.roles import Role
from portal.people.scopes import KeyScope

TITLES: dict[Role, tuple[Message, Message]] = {
    Role.OWNER: (say("Owner"), say("May do everything, and says who else owns the shop.")),
    Role.MANAGER: (say("Manager"), say("May do everything but deal with owners and the bank.")),
    Role.AGENT: (say("Agent"), say("Decides on returns, and approves refunds up to the policy’s limit.")),
    Role.WAREHOUSE: (say("Warehouse"), say("Works at the dock. Sees no money and no addresses.")),
    Role.AUDITOR: (say("Auditor"), say("Reads and exports returns, books and reports. Changes nothing.")),
}
SCOPES: dict[KeyScope, tuple[Message, Message]] = {
    KeyScope.WRITE_ORDERS: (say("Send orders"), say("Adds orders and updates them, as an import does.")),
    KeyScope.WRITE_PRODUCTS: (
        say("Send products"),
        say("Adds products and how many there are, as an import does."),
    ),
    KeyScope.READ_CHANGES: (
        say("Read changes"),
        say("Follows refunds, store credit and stock. Sees no names and no addresses."),
    ),
    KeyScope.SHIP_EXCHANGES: (
        say("Send exchanges"),
        say("Reads what is to be sent, with the address, and says what was sent."),
    ),
    KeyScope.SPEND_VALUE: (
        say("Spend stored value"),
        say("Asks for balances of gift cards and store credit, spends of them and releases."),
    ),
}
