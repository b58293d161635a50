"""`flask policy`: what a shop's policy says, and putting another in force."""

import json
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from portal.audit.actors import SYSTEM
from portal.cli.shops import home_of, in_shop, spoken
from portal.db import transaction
from portal.policies import Policy
from portal.policies.versions import activate, active_or_none
from portal.policies.versions import version as version_of
from portal.policies.writing import Unreadable, difference, read, written
from portal.tenants import locked_shop

policy = AppGroup("policy", help="The return policy of a shop.")
yaml_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@policy.command("show")
@in_shop
@click.option("--version", type=click.IntRange(1), help="The one in force, if not given.")
def show(shop: str | None, version: int | None) -> None:
    """A version as YAML, to be changed and put in force by `use`; see docs/policy.md."""
    home = home_of(shop)
    with spoken(), transaction(home.region, home.tenant_id, reading=True):
        found = version_of(version) if version else active_or_none()
        assert found
        click.echo(written(found.policy.model_dump(mode="json")), nl=False)


@policy.command("check")
@yaml_file
def check(file: Path) -> None:
    """Whether a FILE is a policy; else everything that is wrong, with its place."""
    _read(file)
    click.echo("This is a policy.")


@policy.command("use")
@yaml_file
@in_shop
@click.option("--yes", is_flag=True, help="Do not ask.")
def use(file: Path, shop: str | None, yes: bool) -> None:
    """Put a FILE in force as the shop's next version, after showing what it says otherwise.

    Orders that were placed before are still judged by the version they were placed under.
    """
    home, document = home_of(shop), _read(file)
    with transaction(home.region, home.tenant_id, reading=True):
        no, before = _active()
    told = difference(before, document)
    if not told:
        click.echo(f"That is what version {no} says. Nothing was changed.")
        return
    click.echo(told, nl=False)
    yes or click.confirm(f"Put it in force as version {no + 1}?", abort=True)
    with spoken(), transaction(home.region, home.tenant_id):
        owner = locked_shop()
        if _active()[0] != no:
            raise click.ClickException("Another version was put in force meanwhile. Look at it first.")
        made = activate(owner, document, SYSTEM)
        click.echo(f"Version {made.no} is in force.")


@policy.command("schema")
def print_schema() -> None:
    """The JSON Schema of a policy."""
    click.echo(json.dumps(Policy.model_json_schema(), indent=2))


def _active() -> tuple[int, dict[str, Any]]:
    found = active_or_none()
    assert found
    return found.no, found.policy.model_dump(mode="json")


def _read(file: Path) -> dict[str, Any]:
    try:
        return read(file.read_bytes())
    except Unreadable as error:
        for fault in error.faults:
            click.echo(f"{file.name}: {fault}", err=True)
        raise SystemExit(1) from error
