"""The pages in a real browser: the editor, the audit, two people at one task, no scripts, English, phones, the keyboard."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.campus import DESK, PHONE, Campus, keep_picture, serving
from tests.browser.person import Person
from tests.databases import fresh_database
from tests.stories.incident_acts import Times, register
from tests.stories.test_s01_filing import filing_form
from tests.world import FILING, World, build_world

pytestmark = pytest.mark.browser

NOW = Times("2026-11-10 09:00", "2026-11-10 09:00")
FILING_FORM_SENT = {"filled_on": "2026-11-10", "launch_date": "2026-12-01"}


@pytest.fixture(scope="module")
def college(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Campus]:
    """One served college for all looks: a security incident that has just begun and a filing that waits for its head."""
    folder = tmp_path_factory.mktemp("college")
    world = build_world(fresh_database("sqlite", folder), folder)
    register(world, "2026-11-10 09:05", NOW)
    world.deploy(FILING)
    with serving(world, chromium) as served:
        yield served
    world.engine.close()


@pytest.fixture
def campus(college: Campus) -> Iterator[Campus]:
    yield college
    college.leave()


def file_system(world: World, name: str) -> str:
    """A filing by the applicant; gives its instance."""
    return world.start("filing_system", "filing", by="app_cie", **filing_form(world, **FILING_FORM_SENT, system_name=name)).last


def begin_incident(world: World) -> str:
    return register(world, "2026-11-10 09:05", NOW).last


# ---------------------------------------------------------------- the administrator

def test_a_broken_text_shows_its_problem_at_its_line_and_is_not_published(campus: Campus) -> None:
    admin = open_editor(campus)
    admin.page.locator(".cm-content").click()
    admin.page.keyboard.press("Control+Home")
    admin.paste("whoo: 2\n")
    place = admin.page.locator("#problems").get_by_role("button", name=f"{FILING}:1:1")
    place.click()
    expect(admin.page.locator(".cm-lintRange-error").first).to_have_text("whoo:")
    admin.press("发布新版本")
    expect(admin.page.locator("#problems")).to_contain_text(f"{FILING}:1:1")
    expect(admin.page.locator("[name=definition-text]")).to_have_value(open_text("whoo: 2\n"))
    admin.visit("/definitions/filing_system")
    expect(admin.page.locator("tbody tr")).to_have_count(1)


def test_what_was_typed_stands_in_the_editor_again_after_going_back(campus: Campus) -> None:
    admin = open_editor(campus)
    admin.page.locator(".cm-content").click()
    admin.page.keyboard.press("Control+Home")
    admin.paste("# mine\n")
    admin.press("检查")
    admin.page.go_back()
    expect(admin.page.locator("[name=definition-text]")).to_have_value(open_text("# mine\n"))
    expect(admin.page.locator(".cm-line").first).to_have_text("# mine")


def test_a_changed_text_is_drawn_beside_published_and_leaves_running_cases_alone(campus: Campus) -> None:
    old = file_system(campus.world, "旧系统")
    admin = open_editor(campus)
    admin.page.locator(".cm-content").click()
    admin.page.keyboard.press("Control+a")
    drawn = admin.page.locator("#diagram img[src^='data:image/svg+xml']")
    before = drawn.get_attribute("src") or ""
    admin.paste(open_text().replace("task: 形式审查", "task: 材料审查"))
    expect(drawn).not_to_have_attribute("src", before)
    assert "材料审查" in b64decode((drawn.get_attribute("src") or "").partition(",")[2]).decode()
    expect(admin.page.locator("#problems")).to_have_text("没有问题，可以发布。")
    admin.press("发布新版本")
    expect(admin.page.locator("tbody tr")).to_have_count(2)
    new = file_system(campus.world, "新系统")
    reviewed = {instance: review_title(campus.world, instance) for instance in (old, new)}
    assert reviewed == {old: "形式审查", new: "材料审查"}
    applicant = campus.person("app_cie")
    for instance, version in ((old, "版本 1"), (new, "版本 2")):
        applicant.visit(f"/instances/{instance}")
        expect(applicant.page.locator(".task-facts").first).to_contain_text(version)


def open_editor(campus: Campus) -> Person:
    admin = campus.person("pedit1").visit("/definitions")
    admin.page.get_by_role("link", name="信息化系统备案").click()
    admin.page.get_by_role("link", name="打开并编辑").first.click()
    expect(admin.page.locator("#problems")).to_have_text("没有问题，可以发布。")
    return admin


def open_text(before: str = "") -> str:
    return before + (Path(__file__).parents[2] / FILING).read_text(encoding="utf-8")


def review_title(world: World, instance_id: str) -> str:
    """What the step after the head's signature is called in this case."""
    world.last = instance_id
    world.complete("单位负责人意见", by="head_cie", action="approve",
                   **{"head_signature": "yes", "unit_seal.sealed": "是", "unit_seal.sealed_on": "2026-11-10"})
    return world.open_titles()[0]


