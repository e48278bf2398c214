"""What people do in the stories of a security incident, one short sentence each; the moments are China time."""

from __future__ import annotations

from dataclasses import dataclass

from tests.world import INCIDENT, World

LEADER, OFFICE = "口头报告分管（联系）校领导", "口头报告领导小组办公室"
LEADER_AGAIN, OFFICE_AGAIN = "重新口头报告分管（联系）校领导", "重新口头报告领导小组办公室"
HEARD_LEADER, HEARD_OFFICE = "确认接到口头报告（校领导）", "确认接到口头报告（办公室）"
WRITE, REVIEW, PROPOSE, DECIDE, REDECIDE = "填写报告单", "审核报告单", "提出事件级别", "审定事件级别", "审定级别变更"
SHEET = {"importance": "一般", "loss": "网站停用", "impact": "较小"}
UNSEALED = {"head_signature": "yes", "unit_seal.sealed": "否"}


@dataclass(frozen=True, slots=True)
class Times:
    """When the event began and when it was found, as both forms write them."""

    occurred: str
    discovered: str


def typed_moment(at: str) -> str:
    return at.replace(" ", "T")


def register(world: World, at: str, times: Times, *, by: str = "sys_cie") -> World:
    world.deploy(INCIDENT).at(at)
    return world.start("incident", "event", by=by, affected_unit="CIE", summary="首页被篡改",
                       discovered_at=typed_moment(times.discovered), occurred_at=typed_moment(times.occurred),
                       occurred_precision="准确", contact_tel="6101")


def tell(world: World, whom: str, at: str, *, by: str = "sys_cie") -> World:
    """An oral report, logged at the moment it was made."""
    return world.at(at).complete(whom, by=by, reported="已报告", reported_at=typed_moment(at), reported_to="值班人员",
                                 reported_by=world.ids[by], how="电话")


def tell_both(world: World, at: str, titles: tuple[str, str] = (LEADER, OFFICE)) -> World:
    for title in titles:
        tell(world, title, at)
    return world


def heard(world: World, title: str, at: str, *, by: str) -> World:
    """The recipient confirms the moment of an oral report."""
    return world.complete(title, by=by, received="已接到", received_at=typed_moment(at))


def both_heard(world: World, at: str) -> World:
    heard(world, HEARD_LEADER, at, by="leader")
    return heard(world, HEARD_OFFICE, at, by="office")


def write(world: World, at: str, times: Times, *, title: str = WRITE, sabotage: str = "不明") -> World:
    return world.at(at).complete(
        title, by="sys_cie", reporting_unit="CIE", affected_unit="CIE", occurred_at=typed_moment(times.occurred),
        discovered_at=typed_moment(times.discovered), occurred_precision="准确", filled_by=world.ids["sys_cie"],
        categories="网络攻击类事件", harm="其它危害", description="首页被替换", measures="已断网保存证据", consequences="影响有限",
        scene_preserved="日志已留存", sabotage=sabotage)


def send(world: World, at: str, *, title: str = REVIEW) -> World:
    """The head reviews and sends the report without a seal."""
    return world.at(at).complete(title, by="head_cie", action="approve", **UNSEALED)


def propose(world: World, at: str, level: str) -> World:
    return world.at(at).complete(PROPOSE, by="office", proposed_level=level, **SHEET)


def decide(world: World, at: str, level: str, *, by: str = "lg_a") -> World:
    return world.at(at).complete(DECIDE, by=by, action="approve", decided_level=level)


def level(world: World, level_id: str, proposed: str, decided: str) -> World:
    return decide(propose(world, proposed, level_id), decided, level_id)


def ask_again(world: World, at: str, level_id: str) -> World:
    return world.at(at).request("level_review", by="office", proposed_level=level_id, grounds="影响面变化", **SHEET)


def relevel(world: World, level_id: str, proposed: str, decided: str) -> World:
    """The office proposes another level and a member of the leading group decides it."""
    return ask_again(world, proposed, level_id).at(decided).complete(REDECIDE, by="lg_a", action="approve",
                                                                     decided_level=level_id)


def secure(world: World, at: str, *, sabotage: str = "不明") -> World:
    """Evidence kept and the page isolated."""
    world.at(at).complete("保存证据", by="sys_cie", kept_at=typed_moment(at), what="首页截图与访问日志", scene="已保留", sabotage=sabotage)
    return world.complete("隔离并保护现场", by="sys_cie", isolated_at=typed_moment(at), ways="断开网络")


def handle(world: World, at: str, *, sabotage: str = "不明") -> World:
    return world.at(at).complete("处置记录", by="sys_cie", progress="处置完毕", handled_at=typed_moment(at), done="已修复",
                                 loss="无", cause="弱口令", sabotage=sabotage)


def handled(world: World, at: str, *, sabotage: str = "不明") -> World:
    """Repaired, and the centre agrees."""
    handle(world, at, sabotage=sabotage)
    return world.complete("确认处置完毕", by="c_sec1", action="approve", handled_at=typed_moment(at),
                          verified=["漏洞已修复", "服务已恢复"])


def post_report(world: World, at: str, *, title: str = "编写事后整改报告") -> World:
    return world.at(at).complete(
        title, by="sys_cie", course="经过", cause="弱口令", loss_impact="无", measures="已修复", lessons="加强口令",
        assessment="可控", hazards="已排查", improvements="双因素", police="不涉及", written_by=world.ids["sys_cie"])


def completed(world: World) -> list[str]:
    """Titles of the finished steps, in the order of the trace."""
    return [entry.element_title for entry in world.trace() if entry.type == "TaskCompleted"]
