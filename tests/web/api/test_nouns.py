"""What programs do, through HTTP: start, tasks, instances, traces, registers; sent twice is done once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from engine.trace.chain import record_hash
from engine.trace.receipts import parse_receipt, verify_receipt
from tests.web.api.programs import REPORTED, Program, program, reported
from tests.web.college import College


def said(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_json()


def open_task(lin: Program, instance: str, step: str) -> str:
    state = said(lin.get(f"/instances/{instance}/state"))
    return str(next(task["id"] for task in state["open_tasks"] if task["step"] == step))


def test_a_start_tells_its_form_and_takes_answers_that_fit_it(college: College) -> None:
    lin = program(college, "lin")
    assert {"process": "incident", "start": "event"}.items() <= said(lin.get("/starts"))["items"][1].items()
    form = said(lin.get("/starts/incident/event"))["form"]
    Draft202012Validator.check_schema(form)
    assert list(Draft202012Validator(form).iter_errors(dict(REPORTED))) == []
    receipt = said(lin.post("/starts/incident/event", {"answers": REPORTED}), 201)
    keys = college.engine.means.keys
    assert verify_receipt(parse_receipt(receipt["text"]), {keys.signing_key_id: keys.public_key})


def test_wrong_answers_are_all_named_by_field(college: College) -> None:
    lin = program(college, "lin")
    problem = said(lin.post("/starts/incident/event", {"answers": {**REPORTED, "discovered_at": "gestern", "strange": 1}}), 422)
    assert {error["field"] for error in problem["errors"]} == {"discovered_at", "strange"}
    assert said(lin.get("/instances"))["items"] == []


def test_the_same_key_starts_one_case_and_gets_the_same_receipt(college: College) -> None:
    lin = program(college, "lin")
    first, again = (said(lin.post("/starts/incident/event", {"answers": REPORTED}, key="report-000001"), 201) for _ in range(2))
    assert first == again
    assert len(said(lin.get("/instances"))["items"]) == 1
    other = lin.post("/starts/incident/event", {"answers": {**REPORTED, "summary": "另一件"}}, key="report-000001")
    assert said(other, 409)["type"] == "urn:anliu:problem:wrong-state"


def test_a_task_is_listed_read_claimed_and_completed(college: College) -> None:
    lin = program(college, "lin")
    instance = reported(lin)
    listed = [row for tab in ("todo", "claim") for row in said(lin.get(f"/tasks?list={tab}"))["items"]]
    task_id = open_task(lin, instance, "oral_leader")
    assert task_id in {row["id"] for row in listed}
    task = said(lin.get(f"/tasks/{task_id}"))
    assert task["may_act"] and task["actions"] and task["form"]["type"] == "object"
    assert [said(lin.post(f"/tasks/{task_id}/claim", key="claim-000001")) for _ in range(2)] == [{"done": True}] * 2
    assert said(lin.get(f"/tasks/{task_id}"))["assignee"] == college.ids["lin"]
    assert said(program(college, "du").post(f"/tasks/{task_id}/claim"), 409)["zh"] == "此任务已由林管理认领"
    assert said(lin.post(f"/tasks/{task_id}/release")) == {"done": True}
    problem = said(lin.post(f"/tasks/{task_id}/complete", {"answers": {}}), 422)
    assert problem["errors"] and all(error["zh"] and error["en"] for error in problem["errors"])


def test_a_completed_task_answers_the_same_key_alike_and_another_key_with_who_and_when(college: College) -> None:
    lin = program(college, "lin")
    task_id = open_task(lin, reported(lin), "oral_leader")
    sent = {"answers": {"reported": "未报告", "not_reported_reason": "多次拨打无人接听"}}
    first, again = (said(lin.post(f"/tasks/{task_id}/complete", sent, key="oral-000001")) for _ in range(2))
    assert first == again
    assert "林管理" in said(lin.post(f"/tasks/{task_id}/complete", sent), 409)["zh"]
    assert task_id in {row["id"] for row in said(lin.get("/tasks?list=done"))["items"]}


def test_pages_follow_one_another_without_gap_or_repetition(college: College) -> None:
    yun, lin = program(college, "yun"), program(college, "lin")
    made = [reported(lin) for _ in range(5)]
    seen, after, pages = [], "", 0
    while True:
        page = said(yun.get(f"/instances?limit=2{after}"))
        seen += [row["id"] for row in page["items"]]
        pages += 1
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert (sorted(seen), pages) == (sorted(made), 3)


def test_instances_are_found_by_what_they_are_and_only_by_whom_they_concern(college: College) -> None:
    lin, wei, yun = (program(college, login) for login in ("lin", "wei", "yun"))
    instance = reported(lin)
    for who, count in ((lin, 1), (yun, 1), (wei, 0)):
        assert len(said(who.get("/instances?process=incident&status=running&text=首页"))["items"]) == count
    assert said(yun.get("/instances?since=2026-11-18T10:00:01"))["items"] == []
    assert said(yun.get("/instances?until=2026-11-18T10:00:01%2B08:00"))["items"][0]["id"] == instance
    assert said(lin.get(f"/instances/{instance}"))["number"] == "incident-2026-0001"


def test_a_tag_saves_the_answer_until_something_changes(college: College) -> None:
    lin = program(college, "lin")
    instance = reported(lin)
    first = lin.get(f"/instances/{instance}/state")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert first.headers["Cache-Control"] == "private, no-cache"
    unchanged = lin.get(f"/instances/{instance}/state", **tag)
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    lin.post(f"/tasks/{open_task(lin, instance, 'oral_leader')}/claim")
    assert lin.get(f"/instances/{instance}/state", **tag).status_code == 200


def test_a_trace_proves_its_chain_and_masks_what_is_personal(college: College) -> None:
    lin, shen = program(college, "lin"), program(college, "shen")
    instance = reported(lin)
    rows: list[Any] = []
    after: int | None = 0
    while after is not None:
        page = said(shen.get(f"/instances/{instance}/trace?after={after}&limit=3"))
        rows, after = rows + page["items"], page["next"]
    prev = bytes(32)
    for number, row in enumerate(rows, 1):
        assert (row["seq"], row["prev"]) == (number, prev.hex())
        prev = record_hash(row["header"], prev, bytes.fromhex(row["commitment"]))
        assert row["hash"] == prev.hex()
    text = json.dumps(rows, ensure_ascii=False)
    assert "首页被篡改" in text and "13800001234" not in text and "salt" not in text


def test_registers_are_for_programs_and_operators(college: College) -> None:
    robot, lin = program(college), program(college, "lin")
    assert "systems" in {register["id"] for register in said(robot.get("/registers"))["items"]}
    page = said(robot.get("/registers/systems/entries?limit=2"))
    rest = said(robot.get(f"/registers/systems/entries?limit=2&after={page['next']}"))
    assert [row["key"] for row in (*page["items"], *rest["items"])] == ["S-0", "S-1", "S-2"]
    assert rest["next"] is None
    assert said(robot.get("/registers/systems/entry?key=S-1"))["values"] == {"name": "系统1"}
    for path in ("/registers", "/registers/systems/entries", "/registers/systems/entry?key=S-1"):
        assert lin.get(path).status_code == 404
    assert robot.get("/registers/systems/entry?key=S-9").data == robot.get("/registers/none/entries").data


@pytest.mark.parametrize("path", ["/tasks/x", "/instances/x", "/instances/x/state", "/instances/x/trace", "/instances/x/receipts/1",
                                  "/instances/x/receipts/99999999999999999999", "/starts/none/none", "/registers/none/entries"])
def test_what_is_not_there_is_missing(shared: College, path: str) -> None:
    assert program(shared, "yun").get(path).status_code == 404


@pytest.mark.parametrize(("path", "body"), [
    ("/starts/none/none", {"answers": {}}), ("/tasks/x/complete", {}), ("/jobs/x/complete", {"worker": "w"}),
    ("/jobs/x/fail", {"worker": "w", "message": "m"}), ("/messages", {"name": "nobody_waits"}), ("/tasks/x/claim", None),
    ("/tasks/x/release", None)])
def test_what_is_not_there_cannot_be_changed(shared: College, path: str, body: dict[str, Any] | None) -> None:
    assert program(shared).post(path, body).status_code == 404


def test_a_file_is_stored_once_and_its_id_is_an_answer(college: College) -> None:
    lin = program(college, "lin")
    png = b"\x89PNG\r\n\x1a\n" + bytes(13) + b"IHDR" + bytes(40)

    def sent(name: str = "shot.png", kind: str = "application/octet-stream", content: bytes = png) -> Any:
        return lin.http.post(f"/api/v1/files?field=screenshot&name={name}", data=content, content_type=kind, headers={
            "Authorization": f"Bearer {lin.token}", "Idempotency-Key": "upload-000001"})

    first, again = said(sent(), 201), said(sent(), 201)
    assert first == again and first["size"] == len(png)
    instance = said(lin.post("/starts/incident/event", {"answers": {**REPORTED, "screenshot": [first["id"]]}}), 201)["instance"]
    trace = said(lin.get(f"/instances/{instance}/trace?limit=200"))["items"]
    assert any("shot.png" in record["sentence"]["zh"] for record in trace)
    assert said(sent(content=png + b"x"), 409)["status"] == 409
    assert said(sent(kind="image/png"), 415)["type"] == "urn:anliu:problem:wrong-kind"


def test_a_file_that_is_none_or_too_large_is_refused(college: College) -> None:
    lin = program(college, "lin")
    headers = {"Authorization": f"Bearer {lin.token}", "Idempotency-Key": "upload-000001", "Content-Type": "application/octet-stream"}
    for name, content, status in (("a.exe", b"MZ", 422), ("a.png", b"no picture", 422), ("a.txt", b"x" * (20 * 1024 * 1024 + 1), 413)):
        assert lin.http.post(f"/api/v1/files?field=screenshot&name={name}", data=content, headers=headers).status_code == status
