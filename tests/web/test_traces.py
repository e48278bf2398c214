"""The trace as people read it: acts with a name, consequences without, labels for ids, masks for persons."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest

from tests.web.college import College
from tests.web.test_tasks import task_of


def plain(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def entry_of(page: str, words: str) -> str:
    """The list item that says these words, without what is indented below it."""
    items = re.findall(r'<li class="(?:trace-entry|consequence)[^>]*>.*?(?=<li class="(?:trace|conse)|</ol>)', page, re.S)
    return next(item for item in items if words in plain(item))


def test_a_start_reads_as_one_act_and_its_consequences_name_nobody(college: College) -> None:
    case = college.report()
    page = college.browser("lin").get(f"/instances/{case}").get_data(as_text=True)
    start = plain(entry_of(page, "发起“"))
    assert re.search(r"林管理 发起“[^”]+”，编号 \S+，办理完成“登记安全事件”", start.replace(" ，", "，"))
    assert "任务“登记安全事件”送达" not in plain(page)
    arrived = entry_of(page, "任务“保存证据”送达")
    assert 'class="consequence' in arrived
    assert "林管理" not in plain(arrived)
    assert "条后续记录" in page


def no_call_was_made(college: College) -> str:
    """A case in which a token moved and nothing else: one of two calls was not made, the other is still to come."""
    case = college.report()
    lin = college.browser("lin")
    [path] = [path for path in set(re.findall(r"/tasks/\w+", lin.get("/inbox?tab=todo").get_data(as_text=True)))
              if "口头报告分管" in lin.get(path).get_data(as_text=True)]
    assert lin.send(path, {"reported": "未报告", "not_reported_reason": "没有打通"}).status_code == 303
    return case


def test_technical_records_are_shown_only_when_asked_for(college: College) -> None:
    case = no_call_was_made(college)
    lin, shen = college.browser("lin"), college.browser("shen")
    assert "流程位置更新" not in lin.get(f"/instances/{case}").get_data(as_text=True)
    assert "流程位置更新" in lin.get(f"/instances/{case}?records=all").get_data(as_text=True)
    assert "流程位置更新" not in shen.get("/audit/trace").get_data(as_text=True)
    assert "流程位置更新" in shen.get("/audit/trace?technical=yes").get_data(as_text=True)
    assert "流程位置更新" in shen.get("/audit/trace?type=TokensMoved").get_data(as_text=True)


@pytest.mark.parametrize("address", ["/instances/{case}?records=all", "/audit/trace", "/audit/trace.csv"])
def test_changes_have_labels_for_ids_and_masks_for_persons(college: College, address: str) -> None:
    case = college.report()
    shen = college.browser("shen")
    shen.get("/audit")
    path = address.format(case=case)
    text = (shen.post(path) if path.endswith("csv") else shen.get(path)).get_data(as_text=True)
    assert "contact_tel" not in plain(text)
    assert "known_start" not in plain(text)
    assert "138****1234" in text
    assert "13800001234" not in text
    assert "联系电话" in text
    assert "2026-11-18 09:50:00" in text


def test_the_trace_taken_away_has_a_line_for_every_record_and_says_what_followed_by_itself(college: College) -> None:
    no_call_was_made(college)
    shen = college.browser("shen")
    shen.get("/audit")
    rows = list(csv.DictReader(io.StringIO(shen.post("/audit/trace.csv?technical=yes").get_data(as_text=True).lstrip("\ufeff"))))
    kinds = {row["类型"]: row["性质"] for row in rows}
    assert kinds["InstanceStarted"] == kinds["TaskCompleted"] == "操作"
    assert kinds["TaskCreated"] == kinds["TokensMoved"] == "后续"


def test_a_form_sent_again_shows_only_what_differs(college: College) -> None:
    assert college.file_system().status_code == 303
    college.browser("he").send(task_of(college, "he"), {
        "form-action": "return", "form-marked": "location", "form-comment": "位置不对"})
    done = college.browser("lin").send(task_of(college, "lin"), {"location": "机房B-12"})
    page = college.browser("lin").get(done.headers["Location"].partition("/receipts")[0]).get_data(as_text=True)
    trace = page.partition('id="trace"')[2]
    again = entry_of(trace.partition("位置不对")[2], "办理完成“")
    changes = re.search(r'<div class="changes">.*?</ul>', again, re.S)
    assert changes is not None
    assert plain(changes[0]).startswith("设备位置： 机房A-07 → 机房B-12")
    assert changes[0].count("<li>") == 1


def test_posts_are_told_by_their_titles(college: College) -> None:
    page = plain(college.browser("shen").get("/audit/trace?type=PostHeld").get_data(as_text=True))
    assert "任职 信息工程学院单位主要负责人" in page
    assert "unit_head" not in page
