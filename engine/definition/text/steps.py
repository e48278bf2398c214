"""Steps and what `on` holds, as an outline: the reading of steps the other way round."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from engine.definition.model import (
    Activity,
    Boundary,
    Branch,
    Call,
    Decide,
    Do,
    EndStep,
    Event,
    For,
    Fork,
    Listen,
    NamedLimit,
    Raise,
    Request,
    Service,
    SetStep,
    Step,
    Switch,
    Task,
    TimerTrigger,
    Trigger,
    Wait,
    Way,
)
from engine.definition.text import carried
from engine.definition.text.basis import Around, Clauses
from engine.definition.text.people import who
from engine.definition.text.tables import table
from engine.definition.text.tree import Entries, Plain, Tree, entries, few, formula, named, words, yes


def steps(given: Iterable[Step], around: Around) -> Tree:
    return [{step.id: {**_HEADS[step.kind](step, around.at(step.basis)), **_tail(step, around.at(step.basis))}}
            for step in given]


def _tail(step: Any, around: Around) -> Entries:
    """What every kind of step may say last."""
    effects = getattr(step, "effects", None)
    title = "" if step.kind in ("task", "end") else step.title
    return {**entries(title=title), **(carried.effects(effects, around) if effects is not None else {}),
            **entries(then=getattr(step, "then", None)), **_own(step, around)}


def _own(step: Step, around: Around) -> Entries:
    """The `basis`; a wait for a parameter is cited by the parameter."""
    if isinstance(step, Wait) and isinstance(step.trigger, TimerTrigger) and isinstance(step.trigger.after, NamedLimit):
        cited = around.parameters.get(step.trigger.after.parameter, ())
        return {} if step.basis == (cited or around.inherited) else entries(basis=words(step.basis))
    if isinstance(step, Wait) and isinstance(step.trigger, TimerTrigger) and step.trigger.after is not None:
        return entries(basis=words(step.basis))
    return around.said()


# ---------------------------------------------------------------- on

def on(step: Activity, around: Around) -> Tree | None:
    """Boundaries, and for a group the requests and events inside it; ids that follow from the place are not said."""
    found: list[Tree] = [_boundary(item, f"{step.id}_on_{number}", around) for number, item in enumerate(step.on, start=1)]
    if isinstance(step, Do):
        inner = around.into(around.own or around.inherited)
        found += beside(step.requests, step.events, inner, f"{step.id}_on_", first=len(found) + 1)
    return found or None


def _boundary(given: Boundary, default: str, around: Around) -> Tree:
    usual = not (isinstance(given.trigger, TimerTrigger) and given.trigger.repeat)
    return {**_head(given, default, usual=usual), **entries(then=given.then),
            **around_trigger(around, given.trigger, given.basis),
            **(entries(do_=steps(given.steps, around.into(given.basis or around.inherited))))}


def _head(given: Boundary | Event, default: str, *, usual: bool) -> Entries:
    interrupting = None if given.interrupting == usual else Plain("true" if given.interrupting else "false")
    return {**entries(id=given.id if given.id != default else None), **carried.trigger(given.trigger),
            **entries(title=given.title, interrupting=interrupting)}


def around_trigger(around: Around, trigger: Trigger, basis: Clauses) -> Entries:
    """The clauses of a trigger: of a limit its parameter's, else what the step says itself."""
    return around.of_limit(trigger.after if isinstance(trigger, TimerTrigger) else None, basis)


def beside(requests: Iterable[Request], events: Iterable[Event], around: Around, stem: str, *, first: int) -> list[Tree]:
    """Requests, then events, as items of one `on`."""
    found: list[Tree] = [_request(item, around.at(item.basis)) for item in requests]
    for number, item in enumerate(events, start=first + len(found)):
        usual = item.trigger.kind == "error"
        inherits = Around(around.inherited, around.inherited, around.parameters)
        found.append({**_head(item, f"{stem}{number}", usual=usual), **around_trigger(inherits, item.trigger, item.basis),
                      "do": steps(item.steps, around.into(item.basis))})
    return found


