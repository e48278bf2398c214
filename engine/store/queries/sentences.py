"""Records in plain words: what happened, in one sentence, for people who read traces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from engine.actors import split_principal
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


def _completed(payload: Payload, title: str) -> Sentence:
    zh, en = _ACTIONS.get(str(payload.get("action")), ("办理", "did"))
    said = f"：{payload['comment']}" if payload.get("comment") else ""
    warned = "；".join(str(warning) for warning in payload.get("warnings") or ())
    return Sentence(f"{zh}“{title}”{said}" + (f"（提示：{warned}）" if warned else ""),
                    f"{en} “{title}”{said}" + (f" (note: {warned})" if warned else ""))


def _created(payload: Payload, title: str) -> Sentence:
    due = moment_text(payload.get("due_at"))
    zh, en = _passed_on(payload)
    return Sentence(f"任务“{title}”送达" + (f"，时限至 {due}" if due else "") + zh,
                    f"task “{title}” arrived" + (f", due {due}" if due else "") + en)


def _passed_on(payload: Payload) -> tuple[str, str]:
    """Why the task went past the posts that come first: said plainly when it left their unit (SoD-2)."""
    skipped = _units_of(payload.get("vacant") or ())
    if not payload.get("vacant"):
        return "", ""
    if payload.get("exclusions") and skipped and not skipped & _units_of(payload.get("principals") or ()):
        return ("；缺少第二人：本单位应办岗位空缺或需回避，由其他岗位核对",
                "; no second person: the posts of the unit are vacant or excluded, so another post checks it")
    return "；岗位空缺或需回避，已顺延", "; passed on, because the post is vacant or excluded"


def _units_of(principals: Iterable[str]) -> set[str]:
    return {unit_id for role, unit_id in map(split_principal, principals) if unit_id and role != "person"}


def _deadline(zh: str, en: str) -> Callable[[Payload, str], Sentence]:
    def words(payload: Payload, title: str) -> Sentence:
        state = payload.get("state", {})
        driving = state.get("driving")
        dues = state.get("stages", {}).get(driving, [])
        ends = "；".join(f"{due['otherwise']}：{moment_text(due['due_at'])}" for due in dues)
        met = moment_text(state.get("met_at"))
        proposed = state.get("proposed", {}).get(driving)
        tail = f"（{ends}）" if ends and not met else ""
        return Sentence(
            f"时限“{title}”{zh}" + (f"，认定时刻 {met}" if met else "") + (f"，时效建议：{proposed}" if proposed else "") + tail,
            f"deadline “{title}” {en}" + (f" at {met}" if met else "") + (f", proposed: {proposed}" if proposed else "") + tail)
    return words


def _fixed(zh: str, en: str) -> Callable[[Payload, str], Sentence]:
    """`{t}` is the step's title in quotes, or nothing where the step has none."""
    def words(payload: Payload, title: str) -> Sentence:
        quoted = f"“{title}”" if title else ""
        return Sentence(zh.format(t=quoted, **_plain(payload)), en.format(t=quoted, **_plain(payload)).strip())
    return words


def _plain(payload: Payload) -> dict[str, str]:
    return {name: value_text(value) for name, value in payload.items() if name not in ("t", "state", "set")}


def _finding_made(payload: Payload, title: str) -> Sentence:
    proposed, finding, reason = (value_text(payload.get(name)) for name in ("proposed", "finding", "reason"))
    said = payload.get("reason")
    return Sentence(f"时效认定“{payload['title']}”：建议 {proposed}，认定 {finding}" + (f"，理由：{reason}" if said else ""),
                    f"finding on “{payload['title']}”: proposed {proposed}, made {finding}" + (f": {reason}" if said else ""))


def _decision_made(payload: Payload, title: str) -> Sentence:
    fired = payload.get("fired") or ()
    rules = "、".join(f"第 {rule['rule']} 条" + (f"（{rule['note']}）" if rule["note"] else "") for rule in fired)
    numbers = ", ".join(str(rule["rule"]) for rule in fired)
    return Sentence(f"按表判定“{title or payload['title']}”：" + (f"用到{rules}" if rules else "没有规则用到"),
                    f"decided “{title or payload['title']}” by " + (f"rule {numbers}" if numbers else "no rule"))


