"""The names of a chart as a text that people edit: YAML, a line for each account.

Every value is a text as it is typed, since a code like 0840 is no number.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from portal.errors import Refusal
from portal.i18n import say
from portal.ledger.models import Account, Role
from portal.ledger.naming import Naming

LARGEST = 64 * 1024  # bytes; a whole chart has 2 000
HEAD = "# The shop's own code and name of each account. Accounts that are left out keep theirs.\n"


def written(accounts: Sequence[Account]) -> str:
    """The chart, to be changed and read again."""
    lines = {a.role.value: {"code": _Text(a.code), "name": _Text(a.name)} for a in accounts}
    return HEAD + yaml.dump(lines, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)


class _Text(str):
    """Written in quotation marks, so that no reader takes it for a number."""


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(
    _Text, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style='"')
)


def read(text: bytes) -> dict[Role, Naming]:
    """Raises Refusal that says the line, and what is wrong in it."""
    try:
        node = yaml.compose(text[:LARGEST].decode(), Loader=yaml.BaseLoader)
    except (yaml.YAMLError, ValueError) as error:
        raise Refusal(say("This is no YAML that could be read.")) from error
    return dict(_accounts(node))


def _accounts(node: Any) -> Iterator[tuple[Role, Naming]]:
    seen = set()
    for name, value in _pairs(node):
        if name.value not in set(Role) or name.value in seen:
            raise _wrong(name, f"there is no account {name.value}, or it stands here twice")
        seen.add(name.value)
        parts = {part.value: part_value for part, part_value in _pairs(value)}
        if set(parts) != {"code", "name"} or not all(map(_plain, parts.values())):
            raise _wrong(name, f"{name.value} needs a code and a name, and nothing else")
        yield Role(name.value), Naming(parts["code"].value.strip(), parts["name"].value.strip())


def _pairs(node: Any) -> list[tuple[Any, Any]]:
    """Of a mapping whose names are plain texts."""
    if not isinstance(node, yaml.MappingNode) or not all(_plain(name) for name, _ in node.value):
        raise _wrong(node, "names with their values are expected")
    return list(node.value)


def _plain(node: Any) -> bool:
    return isinstance(node, yaml.ScalarNode)


def _wrong(node: Any, why: str) -> Refusal:
    return Refusal(say("Line {no}: {why}.", no=node.start_mark.line + 1 if node else 1, why=why))
