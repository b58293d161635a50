"""A run that left out a database or the browser cannot pass for the whole suite."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal.config import ROOT

WHOLE = """
import pytest
@pytest.fixture
def kind(request): return request.param
@pytest.fixture
def chromium(): pass
@pytest.mark.parametrize("kind", {kinds}, indirect=True)
def test_a_database(kind): pass
@pytest.mark.browser
def test_a_browser({browser}): pass
def test_bare(): {bare}
"""
INI = "[pytest]\nmarkers = browser: x\n"


def run(folder: Path, ci: str = "", **parts: str) -> tuple[int, str]:
    given = {"kinds": '["sqlite", "postgresql"]', "browser": "chromium", "bare": "pass", **parts}
    (folder / "test_planted.py").write_text(WHOLE.format(**given))
    (folder / "pytest.ini").write_text(INI)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "tests.harness.counting",
            "-p",
            "no:cacheprovider",
            "--whole",
            folder,
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT), "CI": ci},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_a_whole_run_passes_and_says_what_it_was_made_of(tmp_path: Path) -> None:
    code, said = run(tmp_path)
    assert code == 0
    assert "4 tests: 1 on SQLite, 1 on PostgreSQL, 1 in Chromium, 1 with none of them" in said


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        ({"kinds": '["sqlite"]'}, "no test ran on PostgreSQL"),
        ({"kinds": '["postgresql"]'}, "no test ran on SQLite"),
        ({"browser": ""}, "go together"),
        ({"ci": "true", "bare": 'pytest.skip("planted")'}, "1 tests were skipped"),
    ],
)
def test_a_part_fails(tmp_path: Path, parts: dict[str, str], named: str) -> None:
    code, said = run(tmp_path, **parts)
    assert code == 1
    assert named in said


def test_a_skip_is_shown_and_passes_where_nobody_lands_anything(tmp_path: Path) -> None:
    code, said = run(tmp_path, bare='pytest.skip("planted")')
    assert code == 0
    assert "1 skipped" in said
