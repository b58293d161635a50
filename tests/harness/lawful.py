"""What must hold of every page that is sent. The test clients look at each; so does the route matrix."""

from collections import Counter
from collections.abc import Iterator

from tests.harness.pages import Element, read

METHODS = ("get", "post", "put", "patch", "delete")
TWINS = {"form": "action", "a": "href", "button": "formaction", "input": "formaction"}
NO_TARGET = {"", "this", "body"}
DATA = "application/ld+json"  # facts for machines: no browser runs them
INERT = {"value", "title", "alt", "aria-label", "placeholder"}  # shown, never followed: may say anything


def faults(text: str, address: str = "") -> list[str]:
    """Every law that the page at an address, or the part of one sent to htmx, breaks."""
    page = read(text)
    whole = bool(page.all("html"))
    links = {address} | {link.get("href") for link in page.all("a")}
    found = [fault for element in page.walk() if element.tag for fault in _of(element, links)]
    found += [f"the id {name} stands {n} times" for name, n in _ids(page).items() if n > 1]
    return found + (list(_of_whole(page)) if whole else [])


def _of(e: Element, links: set[str]) -> Iterator[str]:
    yield from _inline(e)
    yield from _twins(e, links)
    if e.tag == "form":
        yield from _form(e)


def _inline(e: Element) -> Iterator[str]:
    for name, value in e.attributes.items():
        if name == "style" or name.startswith(("on", "hx-on")):
            yield f"{_name(e)} has {name}"
        if name not in INERT and value.strip().lower().startswith(("javascript:", "js:")):
            yield f"{_name(e)} has code in {name}"
    if e.tag == "style" or (e.tag == "script" and not e.get("src") and e.get("type") != DATA):
        yield f"an inline {e.tag}"


def _twins(e: Element, links: set[str]) -> Iterator[str]:
    """A region that asks by itself (it has a trigger) may, where a link or the page itself asks the same."""
    for method in METHODS:
        address = e.attributes.get(f"hx-{method}")
        if address is None:
            continue
        if method not in {"get", "post"}:
            yield f"{_name(e)} has hx-{method}, which no form and no link can do"
        elif method == "get" and e.get("hx-trigger") and e.tag not in TWINS:
            if address not in links:
                yield f"{_name(e)} asks for {address} by itself, and no link does"
        elif not _same(e, method, address):
            yield f"{_name(e)} has hx-{method}={address} without its twin"


def _same(e: Element, method: str, address: str) -> bool:
    if e.tag == "a" and method == "post":
        return False
    if e.tag == "form" and (e.get("method", "get").lower() != method):
        return False
    return e.attributes.get(TWINS.get(e.tag, "")) == address


def _form(form: Element) -> Iterator[str]:
    if form.get("method").lower() == "post" and not form.all("input", name="csrf_token"):
        yield f"{_name(form)} carries no csrf_token"
    if "novalidate" not in form.attributes and form.get("method").lower() == "post":
        yield f"{_name(form)} lets the browser refuse before the portal says why: novalidate"
    if "action" not in form.attributes:
        yield f"{_name(form)} has no action"


def _of_whole(page: Element) -> Iterator[str]:
    """What only a whole page must have."""
    names = set(_ids(page))
    if len(page.all("h1")) != 1:
        yield f"{len(page.all('h1'))} headings h1"
    if not page.all("title") or not page.one("title").text:
        yield "no title"
    for e in page.walk():
        target = e.get("hx-target")
        if target not in NO_TARGET and target.removeprefix("#") not in names:
            yield f"{_name(e)} changes {target}, which is not on the page"
        for name in ("aria-describedby", "aria-labelledby", "for"):
            lost = set(e.get(name).split()) - names
            if lost:
                yield f"{_name(e)} points to {', '.join(sorted(lost))} by {name}"


def _ids(page: Element) -> Counter[str]:
    return Counter(e["id"] for e in page.walk() if "id" in e.attributes)


def _name(e: Element) -> str:
    label = e.get("id") or e.get("action") or e.get("href") or e.get("name") or e.text[:30]
    return f"<{e.tag} {label}>".replace(" >", ">")
