"""The command that lets running cases go on by another version: said first with `--dry-run`, then done, a line a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import click

from engine import Engine
from engine.actors import SYSTEM, Actor
from engine.errors import NotFound
from engine.jobs.migrating import Result, forecast_all, migrate_all, versions_of
from engine.store.queries.people import find_by_login
from engine.verbs import migrations, people
from web.installation import Installation
from web.installed import installed


@click.command("migrate")
@installed
@click.argument("process")
@click.option("--from", "old", required=True, type=int, help="现在的版本号 / the version they run")
@click.option("--to", "new", required=True, type=int, help="换到的版本号 / the version they shall run")
@click.option("--map", "pairs", multiple=True, metavar="OLD=NEW", help="改名的步骤，可多次 / a step called otherwise, repeatable")
@click.option("--reason", default="", help="理由，写入痕迹 / why; it stands in the trace")
@click.option("--as", "login", default=None, help="以此运行管理员的名义，默认为系统 / as this case operator")
@click.option("--dry-run", is_flag=True, help="只说明会怎样，不执行 / only say what would happen")
def migrate_command(installation: Installation, process: str, *, old: int, new: int, pairs: tuple[str, ...], reason: str,
                    login: str | None, dry_run: bool) -> None:
    """运行中的事项换到另一版本，逐件一笔。/ Migrate running cases, one transaction each."""
    mapping = _mapping(pairs)
    with installation.engine() as engine:
        actor = _actor(engine, login)
        _propose(engine, actor, process, old, new, mapping)
        results = (forecast_all(engine, actor, process=process, old=old, new=new, mapping=mapping) if dry_run
                   else migrate_all(engine, actor, process=process, old=old, new=new, mapping=mapping, reason=reason))
        refused = _say(results)
    if refused:
        raise click.exceptions.Exit(1)


def _mapping(pairs: tuple[str, ...]) -> dict[str, str]:
    wrong = next((pair for pair in pairs if "=" not in pair), None)
    if wrong is not None:
        raise click.BadParameter(f"须写作 旧步骤=新步骤 / write old=new: {wrong}", param_hint="--map")
    return {before: after for before, _, after in (pair.partition("=") for pair in pairs)}


def _propose(engine: Engine, actor: Actor, process: str, old: int, new: int, mapping: Mapping[str, str]) -> None:
    """Steps that are probably called otherwise and were not named: said, never assumed."""
    for before, after in migrations.propose(*versions_of(engine, actor, process, old, new)).items():
        if before not in mapping:
            click.echo(f"也许改了名 / perhaps renamed: --map {before}={after}")


def _say(results: Iterator[Result]) -> int:
    done = refused = 0
    for result in results:
        if result.problem is not None:
            refused += 1
            click.echo(f"✗ {result.number}：{result.problem.zh} / {result.problem.en}")
            continue
        done += 1
        click.echo(f"✓ {result.number}{_told(result)}")
    click.echo(f"{done} 件可以，{refused} 件不行 / {done} go, {refused} do not")
    return refused


def _told(result: Result) -> str:
    """What a case would meet, of a dry run."""
    if result.seen is None:
        return ""
    places = ", ".join(before if before == after else f"{before}→{after}" for before, after in result.seen.places)
    more = [f"停止等待 / no longer: {each}" for each in result.seen.gone] + [f"开始等待 / from now: {each}" for each in result.seen.begun]
    return "：" + "；".join([places, *more])


def _actor(engine: Engine, login: str | None) -> Actor:
    if login is None:
        return SYSTEM
    with engine.read(SYSTEM) as read:
        person_id = find_by_login(read, people.fold_login(login))
    if person_id is None:
        raise NotFound(f"没有账号 {login}", f"There is no account {login}")
    return engine.actor(person_id)
