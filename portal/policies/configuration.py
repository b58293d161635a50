"""All that a shop lays down about its returns, as one document of documents. Each version holds all of it.

A further document is a field here with its model: it is then kept, sealed, compared, exported and taken in
like the others.
"""

from collections.abc import Mapping
from typing import Any

from portal.policies.books import Books
from portal.policies.branding import Branding
from portal.policies.document import Policy
from portal.policies.kinds import Part
from portal.policies.limits import Limits
from portal.policies.notices import Notices

Documents = Mapping[str, Any]


class Configuration(Part):
    """`policy`: what shoppers and the dock go by. `limits`: what people may do alone. `books`: what accounts
    are called. `branding`: what the shop shows of itself. `notices`: what it says itself in its mails.

    What has a default may be missing in a text, which then says nothing about it; where a version has none,
    what held before it stays.
    """

    policy: Policy
    limits: Limits = Limits()
    books: Books | None = None
    branding: Branding | None = None
    notices: Notices = Notices()

    @property
    def documents(self) -> dict[str, Any]:
        """As it is kept and exported: plain values, in the order of the model."""
        said = self.model_dump(mode="json")
        return {name: one for name, one in said.items() if one is not None}

    @property
    def others(self) -> dict[str, Any]:
        """The documents beside the policy, by name."""
        return {name: one for name, one in self.documents.items() if name != "policy"}


def configured(policy: Policy | Documents, others: Documents | None = None) -> Configuration:
    """From the policy and the other documents, by name, as they are kept. Raises ValidationError."""
    return Configuration.model_validate({**(others or {}), "policy": policy})
