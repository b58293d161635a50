"""What the shop's own chart calls each account: a document of the configuration."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from pydantic import Field, field_validator

from portal.i18n import Message, say
from portal.ledger import Account, Role
from portal.ledger.chart import DEFAULT
from portal.ledger.naming import CODE, LONGEST_CODE, LONGEST_NAME, PLACES, Naming, names_of
from portal.policies.kinds import Part

Code = Annotated[str, Field(pattern=rf"^{CODE.pattern}$", max_length=LONGEST_CODE)]
Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]


class Called(Part):
    """An account's code and name; a code is a text, since 0840 is no number."""

    code: Code
    name: Name

    @field_validator("name")
    @classmethod
    def _is_shown(cls, name: str) -> str:
        if not name.isprintable():
            raise ValueError(say("there is a character in it that cannot be seen"))
        return name


NEW = {role: Called(code=code, name=name) for role, code, name, _ in DEFAULT}


class Books(Part):
    """`accounts`: all of them, in the order of the chart; what is not named is called as in a new shop."""

    accounts: dict[Role, Called] = Field(default=NEW)

    @field_validator("accounts")
    @classmethod
    def _all(cls, named: dict[Role, Called]) -> dict[Role, Called]:
        return {role: named.get(role) or NEW[role] for role in sorted(Role, key=PLACES.__getitem__)}

    @property
    def names(self) -> dict[Role, Naming]:
        return {role: Naming(called.code, called.name) for role, called in self.accounts.items()}

    def faults(self) -> Iterator[tuple[str, Message]]:
        """Two accounts of one code, each with its place."""
        twice = Counter(called.code.lower() for called in self.accounts.values())
        for role, called in self.accounts.items():
            if twice[called.code.lower()] > 1:
                yield f"accounts.{role}.code", say("two accounts have the code {code}", code=called.code)


def called(names: Mapping[Role, Naming]) -> Books:
    """With these names. Raises ValidationError."""
    return Books(accounts={role: Called(code=one.code, name=one.name) for role, one in names.items()})


def books_of(accounts: Sequence[Account]) -> Books:
    """What accounts are called now."""
    return called(names_of(accounts))
