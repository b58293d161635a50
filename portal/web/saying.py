"""How templates say things: texts, amounts, days, icons. Everything in the voice of the request."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from flask import Flask, g, request, url_for
from jinja2 import StrictUndefined
from markupsafe import Markup, escape

from portal import money as amounts
from portal.i18n import Amount, Message, Place, Unpriced, Voice
from portal.web.assets import VERSION
from portal.web.shops import Face

MINUS = "\N{MINUS SIGN}"
SPRITE = "icons.svg"
OURS = "/static/"


def text(sentence: str, **args: Any) -> Markup:
    """`_("Order {number}", number=…)`: the sentence in the reader's language, its arguments escaped."""
    return _filled(g.voice.gettext(sentence), args) if args else _said(g.voice.language, sentence)


def plural(one: str, many: str, n: int, **args: Any) -> Markup:
    """`_n("{n} item", "{n} items", count)`: the form that the number asks for."""
    if not args:
        return _counted(g.voice.language, one, many, n)
    return _filled(g.voice.ngettext(one, many, n), {"n": g.voice.number(n), **args})


# Kept, because a list says the same few words in every row.
@lru_cache(maxsize=4096)
def _said(language: str, sentence: str) -> Markup:
    return escape(Voice(language).gettext(sentence))


@lru_cache(maxsize=4096)
def _counted(language: str, one: str, many: str, n: int) -> Markup:
    voice = Voice(language)
    return _filled(voice.ngettext(one, many, n), {"n": voice.number(n)})


def _filled(sentence: str, args: Mapping[str, Any]) -> Markup:
    """Filled by `str.format`: Markup's own is four times as slow, and a page has hundreds of these."""
    safe = str(escape(sentence))
    if args:
        safe = safe.format(**{name: escape(_apart(value)) for name, value in args.items()})
    return Markup(safe)  # noqa: S704 - escaped, every part of it


def _apart(value: Any) -> Any:
    return g.voice.apart(value) if type(value) is str else value


def spoken(message: Message | Amount | Place | str | None) -> Markup | str:
    """A Message (an Amount, a Place) in the reader's voice; a plain string is somebody's own words."""
    if isinstance(message, Amount):
        return money(message.minor, message.currency)
    if isinstance(message, Place):
        return str(g.voice.place(message))
    if not isinstance(message, Message):
        return str(_apart(message or ""))
    return g.voice.text(message) if message.args else _said(g.voice.language, message.id)


def money(minor: int, currency: str) -> Markup:
    """Minor units as <data value="199.22">€199.22</data>; to who must not know, nothing."""
    voice = g.voice
    if isinstance(voice, Unpriced):
        return Markup(escape(voice.money(minor, currency)))  # noqa: S704 - escaped
    shown = voice.money(minor, currency).replace("-", MINUS)
    machine = amounts.plain(minor, currency)
    return Markup(f'<data value="{machine}">{escape(shown)}</data>')  # noqa: S704 - digits, and escaped


def day(value: date) -> Markup:
    """A day with its weekday, in a <time>."""
    return _time(_local_day(value).isoformat(), g.voice.day(value))


def short_day(value: date) -> Markup:
    return _short_day(g.voice.language, _local_day(value))


@lru_cache(maxsize=4096)
def _short_day(language: str, local: date) -> Markup:
    return _time(local.isoformat(), Voice(language).short_day(local))


def moment(value: datetime) -> Markup:
    """A moment to the minute, in a <time>."""
    return _time(value.isoformat(timespec="seconds"), g.voice.moment(value))


def _time(machine: str, shown: str) -> Markup:
    return Markup(f'<time datetime="{machine}">{escape(shown)}</time>')  # noqa: S704 - digits, and escaped


def _local_day(value: date) -> date:
    return g.voice.local(value).date() if isinstance(value, datetime) else value


def static(name: str) -> str:
    """The address of a file of ours; it changes with the files, so it may be kept for ever."""
    return _files(request.script_root) + name


@lru_cache(maxsize=1024)
def _files(root: str) -> str:
    """What the addresses of our files begin with in the shop at this root; a page has a hundred of them."""
    return url_for("house.static", version=VERSION, name="")


def image(address: str) -> str:
    """Where an article's picture is to be had: a file of ours, or one of the shop's image hosts.

    Nothing for other hosts, since browsers are told not to ask them.
    """
    if address.startswith(OURS):
        return static(address.removeprefix(OURS))
    return address if address.startswith("https://") and _known(address) else ""


def _known(address: str) -> bool:
    shop, host = g.get("shop"), address.removeprefix("https://").partition("/")[0].lower()
    hosts = shop.image_hosts if shop else ()
    return any(host == one or (one[:2] == "*." and host.endswith(one[1:])) for one in hosts)


def brand(shop: Face) -> str:
    """The address of the shop's colours; it holds them, so changed ones are another address."""
    if address := g.get("dress"):  # of a draft
        return str(address)
    return url_for(
        "house.brand", v=f"{shop.main}{shop.accent}{shop.ground}-{shop.roundness}".replace("#", "")
    )


def icon(name: str, *, turns: bool = False) -> Markup:
    """An icon of the sprite. `turns` mirrors an arrow where one reads from right to left."""
    kind = "icon turns" if turns else "icon"
    address = f"{static(SPRITE)}#{name}"
    return Markup(f'<svg class="{kind}" aria-hidden="true"><use href="{address}"/></svg>')  # noqa: S704 - ours


def init_saying(app: Flask) -> None:
    """Give templates their words."""
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    env.filters.update(say=spoken, money=money, day=day, short_day=short_day, moment=moment)
    env.globals.update(
        {"_": text, "_n": plural, "icon": icon, "static": static, "brand": brand, "image": image}
    )
    env.undefined = StrictUndefined
    app.context_processor(_surroundings)


def _surroundings() -> dict[str, Any]:
    gift = g.get("gift") is not None
    return {"shop": g.get("shop"), "voice": g.get("voice", Voice("en")), "gift": gift}
