"""The page of the duty roster: shifts set, refused at their field with nothing lost, withdrawn; for platform administrators only."""

from __future__ import annotations

import re

import pytest

from engine.actors import SYSTEM
from engine.verbs import people
from tests.web.college import Browser, College
from tests.web.payloads import PAYLOADS
from tests.web.test_injection import Page

SHIFT = {"role": "centre_duty", "since": "2026-11-18T08:00", "until": "2026-11-19T08:00"}


def listed(browser: Browser) -> list[str]:
    page = browser.get("/roster").get_data(as_text=True)
    return re.findall(r'row-what">([^<]+)<', page)


def test_a_shift_is_set_shown_and_withdrawn(college: College) -> None:
    ping = college.browser("ping")
    done = ping.post("/roster", {**SHIFT, "person": college.ids["lin"]})
    assert (done.status_code, done.headers["Location"]) == (303, "/roster?said=shift-set")
    page = ping.get("/roster?said=shift-set").get_data(as_text=True)
    assert "已排班" in page
    assert "到此为止" in page
    assert listed(ping) == ["林管理"]
    address = re.search(r'action="(/roster/\w+/withdraw)"', page)
    assert address is not None
    assert ping.post(address[1]).status_code == 303
    assert listed(ping) == []
    assert ping.post(address[1]).status_code == 409


def test_two_people_may_share_a_shift_and_one_wrong_person_refuses_both(college: College) -> None:
    ping = college.browser("ping")
    refused = ping.post("/roster", {**SHIFT, "person": college.ids["lin"], "second": "nobody"})
    page = refused.get_data(as_text=True)
    assert (refused.status_code, 'id="wrong-second"' in page, listed(ping)) == (422, True, [])
    assert f'value="{college.ids["lin"]}" selected' in page
    ping.post("/roster", {**SHIFT, "person": college.ids["lin"], "second": college.ids["he"]})
    assert sorted(listed(ping)) == ["何院长", "林管理"]


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(college: College) -> None:
    refused = college.browser("ping").post("/roster", {"role": "centre_duty", "since": "2026-11-18T08:00", "until": "明天"})
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert re.findall(r'id="wrong-(\w+)"', page) == ["until"]
    assert 'value="centre_duty" selected' in page
    assert 'value="明天"' in page
    refused = college.browser("ping").post("/roster", {**SHIFT, "role": "unit_head", "until": "2026-11-18T07:00"})
    assert re.findall(r'id="wrong-(\w+)"', refused.get_data(as_text=True)) == ["unit", "person", "until"]


@pytest.mark.parametrize("payload", PAYLOADS[::10])
def test_what_is_typed_into_the_roster_and_what_people_are_called_is_text(college: College, payload: str) -> None:
    with college.engine.begin(SYSTEM) as unit:
        person_id = people.add_person(unit, login="odd", name=payload, unit_id="LIB")
        people.add_unit(unit, unit_id="ODD", name=payload)
    ping = college.browser("ping")
    for sent in (dict.fromkeys(("role", "unit", "person", "second", "since", "until"), payload), {**SHIFT, "person": payload}):
        refused = ping.post("/roster", sent)
        page = Page(refused.get_data(as_text=True))
        assert (refused.status_code, page.complaints) == (422, [])
    assert ping.post("/roster", {**SHIFT, "person": person_id}).status_code == 303
    for place in ("sys_admin", "unit_head"):
        assert ping.post("/roster", {**SHIFT, "role": place, "unit": "ODD", "person": person_id}).status_code == 303
    page = Page(ping.get("/roster").get_data(as_text=True))
    assert page.complaints == []
    assert page.said.count(payload) >= 3
    assert any(payload in said for said in page.said if "系统管理员" in said)


def test_english_people_read_english(college: College) -> None:
    ping = college.browser("ping")
    ping.http.set_cookie("anliu-language", "en")
    page = Page(ping.post("/roster", {**SHIFT, "person": college.ids["lin"], "until": "2026-11-18T07:00"}).get_data(as_text=True))
    assert "A shift ends after it begins" in page.said
    assert "Duty roster" in page.said
