"""The commands that the README shows exist, with the options it gives them."""

import re
import shlex

import pytest

from portal.config import ROOT
from tests.harness.apps import made_app
from tests.harness.databases import Databases

SHOWN = re.compile(r"^(?:homeward|flask --app wsgi) ((?:[^\n\\#]|\\\n)+)", re.MULTILINE)


def commands() -> list[list[str]]:
    text = (ROOT / "README.md").read_text()
    return [shlex.split(found.replace("\\\n", " ")) for found in SHOWN.findall(text)]


@pytest.mark.sqlite
def test_every_command_of_the_readme_can_be_called_as_it_stands(databases: Databases) -> None:
    with databases.empty() as url:
        runner = made_app(url).test_cli_runner()
        shown = commands()
        assert {"setup", "tenant", "user", "orders", "serve", "worker"} <= {command[0] for command in shown}
        for command in shown:
            asked = runner.invoke(args=[*command, "--help"])  # an option that does not exist is refused first
            assert asked.exit_code == 0, asked.output
