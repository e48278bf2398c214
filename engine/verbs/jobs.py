"""Services: work that an outside program fetches under a lease, and completes or fails.

A lease that runs out gives the work to whoever asks next. What is done twice changes nothing the second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from engine.actors import CASE_OPERATOR, PROGRAM
from engine.errors import EngineError, NotAllowed, NotFound, Sentence, WrongState
from engine.runtime import Event
from engine.store import case_rows
from engine.store.instance_rows import AnyRow
from engine.store.payload import decode_value
from engine.store.unit import UnitOfWork
from engine.verbs import causes
from engine.verbs.flow import Flow, open_flow
from engine.verbs.settling import settle

MOST = 100
LONGEST = timedelta(hours=1)
AGAIN = timedelta(minutes=10)
"""When work that failed is offered again, unless its program says otherwise."""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work: what it is given, and until when it is whose."""

    id: str
    instance_id: str
    type: str
    values: Mapping[str, object]
    until: datetime


class ServiceFailed(EngineError):
    """An outside program could not do its work."""

    def __init__(self, worker: str, message: str) -> None:
        super().__init__(message)
        self.sentence = Sentence(f"外部程序 {worker} 未能完成：{message}", f"The program {worker} failed: {message}")


def fetch(unit: UnitOfWork, *, job_type: str, worker: str, most: int = 1, lease: timedelta = AGAIN) -> tuple[Job, ...]:
    """The oldest free work of a type, leased to this worker; nobody else gets it until the lease runs out."""
    _need_power(unit)
    until = unit.now + min(max(lease, timedelta(seconds=1)), LONGEST)
    rows = case_rows.lease_jobs(unit.connection, job_type, worker[:80], most=max(1, min(most, MOST)), now=unit.now, until=until)
    return tuple(_job(row, until) for row in rows)


def leased(unit: UnitOfWork, job_ids: Iterable[str], *, worker: str, until: datetime) -> tuple[Job, ...]:
    """Of these jobs, as they were fetched, what this worker still has by that lease: neither done, given back nor another's."""
    _need_power(unit)
    rows = (case_rows.find_job(unit.connection, job_id) for job_id in job_ids)
    return tuple(_job(row, until) for row in rows if row is not None and (row.worker, row.until) == (worker[:80], until))


def complete(unit: UnitOfWork, *, job_id: str, worker: str, values: Mapping[str, object]) -> None:
    """Finish the work: what it gives becomes the variable of its step.

    Raises NotFound when it is done or no longer needed, WrongState when another worker has it now.
    """
    flow, row = _held(unit, job_id, worker)
    token = next(token for token in flow.case.open_tokens("service") if token.id == row.token_id)
    flow.receive(row.element_id, row.element_id, values, loop_id=token.loop_id, kind="service", name=worker, source="")
    flow.case.complete(row.token_id)
    settle(flow)


def fail(unit: UnitOfWork, *, job_id: str, worker: str, message: str, error: str = "", again: timedelta = AGAIN) -> None:
    """The work cannot be done. The process catches `error` by that name; not caught it is an incident, and tried again."""
    flow, row = _held(unit, job_id, worker)
    failed: EngineError = ServiceFailed(worker, message[:500])
    if error:
        uncaught = flow.case.throw(row.token_id, Event("error", error))
        if uncaught is None:
            settle(flow)
            return
        failed = uncaught.error
    case_rows.set_lease(unit.connection, job_id, worker, until=unit.now + again)
    causes.stop(flow, causes.of_job(job_id), row.element_id, failed, item=flow.item_at(row.token_id))


def _job(row: AnyRow, until: datetime) -> Job:
    return Job(row.id, row.instance_id, row.type, cast("Mapping[str, object]", decode_value(row.given)), until)


def _held(unit: UnitOfWork, job_id: str, worker: str) -> tuple[Flow, AnyRow]:
    _need_power(unit)
    found = case_rows.find_job(unit.connection, job_id)
    if found is None:
        raise NotFound()
    flow = open_flow(unit, found.instance_id)
    row = case_rows.find_job(unit.connection, job_id)
    if row is None:
        raise NotFound()
    if row.worker != worker:
        raise WrongState("此工作现由其他程序领取", "Another worker holds this job", instance_id=row.instance_id)
    return flow, row


def _need_power(unit: UnitOfWork) -> None:
    if not (unit.actor.is_system or unit.actor.has_power(CASE_OPERATOR) or unit.actor.has_power(PROGRAM)):
        raise NotAllowed("只有系统程序可以领取工作", "Only programs of the system may fetch work")
