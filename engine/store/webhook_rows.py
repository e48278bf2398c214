"""Webhooks and what is on its way to them, as rows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update

from engine.store.api_tables import deliveries, webhooks
from engine.store.instance_rows import AnyRow
from engine.store.prepared import prepare
from engine.store.tables import instances, records

_webhook = prepare(select(webhooks).where(webhooks.c.id == bindparam("webhook")))
_webhooks = prepare(select(webhooks).order_by(webhooks.c.added_at, webhooks.c.id))
_letter = select(
    deliveries, webhooks.c.url, webhooks.c.process, webhooks.c.removed_at, records.c.type, records.c.element_id,
    records.c.recorded_at, records.c.body, instances.c.process.label("of_process"), instances.c.number).join(
    webhooks, webhooks.c.id == deliveries.c.webhook_id).join(
    records, (records.c.stream == deliveries.c.stream) & (records.c.seq == deliveries.c.seq)).join(
    instances, instances.c.id == deliveries.c.stream)
_due = prepare(_letter.where(deliveries.c.due_at <= bindparam("now")).order_by(
    deliveries.c.due_at, deliveries.c.stream, deliveries.c.seq, deliveries.c.id).limit(bindparam("most")))
_delivery = prepare(select(deliveries).where(deliveries.c.id == bindparam("delivery")))
_move = prepare(update(deliveries).where(deliveries.c.id == bindparam("delivery"), deliveries.c.due_at == bindparam("was")).values(
    due_at=bindparam("again"), tries=bindparam("tried")))
_drop = prepare(delete(deliveries).where(deliveries.c.id == bindparam("delivery")))
_hold_back = prepare(update(deliveries).where(deliveries.c.webhook_id == bindparam("webhook"), deliveries.c.due_at <= bindparam("now"))
                     .values(due_at=bindparam("again")))
_waiting = prepare(select(deliveries.c.id).where(deliveries.c.webhook_id == bindparam("webhook")))


def find_webhook(connection: Connection, webhook_id: str) -> AnyRow | None:
    return connection.execute(_webhook, {"webhook": webhook_id}).first()


def all_webhooks(connection: Connection) -> list[AnyRow]:
    """Every webhook there ever was, oldest first."""
    return list(connection.execute(_webhooks))


def due_deliveries(connection: Connection, now: datetime, most: int) -> list[AnyRow]:
    """What is due, oldest first, each with its record and case."""
    return list(connection.execute(_due, {"now": now, "most": most}))


def find_delivery(connection: Connection, delivery_id: str) -> AnyRow | None:
    return connection.execute(_delivery, {"delivery": delivery_id}).first()


def move_delivery(connection: Connection, row: AnyRow, again: datetime, *, tries: int) -> bool:
    """Try it again then. False when somebody else has moved it since the row was read."""
    return bool(connection.execute(_move, {"delivery": row.id, "was": row.due_at, "again": again, "tried": tries}).rowcount)


def hold_back(connection: Connection, webhook_id: str, now: datetime, *, again: datetime) -> None:
    """Whatever is due to a webhook now is due then."""
    connection.execute(_hold_back, {"webhook": webhook_id, "now": now, "again": again})


def drop_delivery(connection: Connection, delivery_id: str) -> None:
    connection.execute(_drop, {"delivery": delivery_id})


def deliveries_to(connection: Connection, webhook_id: str) -> list[str]:
    """The ids of what is on its way to a webhook."""
    return list(connection.execute(_waiting, {"webhook": webhook_id}).scalars())
