"""A shop's configuration from the command line: exported, checked, compared, imported."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from portal.audit.actors import SYSTEM
from portal.policies.versions import active_or_none
from portal.web.ritual import Portal
from tests.harness.configuring import dress
from tests.harness.drawing import logo
from tests.harness.shops import Shop

pytestmark = pytest.mark.sqlite
Run = Callable[..., Result]


@pytest.fixture
def run(app: Portal) -> Run:
    def run(*words: str, typed: str = "") -> Result:
        return app.test_cli_runner().invoke(args=["config", *words], input=typed)

    return run


def in_force(shop: Shop) -> tuple[int, int]:
    with shop.transaction(reading=True):
        found = active_or_none()
        assert found
        return found.no, found.policy.hand_in_days


def test_what_is_exported_is_changed_and_put_in_force(shop: Shop, run: Run, tmp_path: Path) -> None:
    text, file = run("export", "--shop", "acme").output, tmp_path / "acme.yaml"
    file.write_text(text)
    same = run("import", str(file), "--shop", "acme")
    assert (same.exit_code, same.output) == (0, "That is what version 1 says. Nothing was changed.\n")
    assert run("diff", str(file), "--shop", "acme").exit_code == 0
    file.write_text(text.replace("hand_in_days: 14", "hand_in_days: 21"))
    assert run("check", str(file)).output == "This is a configuration.\n"
    told = run("diff", str(file), "--shop", "acme")
    assert told.exit_code == 1 and told.output.startswith("- To hand the parcel in: 14 days → 21 days\n")
    now = ("import", str(file), "--shop", "acme", "--activate")
    assert run(*now).exit_code == 2 and "Say with --why" in run(*now).output
    no = run(*now, "--why", "A trial", typed="n\n")
    assert no.exit_code == 1 and "+  hand_in_days: 21" in no.output and in_force(shop) == (1, 14)
    yes = run(*now, "--why", "A trial", typed="y\n")
    assert yes.exit_code == 0 and yes.output.endswith("Version 2 is in force.\n"), yes.output
    assert in_force(shop) == (2, 21)
    assert run("export", "--shop", "acme", "--version", "1").output == text
    assert run("export", "--shop", "acme").output == file.read_text()
    none = run("export", "--shop", "acme", "--version", "9")
    assert (none.exit_code, none.output) == (1, "Error: There is no such policy version.\n")


def test_an_import_makes_a_draft_and_one_of_another_shop_says_the_same(
    app: Portal, shop: Shop, run: Run, tmp_path: Path
) -> None:
    text, file = run("export", "--shop", "acme").output, tmp_path / "acme.yaml"
    file.write_text(text.replace("hand_in_days: 14", "hand_in_days: 21"))
    made = run("import", str(file), "--shop", "acme")
    assert made.output.endswith("Draft 1 is made. It holds when somebody at the desk puts it in force.\n")
    assert in_force(shop) == (1, 14)
    moved = run("import", str(file), "--shop", "other", "--activate", "--why", "As at acme", "--yes")
    assert moved.exit_code == 0, moved.output
    assert run("export", "--shop", "other").output == file.read_text()


def test_a_file_that_is_no_configuration_changes_nothing(shop: Shop, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "acme.yaml"
    file.write_text("policy: {hand_in_days: soon}\n")
    for words in (("check", str(file)), ("import", str(file), "--shop", "acme")):
        done = run(*words)
        assert done.exit_code == 1 and "acme.yaml: policy.hand_in_days (line 1): " in done.output
    assert in_force(shop) == (1, 14)


def test_a_logo_moves_with_the_configuration_that_names_it(shop: Shop, run: Run, tmp_path: Path) -> None:
    text, picture = tmp_path / "acme.yaml", tmp_path / "acme.png"
    assert "This version names no logo." in run("logo", str(picture), "--shop", "acme").output
    dress(shop, SYSTEM, logo=logo(), main="#8a1020")
    text.write_text(run("export", "--shop", "acme").output)
    assert run("logo", str(picture), "--shop", "acme").exit_code == 0
    take = ("import", str(text), "--shop", "other", "--activate", "--why", "As at acme", "--yes")
    assert "There is no such logo in this shop." in run(*take).output
    taken = run(*take, "--logo", str(picture))
    assert taken.exit_code == 0, taken.output
    assert run("export", "--shop", "other").output == text.read_text()
