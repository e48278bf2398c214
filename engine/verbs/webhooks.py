"""Webhooks: programs that are told what happens in cases. Only ids and moments are told; what they mean is asked by the API.

A letter is taken under a lease, sent by the job outside of any transaction, and dropped when it was received. What is
refused is tried again after growing pauses; at the end it is an incident of its case, and tried once a week.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from engine import canonical
from engine.clock import utc_text
from engine.errors import EngineError, FieldError, NotFound, Sentence, SubmissionInvalid, WrongState
from engine.records import Record, RecordType
from engine.store import instance_rows, webhook_rows
from engine.store.instance_rows import AnyRow
from engine.store.outbox import EVENTS
from engine.store.payload import decode_payload
from engine.store.unit import UnitOfWork, new_id
from engine.trace.keys import KeyRing
from engine.verbs import causes
from engine.verbs.people import need_platform_admin

MOST = 20
LEASE = timedelta(minutes=5)
"""Longer than sending so many takes, each to a program of its own that is as slow as it may be."""
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12))
"""Before the second try, the third …; the sixth in vain is an incident."""
WEEKLY = timedelta(days=7)
URL_LENGTH = 1000
_ALSO = {"task_id": "task", "register": "register", "key": "key", "deadline": "deadline"}
"""What more is told of a record, and under which name."""
DELIVERY, SIGNATURE = "Anliu-Delivery", "Anliu-Signature"


@dataclass(frozen=True, slots=True)
class Added:
    """A webhook just added: `secret` is what its letters are signed with."""

    id: str
    secret: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One thing to tell one program; `until` is the end of the sender's lease."""

    id: str
    webhook_id: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    until: datetime


