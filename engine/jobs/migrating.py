"""Many cases to another version, one transaction each: what cannot go is said case by case, and stops none of the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from engine import Engine
from engine.actors import Actor
from engine.errors import NotFound, Rejected, Sentence
from engine.store.definition_rows import find_version, running_on
from engine.store.unit import new_id
from engine.store.versions import Version
from engine.verbs import migrations
from engine.verbs.migrations import Forecast
from engine.verbs.offers import flow_of

BATCH = 200


@dataclass(frozen=True, slots=True)
class Result:
    """One case: what was, or would be, done to it; `problem` is None when it goes."""

    instance_id: str
    number: str
    seen: Forecast | None
    problem: Sentence | None


def versions_of(engine: Engine, actor: Actor, process: str, old: int, new: int) -> tuple[Version, Version]:
    """Two versions of a process by their numbers. Raises NotFound."""
    with engine.read(actor) as read:
        found = []
        for number in (old, new):
            digest = find_version(read.connection, process, number)
            if digest is None:
                raise NotFound(f"流程 {process} 没有第 {number} 版", f"Process {process} has no version {number}")
            found.append(read.means.versions.get(read.connection, digest))
    return found[0], found[1]


def forecast_all(engine: Engine, actor: Actor, *, process: str, old: int, new: int, mapping: Mapping[str, str]) -> Iterator[Result]:
    """What migrating every running case of a version would do; nothing is done."""
    before, after = versions_of(engine, actor, process, old, new)
    for instance_id in _running(engine, actor, process, before):
        with engine.read(actor) as read:
            seen = migrations.forecast(flow_of(read, instance_id), after, mapping)
        yield Result(instance_id, seen.number, seen, Sentence("；".join(each.zh for each in seen.problems),
                                                              "; ".join(each.en for each in seen.problems)) if seen.problems else None)


def migrate_all(engine: Engine, actor: Actor, *, process: str, old: int, new: int, mapping: Mapping[str, str],
                reason: str) -> Iterator[Result]:
    """Migrate every running case of a version, one after another. Begun again, it goes on where it was interrupted.

    The key of a case is of this run only: a case may come back to a version it had left.
    """
    before, after = versions_of(engine, actor, process, old, new)
    run = new_id()
    for instance_id in _running(engine, actor, process, before):
        verb = partial(migrations.migrate, instance_id=instance_id, to=after, mapping=mapping, reason=reason,
                       key=f"{run}-{instance_id}")
        try:
            engine.carry_out(actor, verb)
        except Rejected as refusal:
            yield Result(instance_id, _number_of(engine, actor, instance_id), None, refusal.sentence)
        else:
            yield Result(instance_id, _number_of(engine, actor, instance_id), None, None)


def _running(engine: Engine, actor: Actor, process: str, version: Version) -> Iterator[str]:
    last = ""
    while True:
        with engine.read(actor) as read:
            found = running_on(read.connection, process, version.hash, after=last, most=BATCH)
        if not found:
            return
        yield from found
        last = found[-1]


def _number_of(engine: Engine, actor: Actor, instance_id: str) -> str:
    with engine.read(actor) as read:
        return flow_of(read, instance_id).number
