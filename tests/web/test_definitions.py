"""An administrator writes processes in the browser: new ones from nothing, changes over several files."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from html import unescape

from engine.actors import SYSTEM
from engine.definition.pack import with_pack
from engine.definition.toggle import toggle
from engine.verbs import deployments
from tests.web.college import ROOT, Browser, College, shipped

FORM = """\
anliu: 1
form: wish
title: 借用申请
sections:
  - fields:
      - what: {label: 借用什么, type: text, required: true, basis: XZTC-1.3c}
"""
LOAN = """\
anliu: 1
process: loan
title: 设备借用
profile: xztc
basis: XZTC-1.3c
starts:
  - id: wish
    title: 申请借用
    who: {role: applicant, unit: own}
    form: wish
do:
  - lend:
      task: 借出
      who: {role: centre_head}
      form: wish
      end: 已借出
"""
NEW = "/definitions/versions/new"
MAIN = "processes/new.yaml"


def hidden(page: str) -> Mapping[str, str]:
    """Changed files that travel with the page."""
    found = re.findall(r'name="(definition-edited:[^"]+)" value="([^"]*)"', page)
    return {unescape(name): unescape(value) for name, value in found}


def current(browser: Browser, process: str) -> str:
    page = browser.get(f"/definitions/{process}").get_data(as_text=True)
    found = re.search(r"/definitions/versions/\w+", page)
    assert found is not None
    return found[0]


def edit(browser: Browser, path: str, **sent: str) -> str:
    """One step in the editor; what was changed elsewhere goes along."""
    before = browser.last.get_data(as_text=True) if browser.last is not None else ""
    named = {f"definition-{name}" if name != "intent" else name: value for name, value in sent.items()}
    return browser.post(path, {**hidden(before), **named}).get_data(as_text=True)


def test_a_process_is_written_in_the_browser_and_then_started(college: College) -> None:
    pan = college.browser("pan")
    assert "新建流程" in pan.get("/definitions").get_data(as_text=True)
    pan.get(NEW)
    page = edit(pan, NEW, file=MAIN, text=LOAN, form="wish", intent="add")
    assert "forms/wish.yaml" in page
    page = edit(pan, NEW, file="forms/wish.yaml", text=FORM, intent="check")
    assert "没有问题，可以发布。" in page
    edit(pan, NEW, file="forms/wish.yaml", text=FORM, intent="publish")
    assert pan.last is not None
    assert pan.last.headers["Location"] == "/definitions/loan?said=published"
    sent = college.browser("lin").send("/starts/loan/wish", {"own-unit": "CIE", "what": "交换机"})
    assert sent.status_code == 303


def test_a_text_is_toggled_between_chinese_and_english_keywords(college: College) -> None:
    pan = college.browser("pan")
    pan.get(NEW)
    text = LOAN.replace("basis: XZTC-1.3c", "basis: XZTC-1.3c   # 第一条")
    chinese = text_of(edit(pan, NEW, file=MAIN, text=text, intent="toggle"))
    assert pan.last is not None and "keywords=zh" in pan.last.get_data(as_text=True)
    words = pan.get("/definitions/schemas/definition.json?keywords=zh").get_json()["properties"]
    assert "流程" in words and "process" not in words
    assert "流程: loan" in chinese and "依据: XZTC-1.3c   # 第一条" in chinese
    assert text_of(edit(pan, NEW, file=MAIN, text=chinese, intent="toggle")) == text
    broken = text.replace("process: loan", "process: [")
    assert text_of(edit(pan, NEW, file=MAIN, text=broken, intent="toggle")) == broken


def test_a_process_can_be_uploaded_with_its_forms(college: College) -> None:
    pan = college.browser("pan")
    pan.get(NEW)
    page = pan.post(NEW, {"definition-file": MAIN, "definition-text": "", "intent": "upload", "definition-upload": [
        (io.BytesIO(FORM.encode()), "anything.yaml"), (io.BytesIO(LOAN.encode()), "loan.yml")]}).get_data(as_text=True)
    assert "没有问题，可以发布。" in page
    edit(pan, NEW, file=MAIN, text=LOAN, intent="publish")
    assert pan.last is not None
    assert pan.last.status_code == 303
    assert "设备借用" in pan.get("/definitions").get_data(as_text=True)


def test_an_upload_takes_the_place_of_what_stands_there_whatever_its_notation(college: College) -> None:
    pan = college.browser("pan")
    pan.get(NEW)
    drawing = (ROOT / "processes" / "filing_system.xztc.bpmn").read_text(encoding="utf-8")
    page = pan.post(NEW, {"definition-file": MAIN, "definition-text": LOAN, "intent": "upload",
                          "definition-upload": (io.BytesIO(drawing.encode()), "any.bpmn")}).get_data(as_text=True)
    assert text_of(page) == drawing
    page = pan.post(NEW, {"definition-file": "processes/new.bpmn", "definition-text": drawing, "intent": "upload",
                          "definition-upload": (io.BytesIO(LOAN.encode()), "any.yaml")}).get_data(as_text=True)
    assert text_of(page) == LOAN


TABLE = """\
anliu: 1
table: how_long
title: 借用期限
basis: XZTC-1.3c
inputs: {what: =wish.what}
outputs: {days: 天数}
rules:
  - {when: {what: 交换机}, then: 3}