_ARRIVED = {"message": ("收到消息“{name}”", "received message “{name}”"), "signal": ("收到信号“{name}”", "received signal “{name}”"),
            "entry": ("台账变动：{name}", "a register changed: {name}"),
            "return": ("所调用的事项 {name} 已结束", "the called case {name} has ended"),
            "service": ("外部程序 {name} 完成了“{title}”", "the program {name} finished “{title}”")}


def _received(payload: Payload, title: str) -> Sentence:
    zh, en = _ARRIVED[str(payload["kind"])]
    words = {"name": payload["name"], "title": title}
    sender = payload.get("sender") if payload["kind"] in ("message", "signal", "entry") else None
    return Sentence(zh.format(**words) + (f"，来自 {sender}" if sender else ""),
                    en.format(**words) + (f" from {sender}" if sender else ""))


def _raised(payload: Payload, title: str) -> Sentence:
    zh, en = {"message": ("消息", "message"), "signal": ("信号", "signal")}[str(payload["kind"])]
    key = f"（{payload['key']}）" if payload.get("key") else ""
    return Sentence(f"发出{zh}“{payload['name']}”{key}", f"raised {en} “{payload['name']}”{key}")


def _moved(payload: Payload, title: str) -> Sentence:
    to, gone, passed = payload["to_title"], payload["withdrawn"], payload["passed"]
    zh, en = ("退回到", "returned to") if payload["kind"] == "return" else ("跳转到", "jumped to")
    more_zh = (f"；同时撤下：{value_text(gone)}" if gone else "") + (f"；视为已过：{value_text(passed)}" if passed else "")
    more_en = (f"; withdrawn too: {', '.join(gone)}" if gone else "") + (f"; counted as passed: {', '.join(passed)}" if passed else "")
    return Sentence(f"从“{payload['from_title']}”{zh}“{to}”：{payload['reason']}{more_zh}",
                    f"{en} “{to}” from “{payload['from_title']}”: {payload['reason']}{more_en}")


def _withdrawn(payload: Payload, title: str) -> Sentence:
    gone = [each for each in payload["withdrawn"] if each]
    return Sentence(f"撤回“{payload['title']}”的办理，重新打开" + (f"；同时撤下：{value_text(gone)}" if gone else ""),
                    f"took back “{payload['title']}”, which is open again" + (f"; withdrawn too: {', '.join(gone)}" if gone else ""))


def _migrated(payload: Payload, title: str) -> Sentence:
    old, new = value_text(payload["from_number"]), value_text(payload["to_number"])
    return Sentence(f"从第 {old} 版换到第 {new} 版：{payload['reason']}",
                    f"migrated from version {old} to version {new}: {payload['reason']}")


def _corrected(payload: Payload, title: str) -> Sentence:
    limits = payload["limits"]
    moved = [name for name, new in limits["new"].items() if new != limits["old"].get(name)]
    zh = "；".join(f"时限“{name}”重新核算：{_ends(limits['old'].get(name))} → {_ends(limits['new'][name])}" for name in moved)
    en = "; ".join(f"deadline “{name}” assessed again: {_ends(limits['old'].get(name))} → {_ends(limits['new'][name])}" for name in moved)
    return Sentence(f"确认更正“{payload['title']}”：{payload['reason']}" + (f"；{zh}" if zh else ""),
                    f"confirmed the correction of “{payload['title']}”: {payload['reason']}" + (f"; {en}" if en else ""))


def _ends(limit: Payload | None) -> str:
    """When the stages of a deadline end, when it was met, and what the clock proposes."""
    if not limit:
        return value_text(None)
    ends = "、".join(moment_text(stage["due_at"]) for stage in limit["stages"]) or value_text(None)
    met = f" · {moment_text(limit['met_at'])}" if limit["met_at"] else ""
    return ends + met + (f" · {limit['proposed']}" if limit["proposed"] else "")


def _held(payload: Payload, title: str) -> Sentence:
    zh, en = _ARRIVED[str(payload["kind"])]
    return Sentence(zh.format(name=payload["name"]) + "，事项已暂停，恢复后处理",
                    en.format(name=payload["name"]) + ", kept until the case is resumed")


def _put_off(payload: Payload, title: str) -> Sentence:
    if payload.get("is_held"):
        return Sentence("主事项已暂停，恢复后再送达", "kept until the calling case is resumed")
    if payload.get("is_asked"):
        return Sentence("要求立即再试", "asked to try again at once")
    again = moment_text(payload["again_at"])
    return Sentence(f"定时未能执行，{again} 再试", f"timer failed, again at {again}")


