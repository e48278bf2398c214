"""Processes of the catalogue run as they are written: weekly self-checks, a rectification item by item, lapsed cloud hosts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.definition.bundle import merge_sources
from engine.jobs.worker import run_due
from engine.store.queries.chain import snapshot, verify_chains
from engine.store.tables import instances
from engine.trace.keys import KeyRing, SealedKey
from engine.verbs import registers
from tests.world import ROOT, World, shipped_files

WRITTEN = ROOT / "tests/engine/definition/written"
ORDER = ("incident_short.zzut", "rectification.merged", "self_check.tust", "launch_check.merged", "cloud_vm.zzut")


def files() -> dict[str, str]:
    def texts(folder: Path) -> dict[str, str]:
        return {f"{drawer}/{path.name}": path.read_text(encoding="utf-8") for drawer in ("processes", "forms")
                for path in sorted((folder / drawer).glob("*.yaml"))}
    return {**merge_sources(shipped_files(), texts(WRITTEN))}


@pytest.fixture
def college(world: World) -> World:
    """The catalogue published, two systems in the register."""
    world.deploy(*(f"processes/{name}.yaml" for name in ORDER), files=files())
    for key, unit in (("S-1", "CIE"), ("S-2", "SAO")):
        write(world, "systems", key, name=f"系统{key}", unit={"id": unit, "name": unit}, status="已上线", location="校外云")
    write(world, "systems", "S-3", name="旧系统", unit={"id": "CIE", "name": "CIE"}, status="已下线", location="校外云")
    return world


def write(world: World, register: str, key: str, **values: object) -> None:
    with world.engine.begin(world.actor("caseop")) as unit:
        registers.import_entry(unit, register=register, key=key, values=values)


def cases(world: World, process: str) -> list[str]:
    with world.engine.database.reading.connect() as connection:
        return list(connection.execute(select(instances.c.id).where(instances.c.process == process).order_by(
            instances.c.number)).scalars())


def look_at(world: World, process: str, number: int = 0) -> World:
    world.last = cases(world, process)[number]
    return world


def is_sound(world: World) -> bool:
    sealed = SealedKey(KeyRing.in_memory(date(2026, 1, 1), b"world").current)
    with snapshot(world.engine.database) as connection:
        found = [finding.en for _, _, findings in verify_chains(connection, sealed.find_key) for finding in findings]
    assert found == []
    return True


def test_every_system_in_use_is_checked_once_a_week_and_what_is_found_is_rectified_item_by_item(college: World) -> None:
    world = college.at("2026-09-07 00:00")
    assert len(cases(world, "self_check")) == 2
    assert world.inbox("site_cie")[0].title == "自查"
    look_at(world, "self_check")
    assert world.due("自查") == "2026-09-11 18:00:00"
    world.at("2026-09-08 09:00").complete("自查", by="site_cie", result="异常", problem="弱口令", attack="否")
    run_due(world.engine)
    look_at(world, "rectification")
    assert (world.view().head.started_by_name, world.view().variables["given"]["subject"]) == ("系统", "弱口令")
    world.complete("下达整改通知", by="c_head", **{"unit": "CIE", "title": "弱口令", "items.0.what": "改口令", "items.1.what": "停服务",
                                             "due_at": "2026-09-18T18:00"})
    world.complete("签收", by="sys_cie", received_by=world.ids["sys_cie"]).complete("整改方案", by="sys_cie", plan="逐项")
    world.complete("审核方案", by="head_cie", action="approve", opinion="同意")
    assert world.open_titles() == ["整改一项（停服务）", "整改一项（改口令）"]
    world.complete("整改一项（改口令）", by="sys_cie", what="已改").complete("复测（改口令）", by="c_sec1", action="return", comment="仍弱")
    world.at("2026-09-18 18:00")
    assert "是否停用" in world.open_titles()
    world.complete("是否停用", by="c_head", action="reject", comment="再给几天")
    world.complete("整改一项（改口令）", by="sys_cie", what="再改").complete("复测（改口令）", by="c_sec2", action="approve", what="扫描")
    world.complete("整改一项（停服务）", by="sys_cie", what="已停").complete("复测（停服务）", by="c_sec1", action="approve", what="扫描")
    world.complete("整改报告签字", by="head_cie", opinion="完成")
    assert (world.view().head.outcome, world.view().variables["items"]["completed"]) == ("已整改", 2)
    assert [item["mend"]["visit_count"] for item in world.view().variables["items"]["results"]] == [2, 1]
    look_at(world, "self_check", 1)
    assert world.view().head.outcome == "漏检"
    world.at("2026-09-21 08:00")
    assert len(cases(world, "self_check")) == 6
    assert is_sound(world)


def test_a_cloud_host_that_lapsed_three_times_is_announced_and_saved_when_it_is_renewed_meanwhile(college: World) -> None:
    world = college
    host = {"name": "选课", "unit": {"id": "CIE", "name": "CIE"}, "status": "未年检", "next_renewal_on": None}
    write(world, "vms", "VM-1", **host, missed_years=2)
    assert cases(world, "cloud_vm") == []
    write(world, "vms", "VM-1", **host, missed_years=3)
    look_at(world, "cloud_vm")
    world.complete("是否保留", by="c_head", choice="停用并公告", reason="三年未年检")
    assert world.view().lit == ("wait_out",)
    world.at("2026-09-10 08:00")
    write(world, "vms", "VM-1", **host, missed_years=0)
    assert (world.view().head.status, world.view().head.outcome) == ("ended", "保留")
    assert is_sound(world)


def test_a_cloud_host_is_asked_about_once_when_its_anniversary_comes_near(college: World) -> None:
    world = college
    write(world, "vms", "VM-2", name="选课", unit={"id": "CIE", "name": "CIE"}, status="在用", missed_years=0,
          next_renewal_on=date(2026, 11, 5))
    world.at("2026-09-05 23:00")
    assert cases(world, "cloud_vm") == []
    world.at("2026-09-06 00:00").at("2026-09-09 12:00")
    assert len(cases(world, "cloud_vm")) == 1
    world.at("2026-11-06 00:00")
    assert look_at(world, "cloud_vm").view().head.outcome == "未年检"
    assert (len(cases(world, "cloud_vm")), is_sound(world)) == (1, True)
