"""The command line as an operator uses it: real files, real processes, a sentence for every mistake."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.trace.export import VERIFIER
from web.cli import main
from web.sources import shipped_definitions, shipped_folder

ROOT = Path(__file__).parents[2]
FILING = ROOT / "processes" / "filing_system.xztc.yaml"
PATIENCE = 60


def run(*arguments: str | Path, environment: Mapping[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], env=dict(environment or {}))


@pytest.fixture
def site(tmp_path: Path) -> Mapping[str, str]:
    """The environment of a new installation that has its keys."""
    settings = {"ANLIU_DATABASE": f"sqlite:///{tmp_path}/site.db", "ANLIU_KEYS": str(tmp_path / "site.keys"),
                "ANLIU_FILES": str(tmp_path / "files"), "ANLIU_ORIGIN": "anliu.test"}
    assert run("keys", "create", environment=settings).exit_code == 0
    return settings


@contextmanager
def running(*arguments: str | Path, environment: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    """A command in a process of its own, ended with the block whatever happens; it may take a minute at most."""
    process = subprocess.Popen([sys.executable, "-c", "from web.cli import main; main()", *map(str, arguments)],
                               cwd=ROOT, env={"PATH": "", "PYTHONUNBUFFERED": "1", **(environment or {})},
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    guard = threading.Timer(PATIENCE, process.kill)
    guard.start()
    try:
        yield process
    finally:
        guard.cancel()
        process.kill()
        process.communicate()


def line_with(process: subprocess.Popen[str], wanted: str) -> tuple[re.Match[str], list[str]]:
    """The first line of output that fits, and all lines before it."""
    assert process.stdout is not None
    before = []
    for line in process.stdout:
        found = re.search(wanted, line)
        if found:
            return found, before
        before.append(line.rstrip("\n"))
    raise AssertionError(f"the process ended without saying {wanted}: {before} {process.stderr and process.stderr.read()}")


def fetched(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as response:
        return response.read().decode()


# ---------------------------------------------------------------- check, export

@pytest.mark.parametrize("path", [*shipped_definitions(), ROOT / "forms" / "xztc_a4.yaml", ROOT / "processes" / "roles.yaml"],
                         ids=lambda path: path.name)
def test_a_shipped_file_has_no_problems(path: Path) -> None:
    result = run("check", path)
    assert (result.exit_code, result.output) == (0, "没有问题 / No problems\n")


def test_every_problem_of_a_bad_definition_is_named_with_its_place(tmp_path: Path) -> None:
    bad = tmp_path / "bad.test.yaml"
    bad.write_text("anliu: 1\nprocess: bad\ntitle: 坏\nprofile: test\nbasis: proposed\nstarts:\n"
                   "  - {id: ask, title: 问, who: {role: nobody_knows}, form: no_such_form}\ndo:\n"
                   "  - step: {task: 步骤, who: {role: applicant, unit: own}, form: no_such_form, then: nowhere}\n", "utf-8")
    result = run("check", bad)
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert all(line.startswith(f"{bad}:") and re.match(r":\d+:\d+: ", line.removeprefix(str(bad))) for line in lines)
    for name in ("nobody_knows", "no_such_form", "nowhere"):
        assert any(name in line for line in lines)


def test_a_file_may_be_written_onto_itself_and_a_failure_leaves_it_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "filing_system.xztc.yaml"
    text = (ROOT / "processes" / "filing_system.xztc.yaml").read_text("utf-8")
    file.write_text(text, "utf-8")
    assert run("toggle", file, "-o", file).exit_code == 0
    assert file.read_text("utf-8").startswith("安流: 1") or "流程: filing_system" in file.read_text("utf-8")
    assert run("toggle", file, "-o", file).exit_code == 0
    assert file.read_text("utf-8") == text
    file.write_text("anliu: 1\n流程: mixed\n", "utf-8")
    assert run("toggle", file, "-o", file).exit_code != 0
    assert run("export-yaml", file, "-o", file).exit_code != 0
    assert file.read_text("utf-8") == "anliu: 1\n流程: mixed\n"
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_of_several_definitions_all_are_published_or_none(site: Mapping[str, str], tmp_path: Path) -> None:
    good, bad = tmp_path / "warned.test.yaml", tmp_path / "bad.test.yaml"
    good.write_text(WARNED, "utf-8")
    bad.write_text(WARNED.replace("process: warned", "process: bad").replace("role: centre_head", "role: nobody"), "utf-8")
    assert run("deploy", good, bad, environment=site).exit_code != 0
    assert "新版本" in run("deploy", good, environment=site).output


WARNED = ("anliu: 1\nprocess: warned\ntitle: 提示\nprofile: test\nbasis: proposed\nstarts:\n"
          "  - {id: ask, title: 问, who: {anyone: true}, form: withdraw}\ndo:\n"
          "  - look: {task: 审, who: {role: centre_head}, form: withdraw, actions: [approve, {return: ask}], end: 好}\n")


def test_a_warning_is_shown_and_lets_pass(site: Mapping[str, str], tmp_path: Path) -> None:
    file = tmp_path / "warned.test.yaml"
    file.write_text(WARNED, "utf-8")
    checked, deployed = run("check", file), run("deploy", file, environment=site)
    assert checked.exit_code == deployed.exit_code == 0
    assert checked.output.startswith(f"提示 / warning: {file}:9:5: “审”可能由“问”的填写人自己办理")
    assert "提示 / warning: processes/warned.test.yaml:9:5: “审”可能由“问”的填写人自己办理" in deployed.output


def test_what_would_wait_for_ever_is_not_published(site: Mapping[str, str], tmp_path: Path) -> None:
    file = tmp_path / "endless.test.yaml"
    file.write_text(WARNED.replace("end: 好", "then: look"), "utf-8")
    result = run("deploy", file, environment=site)
    assert result.exit_code == 1
    assert "从“问”开始再也到不了结束" in result.output


def test_a_form_is_checked_with_its_own_project_around_it(tmp_path: Path) -> None:
    project = tmp_path / "ours"
    for drawer in ("processes", "forms"):
        (project / drawer).mkdir(parents=True)
    form = project / "forms" / "sheet.yaml"
    form.write_text("anliu: 1\nform: sheet\ntitle: 表\nsections:\n  - title: 表\n    fields:\n"
                    "      - name: {label: 名称, type: text, required: =nobody.wrote = 1, basis: proposed}\n", "utf-8")
    (project / "processes" / "ours.test.yaml").write_text(
        "anliu: 1\nprocess: ours\ntitle: 我们\nprofile: test\nbasis: proposed\nstarts:\n"
        "  - {id: ask, title: 问, who: {anyone: true}, form: sheet}\ndo:\n  - done: {end: 完}\n", "utf-8")
    result = run("check", form)
    assert result.exit_code == 1
    assert re.match(rf"{re.escape(str(form))}:7:\d+: .*nobody", result.output)


def test_a_file_beside_in_another_encoding_is_one_problem_and_hides_nothing(tmp_path: Path) -> None:
    for drawer in ("processes", "forms"):
        (tmp_path / drawer).mkdir()
    old, main_file = tmp_path / "forms" / "old.yaml", tmp_path / "processes" / "ours.test.yaml"
    old.write_bytes("anliu: 1\nform: old\ntitle: 旧表\n".encode("gbk"))
    main_file.write_text("anliu: 1\nprocess: ours\ntitle: 我们\nprofile: test\nbasis: proposed\nstarts:\n"
                         "  - {id: ask, title: 问, who: {anyone: true}, form: sheet}\ndo:\n  - done: {end: 完}\n", "utf-8")
    result = run("check", main_file)
    assert result.exit_code == 1
    assert result.output.count(f"{old}:3:8: 文件须是 UTF-8 编码的文本") == 1
    assert f"{main_file}:7:" in result.output and "没有“sheet”这个表单" in result.output


@pytest.mark.parametrize("content", [b"a: [" * 5000, b"a: *b\n", b"a: !!python/object:os.system {}\n", b"\xff\xfe\x00", b"a: '"])
def test_a_file_that_is_no_yaml_is_told_so(tmp_path: Path, content: bytes) -> None:
    bad = tmp_path / "bad.test.yaml"
    bad.write_bytes(content)
    result = run("check", bad)
    assert result.exit_code == 1
    assert f"{bad}:1:" in result.output
    assert "Traceback" not in result.output


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    result = run("check", tmp_path / "none.yaml")
    assert result.exit_code == 1
    assert result.output.startswith("✗ 读不到文件")
    assert len(result.output.splitlines()) == 1


def test_a_definition_is_exported_as_bpmn(tmp_path: Path) -> None:
    out = tmp_path / "filing.bpmn"
    assert run("export-bpmn", FILING, "-o", out).exit_code == 0
    assert b'targetNamespace' in out.read_bytes()
    assert out.read_bytes() == run("export-bpmn", FILING).stdout_bytes


# ---------------------------------------------------------------- deploy, admin, keys

def test_a_definition_is_published_once(site: Mapping[str, str]) -> None:
    first, again = run("deploy", FILING, environment=site), run("deploy", FILING, environment=site)
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert first.output.startswith("filing_system 1 ")
    assert "新版本" in first.output
    assert "未变" in again.output


def test_publishing_takes_a_process_administrator(site: Mapping[str, str]) -> None:
    assert run("admin", "create", "Root", "--name", "平台管理员", environment=site).exit_code == 0
    refused = run("deploy", FILING, "--as", "root", environment=site)
    assert refused.exit_code == 1
    assert "只有流程管理员可以发布流程" in refused.output
    assert run("deploy", FILING, "--as", "nobody", environment=site).output.startswith("✗ 没有账号 nobody")


def test_a_bad_definition_is_not_published(site: Mapping[str, str], tmp_path: Path) -> None:
    bad = tmp_path / "bad.test.yaml"
    bad.write_text("anliu: 1\nprocess: bad\n", "utf-8")
    result = run("deploy", bad, environment=site)
    assert result.exit_code == 1
    assert "processes/bad.test.yaml:1:1: " in result.output
    assert "没有执行" in result.output


def test_a_program_gets_a_token_once_and_it_is_listed_and_withdrawn(site: Mapping[str, str]) -> None:
    assert "scanner" in run("admin", "service", "Scanner", "--name", "扫描器", environment=site).output
    made = run("token", "create", "scanner", "--title", "资产扫描", "--scope", "jobs", "--days", "30", environment=site)
    found = re.search(r"(anliu_[0-9a-f]{12})_[0-9a-f]{64}", made.output)
    assert found is not None, made.output
    shown = run("token", "list", environment=site).output
    assert found[1] in shown and found[0] not in shown and "[jobs]" in shown and "从未" in shown
    assert run("token", "revoke", found[1], environment=site).exit_code == 0
    assert "没有令牌" in run("token", "list", environment=site).output
    assert "已收回 / withdrawn" in run("token", "list", "--all", environment=site).output
    assert "已经收回" in run("token", "revoke", found[1], environment=site).output


def test_a_webhook_is_added_listed_and_removed(site: Mapping[str, str]) -> None:
    made = run("webhook", "add", "https://example.edu.cn/in", "--event", "task.created", environment=site)
    found = re.search(r"id:     (\w{32})\n.*secret: ([0-9a-f]{64})", made.output)
    assert found is not None, made.output
    shown = run("webhook", "list", environment=site).output
    assert found[1] in shown and found[2] not in shown and "[task.created]" in shown
    assert run("webhook", "remove", found[1], environment=site).exit_code == 0
    assert "没有通知地址" in run("webhook", "list", environment=site).output
    assert "https" in run("webhook", "add", "http://example.edu.cn/", "--event", "task.created", environment=site).output


def test_a_token_for_nobody_is_refused_in_words(site: Mapping[str, str]) -> None:
    assert "没有账号 nobody" in run("token", "create", "nobody", "--title", "x", "--scope", "jobs", environment=site).output
    assert run("token", "create", "nobody", "--title", "x", "--scope", "all", environment=site).exit_code == 2


def test_the_first_administrator_gets_a_password_once(site: Mapping[str, str]) -> None:
    made = run("admin", "create", "Root", "--name", "平台管理员", environment=site)
    password = re.search(r"password: (\S{12,})", made.output)
    assert made.exit_code == 0
    assert password
    with sqlite3.connect(site["ANLIU_DATABASE"].removeprefix("sqlite:///")) as database:
        [(login, must_change, stored)] = database.execute(
            "select login, must_change, password_hash from people join credentials on person_id = id").fetchall()
    assert (login, must_change) == ("root", 1)
    assert password[1] not in stored
    assert "账号 root 已存在" in run("admin", "create", "ROOT", "--name", "又一个", environment=site).output


def test_keys_are_never_overwritten(site: Mapping[str, str]) -> None:
    before = Path(site["ANLIU_KEYS"]).read_bytes()
    again = run("keys", "create", environment=site)
    assert again.exit_code == 1
    assert "不会覆盖" in again.output
    assert Path(site["ANLIU_KEYS"]).read_bytes() == before


# ---------------------------------------------------------------- verify

def test_an_untouched_database_verifies_and_its_bundle_verifies_without_us(site: Mapping[str, str], tmp_path: Path) -> None:
    run("deploy", FILING, environment=site)
    bundle, sealed = tmp_path / "bundle.jsonl", f"{site['ANLIU_KEYS']}.sealed"
    result = run("verify", "--sealed", sealed, "--export", bundle, environment=site)
    assert result.exit_code == 0, result.output
    assert "✓ 全部相符" in result.output
    assert bundle.stat().st_mode & 0o077 == 0
    types = [json.loads(line)["header"]["type"] for line in bundle.read_text("utf-8").splitlines()[1:]]
    assert types == ["DefinitionDeployed", "TraceExported"]
    alone = subprocess.run([sys.executable, "-I", VERIFIER, bundle, "--sealed", sealed], capture_output=True, check=False)
    assert alone.returncode == 0, alone.stdout


@pytest.mark.parametrize("tampering", [
    "update records set actor_id = 'mallory'", "update records set body = 'x'", "delete from records",
    "update streams set head = x'00'", "update records set recorded_at = 'yesterday'", "update records set clauses = '?'",
])
def test_a_changed_database_is_found_out(site: Mapping[str, str], tampering: str) -> None:
    run("deploy", FILING, environment=site)
    with sqlite3.connect(site["ANLIU_DATABASE"].removeprefix("sqlite:///")) as database:
        # Whoever holds the file holds its triggers too.
        for (guard,) in database.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            database.execute(f"drop trigger {guard}")
        database.execute(tampering)
    result = run("verify", environment=site)
    assert result.exit_code == 1
    assert result.output.startswith("✗ sys/")
    assert "✓" not in result.output


def test_only_the_sealed_key_finds_a_chain_that_was_made_anew(site: Mapping[str, str], tmp_path: Path) -> None:
    run("deploy", FILING, environment=site)
    assert run("keys", "create", "--keys", tmp_path / "other.keys").exit_code == 0
    result = run("verify", "--sealed", tmp_path / "other.keys.sealed", environment=site)
    assert result.exit_code == 1
    assert "未知的密钥" in result.output


def test_a_database_of_somebody_else_is_not_verified(tmp_path: Path) -> None:
    result = run("verify", "--database", f"sqlite:///{tmp_path}/other.db")
    assert result.exit_code == 1
    assert result.output.startswith("✗ 这个数据库里没有安流的数据")


# ---------------------------------------------------------------- serve, worker, demo

@pytest.mark.parametrize(("settings", "sentence"), [
    ({"ANLIU_KEYS": "/nonexistent/keys"}, "找不到密钥文件"),
    ({"ANLIU_DATABASE": "no address"}, "不成样子"),
    ({"ANLIU_DATABASE": "mysql://host/base"}, "数据库须是"),
    ({"ANLIU_DATABASE": "sqlite:///"}, "数据库须是"),
    ({"ANLIU_DATABASE": "sqlite:////nonexistent/site.db"}, "数据库打不开"),
    ({"ANLIU_DATABASE": "postgresql+psycopg://nobody@127.0.0.1:1/none"}, "数据库打不开"),
    ({"ANLIU_HOST": "0.0.0.0"}, "绑定所有地址时必须列出本站域名"),
    ({"ANLIU_HOST": "192.0.2.1"}, "不能在 192.0.2.1:8000 提供服务"),
    ({"ANLIU_ORIGIN": "two words"}, "不含空格"),
])
def test_a_bad_setting_is_refused_in_one_sentence(site: Mapping[str, str], settings: Mapping[str, str], sentence: str) -> None:
    result = run("serve", environment={**site, **settings})
    assert result.exit_code == 1
    assert len(result.output.splitlines()) == 1
    assert result.output.startswith("✗ ")
    assert sentence in result.output
    assert " / " in result.output


def test_a_server_answers_and_stops_cleanly(site: Mapping[str, str]) -> None:
    with running("serve", "--port", "0", environment=site) as server:
        found, _ = line_with(server, r"(http://127\.0\.0\.1:\d+/)")
        assert fetched(found[1] + "health") == "ok\n"
        server.send_signal(signal.SIGTERM)
        assert server.wait(PATIENCE) == 0


def test_a_program_comes_in_as_the_document_says(site: Mapping[str, str]) -> None:
    assert run("admin", "service", "scanner", "--name", "扫描器", environment=site).exit_code == 0
    made = run("token", "create", "scanner", "--title", "台账", "--scope", "registers", environment=site)
    token = re.search(r"anliu_[0-9a-f]{12}_[0-9a-f]{64}", made.output)
    assert token is not None
    with running("serve", "--port", "0", environment=site) as server:
        found, _ = line_with(server, r"(http://127\.0\.0\.1:\d+/)")
        asked = urllib.request.Request(found[1] + "api/v1/registers", headers={"Authorization": f"Bearer {token[0]}"})
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
            assert json.load(answer) == {"items": []}


def test_a_worker_runs_until_it_is_told_to_stop(site: Mapping[str, str]) -> None:
    with running("worker", environment=site) as worker:
        line_with(worker, "后台进程已运行")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(PATIENCE) == 0


def test_the_demonstration_starts_twice_on_the_same_database(tmp_path: Path) -> None:
    counts = []
    for _ in range(2):
        with running("demo", "--port", "0", "--folder", tmp_path / "demo") as server:
            found, printed = line_with(server, r"(http://127\.0\.0\.1:\d+/)")
            assert "office" in fetched(found[1] + "sign-in") or "领导小组办公室" in fetched(found[1] + "sign-in")
            server.send_signal(signal.SIGTERM)
            assert server.wait(PATIENCE) == 0
        assert any(re.match(r"aud +\w{4}-\S+ +审计员 +auditor", line) for line in printed)
        with sqlite3.connect(tmp_path / "demo" / "demo.db") as database:
            counts.append(database.execute("select (select count(*) from people), (select count(*) from definitions)").fetchone())
    assert counts[0] == counts[1]
    assert counts[0][1] == len(shipped_definitions())


def test_starting_over_never_clears_a_folder_of_something_else(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    result = run("demo", "--fresh", "--folder", tmp_path)
    assert result.exit_code == 1
    assert "没有删除" in result.output
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_a_demonstration_is_served_on_this_machine_only(tmp_path: Path) -> None:
    with running("demo", "--port", "0", "--folder", tmp_path / "demo") as server:
        line_with(server, "http://")
    result = run("serve", "--host", "192.0.2.1", "--database", f"sqlite:///{tmp_path}/demo/demo.db",
                 "--keys", tmp_path / "demo" / "keys.json")
    assert result.exit_code == 1
    assert "演示库只能绑定本机地址" in result.output


def test_shipped_definitions_are_found_beside_the_pages() -> None:
    assert shipped_folder() == ROOT
    assert {path.name for path in shipped_definitions()} >= {"incident.zzut.yaml", "filing_system.xztc.yaml"}


# ---------------------------------------------------------------- the same in other words

def test_a_definition_goes_to_bpmn_and_back_and_to_chinese_and_back(tmp_path: Path) -> None:
    drawing, again, chinese = tmp_path / "out.bpmn", tmp_path / "filing.xztc.yaml", tmp_path / "zh.xztc.yaml"
    assert run("export-bpmn", FILING, "-o", drawing).exit_code == 0
    assert run("export-yaml", drawing, "-o", again).exit_code == 0
    assert run("check", again).output == "没有问题 / No problems\n"
    drawing.write_text(drawing.read_text(encoding="utf-8").replace('name="', 'name="新', 1), encoding="utf-8")
    assert "not-ours" not in run("export-yaml", drawing).output
    assert run("export-yaml", drawing).exit_code == 1
    assert run("toggle", FILING, "-o", chinese).exit_code == 0
    assert run("check", chinese).output == "没有问题 / No problems\n"
    assert run("toggle", chinese, "--to", "en").output == FILING.read_text(encoding="utf-8")


def test_hidden_files_of_other_systems_beside_a_definition_hinder_nobody(tmp_path: Path) -> None:
    (tmp_path / "processes").mkdir()
    main = tmp_path / "processes" / FILING.name
    main.write_text(FILING.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "processes" / f"._{FILING.name}").write_bytes(b"\x00\x05\x16\x07\xff")
    assert run("check", main).output == "没有问题 / No problems\n"


def test_a_pack_that_does_not_exist_is_said_in_a_sentence(site: Mapping[str, str]) -> None:
    refused = run("deploy", FILING, "--pack", "nobody", environment=site)
    assert refused.exit_code == 1
    assert "没有单位包“nobody”" in refused.output


def test_a_pack_is_checked_beside_what_it_takes_and_applied(tmp_path: Path, site: Mapping[str, str]) -> None:
    project = tmp_path / "school"
    packs = project / "processes" / "packs"
    packs.mkdir(parents=True)
    main = project / "processes" / FILING.name
    main.write_text(FILING.read_text(encoding="utf-8"), encoding="utf-8")
    pack = packs / "jhun.yaml"
    pack.write_text("anliu: 1\npack: jhun\ntitle: 江海学院\ntakes: filing_system\nroles: {centre_head: 网络中心主任}\n", encoding="utf-8")
    assert run("check", pack).output == "没有问题 / No problems\n"
    assert run("deploy", main, "--pack", "jhun", environment=site).exit_code == 0
    wrong = pack.read_text(encoding="utf-8").replace("filing_system", "[filing_system, filings]").replace("centre_head", "center_head")
    pack.write_text(wrong, encoding="utf-8")
    output = run("check", pack).output
    assert "没有“filings”这个流程" in output
    assert f"{pack}:5:9: 没有“center_head”这个角色" in output


def test_the_problems_of_a_pack_in_chinese_name_its_keywords_as_it_does(tmp_path: Path) -> None:
    packs = tmp_path / "school" / "processes" / "packs"
    packs.mkdir(parents=True)
    pack = packs / "jhun.yaml"
    pack.write_text("安流: 1\n单位包: jhun\n名称: 江海学院\n采用: filing_system\n参数:\n  filing_system: {days: {值: 3, 依据: []}}\n",
                    encoding="utf-8")
    assert "自拟的写 `拟定` / Expected clause ids, or `拟定`" in run("check", pack).output
