"""Whatever a story tells, books, stock, trail and bank hold at its end."""

from collections.abc import Iterator

import pytest

from portal.web.ritual import Portal
from tests.harness.soundness import ends_well


@pytest.fixture(autouse=True)
def _verified(app: Portal) -> Iterator[None]:
    yield
    ends_well(app)
