"""What a shop may be called, and where it is found."""

import re
import zoneinfo
from email.headerregistry import Address

from babel import Locale, UnknownLocaleError

from portal.errors import Refusal
from portal.i18n import say
from portal.money import CURRENCY

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?\Z")
ATOMS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)"
EMAIL = re.compile(rf"(?!.*=\?){ATOMS}*@{ATOMS}+\Z")  # =? would be decoded in the head of a mail
COUNTRY = re.compile(r"[A-Z]{2}\Z")
LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
DOMAIN = re.compile(rf"({LABEL}\.)+[a-z]([a-z0-9-]{{0,61}}[a-z0-9])?\Z")
IMAGE_HOST = re.compile(rf"(\*\.)?{LABEL}(\.{LABEL})+(:\d{{1,5}})?\Z")
LONGEST_HOST, LONGEST_EMAIL = 253, 254

# First segments of the installation's own addresses. A test holds them against the routes.
RESERVED = frozenset(
    "api brand desk dock favicon g gift healthz l orders r readyz return returns robots s shop sign-in "
    "sign-out static status find history policy help metrics".split()
)


def check_slug(slug: str) -> None:
    """Raises Refusal unless the slug is free for a shop's address."""
    if not SLUG.match(slug):
        raise Refusal(
            say("Use 1 to 40 small letters, digits and hyphens, with no hyphen at either end."),
            "slug",
        )
    if slug in RESERVED:
        raise Refusal(say("{slug} is an address of the portal itself. Choose another.", slug=slug), "slug")


def check_settings(country: str, currency: str, language: str, zone: str) -> None:
    """Raises Refusal for the first that is not one."""
    if not COUNTRY.match(country):
        raise Refusal(say("A country has two capital letters, for example DE."), "country")
    if not CURRENCY.match(currency):
        raise Refusal(say("A currency has three capital letters, for example EUR."), "currency")
    if zone not in zoneinfo.available_timezones():
        raise Refusal(say("A time zone is written like Europe/Berlin."), "zone")
    try:
        Locale.parse(language.replace("-", "_"))
    except (ValueError, UnknownLocaleError) as error:
        raise Refusal(say("A language is written like en or de."), "language") from error


def check_email(address: str, field: str) -> None:
    """Raises Refusal unless it is one e-mail address that can stand in a mail's head."""
    try:
        mailbox("", address)
    except ValueError as error:
        raise Refusal(say("An e-mail address is written like name@example.com."), field) from error


def mailbox(name: str, address: str) -> Address:
    """One address as it stands in a mail's head. Before the @ it is ASCII, as not every server takes more.

    Raises ValueError for what is none.
    """
    local, _, host = address.rpartition("@")
    plain = host.encode("idna").decode()
    if len(address) > LONGEST_EMAIL or not EMAIL.match(f"{local}@{plain}"):
        raise ValueError("not one e-mail address")
    return Address(name, username=local, domain=plain)


def check_domain(domain: str) -> None:
    """Raises Refusal unless it can be a shop's own domain, in small letters."""
    if len(domain) > LONGEST_HOST or not DOMAIN.match(domain):
        raise Refusal(say("A domain is written like returns.shop.example."), "domain")


def check_image_host(host: str) -> None:
    """Raises Refusal unless it can be a host that pictures come from."""
    if len(host) > LONGEST_HOST or not IMAGE_HOST.match(host):
        text = say("{host} is no host. Write it like cdn.shop.example, one a line.", host=host[:60])
        raise Refusal(text, "image_hosts")
