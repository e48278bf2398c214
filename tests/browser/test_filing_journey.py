"""A system is filed in the browser: typed wrongly, mended, returned with a marked field, decided by two at once (S-01, S-02)."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.campus import Campus
from tests.browser.person import Person
from tests.world import FILING

pytestmark = pytest.mark.browser

FORM = {
    "classified": "否", "filled_on": "2026-09-30", "unit_head_tel": "6001", "admin_tel": "6002", "system_name": "实验室管理系统",
    "url": "https://lab.cie.example.edu.cn/", "ip": "10.20.30.41，10.20.30.42", "open_ports": "80，443", "deploy_env": "Linux",
    "deploy_env_Linux": "openEuler 22.03", "launch_date": "2026-11-02", "location": "机房A-07", "developer": "自主开发",
    "nda_signed": "否", "om_form": "自行运维", "om_mode": "现场运维", "backup_mode": ["本地", "异地"], "backup_cycle": "每周",
    "protection_level": "第二级", "access_scope": "仅校园网", "description": "实验室预约",
}
WRONG = {"ip": "10.20.300.5", "open_ports": "80，443，70000", "url": "htp://lab.cie.example.edu.cn"}


def test_a_system_is_filed_from_the_first_slip_to_its_number(campus: Campus) -> None:
    campus.world.deploy(FILING).at("2026-09-30 16:40")
    applicant = campus.person("app_cie")
    type_wrongly(applicant, campus)
    applicant.fill({"ip": FORM["ip"], "open_ports": FORM["open_ports"], "url": FORM["url"]}).send()
    head, desk = campus.person("head_cie"), campus.person("c_filing")
    sign(campus, head)
    return_the_place(campus, desk)
    mend_only_what_is_marked(campus, applicant)
    confirm_the_change(head)
    campus.world.at("2026-10-12 10:05")
    desk.do("形式审查", "审查通过", checked=["栏目填写完整", "签字盖章齐全"])
    decide_side_by_side(campus)
    show_number_and_entry(campus, applicant)


def type_wrongly(applicant: Person, campus: Campus) -> None:
    """Every mistake is named at its field, in Chinese; the first one has the focus; nothing typed is lost."""
    applicant.visit("/starts").page.get_by_role("link", name="填写备案表").click()
    people = {"unit_head_name": campus.world.ids["head_cie"], "admin_name": campus.world.ids["sys_cie"]}
    applicant.fill({**FORM, **WRONG, **people}).press("提交")
    page = applicant.page
    expect(page.get_by_role("alert")).to_contain_text("有 3 处需要修改，已填的内容都还在")
    for name, said in (("url", "http"), ("ip", "10.20.300.5"), ("open_ports", "70000")):
        expect(page.locator(f"[id='wrong-{name}']")).to_contain_text(said)
        expect(page.locator(f"[name={name}]")).to_have_attribute("aria-invalid", "true")
        expect(page.locator(f"[name={name}]")).to_have_value(WRONG[name])
    expect(page.locator("[name=url]")).to_be_focused()
    expect(page.locator("[name=system_name]")).to_have_value("实验室管理系统")
    expect(page.locator("[name=deploy_env_Linux]")).to_have_value("openEuler 22.03")
    expect(page.locator("[name=backup_mode]:checked")).to_have_count(2)
    expect(page.locator("[name=icp_no]")).to_be_hidden()


def sign(campus: Campus, head: Person) -> None:
    campus.world.at("2026-10-09 10:00")
    assert head.inbox() == ["单位负责人意见"]
    head.open("单位负责人意见")
    expect(head.page.locator(".task-facts")).to_contain_text("10-09 18:00")
    head.fill({"head_signature": "yes", "unit_seal.sealed": "是", "unit_seal.sealed_on": "2026-10-09"}).send("同意，签字盖章")


def return_the_place(campus: Campus, desk: Person) -> None:
    """The desk marks the one field that is to be written more exactly."""
    campus.world.at("2026-10-09 14:00")
    desk.open("形式审查").page.locator("details.return > summary").click()
    desk.page.get_by_label("设备位置").check()
    desk.page.fill("[name=form-comment]", "位置请写到机柜")
    desk.send("退回修改")


def mend_only_what_is_marked(campus: Campus, applicant: Person) -> None:
    campus.world.at("2026-10-10 08:30")
    assert applicant.inbox() == ["填写备案表"]
    page = applicant.open("填写备案表").page
    expect(page.locator(".returned")).to_contain_text("位置请写到机柜")
    writable = page.locator("form.sheet [data-field] :is(input, select, textarea)")
    expect(writable).to_have_count(1)
    expect(writable).to_have_value("机房A-07")
    expect(page.locator("#field-system_name output")).to_have_text("实验室管理系统")
    applicant.fill({"location": "机房A-07-12U"}).send()


def confirm_the_change(head: Person) -> None:
    """The head sees what changed and signs for that alone."""
    head.open("复核变更")
    expect(head.page.locator("main")).to_contain_text("机房A-07-12U")
    head.fill({"recheck_signature": "yes"}).send("确认变更")


def decide_side_by_side(campus: Campus) -> None:
    """Two people decide in parallel: after the first decision the case still runs."""
    network, centre = campus.person("c_net"), campus.person("c_head")
    assert network.inbox() == ["接入审批"]
    assert centre.inbox() == ["备案登记"]
    campus.world.at("2026-10-12 10:30")
    network.do("接入审批", "同意接入").open_case()
    expect(network.page.locator(".task-facts").first).not_to_contain_text("已备案")
    campus.world.at("2026-10-13 09:00")
    centre.do("备案登记", "同意备案")


def show_number_and_entry(campus: Campus, applicant: Person) -> None:
    applicant.open_started()
    expect(applicant.page.locator(".task-facts").first).to_contain_text("已备案")
    expect(applicant.page.locator("#trace")).to_contain_text("XZTC-2026-0001")
    entry = applicant.page.locator(".trace-entry", has_text="信息系统台账")
    entry.get_by_text("填写或变更").click()
    expect(entry.get_by_text("安全保护等级：第二级")).to_be_visible()
    applicant.visit("/notices")
    expect(applicant.page.locator("main")).to_contain_text("“实验室管理系统”已备案，编号 XZTC-2026-0001")