def _request(given: Request, around: Around) -> Tree:
    return {**entries(request=given.id, title=given.title), **who(given.who, around),
            **entries(form=given.form, when=formula(given.when), repeat=yes(given.repeat),
                      interrupting=yes(given.interrupting), require=carried.gates(given.require, around), note=given.note),
            **carried.effects(given.effects, around), **around.said(),
            **entries(do_=steps(given.steps, around.into(given.basis)))}


# ---------------------------------------------------------------- kinds

def _task(step: Task, around: Around) -> Entries:
    return {**entries(task=step.title), **who(step.who, around),
            **entries(form=step.form, due=carried.due(step.due, around), actions=carried.actions(step.actions),
                      require=carried.gates(step.require, around), on=on(step, around), shows=words(step.shows),
                      changes_of=step.changes_of, note=step.note)}


def _switch(step: Switch, around: Around) -> Entries:
    return {"switch": [entries(when=formula(case.when), then=case.then, basis=words(case.basis)) for case in step.cases]}


def _fork(step: Fork, around: Around) -> Entries:
    join = None if step.join == "all" else Plain(str(step.join))
    return {"fork": {branch.id: _branch(branch, around) for branch in step.branches}, **entries(join=join)}


def _branch(given: Branch, around: Around) -> Tree:
    inside = steps(given.steps, around.into(around.inherited))
    return inside if given.when is None else {"when": f"={given.when.text}", "do": inside}


def _do(step: Do, around: Around) -> Entries:
    return {"do": steps(step.steps, around.into(step.basis)), **entries(on=on(step, around))}


def _for(step: For, around: Around) -> Entries:
    return {"for": entries(each=step.each, in_=formula(step.items), at=step.at),
            **entries(until=formula(step.until), one_by_one=yes(step.one_by_one), collect=named(step.collect)),
            "do": steps(step.steps, around.into(step.basis)), **entries(on=on(step, around))}


def _call(step: Call, around: Around) -> Entries:
    return entries(call=step.process, with_=named(step.values), detach=yes(step.detach), on=on(step, around))


def _wait(step: Wait, around: Around) -> Entries:
    if isinstance(step.trigger, TimerTrigger):
        return {"wait": carried.trigger(step.trigger)["timer"]}
    return {"wait": entries(until=formula(step.trigger.when))}


def _listen(step: Listen, around: Around) -> Entries:
    alone = len(step.ways) == 1
    return entries(listen=few(_way(way, step.id if alone else f"{step.id}_on_{number}", around)
                              for number, way in enumerate(step.ways, start=1)))


def _way(given: Way, default: str, around: Around) -> Tree:
    return {**entries(id=given.id if given.id != default else None), **carried.trigger(given.trigger),
            **entries(title=given.title, then=given.then), **around_trigger(around, given.trigger, given.basis)}


def _decide(step: Decide, around: Around) -> Entries:
    return entries(decide=step.table if isinstance(step.table, str) else table(step.table, around), with_=named(step.values))


def _service(step: Service, around: Around) -> Entries:
    return entries(service=step.type, with_=named(step.values), on=on(step, around))


def _raise(step: Raise, around: Around) -> Entries:
    return {"raise": entries(**{step.raises: step.name}, key=formula(step.key)), **entries(with_=named(step.values))}


def _set(step: SetStep, around: Around) -> Entries:
    return {}


def _end(step: EndStep, around: Around) -> Entries:
    return entries(end=step.outcome, terminate=yes(step.terminate))


_HEADS: dict[str, Callable[[Any, Around], Entries]] = {
    "task": _task, "switch": _switch, "fork": _fork, "do": _do, "for": _for, "call": _call, "wait": _wait,
    "listen": _listen, "decide": _decide, "service": _service, "raise": _raise, "set": _set, "end": _end}
