"""Reading limits: parameters, the due date of a task, statutory deadlines with their stages, reminders.

It knows how limits are written and cited, and refuses to know a calendar.
"""

from __future__ import annotations

import re
from decimal import Decimal

from engine.definition.draft import Draft
from engine.definition.keys import DEADLINE, DUE, OVERDUE, PARAMETER, STAGE
from engine.definition.model import Deadline, Due, Expression, Parameter, Remind, Rule, Stage
from engine.definition.nodes import MapNode, Node, ScalarNode
from engine.definition.sheet import Sheet
from engine.definition.who import read_rules
from engine.worktime.limit import Limit, LimitInvalid, parse_limit

_PERCENT = re.compile(r"\+?(\d{1,40}(?:\.\d{0,60})?|\.\d{1,60})\s*%")


def read_parameters(draft: Draft, sheet: Sheet) -> tuple[Parameter, ...]:
    """The numbers of the regulation; they become known to every limit read after this."""
    return tuple(_read_parameter(draft, key, node) for key, node in sheet.pairs("parameters"))


def _read_parameter(draft: Draft, key: ScalarNode, node: Node) -> Parameter:
    name = draft.id(key)
    draft.declare(name, key.place)
    sheet = Sheet(draft, node, PARAMETER)
    written = sheet.find("value")
    value = _parameter_value(draft, written) if written is not None else ""
    basis, title = sheet.basis(), sheet.text("title")
    own = draft.values.get(name)
    if own is not None:
        value, basis = own.value, own.basis
    draft.parameters[name] = (value, basis)
    return Parameter(name, value, basis, title)


def read_value(draft: Draft, key: ScalarNode, node: Node) -> Parameter:
    """What a pack says of one parameter."""
    sheet = Sheet(draft, node, PARAMETER)
    written = sheet.find("value")
    value = _parameter_value(draft, written) if written is not None else ""
    return Parameter(draft.id(key), value, sheet.basis(), sheet.text("title"))


def _parameter_value(draft: Draft, node: Node) -> Limit | Decimal | str:
    if not isinstance(node, ScalarNode):
        draft.wrong(node, "parameter", "参数的值要写时限、数字或文字", "A parameter is a limit, a number or a text")
        return ""
    literal = node.value()
    if isinstance(literal, Decimal):
        return literal
    try:
        return parse_limit(node.text)
    except LimitInvalid as error:
        if node.text[:1].isdigit() and not node.quoted:
            draft.wrong(node, "limit", error.zh, error.en, (error.hint_zh, error.hint_en))
            return ""
        return draft.text(node, "value")


def read_due(draft: Draft, node: Node | None, around: tuple[str, ...]) -> Due | None:
    """The limit of a task: a limit, the name of a parameter, or the long form with base and reminders."""
    if node is None:
        return None
    if not isinstance(node, MapNode):
        within, by, basis = draft.moment(node, around=around)
        return Due(within, basis, by=by)
    sheet = Sheet(draft, node, DUE)
    within, by, basis = _read_end(draft, sheet, around)
    if within is None and by is None:
        return None
    overdue: tuple[Rule, ...] = ()
    told = sheet.find("overdue")
    if told is not None:
        overdue = read_rules(draft, Sheet(draft, told, OVERDUE).items("notify"))
    return Due(within, basis, sheet.find_expression("base"), read_reminders(draft, sheet), overdue,
               sheet.flag("soft"), by)


def _read_end(draft: Draft, sheet: Sheet,
              around: tuple[str, ...]) -> tuple[Limit | None, Expression | None, tuple[str, ...]]:
    """`within` a limit, or `by` a moment: exactly one of them."""
    written = sheet.find("within")
    if sheet.has("within") == sheet.has("by") and isinstance(sheet.node, MapNode) and "within" not in sheet.misspelt:
        draft.wrong(sheet.node, "missing-key", f"{sheet.noun.zh}要从 `within`、`by` 中写且只写一个",
                    f"A {sheet.noun.en} has exactly one of `within` and `by`")
    if written is None:
        return None, sheet.find_expression("by"), sheet.basis(around)
    within, basis = draft.limit(written, sheet.basis(), around=around)
    return within, None, basis


def read_reminders(draft: Draft, sheet: Sheet) -> tuple[Remind, ...]:
    return tuple(_read_remind(draft, node) for node in sheet.items("remind"))


def _read_remind(draft: Draft, node: Node) -> Remind:
    text = node.text.strip() if isinstance(node, ScalarNode) else ""
    if text.endswith("%"):
        written = _PERCENT.fullmatch(text)
        if written is not None and 0 < Decimal(written[1]) < 100:
            return Remind(fraction=Decimal(written[1]) / 100)
    else:
        try:
            before = parse_limit(text)
        except LimitInvalid:
            before = None
        if before is not None and before.before:
            return Remind(before=before)
    draft.wrong(node, "remind", "提醒要写 50% 或 5 minutes before 这样的形式",
                "Expected a reminder such as 50% or 5 minutes before")
    return Remind(fraction=Decimal("0.5"))


def read_deadline(draft: Draft, key: ScalarNode, node: Node, inherited: tuple[str, ...]) -> Deadline:
    """A statutory limit over several steps."""
    draft.owner = draft.id(key)
    draft.declare(key.text, key.place)
    sheet = Sheet(draft, node, DEADLINE)
    basis = sheet.basis()
    bases: list[tuple[str, Expression]] = []
    for name, value in sheet.pairs("bases"):
        bases.append((draft.id(name), draft.expression(value, "bases")))
    stages = tuple(_read_stage(draft, item, basis) for item in sheet.items("stages"))
    return Deadline(key.text, sheet.text("title"), tuple(bases), sheet.expression("met_at"), stages,
                    sheet.find_expression("when"), sheet.find_expression("rebase"),
                    sheet.text("in_time", "按时"),
                    sheet.mention("confirmed_in", "task"), basis or inherited, key.place)


def _read_stage(draft: Draft, node: Node, around: tuple[str, ...]) -> Stage:
    sheet = Sheet(draft, node, STAGE)
    within, by, basis = _read_end(draft, sheet, around)
    return Stage(within, sheet.text("otherwise"), basis, read_reminders(draft, sheet),
                 read_rules(draft, sheet.items("notify")), by)
