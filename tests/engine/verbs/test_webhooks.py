"""Webhooks: told after the commit, signed, tried again, an incident at the end; nothing is told twice without saying so."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from sqlalchemy import text

from engine.actors import SYSTEM
from engine.errors import NotAllowed, SubmissionInvalid
from engine.jobs import post as sending
from engine.jobs.hooks import send_due
from engine.jobs.post import post
from engine.store import webhook_rows
from engine.verbs import incidents, webhooks
from engine.verbs.webhooks import Letter
from tests.engine.verbs.small import begin_filing, broken_chains, filed
from tests.world import ROOT, World

NOBODY = "http://127.0.0.1:9/"


def added(world: World, *events: str, url: str = NOBODY, process: str = "") -> webhooks.Added:
    with world.engine.begin(SYSTEM) as unit:
        return webhooks.add(unit, url=url, events=events, process=process)


class Receiver:
    """A program that takes letters, or fails as it is told."""

    def __init__(self, *fails: str) -> None:
        self.fails = list(fails)
        self.letters: list[Letter] = []

    def __call__(self, letter: Letter) -> str:
        self.letters.append(letter)
        return self.fails.pop(0) if self.fails else ""

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(letter.body) for letter in self.letters]


def waiting(world: World, added: webhooks.Added) -> int:
    with world.engine.read(SYSTEM) as read:
        return len(webhook_rows.deliveries_to(read.connection, added.id))


def test_a_program_is_told_what_it_asked_for_once_and_by_ids_only(world: World) -> None:
    added(world, "instance.started", "task.completed")
    begin_filing(world, "秘密主页")
    receiver = Receiver()
    assert send_due(world.engine, receiver) == 2
    assert send_due(world.engine, receiver) == 0
    assert [letter["event"] for letter in receiver.told] == ["instance.started", "task.completed"]
    assert {letter["instance"] for letter in receiver.told} == {world.last}
    assert receiver.told[1]["task"] and receiver.told[1]["step"] == "ask"
    assert "秘密主页" not in str(receiver.told)


def test_what_is_rolled_back_is_never_told(world: World) -> None:
    hook = added(world, "instance.started")
    with pytest.raises(SubmissionInvalid):
        begin_filing(world, "")
    assert waiting(world, hook) == 0


def test_only_cases_of_its_process_are_told(world: World) -> None:
    hook = added(world, "instance.started", process="other")
    begin_filing(world, "主页")
    assert send_due(world.engine, Receiver()) == 0
    assert waiting(world, hook) == 0


def test_letters_that_nobody_wants_keep_no_other_waiting(world: World) -> None:
    added(world, "task.created", process="other")
    wanted = added(world, "task.cancelled")
    for _ in range(webhooks.MOST + 1):
        begin_filing(world)
    world.request("withdraw", by="ann")
    assert send_due(world.engine, Receiver()) == 1
    assert waiting(world, wanted) == 0


def test_a_letter_is_signed_over_its_moment_and_body(world: World) -> None:
    hook = added(world, "instance.started")
    begin_filing(world, "主页")
    receiver = Receiver()
    send_due(world.engine, receiver)
    [letter] = receiver.letters
    headers = dict(letter.headers)
    sent_at, _, signature = headers["Anliu-Signature"].removeprefix("t=").partition(",v1=")
    assert int(sent_at) == int(world.clock.now().timestamp())
    assert signature == webhooks.signature_of(hook.secret, int(sent_at), letter.body)
    assert signature != webhooks.signature_of(hook.secret, int(sent_at) + 1, letter.body)
    assert headers["Anliu-Delivery"] == json.loads(letter.body)["id"]
    assert hook.secret == webhooks.secret_of(world.engine.means.keys, hook.id)


def test_a_refused_letter_is_tried_again_after_growing_pauses_and_at_the_end_it_is_an_incident(world: World) -> None:
    added(world, "instance.started")
    begin_filing(world, "主页")
    receiver = Receiver(*["HTTP 503"] * 6)
    for pause in webhooks.PAUSES:
        send_due(world.engine, receiver)
        world.clock.advance(pause - timedelta(seconds=1))
        before = len(receiver.letters)
        assert send_due(world.engine, receiver) == 0 and len(receiver.letters) == before
        assert world.view().incidents == ()
        world.clock.advance(timedelta(seconds=1))
    send_due(world.engine, receiver)
    [incident] = world.view().incidents
    assert "HTTP 503" in incident.en and len(receiver.letters) == 6
    with world.engine.begin(world.actor("caseop")) as unit:
        incidents.retry(unit, incident_id=incident.id)
    assert [row.id for row in world.view().incidents] == [incident.id]
    assert send_due(world.engine, receiver) == 1
    assert world.view().incidents == ()
    assert len({letter.id for letter in receiver.letters}) == 1
    assert broken_chains(world) == []


def test_one_program_that_fails_keeps_no_other_waiting_and_is_asked_once(world: World) -> None:
    failing, working = added(world, "task.created"), added(world, "task.created")
    filed(world)
    tried: list[str] = []

    def send(letter: Letter) -> str:
        tried.append(letter.webhook_id)
        return "HTTP 500" if letter.webhook_id == failing.id else ""

    assert send_due(world.engine, send) == tried.count(working.id) > 1
    assert tried.count(failing.id) == 1
    assert (waiting(world, working), waiting(world, failing)) == (0, tried.count(working.id))


def test_a_letter_received_while_its_incident_is_retried_waits_for_the_case_first(world: World) -> None:
    """Both lock the case and then the letter; in the other order PostgreSQL would break one of them off."""
    if world.engine.database.is_sqlite:
        pytest.skip("one writer at a time")
    added(world, "instance.started")
    begin_filing(world)
    for pause in (*webhooks.PAUSES, timedelta(0)):
        send_due(world.engine, Receiver("HTTP 503"))
        world.clock.advance(pause)
    world.clock.advance(webhooks.WEEKLY)
    [letter] = world.engine.carry_out(SYSTEM, webhooks.take)

    def receive() -> None:
        with world.engine.begin(SYSTEM) as unit:
            webhooks.delivered(unit, delivery_id=letter.id)

    with ThreadPoolExecutor(1) as beside:
        with world.engine.begin(SYSTEM) as unit:
            unit.lock(world.last)
            received = beside.submit(receive)
            while not is_anybody_waiting(world):
                assert not received.done()
            webhooks.hasten(unit, letter.id)
        received.result(timeout=10)
    assert world.view().incidents == ()


def is_anybody_waiting(world: World) -> bool:
    with world.engine.database.reading.connect() as connection:
        return bool(connection.execute(text("select count(*) from pg_locks where not granted")).scalar())


def test_two_senders_never_have_the_same_letter_and_a_late_one_says_nothing(world: World) -> None:
    hook = added(world, "instance.started")
    begin_filing(world, "主页")
    first = world.engine.carry_out(SYSTEM, webhooks.take)
    assert len(first) == 1 and world.engine.carry_out(SYSTEM, webhooks.take) == ()
    world.clock.advance(webhooks.LEASE)
    [again] = world.engine.carry_out(SYSTEM, webhooks.take)
    assert again.id == first[0].id
    world.engine.carry_out(SYSTEM, lambda unit: webhooks.put_off(unit, letter=first[0], why="late"))
    assert world.engine.carry_out(SYSTEM, lambda unit: webhook_rows.find_delivery(unit.connection, again.id).tries) == 0  # type: ignore[union-attr]
    world.engine.carry_out(SYSTEM, lambda unit: webhooks.delivered(unit, delivery_id=again.id))
    assert waiting(world, hook) == 0


def test_a_removed_webhook_is_told_nothing_more_and_its_incident_is_over(world: World) -> None:
    hook = added(world, "instance.started")
    begin_filing(world, "主页")
    receiver = Receiver(*["x"] * 9)
    for pause in (*webhooks.PAUSES, timedelta(0)):
        send_due(world.engine, receiver)
        world.clock.advance(pause)
    assert len(world.view().incidents) == 1
    with world.engine.begin(SYSTEM) as unit:
        webhooks.remove(unit, webhook_id=hook.id)
    assert (waiting(world, hook), world.view().incidents) == (0, ())
    begin_filing(world, "又一件")
    assert waiting(world, hook) == 0


@pytest.mark.parametrize("url", ["http://example.edu.cn/", "ftp://x/", "https://", "https://a:b@x/", "https://x/#y", "https://x y/", "https://x:0/",
                                 "http://localhost/", "http://10.0.0.1/", "https://单位/", "x", "https://" + "x" * 1000, "https://x:port/"])
def test_an_address_that_letters_may_not_go_to_is_refused(world: World, url: str) -> None:
    with pytest.raises(SubmissionInvalid) as caught:
        added(world, "instance.started", "strange", url=url)
    assert [error.field for error in caught.value.errors] == ["url", "events"]


def test_only_the_platform_administrator_adds_webhooks(world: World) -> None:
    with pytest.raises(NotAllowed), world.engine.begin(world.actor("caseop")) as unit:
        webhooks.add(unit, url=NOBODY, events=["instance.started"])


# ---------------------------------------------------------------- over real sockets

@contextmanager
def listening(status: int, seen: list[tuple[str, dict[str, str], bytes]]) -> Iterator[int]:
    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append((self.path, dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(("status", "why"), [(204, ""), (302, "HTTP 302"), (500, "HTTP 500")])
def test_a_letter_goes_to_its_address_and_follows_nowhere(world: World, status: int, why: str) -> None:
    seen: list[tuple[str, dict[str, str], bytes]] = []
    with listening(status, seen) as port:
        added(world, "instance.started", url=f"http://127.0.0.1:{port}/in?from=anliu")
        begin_filing(world, "主页")
        [letter] = world.engine.carry_out(SYSTEM, webhooks.take)
        assert post(letter) == why
    [(path, headers, body)] = seen
    assert (path, body, headers["Host"]) == ("/in?from=anliu", letter.body, f"127.0.0.1:{port}")
    assert headers["Anliu-Signature"] == dict(letter.headers)["Anliu-Signature"]


@pytest.mark.parametrize("url", ["https://127.0.0.1:9/", "http://127.0.0.1:9/", "https://169.254.169.254/", "https://0.0.0.0/",
                                 "https://localhost:9/", "https://nowhere.invalid/", "https://[::ffff:169.254.169.254]/"])
def test_what_cannot_be_reached_or_must_not_is_said_in_words(world: World, url: str) -> None:
    letter = Letter("1", "2", url, (), b"{}", world.clock.now())
    assert post(letter)


@pytest.mark.parametrize("url", ["https://100.64.0.1/", "https://100.100.100.200/", "https://[fd00:ec2::254]/"])
def test_letters_never_go_where_clouds_keep_metadata(world: World, url: str) -> None:
    assert "is no address for a webhook" in post(Letter("1", "2", url, (), b"{}", world.clock.now()))


@contextmanager
def dripping(drop: bytes, pause: float) -> Iterator[int]:
    """A program that answers without an end, a drop at a time."""
    is_over, server = threading.Event(), socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        with server.accept()[0] as peer, suppress(OSError):
            peer.sendall(b"HTTP/1.1 200 OK\r\n")
            while not is_over.wait(pause):
                peer.sendall(drop)

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        is_over.set()
        thread.join()
        server.close()


@pytest.mark.parametrize(("drop", "pause"), [(b"x", 0.05), (b"X-More: 1\r\n", 0.05)])
def test_a_program_that_drips_its_answer_keeps_nobody_longer_than_one_exchange_may_last(
        world: World, monkeypatch: pytest.MonkeyPatch, drop: bytes, pause: float) -> None:
    monkeypatch.setattr(sending, "PATIENCE", 0.5)
    with dripping(drop, pause) as port:
        begun_at = time.monotonic()
        assert "Timeout" in post(Letter("1", "2", f"http://127.0.0.1:{port}/", (), b"{}", world.clock.now()))
        assert time.monotonic() - begun_at < 3


def test_of_an_endless_answer_only_the_head_is_read(world: World) -> None:
    with dripping(b"X-More: " + b"x" * 2000 + b"\r\n", 0) as port:
        assert post(Letter("1", "2", f"http://127.0.0.1:{port}/", (), b"{}", world.clock.now())) == ""


def test_a_lease_outlasts_the_slowest_round_of_letters() -> None:
    assert timedelta(seconds=sending.PATIENCE) * webhooks.MOST < webhooks.LEASE


def test_the_receiver_shown_in_the_document_takes_our_letters_and_no_others(world: World) -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    [code] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    shown: dict[str, Any] = {}
    exec(code, shown)  # noqa: S102
    hook = added(world, "instance.started")
    begin_filing(world, "主页")
    [letter] = world.engine.carry_out(SYSTEM, webhooks.take)
    header, now = dict(letter.headers)["Anliu-Signature"], world.clock.now().timestamp()
    assert shown["is_ours"](hook.secret, header, letter.body, now=now + 300)
    assert not shown["is_ours"](hook.secret, header, letter.body, now=now + 301)
    assert not shown["is_ours"](hook.secret, header, letter.body + b" ", now=now)
    assert not shown["is_ours"]("0" * 64, header, letter.body, now=now)