class NotReceived(EngineError):
    """A program did not take what it was to be told."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"{url} did not take it: {why}")
        self.sentence = Sentence(f"通知外部程序未成功（{url}）：{why}", f"The program at {url} was not told: {why}")


def add(unit: UnitOfWork, *, url: str, events: Collection[str], process: str = "") -> Added:
    """Tell a program of these events from now on (`EVENTS`). Raises NotAllowed, SubmissionInvalid."""
    need_platform_admin(unit)
    wrong = _wrong(url, events)
    if wrong:
        raise SubmissionInvalid(wrong)
    webhook_id = new_id()
    unit.record_system(Record(RecordType.WEBHOOK_ADDED, {"id": webhook_id, "url": url, "events": sorted(set(events)), "process": process}))
    unit.after_commit(unit.means.hooks.forget)
    return Added(webhook_id, secret_of(unit.keys, webhook_id))


def remove(unit: UnitOfWork, *, webhook_id: str) -> None:
    """Tell it nothing more; what was on its way is dropped. Raises NotAllowed, NotFound, WrongState."""
    need_platform_admin(unit)
    row = webhook_rows.find_webhook(unit.connection, webhook_id)
    if row is None:
        raise NotFound()
    if row.removed_at is not None:
        raise WrongState("此通知地址已经移除", "This webhook is removed already")
    unit.record_system(Record(RecordType.WEBHOOK_REMOVED, {"id": webhook_id, "url": row.url}))
    unit.after_commit(unit.means.hooks.forget)
    for delivery_id in webhook_rows.deliveries_to(unit.connection, webhook_id):
        delivered(unit, delivery_id=delivery_id)


def secret_of(keys: KeyRing, webhook_id: str) -> str:
    """What the letters of a webhook are signed with: the same wherever the keys are, and kept nowhere."""
    return hashlib.sha256(keys.sign(b"anliu/webhook/" + webhook_id.encode())).hexdigest()


def signature_of(secret: str, sent_at: int, body: bytes) -> str:
    """HMAC-SHA256 over the moment (seconds since 1970), a dot and the body."""
    return hmac.new(secret.encode(), f"{sent_at}.".encode() + body, hashlib.sha256).hexdigest()


# ---------------------------------------------------------------- what the job does

def take(unit: UnitOfWork, *, most: int = MOST) -> tuple[Letter, ...]:
    """The oldest due letters, leased to whoever asks; nobody else gets them until the lease ends. None: nothing is due.

    What nobody wants any more is dropped on the way, however much of it is older than what is wanted.
    """
    letters: list[Letter] = []
    while not letters and (rows := webhook_rows.due_deliveries(unit.connection, unit.now, most)):
        for row in rows:
            if row.removed_at is not None or (row.process and row.process != row.of_process):
                webhook_rows.drop_delivery(unit.connection, row.id)
            elif webhook_rows.move_delivery(unit.connection, row, unit.now + LEASE, tries=row.tries):
                letters.append(_letter(unit, row))
    return tuple(letters)


def delivered(unit: UnitOfWork, *, delivery_id: str) -> None:
    """It was received, or is no longer wanted; an incident that said otherwise is over."""
    row = webhook_rows.find_delivery(unit.connection, delivery_id)
    if row is None:
        return
    # The case before the letter, as whoever retries an incident locks them.
    instance = _locked(unit, row) if row.tries > len(PAUSES) else None
    webhook_rows.drop_delivery(unit.connection, delivery_id)
    if instance is not None:
        causes.resolve(unit, instance.id, causes.of_delivery(delivery_id), definition_hash=instance.definition_hash)


def put_off(unit: UnitOfWork, *, letter: Letter, why: str) -> None:
    """It was not received, so the others to the same program wait a minute, uncounted. A sender whose lease is over says
    nothing any more: another has it.
    """
    row = webhook_rows.find_delivery(unit.connection, letter.id)
    if row is None or row.due_at != letter.until:
        return
    tries = row.tries + 1
    again = unit.now + (PAUSES[row.tries] if row.tries < len(PAUSES) else WEEKLY)
    instance = _locked(unit, row) if tries == len(PAUSES) + 1 else None
    webhook_rows.hold_back(unit.connection, row.webhook_id, unit.now, again=unit.now + PAUSES[0])
    if webhook_rows.move_delivery(unit.connection, row, again, tries=tries) and instance is not None:
        unit.record(instance.id, causes.incident_of(causes.of_delivery(row.id), None, NotReceived(letter.url, why)),
                    definition_hash=instance.definition_hash)


def hasten(unit: UnitOfWork, delivery_id: str) -> None:
    """Try it again at once."""
    row = webhook_rows.find_delivery(unit.connection, delivery_id)
    if row is not None and row.due_at > unit.now:
        webhook_rows.move_delivery(unit.connection, row, unit.now, tries=row.tries)


def _locked(unit: UnitOfWork, row: AnyRow) -> AnyRow:
    unit.lock(row.stream)
    instance = instance_rows.find_instance(unit.connection, row.stream)
    if instance is None:
        raise NotFound()
    return instance


def _letter(unit: UnitOfWork, row: AnyRow) -> Letter:
    payload = decode_payload(bytes(row.body)) if row.body is not None else {}
    told = {"id": row.id, "event": row.event, "instance": row.stream, "number": row.number, "process": row.of_process,
            "seq": row.seq, "step": row.element_id, "recorded_at": utc_text(row.recorded_at),
            **{shown: str(payload[name]) for name, shown in _ALSO.items() if name in payload}}
    body, sent_at = canonical.encode(told), int(unit.now.timestamp())
    signed = f"t={sent_at},v1={signature_of(secret_of(unit.keys, row.webhook_id), sent_at, body)}"
    headers = (("Content-Type", "application/json"), (DELIVERY, row.id), (SIGNATURE, signed))
    return Letter(row.id, row.webhook_id, row.url, headers, body, unit.now + LEASE)


def _wrong(url: str, events: Collection[str]) -> list[FieldError]:
    wrong = []
    if not _is_address(url):
        wrong.append(FieldError("url", "地址须是 https://…；本机程序可用 http://127.0.0.1…",
                                "Expected https://…, or http://127.0.0.1… for a program on this machine"))
    unknown = sorted(set(events) - EVENTS.keys())
    if unknown or not events:
        wrong.append(FieldError("events", f"事件须从这些中选：{'、'.join(EVENTS)}", f"Expected one or more of {', '.join(EVENTS)}"))
    return wrong


def _is_address(url: str) -> bool:
    """An address letters may go to: TLS, unless they never leave this machine; no password in it."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        return False
    plain = len(url) <= URL_LENGTH and url.isascii() and url.isprintable() and " " not in url and bool(host) and port != 0
    return plain and "@" not in parts.netloc and not parts.fragment and (
        parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(host)))


def is_this_machine(host: str) -> bool:
    """Whether a host is written as an address of this machine; a name may come to mean anything."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
