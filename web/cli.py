"""The command line `anliu`: one command per thing an operator does, a sentence for everything that goes wrong.

It composes; what a command does stands in its own module. Options may come from the environment as ANLIU_….
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from engine import Engine
from engine.actors import PLATFORM_ADMIN, SYSTEM, Actor
from engine.bpmn.bundles import read_bundle
from engine.bpmn.portable import portable
from engine.bpmn.returning import yaml_of
from engine.bpmn.writer import write_bpmn
from engine.definition.keywords import Language
from engine.definition.toggle import toggle
from engine.errors import DefinitionInvalid, EngineError, NotFound, Problem
from engine.jobs.worker import Worker
from engine.store.queries.people import find_by_login
from engine.trace.export import VERIFIER
from engine.verbs import accounts, deployments, people
from web import demo
from web.installation import Address, Installation, serve, work
from web.installed import FILE, Command, installed
from web.migrating import migrate_command
from web.settings import SettingsUnsafe
from web.sources import problems_in, sources_around
from web.tokens import service_create_command, token_group
from web.verification import Verdict, export_bundle, verify_database
from web.webhooks import webhook_group


class Speaking(click.Group):
    """What was refused is said in one sentence, without a stack trace; exit status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DefinitionInvalid as error:
            click.echo(str(error))
            click.echo("✗ 定义有问题，没有执行 / The definition has problems, nothing was done", err=True)
        except (EngineError, SettingsUnsafe) as error:
            click.echo(f"✗ {error}", err=True)
        return ctx.exit(1)


