"""The list of the pictures that are kept, which is made with them."""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from tests.screens.looking import SIZES, Scene

HEAD = """# What every page looks like

Made by `make screens`, with a picture of each page for the device on which it is mostly seen: shoppers on a
phone ({phone} pixels wide), the dock on a tablet ({tablet}), the desk on a desk ({desk}). The shop is the
demo's. Where a page has several names, what stands after the last dot is what was done there first. The same
command measures every page in every language at all three widths, asks axe about it, and ends with 1 when
something is wrong; `make screens SCREENS="--into FOLDER"` writes every page at every width, light and dark.
"""
PARTS = {
    "shopper": "Shoppers",
    "gift": "Whoever got a gift",
    "door": "The door",
    "desk": "The desk",
    "behalf": "The desk, on behalf of a shopper",
    "dock": "The dock",
    "errors": "What goes wrong",
    "house": "The house",
    "mail": "Mails",
}


def index(folder: Path, scenes: Iterable[Scene]) -> None:
    """Write it, and take away pictures of pages that are no more."""
    known = {scene.name for scene in scenes if (folder / f"{scene.name}.webp").exists()}
    for file in folder.glob("*.webp"):
        if file.stem not in known:
            file.unlink()
    lines = [HEAD.format(**{device: width for device, (width, _) in SIZES.items()})]
    order = sorted(known, key=lambda name: (list(PARTS).index(name.split(".")[0]), name))
    for part, names in groupby(order, key=lambda name: name.split(".")[0]):
        lines.append(f"\n## {PARTS[part]}\n")
        lines += [f"[{name}]({name}.webp)  " for name in names]
    (folder / "README.md").write_text("\n".join(lines) + "\n", "utf-8")
