"""One node of several on one database: `worker` is what `anliu worker` runs, `web` starts cases through the pages.

It begins when it is sent a line. Its machine's clock is a wild one: it jumps by hours at every look. Nothing that happens
may depend on it.
"""

from __future__ import annotations

import os
import random
import secrets
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from engine import Engine
from engine.actors import SYSTEM
from engine.clock import SystemClock
from engine.jobs.worker import Worker
from engine.store.queries.people import find_by_login
from engine.verbs import accounts
from tests.web.college import Browser
from web import Settings, create_app
from web.installation import Installation, work

REST = 1.0
"""Seconds between two starts of a web node."""
FIRST_IN = 3
"""Seconds until the first timer of a case that a web node starts."""


def let_the_clock_jump(dice: random.Random) -> None:
    def jumping(_clock: SystemClock) -> datetime:
        return datetime.now(UTC) + timedelta(hours=dice.uniform(-30, 30))

    SystemClock.now = jumping  # type: ignore[method-assign]


def serve_starts(engine: Engine) -> None:
    """Start cases for ever; says each that the page acknowledged."""
    app = create_app(engine, Settings(secret_key=secrets.token_hex(32), demo=True))
    app.logger.disabled = True
    browser = None
    while True:
        try:
            browser = browser or signed_in(engine, Browser(app.test_client()))
            name = (engine.clock.now() + timedelta(seconds=FIRST_IN)).isoformat(timespec="milliseconds")
            answer = browser.send("/starts/waits/ask", {"name": name})
            if answer.status_code == 303:
                say("started", answer.headers["Location"].split("/")[2])
        except Exception as error:  # noqa: BLE001 - the database goes away on purpose; what was not said may be lost
            browser = None
            say("failed", type(error).__name__)
        time.sleep(REST)


def signed_in(engine: Engine, browser: Browser) -> Browser:
    with engine.read(SYSTEM) as read:
        person_id = find_by_login(read, "ann")
    with engine.begin(SYSTEM) as unit:
        token = accounts.sign_in_demo(unit, person_id=person_id or "", address="127.0.0.1", agent="test").token
    browser.http.set_cookie("anliu-session", token)
    return browser


def end_with_the_parent() -> None:
    """Whoever started this node is gone when its line ends."""
    sys.stdin.read()
    os._exit(1)


def say(*words: str) -> None:
    print(*words, flush=True)


def main(role: str, url: str, folder: str, seed: str) -> None:
    let_the_clock_jump(random.Random(seed))
    with Installation(url, Path(folder) / "keys.json", Path(folder) / "files", "anliu.torture").engine() as engine:
        say("up")
        sys.stdin.readline()
        threading.Thread(target=end_with_the_parent, daemon=True).start()
        if role == "worker":
            work(Worker(engine), say=lambda: None)
        else:
            serve_starts(engine)


if __name__ == "__main__":
    main(*sys.argv[1:])
