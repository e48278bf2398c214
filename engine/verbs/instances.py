"""Instances: start. An instance begins with a form, filled in by whoever starts it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.actors import DUTY, Actor
from engine.bpmn.names import start_event_of, starts_at_event
from engine.definition.model import AnyRule, DutyRule, EveryoneRule, FirstRule, RoleRule, Rule, Start
from engine.errors import NotAllowed, NotFound, WrongState
from engine.records import StoredRecord
from engine.store.unit import UnitOfWork
from engine.store.versions import Version
from engine.verbs import answering, completing, drafts, opening
from engine.verbs.beginnings import open_instance
from engine.verbs.flow import Flow
from engine.verbs.given import Given
from engine.verbs.once import Done, content_of, done_with, keep_done, reserve_done
from engine.verbs.outside import base_scope, engine_functions
from engine.verbs.settling import settle


def start(unit: UnitOfWork, *, process: str, start_id: str, typed: Mapping[str, object], key: str,
          own_unit: str | None = None) -> Done:
    """Start an instance of the current version. The same key gives the same answer and starts nothing twice.

    Raises NotFound, NotAllowed, SubmissionInvalid, and Rejected at a closed gate (traced).
    """
    verb = f"instances.start/{process}/{start_id}/{content_of(typed, own_unit or '')}"
    done = reserve_done(unit, key, verb)
    if done is not None:
        return done
    version = unit.means.versions.current(unit.connection, process)
    begin = find_start(version, start_id)
    home = unit_to_act_for(unit.actor, begin.who.rule, own_unit)
    scope = base_scope(version.definition)
    submission = answering.check(unit, version.bundle, begin, typed, scope=scope)
    place = drafts.start_place(process, start_id)
    filled = {**submission.answers, "actor": unit.actor.value}
    answering.refuse_at_gates(unit, begin, {**scope, begin.id: filled}, engine_functions(unit), instance_id=None,
                              place=place)
    drafts.discard(unit, place=place)
    flow = open_instance(unit, version, begin, answers=submission.answers, own_unit=home)
    stored = _first_visit(flow, begin, Given(submission.answers, submission.warnings, ()))
    settle(flow)
    return keep_done(unit, key, verb, done_with(unit, stored, warnings=submission.warnings))


def find_start(version: Version, start_id: str) -> Start:
    for begin in version.definition.starts:
        if begin.id == start_id:
            return begin
    raise NotFound()


def own_units(actor: Actor, rule: Rule) -> tuple[str, ...]:
    """Units for which the actor may start under this rule; empty when the rule needs none."""
    if isinstance(rule, RoleRule | DutyRule):
        held = actor.on_duty if isinstance(rule, DutyRule) else actor.posts
        return tuple(post.unit_id for post in held if post.role == rule.role and post.unit_id)
    if isinstance(rule, FirstRule | AnyRule):
        return tuple(dict.fromkeys(unit for inner in rule.rules for unit in own_units(actor, inner)))
    return ()


def may_start(actor: Actor, rule: Rule) -> bool:
    if isinstance(rule, EveryoneRule):
        return not actor.is_system
    if isinstance(rule, RoleRule):
        return rule.role in actor.principals
    if isinstance(rule, DutyRule):
        return DUTY + rule.role in actor.principals
    if isinstance(rule, FirstRule | AnyRule):
        return any(may_start(actor, inner) for inner in rule.rules)
    return False


def unit_to_act_for(actor: Actor, rule: Rule, chosen: str | None) -> str | None:
    """The unit an instance is started for: the chosen one if it is one's own, else the only or first one."""
    if not may_start(actor, rule):
        raise NotAllowed("您没有发起此事项的岗位", "You hold no post that may start this")
    units = own_units(actor, rule)
    if chosen is None:
        return units[0] if units else None
    if chosen not in units:
        raise WrongState("只能为您任职的单位发起", "You can only start this for a unit you work in")
    return chosen


def _first_visit(flow: Flow, begin: Start, given: Given) -> StoredRecord:
    """The starter's own form: the first visit of the first task, or of a start event that has the form itself."""
    event = start_event_of(flow.definition, begin)
    if starts_at_event(flow.definition, begin):
        task_id = opening.open_task(flow, "", begin.id)
        return completing.finish(flow, task_id, begin, given, token_id="", visit=1, begins_at=event)
    flow.start_case(event)
    token_id = flow.case.open_tokens()[0].id
    task_id = opening.open_task(flow, token_id, begin.id)
    return completing.finish(flow, task_id, begin, given, token_id=token_id, visit=1)