# ---------------------------------------------------------------- the auditor

def test_an_auditor_finds_a_case_and_takes_its_trace_away(campus: Campus) -> None:
    auditor = campus.person("aud").visit("/audit")
    page = auditor.page
    page.get_by_label("包含文字").fill("首页被篡改")
    auditor.press("查询")
    expect(page.locator("tbody tr").first).to_contain_text("信息工程学院 首页被篡改")
    page.get_by_role("link", name="痕迹").click()
    page.get_by_label("操作人").fill("信工院·系统管理员")
    auditor.press("查询")
    expect(page.locator("tbody tr").first).to_contain_text("信工院·系统管理员")
    with page.expect_download() as taken:
        auditor.press("导出 CSV")
    text = taken.value.path().read_text(encoding="utf-8-sig")
    assert text.splitlines()[0].startswith('"事项","序号","类型","说明","操作人"')
    assert "登记安全事件" in text
    auditor.visit("/audit/trace?type=TraceExported")
    expect(page.locator("tbody tr").first).to_contain_text("审计员")


# ---------------------------------------------------------------- two people, no scripts, another language

def test_of_two_people_who_finish_one_task_the_second_is_told_who_and_when(campus: Campus) -> None:
    begin_incident(campus.world)
    task = campus.world.task_id("保存证据")
    first, second = campus.person("sys_cie"), campus.person("site_cie")
    campus.expected.update({"/forms/preview: ", "/drafts: "})  # the second one's page asks about a form that is closed by then
    for person in (first, second):
        person.visit(f"/tasks/{task}").fill({"what": f"截图{person.id}", "scene": "已保留"})
    first.send()
    second.press("提交")
    told = second.page.get_by_role("alert")
    expect(told).to_contain_text("信工院·系统管理员")
    expect(told).to_contain_text("09:05")
    expect(second.page.locator("main")).not_to_contain_text("已提交")


def test_without_scripts_an_incident_is_registered_and_a_task_finished(campus: Campus) -> None:
    plain = campus.person("sys_cie", width=PHONE, scripts=False)
    plain.visit("/starts").page.get_by_role("link", name="登记安全事件").click()
    plain.fill({"summary": "无脚本登记", "discovered_at": "2026-11-10T09:00:00", "occurred_at": "2026-11-10T09:00:00"}).press("提交")
    expect(plain.page.locator("#wrong-contact_tel")).to_be_visible()
    expect(plain.page.locator("[name=summary]")).to_have_value("无脚本登记")
    plain.fill({"contact_tel": "6101"}).send().assert_fits()
    plain.page.locator(".receipt a[href^='/instances/']").first.click()
    expect(plain.page.locator(".diagram img")).to_be_visible()
    plain.assert_fits().page.get_by_role("link", name="口头报告领导小组办公室").click()
    plain.fill({"reported": "已报告", "reported_at": "2026-11-10T09:04:00", "reported_to": "值班", "how": "电话"}).send()


