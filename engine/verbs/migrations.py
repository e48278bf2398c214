"""Migration 换版本: a running case goes on by another version of its process, element by element.

Said first (`forecast`), done second, and the same both times. Whatever would have no place there (a token, a value of another
type, a statutory deadline that runs) refuses the whole case by name. Open tasks stay with whoever has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.bpmn.names import names_of
from engine.definition.model import Step
from engine.definition.value_types import types_of
from engine.errors import Sentence, WrongState
from engine.feel import Type, coerce
from engine.feel.types import in_chinese, in_english
from engine.records import Record, RecordType, StoredRecord
from engine.runtime import Transfer, transfer
from engine.store import instance_rows
from engine.store.payload import StoredValues
from engine.store.unit import UnitOfWork
from engine.store.versions import Version
from engine.verbs.flow import Flow
from engine.verbs.intervening import intervene
from engine.verbs.moves import positions
from engine.verbs.once import Done
from engine.verbs.outside import base_scope
from engine.verbs.programs import program_of
from engine.verbs.settling import settle

Mapped = Mapping[str, str]
"""Steps that the new version calls otherwise: old id → new id. All others keep their ids."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a migration does to one case: where it rests and will rest, events that cease and begin, what stands against it."""

    number: str
    places: tuple[tuple[str, str], ...]
    """Element before and after, of each position."""
    gone: tuple[str, ...]
    begun: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    """Variables that get the new name of their step."""
    unused: tuple[str, ...]
    """Variables that the new version does not read."""
    problems: tuple[Sentence, ...]


def propose(old: Version, new: Version) -> dict[str, str]:
    """Which steps are probably called otherwise: those that are missing, by their kind and title, when only one fits."""
    before, after = _titled(old), _titled(new)
    found = {}
    for step_id, sign in before.items():
        if step_id in after or not sign[1]:
            continue
        fitting = [each for each, other in after.items() if other == sign and each not in before]
        if len(fitting) == 1 and list(before.values()).count(sign) == 1:
            found[step_id] = fitting[0]
    return found


def forecast(flow: Flow, to: Version, mapping: Mapped) -> Forecast:
    """What migrating this case would do. Nothing is done."""
    carried = _transfer(flow, to, mapping)
    variables = _renamed(flow.variables, mapping)
    types = types_of(to.definition, to.bundle.library)
    return Forecast(
        flow.number, tuple((each.element_id, mapping.get(each.element_id, each.element_id)) for each in positions(flow)),
        tuple(dict.fromkeys(carried.gone.values())), tuple(dict.fromkeys(node[1:] for _, node in carried.begun)),
        tuple((old, new) for old, new in mapping.items() if old in flow.variables),
        tuple(sorted(name for name in variables if name not in types)),
        (*_strange(flow, to), *_mapping_wrong(flow, to, mapping), *carried.problems, *_mistyped(variables, types),
         *_deadlines_lost(flow, to), *_forms_lost(flow, to, mapping)))


def migrate(unit: UnitOfWork, *, instance_id: str, to: Version, mapping: Mapped, reason: str, key: str) -> Done:
    """Let one case go on by another version. Raises WrongState with everything that stands against it; then nothing is done."""
    def act(flow: Flow, said: str) -> StoredRecord:
        if flow.version.hash == to.hash:
            raise WrongState(f"事项已经按第 {to.number} 版办理", f"The case runs version {to.number} already", instance_id=instance_id)
        seen = forecast(flow, to, mapping)
        if seen.problems:
            raise WrongState("；".join(each.zh for each in seen.problems), "; ".join(each.en for each in seen.problems),
                             instance_id=instance_id)
        return _go_on(flow, to, _transfer(flow, to, mapping), mapping, said)
    return intervene(unit, act, operation="migrate", instance_id=instance_id, reason=reason, key=key,
                     content=f"{to.hash} {sorted(mapping.items())}")


def _transfer(flow: Flow, to: Version, mapping: Mapped) -> Transfer:
    """With a step go the elements that are drawn around it, each to the same part of the new one."""
    elements = dict(mapping)
    old, new = names_of(flow.definition), names_of(to.definition)
    for before, after in mapping.items():
        parts = {new.elements[each].part: each for each in reversed(new.of_step(after))}
        elements |= {each: parts[part] for each in old.of_step(before) if (part := old.elements[each].part) in parts and each != before}
    return transfer(flow.tokens, program_of(flow.version), program_of(to), elements)


