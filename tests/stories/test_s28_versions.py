"""S-28, as far as it is carried now: a new version leaves running instances alone, and an auditor only reads."""

from __future__ import annotations

import pytest

from engine.errors import NotAllowed, Rejected
from engine.store.queries.deployments import versions_of
from engine.verbs import deployments
from tests.stories.test_s02_filing import agreed, form, submitted
from tests.world import FILING, World, shipped_files

THREE_DAYS, FIVE_DAYS = "centre_review:     {value: 3 working days", "centre_review:     {value: 5 working days"


def republished(world: World) -> World:
    """The limit of the review by the centre becomes five working days."""
    files = shipped_files()
    assert THREE_DAYS in files[FILING]
    with world.engine.begin(world.actor("pedit1")) as unit:
        version = deployments.deploy(unit, main_file=FILING, files={**files, FILING: files[FILING].replace(THREE_DAYS, FIVE_DAYS)})
    assert (version.number, version.is_new) == (2, True)
    return world


def test_a_running_filing_keeps_its_limit_and_the_next_one_has_the_new_limit(world: World) -> None:
    running = submitted(world, at="2026-11-05 09:00", filled_on="2026-11-05").last
    republished(world.at("2026-11-10 09:00"))
    world.at("2026-11-11 09:00").start("filing_system", "filing", by="app_cie", **_another(world))
    agreed(world, by="head_cie", at="2026-11-11 10:00")
    assert (world.view().head.version, world.due("形式审查")) == (2, "2026-11-18 18:00:00")
    world.last = running
    agreed(world, at="2026-11-11 10:00")
    assert (world.view().head.version, world.due("形式审查")) == (1, "2026-11-16 18:00:00")


def _another(world: World) -> dict[str, object]:
    from_cie = {"unit": "CIE", "unit_head_name": world.ids["head_cie"], "admin_name": world.ids["sys_cie"]}
    return {**form(world), **from_cie, "system_name": "实验室管理系统", "ip": "10.20.30.41", "url": "https://lab.cie.example.edu.cn"}


def test_both_versions_stay_readable(world: World) -> None:
    republished(submitted(world))
    with world.engine.read(world.actor("pedit2")) as read:
        assert [row.version for row in versions_of(read, "filing_system")] == [2, 1]


@pytest.mark.parametrize("login", ["aud", "app_cie", "padm"])
def test_only_a_process_administrator_publishes(world: World, login: str) -> None:
    world.deploy(FILING)
    files = shipped_files()
    with pytest.raises(NotAllowed), world.engine.begin(world.actor(login)) as unit:
        deployments.deploy(unit, main_file=FILING, files={**files, FILING: files[FILING].replace(THREE_DAYS, FIVE_DAYS)})


def test_an_auditor_reads_forms_and_trace_and_every_write_is_refused_and_traced(world: World) -> None:
    submitted(world)
    assert world.view(by="aud").submissions[0].answers["system_name"] == "招生宣传"
    before = world.view()
    with pytest.raises(NotAllowed):
        agreed(world, by="aud")
    with pytest.raises(Rejected):
        world.request("withdraw", by="aud", reason="越权")
    refused = [entry for entry in world.trace() if entry.type == "ActionRefused"]
    assert [entry.actor_name for entry in refused] == ["审计员", "审计员"]
    assert (world.open_titles(), world.view().head.status) == (["单位负责人意见"], before.head.status)
