"""Reading what may happen besides the flow: triggers, the `on` of an activity, of a group and of the process.

It knows how an event is written. The steps behind it are read by whoever hands in the reading of steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.definition.draft import Draft
from engine.definition.effects import read_effects, read_gates
from engine.definition.keys import BOUNDARY, EVENT, REQUEST
from engine.definition.model import (
    Boundary,
    ConditionTrigger,
    EntryTrigger,
    ErrorTrigger,
    EscalationTrigger,
    Event,
    Expression,
    MessageTrigger,
    Request,
    SignalTrigger,
    Step,
    TimerTrigger,
    Trigger,
)
from engine.definition.nodes import MapNode, Node, ScalarNode
from engine.definition.problems import code
from engine.definition.sheet import Sheet
from engine.definition.who import read_who

ReadSteps = Callable[[Draft, Node, tuple[str, ...]], tuple[Step, ...]]
Clauses = tuple[str, ...]
SORTS = ("timer", "condition", "message", "signal", "error", "escalation", "entry")


@dataclass(frozen=True, slots=True)
class StepSheet:
    """One step being read: its id, its keys, the clauses around it, and how the steps inside it are read."""

    draft: Draft
    key: ScalarNode
    sheet: Sheet
    inherited: Clauses
    read_steps: ReadSteps

    @property
    def id(self) -> str:
        return self.key.text

    def basis(self) -> tuple[Clauses, Clauses]:
        """Its own clauses, and those that count: its own or the ones around it."""
        own = self.sheet.basis()
        return own, own or self.sheet.cited(self.inherited, f"“{self.id}”")

    def steps(self, sheet: Sheet, basis: Clauses) -> tuple[Step, ...]:
        """The `do` of the step or of something in it."""
        node = sheet.find("do")
        if node is None:
            return ()
        around = self.draft.owner
        steps = self.read_steps(self.draft, node, basis)
        self.draft.owner = around
        return steps


# ---------------------------------------------------------------- triggers

def read_trigger(draft: Draft, sheet: Sheet, around: Clauses) -> tuple[Trigger, Clauses]:
    """The one trigger that is written, and the clauses: of a limit its own, else those written or around."""
    sort = _sort(draft, sheet)
    if sort == "timer":
        return _read_timer(draft, sheet, around)
    if sheet.has("repeat"):
        draft.wrong(sheet.node, "trigger", "只有 `timer` 才能写 `repeat`", "Only `timer` takes `repeat`")
    return _named(sheet, sort), sheet.basis(around)


def _sort(draft: Draft, sheet: Sheet) -> str:
    known = [sort for sort in SORTS if sheet.noun.find(sort)]
    found = [sort for sort in known if sheet.has(sort)]
    if len(found) != 1 and isinstance(sheet.node, MapNode) and not sheet.misspelt & set(known):
        draft.wrong(sheet.node, "trigger", f"要从 {'、'.join(map(code, known))} 中写且只写一个",
                    f"Expected exactly one of {', '.join(map(code, known))}")
    return found[0] if found else "condition"


def _read_timer(draft: Draft, sheet: Sheet, around: Clauses) -> tuple[Trigger, Clauses]:
    node = sheet.find("timer")
    assert node is not None
    after, at, basis = draft.moment(node, sheet.basis(), around=around)
    repeat = sheet.flag("repeat")
    if repeat and at is not None:
        draft.wrong(node, "trigger", "重复的定时要写时限，不能写时刻", "A timer that repeats is a limit, not a moment")
    return TimerTrigger(after, at, repeat), basis


def _named(sheet: Sheet, sort: str) -> Trigger:
    name = _name(sheet, sort) if sort in ("message", "signal", "error", "escalation") else ""
    if sort == "message":
        return MessageTrigger(name, sheet.find_expression("key"), sheet.ids("takes"))
    if sort == "signal":
        return SignalTrigger(name)
    if sort == "error":
        return ErrorTrigger("" if name == "any" else name)
    if sort == "escalation":
        return EscalationTrigger("" if name == "any" else name)
    if sort == "entry":
        return read_entry(sheet)
    return ConditionTrigger(sheet.expression("condition"))


def _name(sheet: Sheet, key: str) -> str:
    """The name of an event: an id, so that it can be said in BPMN as well."""
    node = sheet.find(key)
    return node.text if isinstance(node, ScalarNode) and node.text == "any" else sheet.id(key)


def read_entry(sheet: Sheet) -> EntryTrigger:
    """A change of a register; `when` is asked of the entry, whose fields it may name."""
    register = sheet.mention("entry", "register") or ""
    key = sheet.find_expression("key") if sheet.noun.find("key") else None
    return EntryTrigger(register, key, read_about_entry(sheet, register))


def read_about_entry(sheet: Sheet, register: str) -> Expression | None:
    """The `when` that is asked of an entry of this register."""
    sheet.draft.register = register
    when = sheet.find_expression("when")
    sheet.draft.register = ""
    return when


# ---------------------------------------------------------------- on

def read_boundaries(step: StepSheet, around: Clauses) -> tuple[Boundary, ...]:
    """The `on` of an activity."""
    return tuple(_read_boundary(step, f"{step.id}_on_{number}", node, around)
                 for number, node in enumerate(step.sheet.items("on"), start=1))


def read_scope(step: StepSheet,
               around: Clauses) -> tuple[tuple[Boundary, ...], tuple[Event, ...], tuple[Request, ...]]:
    """The `on` of a group of steps: what leads out of it, and what goes on beside its flow."""
    boundaries: list[Boundary] = []
    events: list[Event] = []
    requests: list[Request] = []
    for number, node in enumerate(step.sheet.items("on"), start=1):
        default, keys = f"{step.id}_on_{number}", keys_in(node)
        if "request" in keys:
            requests.append(read_request(step.draft, node, around or step.inherited, step.read_steps))
        elif "entry" in keys or ("do" in keys and "then" not in keys):
            events.append(read_event(step.draft, default, node, around or step.inherited, step.read_steps))
        else:
            boundaries.append(_read_boundary(step, default, node, around))
        step.draft.owner = step.id
    return tuple(boundaries), tuple(events), tuple(requests)


def keys_in(node: Node) -> set[str]:
    return {key.text for key, _ in node.entries} if isinstance(node, MapNode) else set()


def is_event(node: Node) -> bool:
    """Whether an item of the `on` of a process is an event; else it is a request."""
    return bool(keys_in(node) & set(SORTS)) and "request" not in keys_in(node)


def _read_boundary(step: StepSheet, default_id: str, node: Node, around: Clauses) -> Boundary:
    draft = step.draft
    sheet = Sheet(draft, node, BOUNDARY)
    boundary_id = sheet.id("id") or default_id
    draft.declare(boundary_id, node.place)
    then = sheet.mention("then", "target")
    if then is not None and sheet.has("do"):
        draft.wrong(node, "boundary", "`then` 和 `do` 只能写一个", "Expected either `then` or `do`")
    trigger, basis = read_trigger(draft, sheet, around)
    interrupting = _interrupting(draft, sheet, trigger, default=True)
    steps = step.steps(sheet, basis or step.inherited)
    return Boundary(boundary_id, trigger, sheet.text("title"), then, steps, interrupting, basis, node.place)


def _interrupting(draft: Draft, sheet: Sheet, trigger: Trigger, *, default: bool) -> bool:
    """An error always interrupts; what repeats never does, so that it can come again."""
    said = sheet.find("interrupting")
    if trigger.kind == "error":
        default = True
    if isinstance(trigger, TimerTrigger) and trigger.repeat:
        default = False
    interrupting = sheet.flag_or("interrupting", default=default)
    if said is not None and trigger.kind == "error" and not interrupting:
        draft.wrong(said, "interrupting", "错误总是中断", "An error always interrupts")
    if said is not None and isinstance(trigger, TimerTrigger) and trigger.repeat and interrupting:
        draft.wrong(said, "interrupting", "重复的定时不能中断", "A timer that repeats cannot interrupt")
    return interrupting


def read_event(draft: Draft, default_id: str, node: Node, inherited: Clauses, read_steps: ReadSteps) -> Event:
    """An event beside a flow, with the steps it sets going."""
    sheet = Sheet(draft, node, EVENT)
    event_id = sheet.id("id") or default_id
    draft.owner = event_id
    draft.declare(event_id, node.place)
    trigger, basis = read_trigger(draft, sheet, sheet.basis() or inherited)
    if sheet.has("when") and trigger.kind != "entry":
        draft.wrong(node, "trigger", "只有 `entry` 才能写 `when`，其他条件写 `condition`", "Only `entry` takes `when`")
    steps = sheet.find("do")
    return Event(event_id, trigger, read_steps(draft, steps, basis) if steps is not None else (), sheet.text("title"),
                 _interrupting(draft, sheet, trigger, default=False), basis, node.place)


def read_request(draft: Draft, node: Node, inherited: Clauses, read_steps: ReadSteps) -> Request:
    """Something people may start while the flow beside it runs."""
    sheet = Sheet(draft, node, REQUEST)
    element = enter(draft, sheet, "request")
    own = sheet.basis()
    basis = own or sheet.cited(inherited, f"“{element}”")
    who = read_who(draft, sheet, own)
    form = sheet.mention("form", "form") or ""
    gates = read_gates(draft, sheet, basis)
    effects = read_effects(draft, sheet, basis)
    when = sheet.find_expression("when")
    steps = sheet.find("do")
    return Request(element, sheet.text("title"), who, form,
                   read_steps(draft, steps, basis) if steps is not None else (),
                   basis, when, sheet.flag("interrupting"), sheet.flag("repeat"), gates, effects,
                   sheet.text("note"), node.place)


def enter(draft: Draft, sheet: Sheet, key: str) -> str:
    """Declare the id at the key; what is read next belongs to it."""
    node = sheet.find(key)
    element = draft.id(node) if node is not None else ""
    if node is not None:
        draft.owner = element
        draft.declare(element, node.place)
    return element
