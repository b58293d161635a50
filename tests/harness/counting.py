"""What a run of the tests was made of: how much on which database and in a browser. A pytest plugin."""

import os
from collections import Counter

import pytest

WANTED = {"sqlite": "on SQLite", "postgresql": "on PostgreSQL", "browser": "in Chromium"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--whole",
        action="store_true",
        help="fail unless tests ran on SQLite, on PostgreSQL and in a browser; under CI, if any was skipped",
    )


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # the workers of a parallel run only report
        config.pluginmanager.register(Count(config), "count")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Note on the test what it ran on; it travels with its report."""
    fixtures = set(getattr(item, "fixturenames", ()))
    browser = "chromium" in fixtures
    if browser is not (item.get_closest_marker("browser") is not None):
        pytest.fail("the mark `browser` and the use of a browser go together")
    callspec = getattr(item, "callspec", None)
    kinds = fixtures & {"sqlite", "postgresql"} | ({callspec.params.get("kind")} if callspec else set())
    for name in (kinds - {None}) | ({"browser"} if browser else set()):
        item.user_properties.append(("ran", name))


class Count:
    def __init__(self, config: pytest.Config) -> None:
        self.whole = config.getoption("--whole")
        self.ran: Counter[str] = Counter()
        self.skipped = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.skipped += report.skipped
        if report.when == "call" and not report.skipped:
            on = {name for label, name in report.user_properties if label == "ran"}
            self.ran.update({"all", *(on or {"bare"})})

    def faults(self) -> list[str]:
        """Why this was not the whole suite."""
        lacking = [f"no test ran {where}" for name, where in WANTED.items() if not self.ran[name]]
        strict = self.skipped and os.environ.get("CI") == "true"
        return lacking + ([f"{self.skipped} tests were skipped, and CI skips none"] if strict else [])

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.whole and self.faults() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        parts = [f"{self.ran[name]} {where}" for name, where in WANTED.items()]
        terminalreporter.section("what ran")
        terminalreporter.line(
            f"{self.ran['all']} tests: {', '.join(parts)}, {self.ran['bare']} with none of them"
        )
        if self.skipped:
            terminalreporter.line(f"{self.skipped} skipped")
        for fault in self.faults() if self.whole else ():
            terminalreporter.line(f"NOT THE WHOLE SUITE: {fault}", red=True)
