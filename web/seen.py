"""What templates call: answers as text, sizes, titles, clauses, actions. Words only; no markup is made in Python."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from flask import Flask, g, request
from flask_babel import gettext as _

from engine.bpmn.portable import portable_id
from engine.definition.display import display_all, display_all_masked
from engine.definition.form import Field, Form
from engine.definition.model import Action, Expression, Request, Start
from engine.store.queries.cases import SubmissionRow
from engine.store.queries.changes import EMPTY
from engine.store.queries.trace import TraceEntry
from engine.trace.receipts import Receipt
from engine.views.instances import InstanceView
from web.safe_path import own_path

_EQUALS = re.compile(r'\s*([\w一-鿿]+)\s*=\s*"([^"]*)"\s*')


def install_seen(app: Flask) -> None:
    app.jinja_env.filters.update(size=size, short=short, receipt_number=receipt_number, receipt_moment=receipt_moment,
                                 portable=portable_id)
    app.jinja_env.globals.update(
        answered=answered, action_words=action_words, action_done=action_done, base_words=base_words, current_noun=current_noun,
        changes_of=changes_of, condition_words=condition_words, filters=filters,
        limit_words=limit_words, own_address=own_address,
        said_now=said_now, shown_first=shown_first, status_words=status_words, takes_back=takes_back)


def answered(case: InstanceView, done: SubmissionRow) -> Iterator[tuple[Field, str]]:
    """The answers of one step as people read them; masked for who reads by office and has no part in the case."""
    form = case.bundle.form_of(done.step_id)
    show = display_all_masked if case.may_read_all else display_all
    return iter(show(form, done.answers)) if form is not None else iter(())


def changes_of(entry: TraceEntry) -> Iterator[tuple[str, str, str]]:
    """What a record changed, under the labels of the form: (label, old, new); no old where there was nothing before."""
    for name, old, new in entry.changes:
        yield entry.labels[name], "" if old == EMPTY else old, new


def takes_back(case: InstanceView, done: SubmissionRow, person_id: str) -> bool:
    """Whether to offer somebody to take back what he did; what can never be taken back is not offered."""
    step = case.bundle.definition.find_task(done.step_id)
    if isinstance(step, Request) or (isinstance(step, Start) and done.visit == 1):
        return False
    return (case.head.status == "running" and case.suspension is None and done.actor_id == person_id
            and done.action != "withdrawn")


def shown_first(submissions: Sequence[SubmissionRow], wanted: Sequence[str]) -> list[SubmissionRow]:
    """Newest first, and before all others the latest visit of each step that the task wants shown."""
    newest = list(reversed(submissions))
    latest = [next((row for row in newest if row.step_id == step_id), None) for step_id in wanted]
    first = [row for row in latest if row is not None]
    return [*first, *(row for row in newest if row not in first)]


def size(octets: int) -> str:
    return f"{octets / 1024 / 1024:.1f} MB" if octets >= 1024 * 1024 else f"{max(1, octets // 1024)} KB"


def short(digest: str) -> str:
    return digest[:12]


def action_words(action: Action) -> str:
    if action.label:
        return action.label
    return {"complete": _("提交"), "approve": _("同意"), "reject": _("不同意"), "return": _("退回修改")}[action.kind]


def condition_words(form: Form, condition: object) -> str:
    """When a conditional field is to be filled in, for a page without script."""
    if not isinstance(condition, Expression):
        return ""
    simple = _EQUALS.fullmatch(condition.text)
    other = form.find_field(simple[1]) if simple else None
    if simple and other is not None:
        return _("当“%(label)s”为“%(value)s”时填写", label=other.label, value=simple[2])
    return _("视前面的回答而定，不适用时留空")


def said_now() -> str:
    """What the page says about what was just done; a closed list, so that no address can put words in our mouth."""
    return {
        "claimed": _("已认领，现在由您办理。"), "released": _("已放回，其他人可以认领。"), "saved": _("草稿已保存。"),
        "password": _("密码已修改。"), "published": _("新版本已发布，正在运行的事项仍按原版本办理。"),
        "operated": _("已执行，并记入痕迹。"), "withdrawn": _("已撤回，任务重新打开。"),
        "shift-set": _("已排班。"), "shift-withdrawn": _("已撤销。"),
    }.get(request.args.get("said", ""), "")


def limit_words(status: str) -> str:
    """How a statutory deadline stands."""
    return {
        "waiting": _("未起算"), "running": _("计时中"), "met": _("已达成"), "overdue": _("已逾期"), "lifted": _("不适用"),
    }.get(status, status)


def status_words(status: str) -> str:
    return {
        "running": _("办理中"), "ended": _("已办结"), "open": _("待办"), "completed": _("已完成"), "cancelled": _("已取消"),
    }.get(status, status)


def action_done(action: str) -> str:
    return {"approve": _("已同意"), "reject": _("不同意"), "return": _("已退回")}.get(action, "")


def base_words(name: str) -> str:
    """What a limit is counted from, where its name is one that everybody uses."""
    return {"discovered": _("发现"), "occurred": _("发生"), "handled": _("处置完毕")}.get(name, name)


def receipt_number(receipt: Receipt) -> str:
    """Enough of the record's hash to say over the telephone."""
    digest = receipt.hash.removeprefix("sha256:")[:16].upper()
    return "-".join(digest[start:start + 4] for start in range(0, 16, 4))


def receipt_moment(receipt: Receipt) -> datetime:
    return datetime.fromisoformat(receipt.recorded_at)


def current_noun() -> str:
    """The drawer this page is in; a page of what is missing is in none."""
    return "" if g.get("is_missing") else request.blueprint or ""


def own_address() -> str:
    """This page's address, to come back to; pages of errors give none away."""
    if request.method != "GET" or request.endpoint is None or g.get("is_missing"):
        return "/"
    return own_path(request.full_path.rstrip("?"))


def filters() -> dict[str, str]:
    """What the page is filtered by, to go with its other pages and its export."""
    return {name: value for name, value in request.args.items() if name not in ("after", "said", "language") and value}