@click.group(cls=Speaking, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="anliu", prog_name="anliu")
def main() -> None:
    """安流：把制度写成 YAML，由系统照办。/ Regulations written as YAML, carried through inboxes."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")


def with_pack_option(command: Command) -> Command:
    """The option that fits definitions to an institution."""
    return click.option("--pack", default="", help="采用这个单位包的参数 / with the values of this pack")(command)


# ---------------------------------------------------------------- running

@main.command("serve")
@installed
@click.option("--host", envvar="ANLIU_HOST", default="127.0.0.1", show_default=True, show_envvar=True,
              help="监听地址 / address to listen at")
@click.option("--port", envvar="ANLIU_PORT", default=8000, type=click.IntRange(0, 65535), show_default=True,
              show_envvar=True, help="端口，0 为任选 / port, 0 takes a free one")
@click.option("--site", "sites", envvar="ANLIU_SITES", multiple=True, show_envvar=True,
              help="本站域名，可多次 / a name this server answers to, repeatable")
@click.option("--https/--no-https", envvar="ANLIU_HTTPS", default=False, show_envvar=True,
              help="经 HTTPS 访问（由反向代理终结）/ reached over HTTPS, ended by a proxy")
@click.option("--worker/--no-worker", "with_worker", envvar="ANLIU_WORKER", default=True, show_envvar=True,
              help="同时运行后台进程 / run the worker inside")
def serve_command(installation: Installation, *, host: str, port: int, sites: tuple[str, ...], https: bool,
                  with_worker: bool) -> None:
    """提供网页服务。/ Serve the pages."""
    with installation.engine() as engine:
        serve(engine, Address(host, port, sites, https), worker=Worker(engine) if with_worker else None, say=_say_where)


@main.command("worker")
@installed
def worker_command(installation: Installation) -> None:
    """只运行后台进程。/ Run the worker only."""
    with installation.engine() as engine:
        work(Worker(engine), say=lambda: click.echo("后台进程已运行 / The worker is running"))


@main.command("demo")
@click.option("--port", default=8000, type=click.IntRange(0, 65535), show_default=True, help="端口 / port")
@click.option("--folder", default="build/demo", type=FILE, show_default=True, help="演示文件夹 / folder of the demonstration")
@click.option("--fresh", is_flag=True, help="从头开始 / start over")
def demo_command(port: int, folder: Path, *, fresh: bool) -> None:
    """演示学院：账号、流程、网页，一条命令。/ A demonstration college in one command."""
    if fresh:
        demo.clear(folder)
    with demo.prepare(folder).engine() as engine:
        click.echo(demo.table(demo.furnish(engine)))
        click.echo("密码首次登录须修改；每次启动演示都会换新 / Passwords change at first use and at every start of the demo")
        serve(engine, Address("127.0.0.1", port), worker=Worker(engine), say=_say_where)


# ---------------------------------------------------------------- definitions

@main.command("check")
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=FILE)
@with_pack_option
def check_command(paths: tuple[Path, ...], *, pack: str) -> None:
    """检查流程或表单文件。/ Check definition and form files; problems as file:line:column."""
    problems = dict.fromkeys(problem for path in paths for problem in problems_in(sources_around(path, pack)))
    _say_problems(problems)
    if any(problem.severity == "error" for problem in problems):
        raise click.exceptions.Exit(1)
    if not problems:
        click.echo("没有问题 / No problems")


def _say_problems(problems: Iterable[Problem]) -> None:
    for problem in problems:
        click.echo(("" if problem.severity == "error" else "提示 / warning: ") + str(problem))


@main.command("deploy")
@installed
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=FILE)
@click.option("--as", "login", default=None, help="以此流程管理员的名义，默认为系统 / as this process administrator")
@with_pack_option
def deploy_command(installation: Installation, paths: tuple[Path, ...], *, login: str | None, pack: str) -> None:
    """发布流程定义，全部或一个也不。/ Publish definitions, all of them or none."""
    with installation.engine() as engine:
        with engine.begin(_actor(engine, login)) as unit:
            every = [deployments.deploy(unit, main_file=sources.name, files=sources.files)
                     for sources in (sources_around(path, pack) for path in paths)]
        for made in every:
            news = "新版本 / new" if made.is_new else "未变 / unchanged"
            click.echo(f"{made.process} {made.number} {made.hash[:12]}（{news}）")
            _say_problems(made.warnings)


@main.command("export-bpmn")
@click.argument("path", metavar="FILE", type=FILE)
@click.option("-o", "--out", default=None, type=FILE, help="写到文件，默认为标准输出 / file, standard output by default")
def export_bpmn_command(path: Path, out: Path | None) -> None:
    """把流程定义导出为 BPMN 2.0。/ Export a definition as BPMN 2.0."""
    sources = sources_around(path)
    bundle = read_bundle(sources.name, sources.files)
    bpmn = write_bpmn(bundle.definition, role_titles={role.id: role.title for role in bundle.library.roles.values()})
    _write(out, bpmn if bundle.definition.drawing is not None else portable(bpmn))


def _write(out: Path | None, content: bytes) -> None:
    """Whole or not at all: what is written may be the file that was read."""
    if out is None or str(out) == "-":
        click.get_binary_stream("stdout").write(content)
        return
    beside = out.with_name(f".{out.name}.new")
    beside.write_bytes(content)
    beside.replace(out)


@main.command("export-yaml")
@click.argument("path", metavar="FILE", type=FILE)
@click.option("-o", "--out", default=None, type=FILE, help="写到文件，默认为标准输出 / file, standard output by default")
def export_yaml_command(path: Path, out: Path | None) -> None:
    """把导出的 BPMN 变回 YAML。/ Write an exported BPMN file as YAML again."""
    _write(out, yaml_of(path.read_bytes(), path.name).encode())


@main.command("toggle")
@click.argument("path", metavar="FILE", type=FILE)
@click.option("--to", type=click.Choice(["en", "zh"]), default=None, help="目标语言，默认为另一种 / default: the other one")
@click.option("-o", "--out", default=None, type=FILE, help="写到文件，默认为标准输出 / file, standard output by default")
def toggle_command(path: Path, to: Language | None, out: Path | None) -> None:
    """中文关键词与英文关键词互换，其余不变。/ Write a file with its keywords in the other language."""
    _write(out, toggle(path.read_bytes().decode(), path.name, to=to).encode())


# ---------------------------------------------------------------- administration

@main.group("admin")
def admin_group() -> None:
    """平台管理员。/ Platform administrators."""


@admin_group.command("create")
@installed
@click.argument("login")
@click.option("--name", required=True, help="姓名 / name")
def admin_create_command(installation: Installation, login: str, *, name: str) -> None:
    """新建平台管理员，打印一次性密码。/ Create a platform administrator and print a one-time password."""
    with installation.engine() as engine, engine.begin(SYSTEM) as unit:
        person_id = people.add_person(unit, login=login, name=name, unit_id=None)
        people.hold_post(unit, person_id=person_id, role=PLATFORM_ADMIN)
        password = accounts.issue_password(unit, person_id=person_id)
    click.echo(f"账号 / login:    {people.fold_login(login)}\n密码 / password: {password}\n"
               "24 小时内首次登录并修改，此后失效 / Sign in and change it within 24 hours; it is shown only now")


admin_group.add_command(service_create_command)
main.add_command(token_group)
main.add_command(migrate_command)
main.add_command(webhook_group)


@main.group("keys")
def keys_group() -> None:
    """痕迹密钥。/ Keys of the trace."""


@keys_group.command("create")
@installed
def keys_create_command(installation: Installation) -> None:
    """为新安装生成密钥文件。/ Make the key file of a new installation."""
    sealed = installation.create_keys()
    click.echo(f"密钥 / keys: {installation.keys}\n请把 {sealed} 移交审计人员离线保管，本机不再保留\n"
               f"Hand {sealed} to the auditors, to be kept away from this machine")


@main.command("verify")
@installed
@click.option("--sealed", envvar="ANLIU_SEALED", default=None, type=FILE, show_envvar=True,
              help="审计人员保管的封存密钥 / the auditors' sealed key")
@click.option("--receipts", multiple=True, type=FILE, help="回执文件或文件夹，可多次 / receipts, a file or folder")
@click.option("--export", "out", default=None, type=FILE, help="另写出可独立验证的痕迹包 / also write a bundle")
def verify_command(installation: Installation, *, sealed: Path | None, receipts: tuple[Path, ...],
                   out: Path | None) -> None:
    """验证全部痕迹。/ Verify the whole trace."""
    keys = installation.key_ring() if receipts else None
    public_keys = {keys.signing_key_id: keys.public_key} if keys is not None else {}
    verdict = verify_database(installation.database, sealed=sealed, receipts=receipts, public_keys=public_keys)
    if out is not None:
        with installation.engine() as engine:
            count = export_bundle(engine, out)
        click.echo(f"已写出 {count} 条记录 / {count} records written: {out}\n"
                   f"独立验证 / verify without us: python {VERIFIER} {out}")
    _say_verdict(verdict, sealed)


def _say_verdict(verdict: Verdict, sealed: Path | None) -> None:
    for finding in verdict.findings:
        click.echo(f"✗ {finding.zh} / {finding.en}")
    click.echo(f"{verdict.chains} 条链、{verdict.records} 条记录、{verdict.receipts} 份回执 / "
               f"{verdict.chains} chains, {verdict.records} records, {verdict.receipts} receipts")
    if sealed is None:
        click.echo("未核对校验码（需要 --sealed）/ MACs were not checked, that needs --sealed")
    if verdict.findings:
        raise click.exceptions.Exit(1)
    click.echo("✓ 全部相符 / Everything is as recorded")


def _actor(engine: Engine, login: str | None) -> Actor:
    if login is None:
        return SYSTEM
    with engine.read(SYSTEM) as read:
        person_id = find_by_login(read, people.fold_login(login))
    if person_id is None:
        raise NotFound(f"没有账号 {login}", f"There is no account {login}")
    return engine.actor(person_id)


def _say_where(url: str) -> None:
    click.echo(f"安流已运行，请打开 / Anliu is running, open {url}")


