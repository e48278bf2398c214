"""One browser program for all tests of a run; every person in a test has a context of their own in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.campus import FLAGS, Campus, serving
from tests.world import World
from tools.screen import find_chromium


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def campus(world: World, chromium: Browser) -> Iterator[Campus]:
    """The college of one test, served; on SQLite and on PostgreSQL."""
    with serving(world, chromium) as served:
        yield served
