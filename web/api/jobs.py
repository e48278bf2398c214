"""Work of service steps: fetched under a lease, finished or failed by whoever holds it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from engine.clock import utc_text
from engine.verbs import jobs
from engine.verbs.once import content_of, only_once
from web import visit
from web.api.door import ApiPages
from web.api.replies import values_in, values_out
from web.api.schemas.outside import FailIn, FetchIn, FinishIn, JobRows
from web.api.schemas.shapes import Nothing

pages = ApiPages("jobs", "外部工作 / work of service steps")


@pages.offers("POST", "/jobs/fetch", JobRows, body=FetchIn)
def fetch(body: dict[str, Any], header: dict[str, str]) -> Any:
    """领取：租期内不派给别人 / Fetch the oldest free work; nobody else gets it until the lease ends."""
    def lease(unit: Any) -> dict[str, object]:
        found = jobs.fetch(unit, job_type=body["type"], worker=body["worker"], most=body["most"],
                           lease=timedelta(seconds=body["lease"]))
        return {"jobs": [job.id for job in found], "until": utc_text(found[0].until if found else unit.now)}

    def act(unit: Any) -> dict[str, object]:
        # What a job is given may be personal and must end with it, so the key keeps ids and the answer is read anew.
        kept: Any = only_once(unit, header["key"], f"jobs.fetch/{content_of(body)}", lambda: lease(unit))
        held = jobs.leased(unit, kept["jobs"], worker=body["worker"], until=datetime.fromisoformat(kept["until"]))
        return {"items": [{"id": job.id, "instance": job.instance_id, "type": job.type, "values": values_out(job.values),
                           "until": utc_text(job.until)} for job in held]}
    return visit.engine().carry_out(visit.actor(), act)


@pages.offers("POST", "/jobs/<job_id>/complete", Nothing, body=FinishIn)
def complete(body: dict[str, Any], header: dict[str, str], job_id: str) -> Any:
    """完成：结果成为步骤的变量 / Finish it: what it gives is the variable of its step."""
    values = values_in(body["values"])

    def act(unit: Any) -> dict[str, object]:
        jobs.complete(unit, job_id=job_id, worker=body["worker"], values=values)
        return {"done": True}
    return _once(header["key"], f"jobs.complete/{job_id[:64]}/{content_of(body)}", act)


@pages.offers("POST", "/jobs/<job_id>/fail", Nothing, body=FailIn)
def fail(body: dict[str, Any], header: dict[str, str], job_id: str) -> Any:
    """未能完成：流程捕获错误，否则成为故障并稍后再派 / It failed: the process catches the error, or it is an incident, offered again."""
    def act(unit: Any) -> dict[str, object]:
        jobs.fail(unit, job_id=job_id, worker=body["worker"], message=body["message"], error=body["error"],
                  again=timedelta(seconds=body["again"]))
        return {"done": True}
    return _once(header["key"], f"jobs.fail/{job_id[:64]}/{content_of(body)}", act)


def _once(key: str, verb: str, act: Any) -> Any:
    return visit.engine().carry_out(visit.actor(), lambda unit: only_once(unit, key, verb, lambda: act(unit)))
