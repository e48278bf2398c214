"""A filled-in form becomes answers, or every wrong field is named."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal

import pytest

from engine.clock import CHINA
from engine.definition.display import display, display_all, display_all_masked, display_masked, typed_values
from engine.definition.form import Form
from engine.definition.reader import read_form
from engine.definition.submission import Asked, Known, Submission, asked_fields, initial_values, validate
from engine.errors import SubmissionInvalid

NOW = datetime(2026, 11, 20, 14, 30, tzinfo=CHINA)
ANA = {"id": "ana", "name": "安娜", "unit": {"id": "cie", "name": "信息学院"}}
BO = {"id": "bo", "name": "博文", "unit": {"id": "cie", "name": "信息学院"}}
CIE = {"id": "cie", "name": "信息学院"}
SCAN = {"id": "f1", "name": "扫描.pdf", "sha256": "00", "size": Decimal(9)}
KNOWN = Known({"ana": ANA, "bo": BO}.get, {"cie": CIE}.get, {"f1": SCAN}.get)
SCOPE = {"step": {"actor": ANA, "now": NOW}, "filing": {"unit": CIE, "no": "N-1"}, "limit": Decimal(3)}

FIELDS = """\
      - number: {label: 编号, type: text, readonly: true, default: =filing.no}
      - name: {label: 名称, type: text, required: true, max_length: 10}
      - unit: {label: 单位, type: unit, default: =filing.unit}
      - owner: {label: 负责人, type: person, default: =step.actor, personal: 联络}
      - tel: {label: 电话, type: tel, personal: 联络}
      - mail: {label: 邮箱, type: email, personal: 联络}
      - scope: {label: 范围, type: radio, options: [校内, 校外], default: 校内}
      - icp: {label: 备案号, type: text, shown: =scope = "校外", required: =scope = "校外"}
      - icp_note: {label: 备案说明, type: text, shown: =icp != null, required: true}
      - env: {label: 环境, type: checkbox, options: [{value: Linux, label: Linux 版本, text: true}, 其他]}
      - found_at:
          label: 发现时间
          type: datetime
          checks: {that: found_at <= now(), else: 发现时间不能晚于现在, basis: A-1}
      - began_at: {label: 开始时间, type: datetime}
      - opened_on:
          label: 上线日期
          type: date
          checks: {that: opened_on >= today(), else: 早于今天, basis: A-1, warn: true}
      - count: {label: 数量, type: number, checks: [{that: count <= limit, else: 数量太多, basis: A-2}]}
      - ports: {label: 端口, type: port_list}
      - hosts:
          label: 主机
          type: table
          columns:
            - ip: {label: 地址, type: ip_list, required: true}
            - keeper: {label: 管理员, type: person}
            - share: {label: 份额, type: number, checks: [{that: share < count, else: 份额过大, basis: A-2}]}
      - seal: {label: 公章, type: seal}
      - sign: {label: 签名, type: signature}
      - papers: {label: 附件, type: file}
      - hint: {label: 说明文字, type: static}
