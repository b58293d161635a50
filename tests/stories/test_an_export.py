"""An auditor orders a file, sees by itself that it is ready, and keeps it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from portal.people.roles import Role
from tests.harness.browser import Visitor
from tests.harness.sales import approved, sell
from tests.harness.shops import Shop
from tests.stories.working import Member

pytestmark = pytest.mark.browser


def at_exports(page: Page) -> Page:
    Member(page, Role.AUDITOR).signs_in("/desk/exports", "Exports")
    return page


def test_a_file_is_ordered_watched_and_kept(
    visitor: Visitor, shop: Shop, worker: Callable[[], int], tmp_path: Path
) -> None:
    approved(shop, sell(shop))
    page = at_exports(visitor.page("phone"))
    page.get_by_text("Refunds", exact=True).first.click()
    page.get_by_text("JSON, for programs").click()
    page.get_by_role("button", name="Order the export").dblclick()
    expect(page.get_by_text("Waits for the worker")).to_have_count(1)
    worker()
    download = page.get_by_role("link", name="Download")
    expect(download).to_be_visible()  # the list asked by itself
    with page.expect_download() as kept:
        download.click()
    kept.value.save_as(tmp_path / "kept.json")
    assert json.loads((tmp_path / "kept.json").read_text())[0]["event"] == "approved"


def test_it_is_whole_without_javascript(visitor: Visitor, shop: Shop, worker: Callable[[], int]) -> None:
    page = at_exports(visitor.page("tablet", javascript=False))
    page.get_by_role("button", name="Order the export").click()
    expect(page.get_by_text("Waits for the worker")).to_be_visible()
    worker()
    page.get_by_role("link", name="Refresh").click()
    expect(page.get_by_role("link", name="Download")).to_be_visible()
