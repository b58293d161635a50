"""`make screens`: pictures of every page, and what is wrong with any in any language.

Without arguments: docs/screens is renewed, a picture of each page for the device on which it is mostly seen.
"""

import argparse
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

from portal.config import ROOT
from tests.harness.browser import launched, serving
from tests.screens import looking
from tests.screens.index import index
from tests.screens.looking import SIZES, TAGS, Door, Scene, Studio
from tests.screens.posing import posed
from tests.screens.scenes import acted

OF_PAGES = ("landmark-one-main", "region")  # what a mail is none of
KEPT = ROOT / "docs/screens"


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser("make screens", description=__doc__)
    add = parser.add_argument
    add(
        "--into",
        type=Path,
        metavar="FOLDER",
        help="every width, light and dark, into a folder",
    )
    add("--plain", action="store_true", help="with --into: without script")
    add("--only", nargs="+", default=[""], metavar="NAME", help="pages with one of these in their names")
    add("--languages", nargs="+", default=list(TAGS), choices=list(TAGS))
    add("--unchecked", action="store_true", help="pictures alone: nothing is measured")
    return parser.parse_args()


def main() -> int:
    wish, found = asked(), 0
    logging.disable(logging.WARNING)
    with posed() as world, serving(world.app) as home, sync_playwright() as p, launched(p) as browser:
        scenes = [s for s in (*looking.pages(world), *acted(world)) if any(n in s.name for n in wish.only)]
        came = Door(world)
        for language in wish.languages:
            studio = Studio(world, browser, home, language, not wish.plain, came)
            for scene in scenes:
                for fault in looked_at(studio, scene, wish):
                    print(f"{language} {scene.name}: {fault}", flush=True)
                    found += 1
            studio.close()
        if not wish.into and wish.only == [""]:
            index(KEPT, scenes)
    print(f"{len(scenes)} pages in {len(wish.languages)} languages, {found} faults")
    return 1 if found else 0


def looked_at(studio: Studio, scene: Scene, wish: argparse.Namespace) -> Iterator[str]:
    try:
        yield from seen(studio, scene, wish)
    except Error as error:
        yield f"cannot be shown: {error.message.splitlines()[0]}"


def seen(studio: Studio, scene: Scene, wish: argparse.Namespace) -> Iterator[str]:
    """Take the pictures of a page, and say what is wrong with it."""
    with studio.open(scene) as page:
        if wish.into:
            for device in SIZES:
                for scheme in ("light", "dark"):
                    name = f"{studio.language}/{device}-{scheme}/{scene.name}.webp"
                    looking.picture(page, wish.into / name, device, scheme)
        elif studio.language == "en" and scene.kept:
            file = KEPT / f"{scene.name}.webp"
            looking.picture(page, file, scene.device, scale=looking.KEPT[scene.device])
        if not (wish.unchecked or wish.plain):
            yield from looking.faults(page, scene.device, OF_PAGES if scene.name.startswith("mail.") else ())


if __name__ == "__main__":
    sys.exit(main())
