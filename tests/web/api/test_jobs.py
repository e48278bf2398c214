"""Messages and work through HTTP: two workers, leases that run out on a hand clock, work that fails."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from engine.jobs.worker import run_due
from engine.store.tables import idempotency
from tests.web.api.programs import Program, program
from tests.web.college import College


def wanted(robot: Program, host: str = "web1") -> None:
    assert robot.post("/messages", {"name": "scan_wanted", "values": {"host": host}}).status_code == 200


def fetched(robot: Program, worker: str, *, lease: int = 60, key: str = "") -> list[dict[str, Any]]:
    answer = robot.post("/jobs/fetch", {"type": "scan", "worker": worker, "most": 5, "lease": lease}, key=key)
    assert answer.status_code == 200, answer.data
    return answer.get_json()["items"]  # type: ignore[no-any-return]


def state_of(college: College) -> dict[str, Any]:
    yun = program(college, "yun")
    instance = yun.get("/instances?process=scanning").get_json()["items"][0]["id"]
    return yun.get(f"/instances/{instance}/state").get_json()  # type: ignore[no-any-return]


def test_a_message_begins_a_case_whose_work_is_fetched_finished_and_confirmed(college: College) -> None:
    robot = program(college)
    wanted(robot)
    [job] = fetched(robot, "w1")
    assert (job["type"], job["values"]) == ("scan", {"host": "web1"})
    assert robot.post(f"/jobs/{job['id']}/complete", {"worker": "w1", "values": {"found": 3}}).get_json() == {"done": True}
    assert state_of(college)["steps"] == ["told"]
    for key, status in (("web2", 404), ("web1", 200), ("web1", 404)):
        assert robot.post("/messages", {"name": "seen", "key": key, "values": {"by": "x"}}).status_code == status
    assert state_of(college)["outcome"] == "已核对"


def test_two_workers_never_have_the_same_work_and_a_lease_that_ran_out_moves_it(college: College) -> None:
    robot = program(college)
    wanted(robot)
    [job] = fetched(robot, "slow")
    assert fetched(robot, "quick") == []
    college.clock.advance(timedelta(seconds=59))
    assert fetched(robot, "quick") == []
    college.clock.advance(timedelta(seconds=1))
    [again] = fetched(robot, "quick")
    assert again["id"] == job["id"]
    late = robot.post(f"/jobs/{job['id']}/complete", {"worker": "slow", "values": {"found": 1}})
    assert (late.status_code, late.get_json()["zh"]) == (409, "此工作现由其他程序领取")
    assert robot.post(f"/jobs/{job['id']}/complete", {"worker": "quick", "values": {"found": 2}}).status_code == 200
    assert robot.post(f"/jobs/{job['id']}/complete", {"worker": "quick", "values": {"found": 2}}).status_code == 404


def test_a_fetch_whose_answer_was_lost_gets_it_again_under_its_key(college: College) -> None:
    robot = program(college)
    for host in ("web1", "web2"):
        wanted(robot, host)
    first = fetched(robot, "w1", key="fetch-000001")
    assert len(first) == 2
    assert fetched(robot, "w1", key="fetch-000001") == first
    assert fetched(robot, "w1") == []


def test_what_a_job_is_given_is_not_kept_under_the_key_of_its_fetch(college: College) -> None:
    robot = program(college)
    for host in ("web-of-zhang", "web2"):
        wanted(robot, host)
    first = fetched(robot, "w1", key="fetch-000002")
    with college.engine.database.reading.connect() as connection:
        kept = connection.execute(select(idempotency.c.result).where(idempotency.c.key == "fetch-000002")).scalar_one()
    assert first[0]["id"] in kept and "web-of-zhang" not in kept
    robot.post(f"/jobs/{first[0]['id']}/complete", {"worker": "w1", "values": {"found": 1}})
    assert fetched(robot, "w1", key="fetch-000002") == first[1:]


def test_a_finish_sent_twice_is_done_once(college: College) -> None:
    robot = program(college)
    wanted(robot)
    [job] = fetched(robot, "w1")
    sent = {"worker": "w1", "values": {"found": {"@number": "1.5"}}}
    assert [robot.post(f"/jobs/{job['id']}/complete", sent, key="finish-000001").status_code for _ in range(2)] == [200, 200]


def test_an_error_that_the_process_catches_takes_its_way(college: College) -> None:
    robot = program(college)
    wanted(robot)
    [job] = fetched(robot, "w1")
    failed = robot.post(f"/jobs/{job['id']}/fail", {"worker": "w1", "message": "no route", "error": "unreachable"})
    assert failed.status_code == 200
    assert state_of(college)["outcome"] == "不可达"


def test_a_failure_nobody_catches_is_an_incident_and_is_offered_again(college: College) -> None:
    robot = program(college)
    wanted(robot)
    [job] = fetched(robot, "w1")
    robot.post(f"/jobs/{job['id']}/fail", {"worker": "w1", "message": "disk full", "again": 300})
    assert "disk full" in state_of(college)["incidents"][0]["en"]
    college.clock.advance(timedelta(seconds=299))
    assert fetched(robot, "w2") == []
    college.clock.advance(timedelta(seconds=1))
    assert [one["id"] for one in fetched(robot, "w2")] == [job["id"]]


def test_a_signal_reaches_whoever_listens_and_nobody_is_no_mistake(college: College) -> None:
    assert program(college).post("/signals", {"name": "all_clear"}).status_code == 200


def test_a_person_without_the_power_sends_and_fetches_nothing(college: College) -> None:
    lin = program(college, "lin")
    wanted(program(college))
    run_due(college.engine)
    for path, body in (("/messages", {"name": "scan_wanted", "values": {"host": "x"}}), ("/signals", {"name": "x"}),
                       ("/jobs/fetch", {"type": "scan", "worker": "w1"}), ("/jobs/x/complete", {"worker": "w1"}),
                       ("/jobs/x/fail", {"worker": "w1", "message": "m"})):
        assert lin.post(path, body).status_code == 403