def _named(zh: str, en: str) -> Callable[[Payload, str], Sentence]:
    """What happens to a case that is to begin; `{n}` is the entry or event that asks for it, in quotes."""
    def words(payload: Payload, title: str) -> Sentence:
        quoted = f"“{payload['name']}”" if payload.get("name") else ""
        reason = {"zh": payload.get("zh") or "", "en": payload.get("en") or "", "number": payload.get("number") or ""}
        return Sentence(zh.format(n=quoted, **reason), en.format(n=quoted, **reason))
    return words


_not_begun = _named("{n}未能发起，稍后再试：{zh}", "{n} could not begin, tried again later: {en}")
_asked_again = _named("要求立即再发起{n}", "asked to begin {n} at once")
_given_up = _named("不再发起{n}", "{n} given up")
_not_asked = _named("{n}不再需要发起", "{n} is no longer asked for")


def _entry_written(payload: Payload, title: str) -> Sentence:
    register = payload.get("register_title") or payload["register"]
    return Sentence(f"登记“{register}”：{payload['key']}", f"wrote “{register}”: {payload['key']}")


def _exported(payload: Payload, title: str) -> Sentence:
    zh, en = {"instances": ("事项", "cases"), "trace": ("痕迹", "the trace")}.get(str(payload["what"]), ("", ""))
    return Sentence(f"导出{zh} {payload['rows']} 行", f"exported {payload['rows']} rows of {en}")


