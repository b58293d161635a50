"""Opening pages in a browser as those who see them, and saying what is wrong with each."""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from tests.harness.browser import violations
from tests.harness.world import World
from tests.laws.access import Visit, address_of, routes
from tests.laws.matrix import ROWS
from tests.laws.test_statements import visitor_of
from tests.stories.sights import WIDE, too_pale

SIZES = {"phone": (390, 844), "tablet": (820, 1180), "desk": (1440, 900)}
TAGS = {"en": "en-GB", "de": "de-DE", "he": "he-IL"}
TALLEST = {"phone": 1400, "tablet": 1400, "desk": 1000}  # a list that goes on below it is like what is above
KEPT = {"phone": 1.0, "tablet": 2 / 3, "desk": 2 / 3}  # the scale of pictures that are kept
UNKEPT = (".missing", ".paid", ".asked", ".credited", ".arrived", ".refunded", ".denied")  # like others
# Parts of pages, which script asks for; and one that is a scene of its own.
PARTS = {f"GET {name}.add_up" for name in ("shopper", "gift", "behalf")} | {
    "GET desk.file_progress",
    "GET desk.product_file_progress",
    "GET desk.stuck",
}
Act = Callable[[Page], None]


@dataclass(frozen=True)
class Scene:
    """A page to look at: a route's address, or this one, and what is done there first."""

    name: str
    route: str
    act: Act | None = None
    address: str = ""
    who: str = ""
    before: Callable[[], None] | None = None

    @property
    def device(self) -> str:
        """On which it is mostly seen."""
        part = self.name.split(".")[0]
        return {"desk": "desk", "behalf": "desk", "bank": "desk", "dock": "tablet"}.get(part, "phone")

    @property
    def kept(self) -> bool:
        """Whether its picture goes into the repository."""
        return self.name.count(".") < 2 or not self.name.endswith(UNKEPT)

    @property
    def visitor(self) -> str:
        return self.who or ("warehouse" if self.device == "tablet" else visitor_of(self.route))


def pages(world: World) -> Iterator[Scene]:
    """Every page that a row of the matrix leads to; files and redirects are none."""
    names = [n for n in ROWS if n.startswith("GET") and n in routes(world.app) and n not in PARTS]
    scenes = [Scene(name.removeprefix("GET "), name) for name in names]
    visits = {who: Visit(world, who, world.slug) for who in {scene.visitor for scene in scenes}}
    for scene in scenes:
        answer = visits[scene.visitor].try_(scene.route)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            yield scene


class Door:
    """Lets each visitor in once, whatever the language: somebody with a second factor comes in no other time.

    What follows a slash in a visitor's name keeps browsers apart.
    """

    def __init__(self, world: World) -> None:
        self.world, self.known = world, dict[str, dict[str, str]]()

    def __call__(self, who: str) -> dict[str, str]:
        """The cookies."""
        if who not in self.known:
            visit = Visit(self.world, who.split("/", maxsplit=1)[0], self.world.slug)
            kept = visit.client._cookies.values()  # type: ignore[attr-defined]
            self.known[who] = {one.key: one.value for one in kept}
        return self.known[who]


@dataclass
class Studio:
    """The browsers of all visitors, in one language, with script or without."""

    world: World
    browser: Browser
    home: str
    language: str = "en"
    script: bool = True
    came: Callable[[str], dict[str, str]] = lambda _: {}
    contexts: dict[str, BrowserContext] = field(default_factory=dict)

    @contextmanager
    def open(self, scene: Scene) -> Iterator[Page]:
        """The scene's page, once everything of it is there."""
        if scene.before:
            scene.before()
        page = self._context(scene.visitor).new_page()
        width, height = SIZES[scene.device]
        page.set_viewport_size({"width": width, "height": height})
        address = scene.address or address_of(self.world, scene.route)
        inside = "" if address.startswith("data:") else f"{self.home}/{self.world.slug}"
        page.goto(inside + address, wait_until="load")
        if scene.act:
            scene.act(page)
        try:
            yield page
        finally:
            page.close()

    def _context(self, who: str) -> BrowserContext:
        if who not in self.contexts:
            self.contexts[who] = self._enter(who)
        return self.contexts[who]

    def _enter(self, who: str) -> BrowserContext:
        """A browser that goes on with the visit of a client who has come in."""
        context = self.browser.new_context(
            locale=TAGS[self.language], java_script_enabled=self.script, reduced_motion="reduce"
        )
        context.set_default_timeout(10_000)
        place = {"domain": "127.0.0.1", "path": f"/{self.world.slug}"}
        context.add_cookies(
            [{"name": name, "value": value, **place} for name, value in self.came(who).items()]
        )
        return context

    def close(self) -> None:
        for context in self.contexts.values():
            context.close()


def faults(page: Page, device: str, but: tuple[str, ...] = ()) -> Iterator[str]:
    """What is wrong with a page, on each device and by day and night. `but`: rules that it may break."""
    for name, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        if (over := page.evaluate(WIDE)) > 0:
            yield f"{over} px too wide at {width} px"
        if name in ("phone", device):
            yield from (f"at {width} px {one}" for one in violations(page, but=but))
    if but:  # a mail has no colours of its own
        return
    page.emulate_media(color_scheme="dark")
    yield from (f"in the dark {one}" for one in too_pale(page))
    page.emulate_media(color_scheme="light")


def picture(page: Page, file: Path, device: str, scheme: str = "light", scale: float = 1.0) -> None:
    """The whole page as WebP, which Chromium writes itself. The window is as tall as the page, so that what
    sticks to its foot hides nothing."""
    width, height = SIZES[device]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    tall = page.evaluate("document.documentElement.scrollHeight")
    tall = min(max(tall, height), TALLEST[device])
    page.set_viewport_size({"width": width, "height": tall})
    clip = {"x": 0, "y": 0, "width": width, "height": tall, "scale": scale}
    session = page.context.new_cdp_session(page)
    taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": 30, "clip": clip})
    session.detach()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(base64.b64decode(taken["data"]))