"""


def test_files_in_chinese_keywords_are_uploaded_as_what_they_are(college: College) -> None:
    pan = college.browser("pan")
    pan.get(NEW)
    form, process, table = (toggle(text, "any.yaml", to="zh") for text in (FORM, LOAN, TABLE))
    page = pan.post(NEW, {"definition-file": MAIN, "definition-text": "", "intent": "upload", "definition-upload": [
        (io.BytesIO(text.encode()), f"{number}.yaml") for number, text in enumerate((form, table, process))]}).get_data(as_text=True)
    assert "没有问题，可以发布。" in page
    assert all(path in page for path in ("forms/wish.yaml", "tables/how_long.yaml"))


def test_decision_tables_are_uploaded_and_checked_with_the_process_that_asks_them(college: College) -> None:
    pan = college.browser("pan")
    pan.get(NEW)
    asking = LOAN.replace("do:\n", "do:\n  - days: {decide: how_long}\n  - more: {decide: rates}\n")
    rates = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d" namespace="n">
<decision id="rate" name="rate"><literalExpression><text>1 +</text></literalExpression></decision></definitions>"""
    page = pan.post(NEW, {"definition-file": MAIN, "definition-text": asking, "intent": "upload", "definition-upload": [
        (io.BytesIO(FORM.encode()), "wish.yaml"), (io.BytesIO(TABLE.encode()), "any.yaml"),
        (io.BytesIO(rates.encode()), "rates.dmn"), (io.BytesIO(asking.encode()), "loan.yaml")]}).get_data(as_text=True)
    problems = page.partition('id="problems"')[2]
    assert "tables/how_long.yaml" in page and "tables/rates.dmn" in page
    assert "what = “其他” 时没有规则" in unescape(problems) and "1 +" in problems
    assert pan.get("/definitions/schemas/table.json").get_json()["title"] == "判定表"


def test_a_new_process_may_not_take_the_name_of_another(college: College) -> None:
    pan = college.browser("pan")
    pan.get(NEW)
    edit(pan, NEW, file="forms/wish.yaml", text=FORM, next=MAIN)
    page = edit(pan, NEW, file=MAIN, text=LOAN.replace("process: loan", "process: incident"), intent="publish")
    assert "已有流程“incident”" in page


