"""Reading the source tree for the laws. A tree is a folder that holds `portal/` and perhaps `templates/`."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Module:
    """A Python file of the portal; `name` is dotted, a package's is that of its `__init__`."""

    name: str
    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def domain(self) -> str:
        """The first part below portal: `orders`, `db`, or `__init__` for the application itself."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 else "__init__"

    @property
    def package(self) -> str:
        """What a relative import with one dot means here."""
        return self.name if self.path.endswith("__init__.py") else self.name.rpartition(".")[0]

    def at(self, node: ast.AST) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


def modules(root: Path = ROOT) -> Iterator[Module]:
    for path in sorted((root / "portal").rglob("*.py")):
        inside = path.relative_to(root)
        parts = inside.with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        yield Module(name, str(inside), path.read_text())


def plant(root: Path, files: dict[str, str]) -> Path:
    """Write a small tree for a planted break; packages come about by themselves."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root
