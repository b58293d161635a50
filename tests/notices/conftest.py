import pytest

from portal.notices import letters


@pytest.fixture(autouse=True)
def only_own_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test registers ends with it."""
    monkeypatch.setattr(letters, "_loaders", {})