def test_an_edit_may_cite_what_other_processes_brought(college: College) -> None:
    pan = college.browser("pan")
    path = current(pan, "incident")
    text = text_of(pan.get(path).get_data(as_text=True))
    assert "XZTC-1.3c" not in text
    cited = re.sub(r"^basis: .*$", "basis: [XZTC-1.3c]", text, count=1, flags=re.M)
    edit(pan, path, file="processes/incident.zzut.yaml", text=cited, intent="publish")
    assert pan.last is not None
    assert pan.last.status_code == 303


def test_a_pack_stays_with_the_version_that_was_published_with_it(college: College) -> None:
    pack = "anliu: 1\npack: jhun\ntitle: 江海学院\ntakes: filing_system\n"
    files = with_pack({**shipped(), "processes/packs/jhun.yaml": pack}, "jhun")
    with college.engine.begin(SYSTEM) as unit:
        deployments.deploy(unit, main_file="processes/filing_system.xztc.yaml", files=files)
    pan = college.browser("pan")
    assert "processes/pack.yaml" in pan.get(current(pan, "filing_system")).get_data(as_text=True)
    assert "processes/pack.yaml" not in pan.get(current(pan, "incident")).get_data(as_text=True)
    assert "processes/pack.yaml" not in pan.get(NEW).get_data(as_text=True)


def test_a_new_clause_and_the_step_that_cites_it_are_published_together(college: College) -> None:
    pan = college.browser("pan")
    path = current(pan, "incident")
    main = "processes/incident.zzut.yaml"
    text = text_of(pan.get(path).get_data(as_text=True))
    clauses = edit(pan, path, file=main, text=re.sub(r"^basis: .*$", "basis: [OWN-1]", text, count=1, flags=re.M),
                   next="processes/clauses.yaml")
    assert "OWN-1" in "".join(hidden(clauses).values())
    assert "OWN-1" in clauses.partition('id="problems"')[2]
    added = text_of(clauses).replace('{\n "clauses": {', '{\n "clauses": {"OWN-1": {"place": "第一条", "summary": "本校规定"},', 1)
    page = edit(pan, path, file="processes/clauses.yaml", text=added, intent="check")
    assert "没有错误，可以发布。" in page
    assert "提示：“公安联络”现在没有人能办理：没有人担任“" in page
    edit(pan, path, file="processes/clauses.yaml", text=added, intent="publish")
    assert pan.last is not None
    assert pan.last.status_code == 303


def test_only_files_of_a_definition_can_be_edited(college: College) -> None:
    pan = college.browser("pan")
    pan.get(NEW)
    for strange in ("../../etc/passwd", "forms/../roles.yaml", "processes/other.yaml", "forms/a b.yaml", "tables/a b.dmn"):
        assert pan.post(NEW, {"definition-file": strange, "definition-text": "x", "intent": "check"}).status_code == 404
        assert pan.post(NEW, {"definition-file": MAIN, "definition-text": "x", "definition-next": strange}).status_code == 404


def text_of(page: str) -> str:
    found = re.search(r"<textarea[^>]*name=\"definition-text\".*?>\n(.*?)</textarea>", page, re.S)
    assert found is not None
    return unescape(found[1])


def test_what_a_colleague_published_meanwhile_is_not_replaced_unseen(college: College) -> None:
    pan = college.browser("pan")
    opened = current(pan, "incident")
    main = "processes/incident.zzut.yaml"
    text = (ROOT / main).read_text(encoding="utf-8")
    edit(pan, opened, file=main, text=text.replace("title: 安全事件报告与处置", "title: 甲改的"), intent="publish")
    mine = text.replace("title: 安全事件报告与处置", "title: 乙改的")
    page = edit(pan, opened, file=main, text=mine, intent="publish")
    assert pan.last is not None
    assert pan.last.status_code == 409
    assert "现行的是第 2 版" in page
    assert "乙改的" in page
    over = re.search(r'name="over" value="(\w+)"', page)
    assert over is not None
    pan.post(opened, {"definition-file": main, "definition-text": mine, "intent": "publish", "over": over[1]})
    assert pan.last.status_code == 303