def _go_on(flow: Flow, to: Version, carried: Transfer, mapping: Mapped, said: str) -> StoredRecord:
    variables = _renamed(flow.variables, mapping)
    changes = {name: {"old": flow.variables.get(name), "new": variables.get(name)}
               for pair in mapping.items() for name in pair if pair[0] in flow.variables}
    outside = {**base_scope(to.definition), "instance": flow.scope["instance"]}
    went = replace(flow, version=to, process=variables, outside=outside, tokens=carried.tokens, _case=None, _locals=None, _functions={})
    stored = went.record(Record(RecordType.CASE_MIGRATED, {
        "from": flow.version.hash, "from_number": flow.version.number, "to_number": to.number, "reason": said, "tokens": carried.tokens,
        "mapping": dict(mapping), "moved": dict(carried.moved), "gone": sorted(carried.gone), "set": changes}))
    _rename_locals(went, mapping)
    went.case.arm(carried.begun)
    went.case.settle()
    settle(went)
    return stored


def _renamed(variables: Mapping[str, object], mapping: Mapped) -> StoredValues:
    """What a step left stands under its new name; the old one, which nobody asks for again, is null."""
    moved = {old: new for old, new in mapping.items() if old in variables}
    renamed = StoredValues()
    renamed.update({name: None if name in moved else value for name, value in variables.items()})
    renamed.update({new: variables[old] for old, new in moved.items()})
    return renamed


def _rename_locals(flow: Flow, mapping: Mapped) -> None:
    """What items of a loop hold, and what finished ones gave already."""
    if not mapping or not flow.case.notes:
        return
    for kept in flow.locals.data.values():
        results = kept.get("results")
        for values in (kept.get("values"), *(results.values() if isinstance(results, dict) else ())):
            if isinstance(values, dict):
                for old in [name for name in values if name in mapping]:
                    values[mapping[old]] = values.pop(old)


# ---------------------------------------------------------------- what stands against it

def _strange(flow: Flow, to: Version) -> list[Sentence]:
    if flow.definition.process == to.definition.process:
        return []
    return [Sentence(f"{to.definition.process} 是另一个流程", f"{to.definition.process} is another process")]


def _mapping_wrong(flow: Flow, to: Version, mapping: Mapped) -> list[Sentence]:
    """Names on both sides, and no name that the old version has for another step: whose rows would be whose?"""
    old, new = names_of(flow.definition).elements, names_of(to.definition).elements
    return [Sentence(f"对应关系 {a}→{b} 不成立：须从旧版本的步骤到新版本里另起名的步骤",
                     f"The mapping {a}→{b} makes no sense: it goes from a step of the old version to one of the new with a new name")
            for a, b in mapping.items() if a not in old or b not in new or b in old or list(mapping.values()).count(b) > 1]


def _mistyped(variables: Mapping[str, object], types: Mapping[str, Type]) -> list[Sentence]:
    return [Sentence(f"数据 {name} 在新版本里须是{in_chinese(sort)}，现在不是",
                     f"{name} has to be {in_english(sort)} in the new version, and is not")
            for name, sort in types.items() if not _fits(variables.get(name), sort)]


def _fits(value: object, sort: Type) -> bool:
    """Whether a value is of a type; what a group of fields does not have yet is null."""
    if isinstance(value, Mapping) and sort.name == "context":
        return all(_fits(value[name], part) for name, part in sort.parts if name in value)
    return value is None or coerce(value, sort) is not None


def _deadlines_lost(flow: Flow, to: Version) -> list[Sentence]:
    """A statutory deadline that runs must go on."""
    kept = {deadline.id for deadline in to.definition.deadlines}
    rows = instance_rows.deadlines_of(flow.unit.connection, flow.instance_id)
    lost = [each for each in flow.definition.deadlines if each.id in rows and each.id not in kept
            and rows[each.id].status in ("running", "overdue")]
    return [Sentence(f"正在计时的法定时限“{each.title}”在新版本里没有",
                     f"The statutory deadline “{each.title}” runs, and the new version has none")
            for each in lost]


def _forms_lost(flow: Flow, to: Version, mapping: Mapped) -> list[Sentence]:
    """A task that is open must be one that people fill in there too."""
    elements = {row.element_id: mapping.get(row.element_id, row.element_id)
                for row in instance_rows.open_tasks_of(flow.unit.connection, flow.instance_id)}
    return [Sentence(f"任务 {old} 在新版本里没有表单", f"The task {old} has no form in the new version")
            for old, new in elements.items() if to.definition.find_task(new) is None and to.definition.find_step(new) is not None]


def _titled(version: Version) -> dict[str, tuple[type[Step], str]]:
    return {step.id: (type(step), str(getattr(step, "title", "") or "")) for step in version.definition.every_step()}
