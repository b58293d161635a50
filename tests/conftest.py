"""Fixtures that every test may ask for."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.harness import databases as harness
from tests.harness.databases import Databases

KINDS = {"sqlite": harness.sqlite, "postgresql": harness.postgresql}


class Kinds:
    """The databases of each kind, opened when a test first asks."""

    def __init__(self, stack: ExitStack) -> None:
        self.stack, self.opened = stack, dict[str, Databases]()

    def __getitem__(self, kind: str) -> Databases:
        if kind not in self.opened:
            self.opened[kind] = self.stack.enter_context(KINDS[kind]())
        return self.opened[kind]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that needs a database runs on both kinds, unless it says that one is enough."""
    if "kind" in metafunc.fixturenames:
        marks = {mark.name for mark in metafunc.definition.iter_markers()}
        only = [kind for kind in KINDS if kind in marks] or (
            ["sqlite"] if "browser" in marks else list(KINDS)
        )
        metafunc.parametrize("kind", only)


@pytest.fixture(scope="session")
def kinds() -> Iterator[Kinds]:
    with ExitStack() as stack:
        yield Kinds(stack)


@pytest.fixture
def databases(kinds: Kinds, kind: str) -> Databases:
    """Databases of the kind that this run of the test is about."""
    return kinds[kind]


@pytest.fixture
def sqlite(kinds: Kinds) -> Databases:
    return kinds["sqlite"]


@pytest.fixture
def postgresql(kinds: Kinds) -> Databases:
    return kinds["postgresql"]
