"""A property that is tried a thousand times, and can be tried quickly with a bug planted."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

EXAMPLES = 1_000


class Property:
    """What holds for every value of the strategies."""

    def __init__(self, holds: Callable[..., None], strategies: dict[str, st.SearchStrategy[Any]]) -> None:
        self.holds, self.strategies = holds, strategies

    def test(self) -> Callable[[], None]:
        """For pytest: a thousand examples, and the smallest that fails."""
        return settings(max_examples=EXAMPLES)(given(**self.strategies)(self.holds))

    def must_fail(self) -> None:
        """With a bug planted some example fails; which one does not matter."""
        quick = settings(max_examples=EXAMPLES, phases=[Phase.generate])
        with pytest.raises((AssertionError, ValueError)):
            quick(given(**self.strategies)(self.holds))()


def always(**strategies: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Property]:
    return lambda holds: Property(holds, strategies)
