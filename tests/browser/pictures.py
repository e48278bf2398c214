"""The picture of README: `python -m tests.browser.pictures` writes docs/images/inbox.png anew.

A system administrator in the night of an incident, with a returned filing and the report of an older incident beside it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from tests.browser.campus import FLAGS, serving
from tests.databases import fresh_database
from tests.stories.incident_acts import Times, both_heard, handled, register, secure, send, tell_both, write
from tests.stories.test_s01_filing import filing_form
from tests.world import FILING, World, build_world
from tools.screen import find_chromium

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "inbox.png"
LARGEST = 150 * 1024
LONG_AGO, NOW = Times("2026-11-17 09:10", "2026-11-17 09:10"), Times("2026-11-18 14:02", "2026-11-18 14:02")


def busy_college(folder: Path) -> World:
    """An afternoon on which much waits for the system administrator of one unit."""
    world = build_world(fresh_database("sqlite", folder), folder)
    register(world, "2026-11-17 09:15", LONG_AGO)
    secure(world, "2026-11-17 09:20")
    both_heard(tell_both(world, "2026-11-17 09:30"), "2026-11-17 09:30")
    write(world, "2026-11-17 09:50", LONG_AGO)
    send(world, "2026-11-17 09:55")
    handled(world, "2026-11-18 11:00")
    world.deploy(FILING).start("filing_system", "filing", by="sys_cie", **filing_form(world, filled_on="2026-11-18",
                                                                                  launch_date="2026-12-01"))
    world.complete("单位负责人意见", by="head_cie", action="return", marked=["location"], comment="位置请写到机柜",
                   **{"head_signature": "yes", "unit_seal.sealed": "否"})
    return register(world, "2026-11-18 14:06", NOW)


def draw(folder: Path) -> None:
    world = busy_college(folder)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        with serving(world, browser) as campus:
            page = campus.person("sys_cie").visit("/inbox").page
            expect(page.locator(".due-words").first).to_contain_text("还剩")
            PICTURE.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=PICTURE, clip={"x": 0, "y": 0, "width": 1440, "height": 720})
        browser.close()
    world.engine.close()
    size = PICTURE.stat().st_size
    assert size <= LARGEST, f"{PICTURE} has {size} bytes"
    print(f"{PICTURE} ({size // 1024} KiB)")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        draw(Path(place))
