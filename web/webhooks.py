"""The commands about webhooks: programs that are told what happens."""

from __future__ import annotations

import click

from engine.actors import SYSTEM
from engine.store import webhook_rows
from engine.store.outbox import EVENTS
from engine.verbs import webhooks
from web.installation import Installation
from web.installed import installed


@click.group("webhook")
def webhook_group() -> None:
    """通知外部程序。/ Programs that are told what happens."""


@webhook_group.command("add")
@installed
@click.argument("url")
@click.option("--event", "events", multiple=True, required=True, type=click.Choice(tuple(EVENTS)), help="事件，可多次 / event, repeatable")
@click.option("--process", default="", help="只限此流程 / only cases of this process")
def webhook_add_command(installation: Installation, url: str, *, events: tuple[str, ...], process: str) -> None:
    """登记通知地址，打印签名密钥。/ Add a webhook and print the secret of its signatures."""
    with installation.engine() as engine, engine.begin(SYSTEM) as unit:
        added = webhooks.add(unit, url=url, events=events, process=process)
    click.echo(f"编号 / id:     {added.id}\n密钥 / secret: {added.secret}")


@webhook_group.command("list")
@installed
def webhook_list_command(installation: Installation) -> None:
    """列出通知地址。/ List webhooks."""
    with installation.engine() as engine, engine.read(SYSTEM) as read:
        rows = [row for row in webhook_rows.all_webhooks(read.connection) if row.removed_at is None]
        for row in rows:
            waiting = len(webhook_rows.deliveries_to(read.connection, row.id))
            click.echo(f"{row.id}  {row.url}  [{row.events}]  {row.process or '*'}  待发 / waiting: {waiting}")
    if not rows:
        click.echo("没有通知地址 / No webhooks")


@webhook_group.command("remove")
@installed
@click.argument("webhook_id")
def webhook_remove_command(installation: Installation, webhook_id: str) -> None:
    """移除通知地址。/ Remove a webhook."""
    with installation.engine() as engine, engine.begin(SYSTEM) as unit:
        webhooks.remove(unit, webhook_id=webhook_id)
    click.echo(f"已移除 / removed: {webhook_id}")
