"""All that a shop lays down about its returns, as one document of documents. Each version holds all of it."""

from collections.abc import Mapping
from typing import Any

from portal.policies.document import Policy
from portal.policies.kinds import Part
from portal.policies.limits import Limits


class Configuration(Part):
    """`policy`: what shoppers and the dock go by. `limits`: what people may do alone."""

    policy: Policy
    limits: Limits = Limits()

    @property
    def documents(self) -> dict[str, Any]:
        """As it is kept and exported: plain values, in the order of the model."""
        return self.model_dump(mode="json")


def configured(policy: Mapping[str, Any], limits: Mapping[str, Any]) -> Configuration:
    """From the two documents as they are kept. Raises ValidationError."""
    return Configuration.model_validate({"policy": policy, "limits": limits})
