"""A shop's policy from the command line: shown, checked, put in force."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from portal.policies.versions import active_or_none
from portal.web.ritual import Portal
from tests.harness.shops import Shop

pytestmark = pytest.mark.sqlite
Run = Callable[..., Result]


@pytest.fixture
def run(app: Portal) -> Run:
    def run(*words: str, typed: str = "") -> Result:
        return app.test_cli_runner().invoke(args=["policy", *words], input=typed)

    return run


def in_force(shop: Shop) -> tuple[int, int]:
    with shop.transaction(reading=True):
        found = active_or_none()
        assert found
        return found.no, found.policy.credit_bonus


def test_a_policy_is_shown_changed_and_put_in_force(shop: Shop, run: Run, tmp_path: Path) -> None:
    text, file = run("show", "--shop", "acme").output, tmp_path / "policy.yaml"
    file.write_text(text)
    same = run("use", str(file), "--shop", "acme")
    assert (same.exit_code, same.output) == (0, "That is what version 1 says. Nothing was changed.\n")
    file.write_text(text.replace("credit_bonus: 0", "credit_bonus: 500"))
    assert run("check", str(file)).output == "This is a policy.\n"
    no = run("use", str(file), "--shop", "acme", typed="n\n")
    assert no.exit_code == 1 and "+credit_bonus: 500" in no.output and in_force(shop) == (1, 0)
    yes = run("use", str(file), "--shop", "acme", typed="y\n")
    assert yes.exit_code == 0 and yes.output.endswith("Version 2 is in force.\n"), yes.output
    assert in_force(shop) == (2, 500)
    assert run("show", "--shop", "acme", "--version", "1").output == text
    none = run("show", "--shop", "acme", "--version", "9")
    assert (none.exit_code, none.output) == (1, "Error: There is no such policy version.\n")


def test_a_file_that_is_no_policy_changes_nothing(shop: Shop, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text("hand_in_days: soon\n")
    for words in (("check", str(file)), ("use", str(file), "--shop", "acme", "--yes")):
        done = run(*words)
        assert done.exit_code == 1 and "policy.yaml: hand_in_days: " in done.output
    assert in_force(shop) == (1, 0)
