"""One completion over HTTP, beside a bare Flask view that writes the same rows with raw sqlite3."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from uuid import uuid4

from flask import Flask, redirect, request
from flask.testing import FlaskClient
from werkzeug.wrappers import Response

from bench import stage as stages
from bench.completion import replay
from bench.measuring import Measure, Step, by_turns
from bench.stage import Stage
from engine.actors import SYSTEM
from engine.store.account_rows import set_setting
from engine.verbs import accounts
from web import Settings, controls, create_app
from web.installation import form_secret

_TOKEN = re.compile(rf'name="{controls.CSRF}" (?:value|content)="([0-9a-f]+)"')


def measure_page(name: str, college: Stage, folder: Path, *, count: int, warm_up: int) -> Measure:
    """`count` forms sent by somebody signed in, each beside the same form sent to the bare view."""
    ours = stages.copy(college, folder / "ours")
    raw, taped = replay(stages.reading_turns, college, folder, warm_up + count)
    written: list[Step] = []
    bare = _bare_app(written).test_client()
    try:
        return by_turns(name, _pairs(ours, bare, written, taped), warm_up=warm_up)
    finally:
        raw.close()
        ours.engine.close()


def _pairs(ours: Stage, bare: FlaskClient, written: list[Step],
           taped: Iterator[tuple[Step, Step]]) -> Iterator[tuple[Step, Step]]:
    client = create_app(ours.engine, Settings(secret_key=form_secret(ours.engine.means.keys))).test_client()
    story = stages.reading_turns(ours)
    token = ""
    for before, itself in taped:
        [(instance_id, turn)] = islice(story, 1)
        token = token or _sign_in(ours, client, turn.login)
        before()
        written.append(itself)
        task_id = ours.task_id(turn, instance_id)
        form = {**turn.typed, controls.CSRF: token, controls.KEY: uuid4().hex}
        yield _sending(client, task_id, form), _sending(bare, task_id, form)


def _sending(client: FlaskClient, task_id: str, form: dict[str, object]) -> Step:
    def send() -> None:
        response = client.post(f"/tasks/{task_id}", data=form)
        if response.status_code != 303:
            raise RuntimeError(f"expected a redirect, got {response.status}: {response.get_data(as_text=True)[:500]}")
    return send


def _sign_in(stage: Stage, client: FlaskClient, login: str) -> str:
    """Sign in and give the token of this visit's forms."""
    with stage.engine.begin(SYSTEM) as unit:
        set_setting(unit.connection, "demo", "yes")
        signed_in = accounts.sign_in_demo(unit, person_id=stage.actor(login).id, address="127.0.0.1", agent="bench")
    client.set_cookie("anliu-session", signed_in.token)
    found = _TOKEN.search(client.get("/password").get_data(as_text=True))
    if found is None:
        raise RuntimeError("the page of a signed-in person carries no form token")
    return found[1]


def _bare_app(written: list[Step]) -> Flask:
    """One view that does the next write and redirects."""
    app = Flask("bare")

    @app.post("/tasks/<task_id>")
    def complete(task_id: str) -> Response:
        if not request.form:
            raise RuntimeError(task_id)
        written.pop()()
        return redirect("/", 303)

    return app