"""


def form_of(fields: str = FIELDS, checks: str = "") -> Form:
    head = "anliu: 1\nform: sample\ntitle: 样表\nbasis: A-1\nsections:\n  - title: 一\n    fields:\n"
    text = f"{head}{fields}{checks}"
    reading = read_form(text, "forms/sample.yaml")
    assert reading.problems == ()
    assert reading.form is not None
    return reading.form


FORM = form_of(checks="checks:\n  - {that: began_at <= found_at, else: 开始不能晚于发现, basis: A-2}\n")


def submit(typed: Mapping[str, object], form: Form = FORM, **also: object) -> Submission:
    return validate(form, typed, scope=SCOPE, moment=NOW, known=KNOWN, **also)  # type: ignore[arg-type]


def errors_of(typed: Mapping[str, object], form: Form = FORM) -> dict[str, str]:
    with pytest.raises(SubmissionInvalid) as refused:
        submit(typed, form)
    assert all(error.zh and error.en for error in refused.value.errors)
    return {error.field: error.zh for error in refused.value.errors}




def repr_of(value: object) -> str:
    return type(value).__name__


DEEP: list[object] = []
for _ in range(5000):
    DEEP = [DEEP]
FULL = {
    "name": ["网站"], "unit": ["cie"], "owner": ["bo"], "tel": ["138 0000 5262"], "mail": ["bo@example.edu.cn"],
    "scope": ["校外"],
    "icp": ["ICP备1号"], "icp_note": ["无"], "env": ["Linux", "其他"], "env_Linux": ["22.03"],
    "found_at": ["2026-11-20T14:00"],
    "began_at": ["2026-11-20 13：00"], "opened_on": ["2026-12-01"], "count": ["3"], "ports": ["80，443"],
    "hosts.0.ip": ["10.1.1.1"], "hosts.0.keeper": ["ana"], "hosts.0.share": ["1"],
    "hosts.2.ip": ["10.1.1.2，10.1.1.3"],
    "seal.sealed": ["是"], "seal.sealed_on": ["2026-11-19"], "seal.scan": ["f1"], "seal.received_by": ["ana"],
    "sign": ["on"],
    "papers": ["f1"],
}


def test_a_full_form_from_a_browser_becomes_values_of_feel() -> None:
    answers = submit(FULL).answers
    assert answers["number"] == "N-1"
    assert (answers["owner"], answers["unit"], answers["tel"]) == (BO, CIE, "13800005262")
    assert (answers["env"], answers["env_Linux"]) == (["Linux", "其他"], "22.03")
    assert answers["found_at"] == datetime(2026, 11, 20, 14, tzinfo=CHINA)
    assert (answers["opened_on"], answers["count"], answers["ports"]) == (date(2026, 12, 1), Decimal(3),
                                                                          [Decimal(80), Decimal(443)])
    assert answers["hosts"] == [{"ip": ["10.1.1.1"], "keeper": ANA, "share": Decimal(1)},
                                {"ip": ["10.1.1.2", "10.1.1.3"], "keeper": None, "share": None}]
    assert answers["seal"] == {"sealed": "是", "sealed_on": date(2026, 11, 19), "scan": [SCAN],
                               "received_by": ANA}
    assert answers["sign"] == {"person": ANA, "signed_on": NOW}
    assert answers["papers"] == [SCAN]
    assert "hint" not in answers


def test_the_answers_shown_back_in_inputs_are_read_as_the_same_answers() -> None:
    answers = submit(FULL).answers
    assert submit(typed_values(FORM, answers)).answers == answers


def test_a_program_may_send_typed_values() -> None:
    typed = {"name": "网站", "count": 2, "ports": [80, 443], "sign": True, "owner": {"id": "bo"},
             "hosts": [{"ip": ["10.1.1.1"]}],
             "seal": {"sealed": False}, "env": ["其他"], "papers": [SCAN]}
    answers = submit(typed).answers
    assert (answers["count"], answers["ports"], answers["owner"]) == (Decimal(2), [Decimal(80), Decimal(443)],
                                                                      BO)
    assert answers["hosts"] == [{"ip": ["10.1.1.1"], "keeper": None, "share": None}]
    assert answers["papers"] == [SCAN]


def test_every_wrong_field_is_named_at_once_with_its_label() -> None:
    errors = errors_of({"tel": "12", "mail": "x", "scope": "月球", "count": "many", "found_at": "昨天",
                        "owner": "zoe", "unit": "none",
                        "hosts.1.ip": "1.2.3", "hosts.1.keeper": "zoe", "papers": "f9", "hosts.3.share": "1",
                        "sign": "maybe"})
    assert set(errors) == {"name", "tel", "mail", "scope", "count", "found_at", "owner", "unit", "hosts.1.ip",
                           "hosts.1.keeper",
                           "hosts.3.ip", "papers", "sign"}
    assert errors["name"] == "请填写“名称”"
    assert errors["tel"].startswith("“电话”要填 11 位手机号")
    assert "校内、校外" in errors["scope"]
    assert errors["owner"] == "“负责人”要从名单中选一个人员"


def test_errors_come_in_the_order_of_the_form() -> None:
    with pytest.raises(SubmissionInvalid) as refused:
        submit({"papers": "f9", "tel": "12", "count": "x"})
    assert [error.field for error in refused.value.errors] == ["name", "tel", "count", "papers"]
    assert refused.value.sentence.zh.startswith("有 4 处填写需要修改")


def test_a_field_the_form_does_not_have_is_refused() -> None:
    assert errors_of({"name": "x", "level": "1", "hosts.0.mac": "1", "hosts.0.ip": "1.1.1.1", "name.0.x": "1",
                      "seal.colour": "红"}) == {
        "level": "表单里没有这一项", "hosts.0.mac": "表单里没有这一项", "name.0.x": "表单里没有这一项", "seal": "“公章”有不认识的内容"}


def test_a_hidden_field_is_neither_asked_nor_stored() -> None:
    answers = submit({"name": "x", "scope": "校内", "icp": "ICP备1号", "icp_note": "x"}).answers
    assert "icp" not in answers
    assert "icp_note" not in answers


def test_a_field_that_is_shown_because_of_another_is_required_then() -> None:
    assert errors_of({"name": "x", "scope": "校外"}) == {"icp": "请填写“备案号”"}
    assert errors_of({"name": "x", "scope": "校外", "icp": "1"}) == {"icp_note": "请填写“备案说明”"}


def test_what_is_asked_follows_what_is_typed_even_while_much_is_wrong() -> None:
    def asked(typed: Mapping[str, object]) -> Asked:
        return asked_fields(FORM, typed, scope=SCOPE, moment=NOW)

    assert not {"icp", "icp_note"} & asked({"scope": "校内", "tel": "12"}).shown
    assert asked({"scope": "校外", "tel": "12"}).required == {"name", "icp"}
    assert asked({"scope": "校外", "icp": "1"}).required == {"name", "icp", "icp_note"}


def test_a_wrong_value_in_a_hidden_field_does_not_matter() -> None:
    assert "name" in submit({"name": "x", "scope": "校内", "icp": "很" * 3000}).answers


def test_a_read_only_field_is_never_taken_from_a_browser() -> None:
    assert submit({"name": "x", "number": "N-999"}).answers["number"] == "N-1"


def test_a_ticked_option_asks_for_its_text_and_an_unticked_one_drops_it() -> None:
    assert errors_of({"name": "x", "env": ["Linux"]}) == {"env_Linux": "“环境”选了“Linux 版本”，请填写说明"}
    assert submit({"name": "x", "env": ["其他"], "env_Linux": "22.03"}).answers["env_Linux"] is None


def test_checks_refuse_and_warnings_do_not() -> None:
    assert errors_of({"name": "x", "found_at": "2026-11-20T14:31"}) == {"found_at": "发现时间不能晚于现在"}
    assert errors_of({"name": "x", "count": "4"}) == {"count": "数量太多"}
    assert errors_of({"name": "x", "found_at": "2026-11-20T14:00",
                      "began_at": "2026-11-20T14:01"}) == {"began_at": "开始不能晚于发现"}
    warned = submit({"name": "x", "opened_on": "2026-11-01"})
    assert [(warning.field, warning.zh, warning.clauses)
            for warning in warned.warnings] == [("opened_on", "早于今天", ("A-1",))]


def test_a_check_over_an_answer_that_is_missing_says_nothing() -> None:
    assert submit({"name": "x", "began_at": "2026-11-20T14:01"}).warnings == ()


def test_a_check_in_a_table_sees_its_row_and_the_form() -> None:
    assert errors_of({"name": "x", "count": "2", "hosts.0.ip": "10.1.1.1", "hosts.0.share": "1",
                      "hosts.4.ip": "10.1.1.2",
                      "hosts.4.share": "2"}) == {"hosts.4.share": "份额过大"}


def test_a_column_that_is_required_is_asked_for_in_its_row() -> None:
    assert errors_of({"name": "x", "hosts.0.keeper": "ana"}) == {"hosts.0.ip": "请填写“地址”"}


def test_a_seal_needs_its_date_only_when_it_was_set() -> None:
    assert errors_of({"name": "x", "seal.sealed": "是"}) == {"seal.sealed_on": "请填写“公章”的盖章日期"}
    assert submit({"name": "x", "seal.sealed": "否"}).answers["seal"] == {
        "sealed": "否", "sealed_on": None, "scan": None, "received_by": None}


def test_too_long_texts_and_invisible_characters_are_refused() -> None:
    assert errors_of({"name": "很" * 11}) == {"name": "“名称”最多填 10 个字"}
    assert "控制字符" in errors_of({"name": "a\u202eb"})["name"]


def test_one_value_is_one_value() -> None:
    assert errors_of({"name": ["a", "b"]}) == {"name": "“名称”只能填一个值"}


def test_only_marked_fields_are_taken_and_the_others_keep_their_answers() -> None:
    before = submit(FULL).answers
    after = submit({"name": "新名", "tel": "6001", "hosts.0.ip": "1.1.1.1"}, may_write=frozenset({"name"}),
                   kept=before).answers
    assert after == {**before, "name": "新名"}


def test_defaults_are_worked_out_from_variables_and_shown_first() -> None:
    values = initial_values(FORM, SCOPE, NOW)
    assert (values["number"], values["unit"], values["owner"], values["scope"]) == ("N-1", CIE, ANA, "校内")
    assert values["name"] is None


@pytest.mark.parametrize("hostile",
                         ["<script>", {"a": 1}, [[1]], True, 1e400, float("nan"), {"0": {}}, [None, {}], "\0",
                          b"x", 10**5000, Decimal("1E+9999999"), DEEP],
                         ids=repr_of)
def test_no_value_whatever_makes_the_validation_raise_something_else(hostile: object) -> None:
    for item in FORM.fields():
        typed = {"name": "x", item.id: hostile, f"{item.id}.0.ip": hostile, f"{item.id}.sealed": hostile}
        with suppress(SubmissionInvalid):
            submit(typed)


def test_answers_are_shown_as_text_in_china_time_and_personal_ones_masked() -> None:
    answers = submit(FULL).answers
    shown = {item.id: text for item, text in display_all(FORM, answers)}
    assert shown["found_at"] == "2026-11-20 14:00"
    assert shown["env"] == "Linux 版本、其他；Linux 版本：22.03"
    assert shown["hosts"] == "地址：10.1.1.1，管理员：安娜，份额：1；地址：10.1.1.2, 10.1.1.3"
    assert shown["seal"] == "已盖章 2026-11-19 收件人 安娜 扫描.pdf"
    assert shown["sign"] == "安娜 2026-11-20 14:30"
    masked = {item.id: text for item, text in display_all_masked(FORM, answers)}
    assert (masked["tel"], masked["mail"], masked["owner"]) == ("138****5262", "b***@example.edu.cn", "博**")
    assert masked["name"] == shown["name"] == "网站"


def test_nothing_is_shown_as_nothing() -> None:
    assert all(display(item, None) == display_masked(item, None) == "" for item in FORM.fields())
