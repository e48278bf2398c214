"""`anliu migrate` as an operator uses it: said first, done second, a line a case."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from engine.actors import SYSTEM
from engine.verbs import deployments, instances, people
from tests.engine.verbs.constructs import definition
from web.cli import main
from web.installation import Installation

STEPS = "  - first: {task: 甲, who: {role: centre}, form: opinion}\n"


def run(site: Mapping[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), env=dict(site))


@pytest.fixture
def site(tmp_path: Path) -> Mapping[str, str]:
    """An installation with two versions of a process and two cases of the first."""
    settings = {"ANLIU_DATABASE": f"sqlite:///{tmp_path}/site.db", "ANLIU_KEYS": str(tmp_path / "site.keys"),
                "ANLIU_FILES": str(tmp_path / "files"), "ANLIU_ORIGIN": "anliu.test"}
    assert run(settings, "keys", "create").exit_code == 0
    place = Installation(settings["ANLIU_DATABASE"], tmp_path / "site.keys", tmp_path / "files", "anliu.test")
    with place.engine() as engine:
        with engine.begin(SYSTEM) as unit:
            people.add_unit(unit, unit_id="A", name="A单位")
            ids = {role: people.add_person(unit, login=login, name=login, unit_id="A")
                   for login, role in (("ann", ""), ("op", "case_operator"), ("eve", "centre"))}
            for role in ("case_operator", "centre"):
                people.hold_post(unit, person_id=ids[role], role=role, unit_id="")
            deployments.deploy(unit, main_file="processes/moving.yaml", files=definition("moving", STEPS))
        for name in ("一", "二"):
            with engine.begin(engine.actor(ids[""])) as unit:
                instances.start(unit, process="moving", start_id="ask", typed={"name": [name]}, key=uuid4().hex)
        with engine.begin(SYSTEM) as unit:
            deployments.deploy(unit, main_file="processes/moving.yaml", files=definition("moving", STEPS.replace("first:", "begin:")))
    return settings


def test_a_dry_run_says_what_stands_against_it_and_what_was_probably_renamed(site: Mapping[str, str]) -> None:
    told = run(site, "migrate", "moving", "--from", "1", "--to", "2", "--dry-run")
    assert (told.exit_code, told.output.count("✗"), "--map first=begin" in told.output) == (1, 2, True)
    assert "停在 first 的位置在新版本里没有去处" in told.output
    told = run(site, "migrate", "moving", "--from", "1", "--to", "2", "--map", "first=begin", "--dry-run")
    assert (told.exit_code, told.output.count("first→begin")) == (0, 2)


def test_every_case_is_migrated_once_in_the_name_of_an_operator(site: Mapping[str, str]) -> None:
    arguments = ("migrate", "moving", "--from", "1", "--to", "2", "--map", "first=begin", "--reason", "制度修订", "--as", "op")
    assert (run(site, *arguments).output.count("✓"), run(site, *arguments).output.count("✓")) == (2, 0)
    assert run(site, "verify").exit_code == 0


@pytest.mark.parametrize(("arguments", "said"), [
    (("--to", "9"), "没有第 9 版"), (("--to", "2", "--as", "nobody"), "没有账号 nobody"),
    (("--to", "2", "--map", "first"), "旧步骤=新步骤"), (("--to", "2", "--map", "first=begin"), "需要修改：请写明理由"),
    (("--to", "2", "--map", "first=begin", "--reason", "x", "--as", "eve"), "✗"),
])
def test_what_cannot_be_done_is_said_in_a_sentence(site: Mapping[str, str], arguments: tuple[str, ...], said: str) -> None:
    told = run(site, "migrate", "moving", "--from", "1", *arguments)
    assert told.exit_code != 0
    assert said in told.output