_WORDS: Mapping[RecordType, Callable[[Payload, str], Sentence]] = {
    RecordType.INSTANCE_STARTED: _fixed("发起“{process_title}”，编号 {number}", "started {number}"),
    RecordType.INSTANCE_ENDED: _fixed("事项结束：{outcome}", "ended: {outcome}"),
    RecordType.INSTANCE_SUSPENDED: _fixed("暂停事项：{reason}（法定时限照常计算）",
                                          "suspended the case: {reason} (statutory deadlines go on)"),
    RecordType.INSTANCE_RESUMED: _fixed("恢复事项：{reason}", "resumed the case: {reason}"),
    RecordType.INSTANCE_CANCELLED: _fixed("终止事项：{reason}", "cancelled the case: {reason}"),
    RecordType.CORRECTION_PROPOSED: _fixed("提出更正“{title}”，待另一人确认：{reason}",
                                           "proposed to correct “{title}”, for another person to confirm: {reason}"),
    RecordType.CORRECTION_CONFIRMED: _corrected,
    RecordType.CORRECTION_DECLINED: _fixed("不更正“{title}”：{remark}", "declined to correct “{title}”: {remark}"),
    RecordType.CASE_MOVED: _moved, RecordType.CASE_MIGRATED: _migrated, RecordType.COMPLETION_WITHDRAWN: _withdrawn,
    RecordType.VARIABLE_CHANGED: _fixed("改动数据：{reason}", "changed a value: {reason}"),
    RecordType.TASK_CREATED: _created, RecordType.TASK_COMPLETED: _completed,
    RecordType.TASK_CLAIMED: _fixed("认领{t}", "claimed {t}"),
    RecordType.TASK_RELEASED: _fixed("放回{t}", "released {t}"),
    RecordType.TASK_CANCELLED: _fixed("任务{t}取消：{why}", "task {t} cancelled"),
    RecordType.TASK_WIDENED: _fixed("{t}超时未办，扩大办理人", "{t} widened"),
    RecordType.TASK_REMINDED: _fixed("催办提醒{t}", "reminded {t}"),
    RecordType.TASK_OVERDUE: _fixed("{t}已逾期，时限 {due_at}", "{t} overdue since {due_at}"),
    RecordType.REQUEST_RAISED: _fixed("提出“{title}”", "raised “{title}”"),
    RecordType.VARIABLES_SET: _fixed("{t}记下数据", "{t} set values"),
    RecordType.DECISION_MADE: _decision_made, RecordType.EVENT_RECEIVED: _received, RecordType.EVENT_RAISED: _raised,
    RecordType.EVENT_HELD: _held,
    RecordType.PROCESS_CALLED: _fixed("调用流程“{process_title}”，编号 {number}", "called “{process_title}”: {number}"),
    RecordType.SCHEDULE_TRIGGERED: _fixed("“{process}”到期发起 {started} 件", "“{process}” began {started} cases"),
    RecordType.BEGINNING_PLANNED: lambda payload, title: _not_begun({**payload, "name": payload["process_title"]}, title),
    RecordType.BEGINNING_PUT_OFF: lambda payload, title: (_asked_again if payload.get("is_asked") else _not_begun)(payload, title),
    RecordType.BEGINNING_DROPPED: lambda payload, title: (_given_up if payload.get("is_asked") else _not_asked)(payload, title),
    RecordType.BEGINNING_MADE: _named("到期发起{n}，编号 {number}", "began {n}: {number}"),
    RecordType.NUMBER_ISSUED: _fixed("发放编号 {number}", "issued number {number}"),
    RecordType.ENTRY_WRITTEN: _entry_written,
    RecordType.NOTIFIED: _fixed("通知：{zh}", "notified: {en}"),
    RecordType.DEADLINE_STARTED: _deadline("开始计时", "started"), RecordType.DEADLINE_MET: _deadline("已履行", "met"),
    RecordType.DEADLINE_REBASED: _deadline("重新起算", "rebased"), RecordType.DEADLINE_LIFTED: _deadline("不再适用", "lifted"),
    RecordType.DEADLINE_MISSED: _deadline("已过", "missed"),
    RecordType.DEADLINE_REASSESSED: _deadline("重新核算", "reassessed"),
    RecordType.DEADLINE_REMINDED: _fixed("时限“{title}”提醒", "deadline “{title}” reminder"),
    RecordType.FINDING_MADE: _finding_made,
    RecordType.ATTACHMENT_ADDED: _fixed("附件 {name}（SHA-256 {sha256}）", "attachment {name}"),
    RecordType.ACTION_REFUSED: _fixed("操作被拒：{zh}", "refused: {en}"),
    RecordType.INCIDENT_RAISED: _fixed("流程停在{t}：{zh}", "stopped at {t}: {en}"),
    RecordType.INCIDENT_RESOLVED: _fixed("{t}已恢复", "{t} goes on"),
    RecordType.TOKENS_MOVED: lambda payload, title: Sentence("流程位置更新", "tokens moved"),
    RecordType.TIMER_TRIGGERED: _fixed("定时触发", "timer triggered"),
    RecordType.TIMER_PUT_OFF: _put_off,
    RecordType.DEFINITION_DEPLOYED: _fixed("发布流程“{title}”第 {number} 版", "published “{title}” version {number}"),
    RecordType.UNIT_ADDED: _fixed("新增单位 {name}", "added unit {name}"),
    RecordType.PERSON_ADDED: _fixed("新增账号 {login}（{name}）", "added account {login}"),
    RecordType.PERSON_DISABLED: _fixed("停用账号", "disabled an account"),
    RecordType.POST_HELD: _fixed("任职 {post}", "holds {post_en}"),
    RecordType.POST_LEFT: _fixed("离任 {post}", "left {post_en}"),
    RecordType.SHIFT_SET: _fixed("排班 {post}：{name}，{since} 至 {until}", "shift of {post_en}: {name}, {since} to {until}"),
    RecordType.SHIFT_WITHDRAWN: _fixed("撤销排班 {post}：{name}，{since} 至 {until}",
                                       "withdrew the shift of {post_en}: {name}, {since} to {until}"),
    RecordType.PASSWORD_CHANGED: _fixed("设置 {name} 的密码", "set the password of {name}"),
    RecordType.SIGNED_IN: _fixed("{name} 登录（{address}）", "{name} signed in ({address})"),
    RecordType.SIGNED_OUT: lambda payload, title: Sentence("退出登录", "signed out"),
    RecordType.SIGN_IN_REFUSED: _fixed("账号 {login} 登录被拒（{address}）", "sign-in as {login} refused ({address})"),
    RecordType.TRACE_EXPORTED: _exported,
    RecordType.TOKEN_ISSUED: _fixed("为 {name} 签发接口令牌 {id}（{title}），权限 {scopes}，有效至 {expires_at}",
                                    "issued token {id} ({title}) to {name} for {scopes}, until {expires_at}"),
    RecordType.WEBHOOK_ADDED: _fixed("登记通知地址 {url}（{events}）", "added webhook {url} for {events}"),
    RecordType.WEBHOOK_REMOVED: _fixed("移除通知地址 {url}", "removed webhook {url}"),
    RecordType.TOKEN_WITHDRAWN: _fixed("收回 {name} 的接口令牌 {id}（{title}）", "withdrew token {id} ({title}) of {name}"),
}
