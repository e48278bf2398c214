"""BPMN files of other modellers in the browser and on the command line: shown, listed, published, started."""

from __future__ import annotations

import io
from pathlib import Path

from click.testing import CliRunner, Result

from tests.engine.bpmn.reading.drawings import DECISION, VISIT, text_of
from tests.web.college import Browser, College
from web.cli import main

NEW = "/definitions/versions/new"
YAML, DRAWING = "processes/new.yaml", "processes/new.bpmn"
FORMS = {"definition-edited:forms/visit.yaml": VISIT, "definition-edited:forms/decision.yaml": DECISION}


def uploaded(browser: Browser, which: str) -> str:
    browser.get(NEW)
    files = [(io.BytesIO(text.encode()), name) for name, text in (("a.yaml", VISIT), ("b.yaml", DECISION), ("c.bpmn", text_of(which)))]
    return browser.post(NEW, {"definition-file": YAML, "definition-text": "", "intent": "upload",
                              "definition-upload": files}).get_data(as_text=True)


def test_a_drawing_is_uploaded_shown_published_and_started(college: College) -> None:
    pan = college.browser("pan")
    page = uploaded(pan, "camunda8")
    assert "没有问题，可以发布。" in page and "data:image/svg" in page and DRAWING in page
    assert 'value="toggle"' not in page, "BPMN has no keywords to turn"
    sent = pan.post(NEW, {**FORMS, "definition-file": DRAWING, "definition-text": text_of("camunda8"), "intent": "publish"})
    assert sent.headers["Location"] == "/definitions/room_entry?said=published"
    assert "机房进出登记" in pan.get("/definitions").get_data(as_text=True)
    started = college.browser("lin").send("/starts/room_entry/apply", {"own-unit": "CIE", "reason": "更换硬盘", "people": "2"})
    assert started.status_code == 303


def test_a_published_drawing_is_edited_as_its_source(college: College) -> None:
    pan = college.browser("pan")
    uploaded(pan, "flowable")
    pan.post(NEW, {**FORMS, "definition-file": DRAWING, "definition-text": text_of("flowable"), "intent": "publish"})
    page = pan.get("/definitions/sealUse").get_data(as_text=True)
    path = "/definitions/versions/" + page.partition("/definitions/versions/")[2].partition('"')[0]
    page = pan.get(path).get_data(as_text=True)
    assert "data-xml-editor" in page and "中心意见" in page and "processes/sealUse.imported.bpmn" in page
    changed = text_of("flowable").replace("中心意见", "信息中心意见").replace("PT24H", "PT24X")
    page = pan.post(path, {"definition-file": "processes/sealUse.imported.bpmn", "definition-text": changed,
                           "intent": "check"}).get_data(as_text=True)
    assert "userTask centre" in page and "不是时限" in page


def test_a_draft_is_shown_with_what_it_needs(college: College) -> None:
    pan = college.browser("pan")
    page = uploaded(pan, "bpmnio_draft")
    assert "data:image/svg" in page and "没有写明由谁办理" in page
    sent = pan.post(NEW, {**FORMS, "definition-file": DRAWING, "definition-text": text_of("bpmnio_draft"), "intent": "publish"})
    assert sent.status_code == 422


def test_what_is_pasted_may_be_bpmn_or_yaml(college: College) -> None:
    pan = college.browser("pan")
    pan.get(NEW)
    pasted = {**FORMS, "definition-file": YAML, "definition-text": text_of("flowable"), "intent": "check"}
    page = pan.post(NEW, pasted).get_data(as_text=True)
    assert "没有问题，可以发布。" in page
    page = pan.post(NEW, {"definition-file": DRAWING, "definition-text": "anliu: 1\n", "intent": "check"}).get_data(as_text=True)
    assert f"{YAML}:1:1" in page.replace("</a>", "").replace("\n", "")


def project(folder: Path, which: str) -> Path:
    for drawer in ("processes", "forms"):
        (folder / drawer).mkdir(parents=True)
    (folder / "forms" / "visit.yaml").write_text(VISIT, "utf-8")
    (folder / "forms" / "decision.yaml").write_text(DECISION, "utf-8")
    drawing = folder / "processes" / f"{which}.zzut.bpmn"
    drawing.write_text(text_of(which), "utf-8")
    return drawing


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_the_command_checks_deploys_and_gives_back_a_drawing(tmp_path: Path) -> None:
    drawing = project(tmp_path / "ours", "camunda7")
    assert run("check", drawing).output == "没有问题 / No problems\n"
    installation = ("--database", f"sqlite:///{tmp_path}/a.db", "--keys", tmp_path / "a.keys", "--files", tmp_path / "files")
    assert run("keys", "create", *installation).exit_code == 0
    deployed = run("deploy", *installation, drawing)
    assert deployed.exit_code == 0 and deployed.output.startswith("account_request 1 ")
    exported = tmp_path / "out.zzut.bpmn"
    assert run("export-bpmn", drawing, "-o", exported).exit_code == 0
    (drawing.parent / exported.name).write_bytes(exported.read_bytes())
    assert "未变 / unchanged" in run("deploy", *installation, drawing).output
    again = run("export-bpmn", drawing.parent / exported.name, "-o", tmp_path / "again.bpmn")
    assert again.exit_code == 0 and (tmp_path / "again.bpmn").read_bytes() == exported.read_bytes()


def test_the_command_lists_what_a_draft_needs_at_its_lines(tmp_path: Path) -> None:
    drawing = project(tmp_path / "ours", "bpmnio_draft")
    result = run("check", drawing)
    assert result.exit_code == 1
    assert f"{drawing}:7:5: task Activity_1：没有写明是哪种任务" in result.output


def test_a_drawing_in_the_encoding_of_an_old_modeller_is_read(tmp_path: Path) -> None:
    drawing = project(tmp_path / "ours", "own_notes")
    drawing.write_bytes(text_of("own_notes").replace('encoding="UTF-8"', 'encoding="GBK"').encode("gbk"))
    assert run("check", drawing).output == "没有问题 / No problems\n"
