"""The picture: what it shows, and that nothing in it could act."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from engine.bpmn.constructs import examples
from engine.bpmn.svg import Focus, draw_svg
from engine.bpmn.wrapping import wrap
from engine.bpmn.writer import write_bpmn
from engine.definition.model import Task
from tests.engine.bpmn.building import COMPLETE, definition, role, task
from tests.engine.bpmn.reading.drawings import text_of
from tests.engine.bpmn.shipped import read, shipped

PAYLOADS = ('<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "]]><svg onload=alert(1)>",
            "{{7*7}}", "&lt;b&gt;", "' onmouseover='alert(1)", "\u202egnp.exe")
ALLOWED = {"svg", "title", "desc", "g", "rect", "path", "circle", "text"}


def tree(svg: str) -> etree._Element:
    return etree.fromstring(svg.encode())


def named(title: str) -> Task:
    return Task("t", title, role("centre_head"), "sheet", COMPLETE, ())


@shipped
def test_every_step_of_a_shipped_definition_is_in_the_picture(path: Path) -> None:
    given = read(path)
    whole = draw_svg(write_bpmn(given))
    shown = "".join(tree(whole).itertext())
    assert all(step.title in shown for step in given.every_step() if isinstance(step, Task))


def test_the_current_step_is_lit_and_the_past_is_tinted() -> None:
    xml = write_bpmn(definition(task("a"), task("b"), task("c")))
    plain, marked = draw_svg(xml), draw_svg(xml, lit=["b"], done=["a"], title="进度")
    assert "#d97706" not in plain and "#d97706" in marked
    assert "#2f8558" not in plain and "#2f8558" in marked
    assert "正在办理：办理 b。已办理：办理 a。" in marked


def test_the_picture_says_what_it_is_to_those_who_do_not_see_it() -> None:
    root = tree(draw_svg(write_bpmn(definition(task("a"))), title="某单位 备案"))
    assert root.get("role") == "img" and root.get("aria-label") == "某单位 备案"
    assert [etree.QName(child).localname for child in root][:2] == ["title", "desc"]


def view_of(svg: str) -> tuple[float, float, float, float]:
    x, y, width, height = (float(part) for part in (tree(svg).get("viewBox") or "").split())
    return x, y, width, height


def test_a_focused_picture_shows_the_step_whole_with_its_neighbours_and_nothing_far_away() -> None:
    xml = write_bpmn(definition(*(task(name) for name in "abcdefghij")))
    whole = view_of(draw_svg(xml))
    x, y, width, height = view_of(draw_svg(xml, focus=Focus(frozenset({"e"}), 300, 200)))
    assert 300 <= width < whole[2] / 2
    shape = next(each for each in etree.fromstring(xml).iter("{*}BPMNShape") if each.get("bpmnElement") == "e")
    bounds = next(shape.iter("{*}Bounds"))
    left, top = float(bounds.get("x") or 0), float(bounds.get("y") or 0)
    assert x < left and left + float(bounds.get("width") or 0) < x + width
    assert y < top and top + float(bounds.get("height") or 0) < y + height


def test_a_focus_far_apart_looks_at_one_step_and_a_focus_on_nothing_at_the_whole() -> None:
    xml = write_bpmn(definition(*(task(name) for name in "abcdefghij")))
    whole = view_of(draw_svg(xml))
    assert view_of(draw_svg(xml, focus=Focus(frozenset({"a", "j"}), 300, 200)))[2] < whole[2] / 2
    assert view_of(draw_svg(xml, focus=Focus(frozenset({"nothing"}), 300, 200))) == whole


@pytest.mark.parametrize("payload", PAYLOADS)
def test_names_from_outside_appear_as_text_and_nothing_in_the_picture_can_act(payload: str) -> None:
    svg = draw_svg(write_bpmn(definition(named(payload)), role_titles={"centre_head": payload}), title=payload)
    root = tree(svg)
    assert {etree.QName(each).localname for each in root.iter()} <= ALLOWED
    names = {key for each in root.iter() for key in each.attrib}
    assert not [key for key in names if key.startswith("on") or key in ("style", "href", "class", "id")]
    assert payload in [each.text for each in root.iter("{*}title")]


def test_a_title_with_control_characters_does_not_break_the_picture() -> None:
    assert tree(draw_svg(write_bpmn(definition(task("a"))), title="a\x00b\x1b")).get("aria-label") == "ab"


def test_long_titles_are_wrapped_and_told_in_full_when_pointed_at() -> None:
    title = "确认接到口头报告并且核对接报时间以及补充登记其他需要说明的全部情况和附件"
    root = tree(draw_svg(write_bpmn(definition(named(title)))))
    texts = [each.text or "" for each in root.iter("{*}text")]
    assert title not in texts and any(text.endswith("…") for text in texts)
    assert title in [each.text for each in root.iter("{*}title")]


@pytest.mark.parametrize("text, lines", [
    ("形式审查", ["形式审查"]),
    ("办理接入审批，并登记", ["办理接入审", "批，并登记"]),
    ("看完，好", ["看完，好"]),
    ("check version two", ["check", "version", "two"]),
])
def test_chinese_breaks_anywhere_but_before_a_mark_and_words_stay_whole(text: str, lines: list[str]) -> None:
    assert wrap(text, 56) == lines


def test_the_same_document_gives_the_same_picture() -> None:
    xml = write_bpmn(definition(task("a")))
    assert draw_svg(xml, lit=["a"]) == draw_svg(xml, lit=["a"])
    assert re.match(r"<svg [^>]*viewBox=", draw_svg(xml))


def test_groups_loops_and_events_say_what_they_are() -> None:
    pictures = {example.construct: draw_svg(write_bpmn(example.definition)) for example in examples()}
    assert "每一项：" in pictures["for"]
    assert "发生时：" in pictures["event of the process"] and "随时可发起：" not in pictures["event of the process"]
    assert "随时可发起：撤回" in pictures["request"]
    assert "随时可发起" not in pictures["do"] and "stroke-dasharray" not in pictures["do"].partition("</g>")[0]
    assert all(picture.count("<g") > 3 for picture in pictures.values())


@pytest.mark.parametrize("strange", ["abc", "NaN", "INF", "-1e400", "", "1e30", "٣"])
def test_a_coordinate_of_any_kind_is_drawn_somewhere(strange: str) -> None:
    drawn = text_of("camunda8").replace('x="160"', f'x="{strange}"')
    assert drawn != text_of("camunda8")
    assert not re.search(r"\b(nan|inf)\b", draw_svg(drawn.encode()))


def test_notes_and_messages_of_a_drawing_are_shown() -> None:
    picture = draw_svg(text_of("camunda8").encode())
    assert "进机房要有人陪同" in picture and picture.count("stroke-dasharray") == 2
