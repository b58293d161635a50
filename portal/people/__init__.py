"""Staff: who they are, what they may do, and how they prove it. Also counts tries, of shoppers too."""

from portal.people.factors import half_of
from portal.people.models import ApiKey, Attempt, OneTimeLink, Purpose, StaffSession, User
from portal.people.roles import Permission, Role, may, permissions
from portal.people.scopes import KeyScope
from portal.people.sessions import Person, person_of, revoke, sign_out, touch
from portal.people.signing_in import confirm, sign_in
from portal.people.staffing import add_user, set_active, set_password, set_role, staff

__all__ = [
    "ApiKey",
    "Attempt",
    "KeyScope",
    "OneTimeLink",
    "Permission",
    "Person",
    "Purpose",
    "Role",
    "StaffSession",
    "User",
    "add_user",
    "confirm",
    "half_of",
    "may",
    "permissions",
    "person_of",
    "revoke",
    "set_active",
    "set_password",
    "set_role",
    "sign_in",
    "sign_out",
    "staff",
    "touch",
]
