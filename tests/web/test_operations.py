"""The operator's page: each operation with its reason, refused on the same page with nothing lost; withdrawing by who did it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.store.tables import tasks
from engine.verbs import corrections
from tests.web.college import Browser, College
from tests.web.payloads import PAYLOADS
from tests.web.test_injection import Page
from tests.web.test_tasks import task_of


def page_of(browser: Browser, case: str) -> str:
    return str(browser.get(f"/instances/{case}/operations").get_data(as_text=True))


def operate(college: College, case: str, operation: str, **fields: str):
    yun = college.browser("yun")
    key = re.search(r'name="form-key" value="([^"]+)"', page_of(yun, case))
    assert key is not None
    return yun.post(f"/instances/{case}/operations", {"operation": operation, "form-key": key[1], **fields})


def shown(college: College, login: str, case: str) -> str:
    return str(college.browser(login).get(f"/instances/{case}").get_data(as_text=True))


def test_a_case_is_suspended_which_its_people_read_and_resumed(college: College) -> None:
    case = college.report("lin")
    assert operate(college, case, "suspend", reason="等上级意见").headers["Location"] == f"/instances/{case}?said=operated"
    assert "等上级意见" in shown(college, "lin", case)
    assert "暂停，恢复后再办" in shown(college, "lin", case)
    assert operate(college, case, "resume", reason="意见已到").status_code == 303
    assert "恢复后再办" not in shown(college, "lin", case)


def test_what_is_refused_is_said_on_the_page_and_what_was_typed_stays(college: College) -> None:
    case = college.report("lin")
    refused = operate(college, case, "resume", reason="多此一举")
    assert (refused.status_code, "事项没有暂停" in refused.get_data(as_text=True)) == (409, True)
    page = refused.get_data(as_text=True)
    assert ('role="alert"' in page, Page(page).complaints) == (True, [])
    refused = operate(college, case, "cancel", reason="a" * 3000)
    assert (refused.status_code, "a" * 3000 in refused.get_data(as_text=True)) == (422, True)
    assert operate(college, case, "suspend").status_code == 422
    assert operate(college, case, "dance", reason="x").status_code == 404


def test_a_case_is_moved_by_choosing_from_where_and_to_where(college: College) -> None:
    case = college.file_system("wei").headers["Location"].split("/")[2]
    page = page_of(college.browser("yun"), case)
    position, = re.findall(r'<option value="(\d+)"', page.split('id="jump-position"')[1].split("</select>")[0])
    assert '<option value="formal_review" >形式审查</option>' in page
    assert operate(college, case, "jump", reason="负责人出差，已口头同意", position=position, step="formal_review").status_code == 303
    assert "从“单位负责人意见”跳转到“形式审查”：负责人出差，已口头同意" in shown(college, "yun", case)
    assert operate(college, case, "return", reason="表填错了", step="filing").status_code == 303
    refused = operate(college, case, "return", reason="再退", step="formal_review")
    assert (refused.status_code, "还没有办过" in refused.get_data(as_text=True)) == (409, True)


def test_a_value_is_typed_by_its_kind_or_as_an_expression(college: College) -> None:
    case = college.file_system("wei").headers["Location"].split("/")[2]
    page = page_of(college.browser("yun"), case)
    names = re.findall(r'<option value="(\w+)" >\w+（数字）', page)
    kinds = re.findall(r'<option value="\w+" >\w+（(\w+)）', page.split('id="change-variable"')[1])
    assert kinds
    for name in names:
        refused = operate(college, case, "change", reason="试", variable=name, value="很多")
        assert (refused.status_code, "写得不对" in refused.get_data(as_text=True)) == (422, True)
    refused = operate(college, case, "change", reason="试", variable="nothing", value="=1 +")
    assert (refused.status_code, 'value="=1 +"' in refused.get_data(as_text=True)) == (422, True)


def test_each_proposed_correction_shows_old_and_new_over_forms_of_its_own(college: College) -> None:
    case = college.report("lin")
    for field, typed in (("contact_tel", "13900005678"), ("summary", "栏目页被篡改")):
        with college.engine.begin(college.engine.actor(college.ids["lin"])) as unit:
            corrections.propose(unit, instance_id=case, step_id="event", field=field, typed=typed, reason="看错", key=f"propose-{field}")
    page = page_of(college.browser("yun"), case)
    assert "首页被篡改 → <strong>栏目页被篡改</strong>" in page
    assert ("13900005678" in page, "138****1234 → <strong>139****5678</strong>" in page) == (False, True)
    ids = re.findall(r' id="([^"]+)"', page)
    assert (len(ids) == len(set(ids)), set(re.findall(r' for="([^"]+)"', page)) <= set(ids)) == (True, True)
    correction = re.findall(r'name="correction" value="(\w+)"', page)[-1]
    refused = operate(college, case, "decline", correction=correction, reason="a" * 3000).get_data(as_text=True)
    assert (refused.count('<details class="card" open>'), refused.count("a" * 3000)) == (1, 1)


def test_what_was_started_is_not_offered_to_be_taken_back_and_refused_all_the_same(college: College) -> None:
    case = college.file_system("wei").headers["Location"].split("/")[2]
    assert not re.search(r"/tasks/\w+/withdraw", shown(college, "wei", case))
    with college.engine.database.reading.connect() as connection:
        [started] = connection.execute(select(tasks.c.id).where(tasks.c.instance_id == case, tasks.c.status == "completed")).scalars()
    refused = college.browser("wei").post(f"/tasks/{started}/withdraw", {"form-key": "k" * 16})
    assert (refused.status_code, "不能撤回" in refused.get_data(as_text=True)) == (409, True)
    assert college.browser("bei").post(f"/tasks/{started}/withdraw", {"form-key": "k" * 16}).status_code in (403, 404)


def test_whoever_completed_a_task_takes_it_back_on_the_case_s_page(college: College) -> None:
    case = college.file_system().headers["Location"].split("/")[2]
    college.clock.advance(timedelta(minutes=1))
    he = college.browser("he")
    done = he.send(task_of(college, "he"), {"form-action": "return", "form-marked": "location", "form-comment": "位置不对"})
    assert done.status_code == 303
    address = re.search(r'action="(/tasks/\w+/withdraw)"', shown(college, "he", case))
    assert address is not None
    assert he.send(f"/instances/{case}", {}, at=address[1]).status_code == 303
    assert "已撤回" in shown(college, "he", case)


def test_a_cancelled_case_has_nothing_left_to_operate_on(college: College) -> None:
    case = college.report("lin")
    assert operate(college, case, "cancel", reason="误报").status_code == 303
    assert "已终止" in shown(college, "lin", case)
    assert 'name="operation"' not in page_of(college.browser("yun"), case)


def test_only_case_operators_find_the_page_or_its_link(college: College) -> None:
    case = college.report("lin")
    assert f"/instances/{case}/operations" in shown(college, "yun", case)
    for login in ("lin", "shen", "ping", "pan"):
        assert college.browser(login).get(f"/instances/{case}/operations").status_code == 404
    assert f"/instances/{case}/operations" not in shown(college, "lin", case)


@pytest.mark.parametrize("payload", PAYLOADS[::12])
def test_what_is_typed_as_a_reason_is_text(college: College, payload: str) -> None:
    case = college.report("lin")
    refused = operate(college, case, "resume", reason=payload)
    assert Page(refused.get_data(as_text=True)).complaints == []
    operate(college, case, "suspend", reason=payload)
    assert Page(shown(college, "lin", case)).complaints == []
