"""Cases that could not begin, in the browser of a case operator: seen at once, tried again, given up."""

from __future__ import annotations

import re

from engine.actors import SYSTEM
from engine.jobs.worker import run_due
from engine.verbs import deployments, registers
from tests.web.college import College, shipped

PATROL = """\
anliu: 1
process: patrol
title: 异常排查
profile: merged
basis: proposed
subject: =found.key
starts: [{id: found, title: 台账变动, entry: systems, when: 'if status = "停用" then true else null'}]
do:
  - look: {task: 排查, who: {role: centre_net}, form: patrol}
"""
FORM = """\
anliu: 1
form: patrol
title: 排查
basis: proposed
sections: [{fields: [{words: {label: 情况, type: textarea}}]}]
"""


def unanswered(college: College) -> College:
    """A register whose change asks a question that has no answer."""
    with college.engine.begin(SYSTEM) as unit:
        deployments.deploy(unit, main_file="processes/patrol.yaml",
                           files={**shipped(), "processes/patrol.yaml": PATROL, "forms/patrol.yaml": FORM})
    with college.engine.begin(SYSTEM) as unit:
        registers.import_entry(unit, register="systems", key="座位预约", values={"status": "在用"})
    return college


def test_a_case_operator_sees_what_could_not_begin_and_tries_again_or_gives_up(college: College) -> None:
    yun = unanswered(college).browser("yun")
    assert "未能发起" in yun.get("/inbox").get_data(as_text=True)
    page = yun.get("/planned").get_data(as_text=True)
    assert "异常排查 · 台账变动 · systems 座位预约" in page and "null" in page
    address = re.search(r'action="(/planned/\w+)/retry"', page)
    assert address is not None
    assert yun.post(f"{address[1]}/retry").status_code == 303
    run_due(college.engine)
    assert "试过 2 次" in yun.get("/planned").get_data(as_text=True)
    assert yun.post(f"{address[1]}/drop").status_code == 303
    assert "没有未能发起的事项" in yun.get("/planned").get_data(as_text=True)
    assert yun.post(f"{address[1]}/drop").status_code == 404


def test_nobody_else_is_told(college: College) -> None:
    unanswered(college)
    for login in ("lin", "pan", "shen", "ping"):
        browser = college.browser(login)
        assert "未能发起" not in browser.get("/inbox").get_data(as_text=True)
        assert browser.get("/planned").status_code == 404
