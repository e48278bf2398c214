"""A National Day night in the browser: from the phone of the administrator to the archived case (S-14).

Every person acts in their own browser, out of their own inbox; the clock is moved by hand.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.campus import PHONE, Campus
from tests.browser.person import Person
from tests.world import INCIDENT

pytestmark = pytest.mark.browser

TO_LEADER, TO_OFFICE = "口头报告分管（联系）校领导", "口头报告领导小组办公室"
HEARD_LEADER, HEARD_OFFICE = "确认接到口头报告（校领导）", "确认接到口头报告（办公室）"
UNSEALED = {"head_signature": "yes", "unit_seal.sealed": "否"}
SEALED = {"unit_seal.sealed": "是", "unit_seal.sealed_on": "2026-10-09"}


def test_an_incident_is_carried_from_the_phone_to_the_archive(campus: Campus) -> None:
    campus.world.deploy(INCIDENT).at("2026-10-03 02:12")
    sys = campus.person("sys_cie", width=PHONE)
    register(sys)
    secure(campus, sys)
    tell_and_hear(campus, sys)
    deputy_steps_in(campus, sys)
    grade(campus)
    repair(campus, sys)
    report_afterwards(campus, sys)
    accept(campus)
    sys.open_started()
    expect(sys.page.locator(".task-facts").first).to_contain_text("已处置并归档")
    for deadline in ("事件初报", "向两处口头初报", "书面报告", "事中情况报告", "事后整改报告"):
        expect(sys.page.locator(".deadline", has=sys.page.get_by_text(deadline, exact=True))).to_contain_text("认定：按时")
    sys.assert_fits()


def register(sys: Person) -> None:
    """02:12, on a phone of 390 pixels."""
    sys.visit("/starts").assert_fits().page.get_by_role("link", name="登记安全事件").click()
    expect(sys.page.locator("[name=affected_unit]")).to_have_value("CIE")
    sys.assert_fits().page.locator("[name=screenshot]").set_input_files(
        {"name": "首页.png", "mimeType": "image/png", "buffer": sys.page.screenshot()})
    sys.fill({"summary": "首页被篡改", "discovered_at": "2026-10-03T02:10:00", "occurred_at": "2026-10-03T02:10:00",
              "occurred_precision": "准确", "contact_tel": "6101"}).send()
    sys.assert_fits().open_case().assert_fits()
    expect(sys.page.get_by_role("link", name="首页.png").first).to_be_visible()
    expect(sys.page.locator(".deadlines")).to_contain_text("10-03 02:40")


def secure(campus: Campus, sys: Person) -> None:
    campus.world.at("2026-10-03 02:15")
    sys.do("保存证据", what="首页截图与访问日志", scene="未关机，系统管理员看管", sabotage="不明").assert_fits()
    campus.world.at("2026-10-03 02:18")
    sys.do("隔离并保护现场", ways="断开网络")


def tell_and_hear(campus: Campus, sys: Person) -> None:
    """Both calls, and both recipients confirm the moment they were reached."""
    for title, at in ((TO_LEADER, "02:31"), (TO_OFFICE, "02:36")):
        campus.world.at(f"2026-10-03 {at}")
        sys.open(title).assert_fits()
        expect(sys.page.locator(".due-words").first).to_contain_text("还剩")
        sys.fill({"reported": "已报告", "reported_at": f"2026-10-03T{at}:00", "reported_to": "值班人员", "how": "电话"}).send()
    campus.world.at("2026-10-03 02:38")
    leader, office = campus.person("leader"), campus.person("office")
    assert HEARD_OFFICE not in leader.inbox()
    leader.do(HEARD_LEADER, received="已接到", received_at="2026-10-03T02:31:00")
    office.do(HEARD_OFFICE, received="已接到", received_at="2026-10-03T02:36:00")


def deputy_steps_in(campus: Campus, sys: Person) -> None:
    """The head does not react for ten minutes, the deputy reviews for him and the report goes out without a seal."""
    head, deputy = campus.person("head_cie"), campus.person("dep_cie", width=PHONE)
    campus.world.at("2026-10-03 02:50")
    sys.do("填写报告单", categories="网络攻击类事件", harm="其它危害", description="首页被替换为无关图片",
           measures="02:15 保存证据；02:18 断网", consequences="学院网站停用")
    assert "审核报告单" in head.inbox()
    assert "审核报告单" not in deputy.inbox()
    campus.world.at("2026-10-03 03:00")
    assert "审核报告单" in head.inbox()
    campus.world.at("2026-10-03 03:03")
    deputy.open("审核报告单").assert_fits().fill(UNSEALED).send("审核同意，签字报送")
    assert "审核报告单" not in head.inbox()
    deputy.open_case().assert_fits()
    expect(deputy.page.locator(".trace-entry", has_text="审核报告单").filter(has_text="信工院·分管领导").first).to_contain_text("代")
    for deadline in ("事件初报", "书面报告"):
        expect(deputy.page.locator(".deadline", has=deputy.page.get_by_text(deadline, exact=True))).to_contain_text("建议：按时")


def grade(campus: Campus) -> None:
    """The office proposes, a member of the leading group decides; the office itself is not offered the decision."""
    campus.world.at("2026-10-03 03:40")
    office, member = campus.person("office"), campus.person("lg_a")
    office.do("提出事件级别", proposed_level="Ⅲ级", importance="重要", loss="网站停用", impact="较小")
    assert "审定事件级别" not in office.inbox()
    campus.world.at("2026-10-03 04:10")
    member.do("审定事件级别", "审定", decided_level="Ⅲ级")


def repair(campus: Campus, sys: Person) -> None:
    campus.world.at("2026-10-03 20:30")
    sys.do("处置记录", progress="处置完毕", handled_at="2026-10-03T20:30:00", done="已修复并恢复服务",
           loss="网站停用 18 小时", cause="弱口令")
    tester = campus.person("c_sec1")
    tester.do("确认处置完毕", "确认处置完毕", handled_at="2026-10-03T20:30:00", verified=["漏洞已修复", "服务已恢复"]).open_case()
    expect(tester.page.locator(".deadline", has_text="事后整改报告")).to_contain_text("10-08 18:00")


def report_afterwards(campus: Campus, sys: Person) -> None:
    """Written on the first working day, sent on its last second, sealed the day after."""
    campus.world.at("2026-10-08 17:00")
    sys.do("编写事后整改报告", lessons="加强口令", assessment="可控", hazards="已排查", improvements="双因素").assert_fits()
    campus.world.at("2026-10-08 18:00")
    head = campus.person("head_cie")
    head.open("审核事后整改报告").fill(UNSEALED).send("审核同意，签字报送")
    campus.world.at("2026-10-09 09:00")
    head.do("补盖章", **SEALED)


def accept(campus: Campus) -> None:
    office, head = campus.person("office"), campus.person("head_cie")
    office.open("确认时效")
    expect(office.page.locator("[name='finding.first_report']")).to_have_value("按时")
    office.fill({"accountability": "不启动"}).send()
    office.do("接收事后整改报告", "接收", follow_up="无")
    head.do("补盖章（事后整改报告）", **SEALED)
    assert head.inbox() == office.inbox() == []
