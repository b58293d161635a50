"""A browser without a screen: cookies, forms, redirects, and what each answer weighed."""

import http.client
import re
import time
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


@dataclass(frozen=True)
class Answer:
    """`seconds` to the last byte, `weight` in bytes as sent, `statements` the database was asked."""

    status: int
    address: str
    text: str
    seconds: float
    weight: int
    statements: int


class Visitor:
    """One keep-alive connection and one cookie jar, since a shop's cookies have its path."""

    def __init__(self, port: int, encoding: str = "") -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.encoding = encoding
        self.posted: Answer | None = None  # the answer to the last form

    def get(self, address: str) -> Answer:
        return self._ask("GET", address)

    def send(self, page: Answer, to: str, **fields: object) -> Answer:
        """Send a page's form with its hidden fields; follows to where it leads."""
        body = urlencode({**dict(HIDDEN.findall(page.text)), **fields}, doseq=True)
        self.posted = answer = self._ask("POST", to, body)
        return self.get(answer.address) if answer.status == 303 else answer

    def _ask(self, method: str, address: str, body: str | None = None) -> Answer:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        headers |= {"Accept-Encoding": self.encoding} if self.encoding else {}
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        begun = time.perf_counter()
        self.line.request(method, address, body, headers)
        answer = self.line.getresponse()
        content = answer.read()
        took = time.perf_counter() - begun
        self._keep(answer.headers.get_all("Set-Cookie") or [])
        parts = urlsplit(answer.headers.get("Location") or address)
        to = parts.path + (f"?{parts.query}" if parts.query else "")
        text = "" if self.encoding else content.decode("utf-8", "replace")
        asked = int(answer.headers.get("X-Statements") or 0)
        return Answer(answer.status, to, text, took, len(content), asked)

    def _keep(self, cookies: list[str]) -> None:
        for cookie in cookies:
            for name, morsel in SimpleCookie(cookie).items():
                self.cookies[name] = morsel.value
