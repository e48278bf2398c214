"""Records in plain words: what happened, in one sentence, for people who read traces."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from engine.clock import in_china
from engine.errors import Sentence
from engine.records import RecordType

Payload = Mapping[str, Any]
_ACTIONS = {"complete": ("办理完成", "completed"), "approve": ("同意", "approved"), "reject": ("不同意", "rejected"),
            "return": ("退回", "returned")}


def sentence_of(kind: RecordType, payload: Payload, title: str) -> Sentence:
    """One sentence; an erased payload says so."""
    if not payload and kind not in (RecordType.SIGNED_OUT,):
        return Sentence(f"{title or kind.value}（内容已按规定清除）", f"{title or kind.value} (content erased)")
    words = _WORDS.get(kind)
    return words(payload, title) if words is not None else Sentence(title or kind.value, kind.value)


def moment_text(value: object) -> str:
    return f"{in_china(value):%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else str(value or "")


def value_text(value: object) -> str:
    """A value for a table of changes."""
    if value is None or value == "":
        return "（空）"
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(value_text(item) for item in value)
    if isinstance(value, Mapping):
        return str(value.get("name") or "；".join(f"{key}：{value_text(item)}" for key, item in value.items()))
    return str(value)


def changes_of(kind: RecordType, payload: Payload) -> tuple[tuple[str, str, str], ...]:
    """Old and new values that a record carries: (what, old, new)."""
    if kind is RecordType.VARIABLES_SET:
        return tuple((name, value_text(change["old"]), value_text(change["new"]))
                     for name, change in payload.get("set", {}).items())
    if kind is RecordType.ENTRY_WRITTEN:
        old = payload.get("old") or {}
        return tuple((name, value_text(old.get(name)), value_text(value))
                     for name, value in (payload.get("new") or {}).items() if old.get(name) != value)
    if kind is RecordType.TASK_COMPLETED:
        previous = (payload.get("step") or {}).get("previous") or {}
        return tuple((name, value_text(previous.get(name)) if previous else "", value_text(value))
                     for name, value in (payload.get("answers") or {}).items()
                     if not previous or previous.get(name) != value)
    return ()


def _completed(payload: Payload, title: str) -> Sentence:
    zh, en = _ACTIONS.get(str(payload.get("action")), ("办理", "did"))
    said = f"：{payload['comment']}" if payload.get("comment") else ""
    return Sentence(f"{zh}“{title}”{said}", f"{en} “{title}”{said}")


def _created(payload: Payload, title: str) -> Sentence:
    due = f"，时限至 {moment_text(payload['due_at'])}" if payload.get("due_at") else ""
    vacant = "；岗位空缺已顺延" if payload.get("vacant") else ""
    return Sentence(f"任务“{title}”送达{due}{vacant}", f"task “{title}” arrived")


def _deadline(zh: str, en: str) -> Callable[[Payload, str], Sentence]:
    def words(payload: Payload, title: str) -> Sentence:
        state = payload.get("state", {})
        driving = state.get("driving")
        dues = state.get("stages", {}).get(driving, [])
        ends = "；".join(f"{due['otherwise']}：{moment_text(due['due_at'])}" for due in dues)
        met = f"，认定时刻 {moment_text(state['met_at'])}" if state.get("met_at") else ""
        proposed = state.get("proposed", {}).get(driving)
        advice = f"，时效建议：{proposed}" if proposed else ""
        return Sentence(f"时限“{title}”{zh}{met}{advice}" + (f"（{ends}）" if ends and not met else ""),
                        f"deadline “{title}” {en}")
    return words


def _fixed(zh: str, en: str) -> Callable[[Payload, str], Sentence]:
    return lambda payload, title: Sentence(zh.format(t=title, **_plain(payload)), en.format(t=title, **_plain(payload)))


def _plain(payload: Payload) -> dict[str, str]:
    return {name: value_text(value) for name, value in payload.items() if name not in ("t", "state", "set")}


_WORDS: Mapping[RecordType, Callable[[Payload, str], Sentence]] = {
    RecordType.INSTANCE_STARTED: _fixed("发起“{process_title}”，编号 {number}", "started {number}"),
    RecordType.INSTANCE_ENDED: _fixed("事项结束：{outcome}", "ended: {outcome}"),
    RecordType.TASK_CREATED: _created, RecordType.TASK_COMPLETED: _completed,
    RecordType.TASK_CLAIMED: _fixed("签收“{t}”", "claimed “{t}”"),
    RecordType.TASK_RELEASED: _fixed("放回“{t}”", "released “{t}”"),
    RecordType.TASK_CANCELLED: _fixed("任务“{t}”取消：{why}", "task “{t}” cancelled"),
    RecordType.TASK_WIDENED: _fixed("“{t}”超时未办，扩大办理人", "“{t}” widened"),
    RecordType.TASK_REMINDED: _fixed("催办提醒“{t}”", "reminded “{t}”"),
    RecordType.TASK_OVERDUE: _fixed("“{t}”已逾期，时限 {due_at}", "“{t}” overdue since {due_at}"),
    RecordType.REQUEST_RAISED: _fixed("提出“{title}”", "raised “{title}”"),
    RecordType.VARIABLES_SET: _fixed("“{t}”记下数据", "“{t}” set values"),
    RecordType.NUMBER_ISSUED: _fixed("发放编号 {number}", "issued number {number}"),
    RecordType.ENTRY_WRITTEN: _fixed("登记台账 {register}：{key}", "wrote register {register}: {key}"),
    RecordType.NOTIFIED: _fixed("通知：{zh}", "notified: {en}"),
    RecordType.DEADLINE_STARTED: _deadline("开始计时", "started"), RecordType.DEADLINE_MET: _deadline("已履行", "met"),
    RecordType.DEADLINE_REBASED: _deadline("重新起算", "rebased"), RecordType.DEADLINE_LIFTED: _deadline("不再适用", "lifted"),
    RecordType.DEADLINE_MISSED: _deadline("已过", "missed"),
    RecordType.DEADLINE_REASSESSED: _deadline("重新核算", "reassessed"),
    RecordType.DEADLINE_REMINDED: _fixed("时限“{title}”提醒", "deadline “{title}” reminder"),
    RecordType.FINDING_MADE: _fixed("时效认定“{title}”：建议 {proposed}，认定 {finding}，理由 {reason}",
                                    "finding on “{title}”: proposed {proposed}, made {finding}"),
    RecordType.ATTACHMENT_ADDED: _fixed("附件 {name}（SHA-256 {sha256}）", "attachment {name}"),
    RecordType.ACTION_REFUSED: _fixed("操作被拒：{zh}", "refused: {en}"),
    RecordType.INCIDENT_RAISED: _fixed("流程停在“{t}”：{zh}", "stopped at “{t}”: {en}"),
    RecordType.INCIDENT_RESOLVED: _fixed("“{t}”已恢复", "“{t}” goes on"),
    RecordType.TOKENS_MOVED: lambda payload, title: Sentence("流程位置更新", "tokens moved"),
    RecordType.TIMER_TRIGGERED: _fixed("定时触发", "timer triggered"),
    RecordType.DEFINITION_DEPLOYED: _fixed("发布流程“{title}”第 {number} 版", "published “{title}” version {number}"),
    RecordType.UNIT_ADDED: _fixed("新增单位 {name}", "added unit {name}"),
    RecordType.PERSON_ADDED: _fixed("新增账号 {login}（{name}）", "added account {login}"),
    RecordType.PERSON_DISABLED: _fixed("停用账号", "disabled an account"),
    RecordType.POST_HELD: _fixed("任职 {role} {unit_id}", "holds {role} {unit_id}"),
    RecordType.POST_LEFT: _fixed("离任 {role} {unit_id}", "left {role} {unit_id}"),
    RecordType.PASSWORD_CHANGED: _fixed("修改口令", "changed a password"),
    RecordType.SIGNED_IN: _fixed("登录（{address}）", "signed in ({address})"),
    RecordType.SIGNED_OUT: lambda payload, title: Sentence("退出登录", "signed out"),
    RecordType.SIGN_IN_REFUSED: _fixed("登录被拒（{address}）", "sign-in refused ({address})"),
    RecordType.TRACE_EXPORTED: _fixed("导出 {what}，{rows} 行", "exported {rows} rows of {what}"),
}
