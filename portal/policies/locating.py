"""Where in a text of YAML a thing stands."""

import yaml


def line_of(root: yaml.Node | None, place: str) -> int | None:
    """The line of a place like `policy.fees.2.points`, counted from 1 as people count; of the nearest thing
    around it where it is not there itself. None for the whole text."""
    node, line = root, None
    for part in place.split("."):
        found = _in(node, part)
        if found is None:
            return line
        node, line = found
    return line


def _in(node: yaml.Node | None, part: str) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        return next(
            ((value, key.start_mark.line + 1) for key, value in node.value if key.value == part), None
        )
    if isinstance(node, yaml.SequenceNode) and part.isdigit() and 0 < int(part) <= len(node.value):
        item = node.value[int(part) - 1]
        return item, item.start_mark.line + 1
    return None