def test_the_language_of_the_chrome_is_chosen_and_kept(campus: Campus) -> None:
    person = campus.person("sys_cie").press("English")
    expect(person.page.locator("html")).to_have_attribute("lang", "en")
    expect(person.page.locator("h1")).to_have_text("Inbox")
    person.visit("/starts")
    expect(person.page.get_by_role("navigation").first).to_contain_text("Notices")
    person.press("中文")
    expect(person.page.locator("html")).to_have_attribute("lang", "zh-CN")


# ---------------------------------------------------------------- every page on every screen

@pytest.mark.parametrize("width", [PHONE, DESK])
def test_every_page_fits_the_screen_and_complains_about_nothing(campus: Campus, width: int) -> None:
    campus.expected.add("/nothing-here: ")
    instance = begin_incident(campus.world)
    task = campus.world.task_id("填写报告单")
    looks = {
        "sys_cie": {"inbox": "/inbox", "inbox-mine": "/inbox?tab=mine", "starts": "/starts", "start": "/starts/incident/event",
                    "start-filing": "/starts/filing_system/filing", "task": f"/tasks/{task}", "instance": f"/instances/{instance}",
                    "request": f"/instances/{instance}/requests/call_police", "notices": "/notices", "password": "/password",
                    "missing": "/nothing-here"},
        "pedit1": {"definitions": "/definitions", "versions": "/definitions/filing_system", "editor": None},
        "padm": {"roster": "/roster"},
        "aud": {"audit": "/audit", "audit-trace": "/audit/trace", "audit-instance": f"/instances/{instance}"},
    }
    for login, pages in looks.items():
        person = campus.person(login, width=width)
        for name, path in pages.items():
            show(person, path)
            person.assert_fits()
            keep_picture(person, f"{name}-{width}")


def show(person: Person, path: str | None) -> None:
    """Open an address (None: the newest version in the editor) and wait until its scripts have done their work."""
    if path is None:
        person.visit("/definitions/filing_system").page.locator("tbody a").first.click()
        expect(person.page.locator(".cm-content")).to_be_visible()
        expect(person.page.locator("#diagram img")).to_be_visible()
        return
    person.visit(path)
    diagram = person.page.locator("[data-bpmn-url]")
    if diagram.count():
        diagram.scroll_into_view_if_needed()
        expect(person.page.locator(".djs-shape.lit").first).to_be_attached()


def test_the_diagram_shows_the_step_at_hand_large_enough_to_read(campus: Campus) -> None:
    begin_incident(campus.world)
    person = campus.person("sys_cie").visit(f"/tasks/{campus.world.task_id('填写报告单')}")
    person.page.locator("[data-bpmn-url]").scroll_into_view_if_needed()
    panel = person.page.locator(".bpmn-canvas")
    panel.scroll_into_view_if_needed()
    step = person.page.locator("[data-element-id=write].lit")
    expect(step).to_be_in_viewport(ratio=0.9)
    box, window = step.bounding_box(), panel.bounding_box()
    assert box is not None and window is not None
    assert box["width"] > 80
    assert window["width"] > 800
    assert window["x"] <= box["x"] and box["x"] + box["width"] <= window["x"] + window["width"]
    assert window["y"] <= box["y"] and box["y"] + box["height"] <= window["y"] + window["height"]


def test_the_keyboard_alone_reaches_the_end_of_a_form_and_the_first_mistake(campus: Campus) -> None:
    person = campus.person("sys_cie").visit("/starts/incident/event")
    page = person.page
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    reached = []
    while "提交" not in reached and len(reached) < 60:
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()"))
    for name in ("affected_unit", "summary", "discovered_at", "occurred_at", "occurred_precision", "contact_tel", "screenshot"):
        assert name in reached
    page.keyboard.press("Enter")
    expect(page.locator("[name=summary]")).to_be_focused()
    expect(page.locator("#wrong-summary")).to_be_visible()
