"""A served college: the world of the stories behind a real HTTP server, and a real browser for each of its people.

The server lives in a thread of this process, so the hand clock of the world is the server's clock.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage
from waitress.server import create_server

from engine.actors import SYSTEM
from engine.store.account_rows import set_setting
from tests.browser.person import Person
from tests.world import World
from web import Settings, create_app

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
PHONE, DESK = 390, 1440
_EXPECTED = ("status of 422", "status of 409")
"""Chromium logs the status of a page that tells what was wrong; that the page comes is what the tests look at."""


@dataclass
class Campus:
    """`complaints` collects what any browser's console had to say: errors and refusals of the CSP."""

    world: World
    address: str
    chromium: Browser
    complaints: list[str] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    expected: set[str] = field(default_factory=lambda: set(_EXPECTED))
    """Parts of complaints that belong to the story of this test."""

    def person(self, login: str, *, width: int = DESK, scripts: bool = True) -> Person:
        """Somebody at a browser of their own, signed in through the chooser of the demonstration."""
        context = self.chromium.new_context(
            base_url=self.address, locale="zh-CN", java_script_enabled=scripts,
            viewport={"width": width, "height": 844 if width == PHONE else 900})
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        found = Person(self.world.ids[login], page)
        found.visit("/")
        self.people.append(found)
        return found

    def leave(self) -> None:
        """Everybody closes their browser, which had nothing to complain about."""
        while self.people:
            self.people.pop().page.context.close()
        heard = [text for text in self.complaints if not any(part in text for part in self.expected)]
        self.complaints.clear()
        self.expected = set(_EXPECTED)
        assert not heard, "\n".join(heard)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.location.get('url')}: {message.text}")


@contextmanager
def serving(world: World, chromium: Browser) -> Iterator[Campus]:
    """The world as a demonstration on a free port of this machine."""
    with world.engine.begin(SYSTEM) as unit:
        set_setting(unit.connection, "demo", "yes")
    app = create_app(world.engine, Settings(secret_key=secrets.token_hex(32), demo=True))
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    campus = Campus(world, f"http://127.0.0.1:{server.effective_port}", chromium)
    try:
        yield campus
        campus.leave()
    finally:
        while campus.people:
            campus.people.pop().page.context.close()
        server.close()
        thread.join(timeout=10)


def keep_picture(person: Person, name: str) -> None:
    """The whole page as it is now, for whoever wants to look: build/screenshots."""
    folder = Path(__file__).parents[2] / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    person.page.screenshot(path=folder / f"{name}.png", full_page=True)
