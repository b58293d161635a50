"""One typed configuration, from the environment. It refuses to start with what is missing or unsafe."""

import json
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
SHORTEST_KEY = 32
SHORTEST_TOKEN = 16
MOST_DAYS = 3650


class BadConfig(Exception):
    """The environment lacks something, or holds something unsafe. Says which variable and what it wants."""


@dataclass(frozen=True)
class Config:
    """How this installation runs. Every field is an environment variable of the same name in capitals."""

    secret_key: str = field(repr=False)
    trail_key: str = field(repr=False)
    secret_key_old: tuple[str, ...] = field(default=(), repr=False)
    trail_key_old: tuple[str, ...] = field(default=(), repr=False)
    database_url: str = field(default=f"sqlite:///{ROOT}/instance/homeward.db", repr=False)
    region_urls: Mapping[str, str] = field(default_factory=dict, repr=False)
    export_folder: Path = ROOT / "instance" / "exports"
    export_folders: Mapping[str, Path] = field(default_factory=dict)
    export_days: int = 14
    base_url: str = "http://127.0.0.1:8000"
    house_hosts: frozenset[str] = frozenset({"127.0.0.1", "localhost"})
    proxies: int = 0
    mail_url: str = "demo:"
    bank_file: Path = ROOT / "instance" / "bank.db"
    demo: bool = False
    ratelimit_storage_uri: str = "memory://"
    metrics_token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        for name in ("secret_key", "trail_key"):
            if len(getattr(self, name)) < SHORTEST_KEY:
                raise BadConfig(f"{name.upper()} must be set, at least {SHORTEST_KEY} characters long")
            if any(len(old) < SHORTEST_KEY for old in getattr(self, f"{name}_old")):
                raise BadConfig(
                    f"{name.upper()}_OLD holds keys of at least {SHORTEST_KEY} characters, with commas"
                )
        if set(self.secret_keys) & set(self.trail_keys):
            raise BadConfig("SECRET_KEY and TRAIL_KEY must differ")
        if 0 < len(self.metrics_token) < SHORTEST_TOKEN:
            raise BadConfig(f"METRICS_TOKEN must be at least {SHORTEST_TOKEN} characters long")
        if not self.base_url.startswith(("http://", "https://")):
            raise BadConfig("BASE_URL must begin with http:// or https://")
        if not self.demo and self.mail_url == "demo:":
            raise BadConfig("MAIL_URL must name a mail server, for example smtp://mail.example:587")
        self._check_exports()

    def _check_exports(self) -> None:
        """Every region's files lie in a folder of that region alone."""
        lacking = sorted(self.region_urls.keys() - self.export_folders.keys())
        if lacking and not self.demo:
            raise BadConfig(f"EXPORT_FOLDERS must name a folder for {', '.join(lacking)}")
        if strange := sorted(self.export_folders.keys() - self.region_urls.keys()):
            raise BadConfig(f"EXPORT_FOLDERS names {', '.join(strange)}, and REGION_URLS does not")
        folders = [self.exports_of(region) for region in (None, *self.region_urls)]
        if any(one == two or one in two.parents for one in folders for two in folders if one is not two):
            raise BadConfig("EXPORT_FOLDER and EXPORT_FOLDERS must be folders apart, none within another")
        if not 1 <= self.export_days <= MOST_DAYS:
            raise BadConfig(f"EXPORT_DAYS must be from 1 to {MOST_DAYS}")

    def exports_of(self, region: str | None) -> Path:
        """The folder that a region's exports are written to, and no other region's. None: home."""
        if region is None:
            return self.export_folder
        beside = self.export_folder.with_name(f"{self.export_folder.name}-{region}")  # in the demo alone
        return self.export_folders.get(region, beside)

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """What is signed is signed with the first; what any of them signed is taken."""
        return self.secret_key, *self.secret_key_old

    @property
    def trail_keys(self) -> tuple[str, ...]:
        """Rows are sealed with the first; the others are older, the newest of them first."""
        return self.trail_key, *self.trail_key_old

    @property
    def secure(self) -> bool:
        """Whether shoppers and staff come by https, so that cookies may insist on it."""
        return self.base_url.startswith("https://")

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Config":
        """Read the environment; an empty variable counts as not set. Raises BadConfig."""
        given = {name: environ[name.upper()] for name in _READ if environ.get(name.upper())}
        missing = [n.upper() for n in ("secret_key", "trail_key") if n not in given]
        if missing:
            raise BadConfig(f"{' and '.join(missing)} must be set")
        values: dict[str, object] = {name: _READ[name](name, text) for name, text in given.items()}
        base = str(values.get("base_url", cls.base_url))
        values.setdefault("house_hosts", cls.house_hosts | {urlsplit(base).hostname or ""})
        return cls(**values)  # type: ignore[arg-type]


def _text(name: str, value: str) -> str:
    return value


def _keys(name: str, value: str) -> tuple[str, ...]:
    return tuple(key.strip() for key in value.split(",") if key.strip())


def _mail(name: str, value: str) -> str:
    parts = urlsplit(value)
    if value == "demo:" or (parts.scheme in {"smtp", "smtps", "smtp+starttls"} and parts.hostname):
        return value
    raise BadConfig(f"{name.upper()} must be like smtp://mail.example:587, or smtps:// or smtp+starttls://")


def _path(name: str, value: str) -> Path:
    return Path(value).resolve()


def _database(name: str, value: str) -> str:
    if value.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + value.split("://", 1)[1]
    if value.startswith(("sqlite:///", "postgresql+psycopg://")):
        return value
    raise BadConfig(f"{name.upper()} must begin with sqlite:/// or postgresql://")


def _regions(name: str, value: str) -> dict[str, str]:
    try:
        return {region: _database(name, url) for region, url in json.loads(value).items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise BadConfig('REGION_URLS must be JSON like {"eu": "postgresql://…"}') from error


def _folders(name: str, value: str) -> dict[str, Path]:
    try:
        return {str(region): _path(name, folder) for region, folder in json.loads(value).items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise BadConfig('EXPORT_FOLDERS must be JSON like {"eu": "/srv/exports-eu"}') from error


def _hosts(name: str, value: str) -> frozenset[str]:
    return frozenset(host.strip().lower() for host in value.split(",") if host.strip())


def _count(name: str, value: str) -> int:
    if not value.isascii() or not value.isdigit():
        raise BadConfig(f"{name.upper()} must be a whole number")
    return int(value)


def _switch(name: str, value: str) -> bool:
    if value not in {"0", "1"}:
        raise BadConfig(f"{name.upper()} must be 0 or 1")
    return value == "1"


_READ = {
    "secret_key": _text,
    "trail_key": _text,
    "secret_key_old": _keys,
    "trail_key_old": _keys,
    "database_url": _database,
    "region_urls": _regions,
    "export_folder": _path,
    "export_folders": _folders,
    "export_days": _count,
    "base_url": _text,
    "house_hosts": _hosts,
    "proxies": _count,
    "mail_url": _mail,
    "bank_file": _path,
    "demo": _switch,
    "ratelimit_storage_uri": _text,
    "metrics_token": _text,
}

_current: ContextVar[Config] = ContextVar("config")
_latest: list[Config] = []


def use(config: Config) -> None:
    """Make this the configuration of this context, and of contexts that have none of their own."""
    _current.set(config)
    _latest[:] = [config]


def current() -> Config:
    """The configuration in force; LookupError before `use`."""
    return _current.get(*_latest)
