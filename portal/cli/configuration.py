"""`flask config`: a shop's configuration as a text, checked, compared, and put in force."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.audit.actors import SYSTEM
from portal.cli.shops import home_of, in_shop, spoken
from portal.db import transaction
from portal.i18n import Voice
from portal.policies import Configuration, PolicyVersion, differing
from portal.policies.at_once import by_command
from portal.policies.checking import odd
from portal.policies.drafting import start
from portal.policies.versions import active_or_none
from portal.policies.versions import version as version_of
from portal.policies.writing import Unreadable, completed, difference, read, written
from portal.tenants import Tenant, locked_shop
from portal.tenants.logos import picture_by, put_in
from portal.tenants.pictures import remade

configuration = AppGroup("config", help="The configuration of a shop: its policy and its limits.")
yaml_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
PICTURE = click.Path(exists=True, dir_okay=False, path_type=Path)
numbered = click.option("--version", "no", type=click.IntRange(1), help="The one in force, if not given.")


@configuration.command("export")
@in_shop
@numbered
def export(shop: str | None, no: int | None) -> None:
    """A version as YAML, to be changed and given to `import`; see docs/policy.md."""
    home = home_of(shop)
    with spoken(), transaction(home.region, home.tenant_id, reading=True):
        click.echo(written(_version(no).configuration), nl=False)


@configuration.command("check")
@yaml_file
def check(file: Path) -> None:
    """Whether a FILE is a configuration; else everything that is wrong, with its place.

    What is right and hardly meant is told too; it is no error.
    """
    wanted, voice = _read(file), Voice("en")
    for concern in odd(wanted):
        click.echo(f"{concern.place}: {voice.text(concern.text)} {voice.text(concern.mend)}")
    click.echo("This is a configuration.")


@configuration.command("diff")
@yaml_file
@in_shop
@numbered
def diff(file: Path, shop: str | None, no: int | None) -> None:
    """What a FILE says otherwise than a version, in words and line by line. Ends with 1 where it does."""
    home = home_of(shop)
    with spoken(), transaction(home.region, home.tenant_id, reading=True):
        found = _version(no)
        wanted = _read(file, found.configuration)
        if _tell(found, wanted):
            raise SystemExit(1)
        click.echo(f"That is what version {found.no} says.")


@configuration.command("import")
@yaml_file
@in_shop
@click.option("--activate", is_flag=True, help="Put it in force at once, without a second person.")
@click.option("--why", default="", help="Kept with the version; needed with --activate.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--logo", type=PICTURE, help="The picture that the FILE's branding names; see `config logo`.")
def take(file: Path, shop: str | None, *, activate: bool, why: str, yes: bool, logo: Path | None) -> None:
    """Make a draft of a FILE, which the desk then reviews and puts in force; nothing unless all is valid.

    A document that the FILE lacks (an older export does) stays as the shop has it.
    Orders that were placed before are still judged by the version they were placed under.
    """
    if activate and not why.strip():
        raise click.UsageError("Say with --why what it is put in force for.")
    home = home_of(shop)
    with transaction(home.region, home.tenant_id, reading=True):
        before = _version(None)
        wanted = _read(file, before.configuration)
        no = before.no
        if not _tell(before, wanted):
            click.echo(f"That is what version {no} says. Nothing was changed.")
            return
    if activate:
        yes or click.confirm(f"Put it in force as version {no + 1}?", abort=True)
    with spoken():
        picture = remade(logo.read_bytes()) if logo else None
    with spoken(), transaction(home.region, home.tenant_id):
        owner = locked_shop()
        if picture:
            put_in(picture, SYSTEM)
        click.echo(_take(owner, wanted, no, why if activate else ""))


def _take(owner: Tenant, wanted: Configuration, seen: int, why: str) -> str:
    """`seen`: the number of the version that it was compared with."""
    now = _version(None)
    if now.no != seen:
        raise click.ClickException("Another version was put in force meanwhile. Look at it first.")
    if why:
        return f"Version {by_command(owner, now, wanted, why).no} is in force."
    draft = start(owner, now, SYSTEM, wanted)
    return f"Draft {draft.no} is made. It holds when somebody at the desk puts it in force."


@configuration.command("logo")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@in_shop
@numbered
def write_logo(file: Path, shop: str | None, no: int | None) -> None:
    """Write the logo that a version names into a FILE, for `import --logo` of another shop."""
    home = home_of(shop)
    with spoken(), transaction(home.region, home.tenant_id, reading=True):
        branding = _version(no).configuration.branding
        picture = picture_by(branding.logo) if branding else None
    if picture is None:
        raise click.ClickException("This version names no logo.")
    file.write_bytes(picture)


@configuration.command("schema")
def print_schema() -> None:
    """The JSON Schema of a configuration."""
    click.echo(json.dumps(Configuration.model_json_schema(), indent=2))


def _version(no: int | None) -> PolicyVersion:
    """The one in force, without a number. Raises NotFound."""
    found = version_of(no) if no else active_or_none()
    assert found
    return found


def _tell(before: PolicyVersion, wanted: Configuration) -> bool:
    """Whether there is a difference."""
    text = difference(before.configuration, wanted)
    voice = Voice("en")
    for sentence in differing.words(before.configuration, wanted) if text else ():
        click.echo(f"- {voice.text(sentence)}")
    click.echo(text, nl=False)
    return bool(text)


def _read(file: Path, kept: Configuration | None = None) -> Configuration:
    try:
        found = read(file.read_bytes())
        return completed(found, kept) if kept else found
    except Unreadable as error:
        for fault in error.faults:
            click.echo(f"{file.name}: {fault}", err=True)
        raise SystemExit(1) from error
