"""The commands that let outside programs in: accounts of programs, tokens issued, listed and withdrawn."""

from __future__ import annotations

from datetime import timedelta

import click

from engine.actors import PROGRAM, SYSTEM
from engine.clock import in_china
from engine.directory.tokens import LIVES, LONGEST, SCOPES
from engine.errors import NotFound
from engine.store.queries import people as people_queries
from engine.store.queries import tokens as token_queries
from engine.verbs import people, tokens
from web.installation import Installation
from web.installed import installed


@click.command("service")
@installed
@click.argument("login")
@click.option("--name", required=True, help="程序的名称 / name of the program")
@click.option("--role", "posts", multiple=True, default=(PROGRAM,), show_default=True,
              help="岗位，可多次；单位岗位写作 岗位@单位 / a post it holds, repeatable; in a unit: role@unit")
def service_create_command(installation: Installation, login: str, *, name: str, posts: tuple[str, ...]) -> None:
    """新建程序账号：没有密码，只凭令牌进入。/ An account of a program: no password, tokens only."""
    with installation.engine() as engine, engine.begin(SYSTEM) as unit:
        person_id = people.add_person(unit, login=login, name=name, unit_id=None, kind="service")
        for post in posts:
            role, _, unit_id = post.partition("@")
            people.hold_post(unit, person_id=person_id, role=role, unit_id=unit_id)
    click.echo(f"程序账号 / account: {people.fold_login(login)}（{'、'.join(posts)}）")


@click.group("token")
def token_group() -> None:
    """接口令牌。/ Tokens of the API."""


@token_group.command("create")
@installed
@click.argument("login")
@click.option("--title", required=True, help="用途 / what it is for")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(tuple(SCOPES)),
              help="权限范围，可多次 / what it opens, repeatable")
@click.option("--days", default=LIVES.days, type=click.IntRange(1, LONGEST.days), show_default=True, help="有效天数 / days it lives")
def token_create_command(installation: Installation, login: str, *, title: str, scopes: tuple[str, ...], days: int) -> None:
    """为账号签发令牌，只显示一次。/ Issue a token to an account; it is shown once."""
    with installation.engine() as engine:
        with engine.read(SYSTEM) as read:
            person_id = people_queries.find_by_login(read, people.fold_login(login))
        if person_id is None:
            raise NotFound(f"没有账号 {login}", f"There is no account {login}")
        with engine.begin(SYSTEM) as unit:
            issued = tokens.issue(unit, person_id=person_id, title=title, scopes=scopes, lives=timedelta(days=days))
    click.echo(f"令牌 / token:   {issued.text}\n编号 / id:      {issued.id}\n"
               f"有效至 / until: {in_china(issued.expires_at):%Y-%m-%d %H:%M}\n"
               "只显示这一次，请存入程序的配置 / It is shown only now: put it into the settings of the program")


@token_group.command("list")
@installed
@click.option("--all", "with_dead", is_flag=True, help="也列出过期和收回的 / expired and withdrawn ones too")
def token_list_command(installation: Installation, *, with_dead: bool) -> None:
    """列出令牌：谁的、权限、何时到期、最近使用。/ List tokens; never their secrets."""
    with installation.engine() as engine, engine.read(SYSTEM) as read:
        now = read.now
        rows = [row for row in token_queries.list_tokens(read) if with_dead or (row.withdrawn_at is None and row.expires_at > now)]
    for row in rows:
        state = ("已收回 / withdrawn" if row.withdrawn_at else "已过期 / expired" if row.expires_at <= now
                 else f"至 / until {in_china(row.expires_at):%Y-%m-%d}")
        used = f"{in_china(row.used_at):%Y-%m-%d %H:%M}" if row.used_at else "从未 / never"
        click.echo(f"{row.id}  {row.login}  {row.title}  [{' '.join(row.scopes)}]  {state}  最近使用 / used: {used}")
    if not rows:
        click.echo("没有令牌 / No tokens")


@token_group.command("revoke")
@installed
@click.argument("token_id")
def token_revoke_command(installation: Installation, token_id: str) -> None:
    """收回令牌，立即失效。/ Withdraw a token; it opens nothing from now on."""
    with installation.engine() as engine, engine.begin(SYSTEM) as unit:
        tokens.withdraw(unit, token_id=token_id)
    click.echo(f"已收回 / withdrawn: {token_id}")
