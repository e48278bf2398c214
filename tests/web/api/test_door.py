"""The door: only a token opens it, a cookie never does; forbidden is missing; what is wrong is said in both languages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.actors import SYSTEM
from engine.verbs import tokens
from tests.web.api.programs import Program, build, program, reported
from tests.web.college import College


@pytest.mark.parametrize("sent", ["", "Bearer x", "Basic YTpi", "Bearer anliu_000000000000_" + "0" * 64, "anliu_000000000000"])
def test_without_a_valid_token_nothing_is_told(shared: College, sent: str) -> None:
    http = shared.app.test_client()
    answers = [http.get(path, headers={"Authorization": sent} if sent else {})
               for path in ("/api/v1/tasks", "/api/v1/nothing", "/api/v1/openapi.json", "/api/")]
    assert {(answer.status_code, answer.data) for answer in answers} == {(401, answers[0].data)}
    assert answers[0].headers["WWW-Authenticate"] == 'Bearer realm="anliu"'
    assert answers[0].content_type == "application/problem+json"


def test_a_cookie_opens_nothing_and_a_token_opens_no_page(shared: College) -> None:
    person = shared.browser("lin")
    assert person.http.get("/api/v1/tasks").status_code == 401
    came = program(shared, "lin")
    page = came.http.get("/inbox", headers={"Authorization": f"Bearer {came.token}"})
    assert page.headers["Location"].startswith("/sign-in")


def test_two_tokens_are_none(shared: College) -> None:
    came = program(shared, "lin")
    answer = came.http.get("/api/v1/tasks", headers=[("Authorization", f"Bearer {came.token}")] * 2)
    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["/nothing", "/starts", "/instances/x", "/registers", "/tasks/x/claim"])
def test_what_a_token_has_no_scope_for_looks_byte_for_byte_like_missing(shared: College, path: str) -> None:
    came = program(shared, "lin", ["messages"])
    missing = came.get("/nothing-at-all")
    assert (missing.status_code, came.get(path).data) == (404, missing.data)


def test_a_case_of_others_looks_like_none(shared: College) -> None:
    instance = reported(program(shared, "lin"))
    stranger, owner = program(shared, "wei"), program(shared, "lin")
    for part in ("", "/state", "/trace", "/receipts/1"):
        path = f"/instances/{instance}{part}"
        assert owner.get(path).status_code == 200
        assert (stranger.get(path).status_code, stranger.get(path).data) == (404, stranger.get("/instances/none").data)


def test_a_withdrawn_token_and_an_old_one_open_nothing(college: College) -> None:
    came = program(college, "lin")
    assert came.get("/tasks").status_code == 200
    with college.engine.begin(SYSTEM) as unit:
        tokens.withdraw(unit, token_id=came.token.rpartition("_")[0])
    assert came.get("/tasks").status_code == 401
    old = program(college, "lin")
    college.clock.advance(timedelta(days=90))
    assert old.get("/tasks").status_code == 401


def test_the_last_use_of_a_token_is_noted_once_a_minute(college: College) -> None:
    came = program(college, "lin")
    seen = []
    for seconds in (0, 30, 60):
        college.clock.advance(timedelta(seconds=seconds))
        came.get("/tasks")
        with college.engine.read(SYSTEM) as read:
            found = tokens.admit(read, came.token)
        seen.append(found is not None and found.is_seen_long_ago)
        with college.engine.database.reading.connect() as connection:
            assert tokens.token_rows.find_token(connection, came.token.rpartition("_")[0]).used_at is not None  # type: ignore[union-attr]
    assert seen == [False, False, False]


def test_whoever_comes_too_often_waits_and_others_do_not(tmp_path_factory: pytest.TempPathFactory) -> None:
    college = build(tmp_path_factory.mktemp("often"), api_rate=3)
    hasty, other = program(college, "lin"), program(college, "wei")
    assert [hasty.get("/tasks").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert hasty.get("/tasks").headers["Retry-After"] == "20"
    assert other.get("/tasks").status_code == 200
    college.clock.advance(timedelta(seconds=20))
    assert [hasty.get("/tasks").status_code for _ in range(2)] == [200, 429]
    college.engine.close()


@pytest.mark.parametrize(("body", "status"), [
    (b"", 400), (b"{", 400), (b'{"a": "\\u0000"}', 400), (b"[" * 40 + b"]" * 40, 400), (b'{"a": "\\ud800"}', 400), (b"[]", 422),
    (b"null", 422), (b'"x"', 422), (b'{"name": 1}', 422), (b'{"name": "x", "what": 1}', 422), (b'{"name": "x", "values": []}', 422),
    (b'{"name": "x", "values": {"a": {"@unheard": 1}}}', 422), (b"[" * 100_000, 400), (b" " * (1024 * 1024 + 1), 413)])
def test_a_body_that_is_not_one_is_refused_in_words(shared: College, body: bytes, status: int) -> None:
    robot = program(shared)
    answer = robot.http.post("/api/v1/messages", data=body, content_type="application/json",
                             headers={"Authorization": f"Bearer {robot.token}", "Idempotency-Key": "k" * 12})
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), answer.data
    said = answer.get_json()
    assert said["zh"] and said["en"] and said["status"] == status


def test_a_body_of_another_kind_is_refused(shared: College) -> None:
    robot = program(shared)
    answer = robot.http.post("/api/v1/messages", data={"name": "x"}, headers={
        "Authorization": f"Bearer {robot.token}", "Idempotency-Key": "k" * 12})
    assert answer.status_code == 415


@pytest.mark.parametrize("key", [None, "short", "x" * 81, "空" * 10])
def test_a_change_needs_a_key(shared: College, key: str | None) -> None:
    robot = program(shared)
    headers = {"Authorization": f"Bearer {robot.token}", **({"Idempotency-Key": key.encode().decode("latin-1")} if key else {})}
    answer = robot.http.post("/api/v1/messages", json={"name": "x"}, headers=headers)
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, "Idempotency-Key")
    assert "Idempotency-Key" in answer.get_json()["errors"][0]["zh"]


def test_a_problem_speaks_the_language_that_is_asked_for_and_carries_both(shared: College) -> None:
    lin = program(shared, "lin")
    chinese = lin.get("/instances?status=x").get_json()
    english = lin.get("/instances?status=x", **{"Accept-Language": "en"}).get_json()
    assert chinese["detail"] == chinese["zh"] == english["zh"]
    assert english["detail"] == english["en"]
    assert chinese["errors"][0] == {"field": "status", "zh": "“status”须是其中之一：, running, ended",
                                    "en": "status: Must be one of: , running, ended."}


@pytest.mark.parametrize("path", ["/tasks?limit=0", "/tasks?limit=201", "/tasks?limit=x", "/tasks?list=all", "/tasks?nothing=1",
                                  "/instances?since=yesterday", "/instances?since=0001-01-01", "/registers/systems/entry",
                                  "/registers/systems/entries?limit=-1", "/instances/x/trace?after=-1",
                                  "/instances/x/trace?after=2147483648"])
def test_a_wrong_query_is_named(shared: College, path: str) -> None:
    answer = program(shared, "yun").get(path)
    assert answer.status_code == 422, answer.data
    assert len(answer.get_json()["errors"]) == 1


@pytest.mark.parametrize("path", ["/tasks?limit=1&limit=2", "/instances?text=a%00b"])
def test_doubled_parameters_and_nuls_are_refused(shared: College, path: str) -> None:
    assert program(shared, "yun").get(path).status_code == 400


def test_every_answer_has_the_headers_of_the_house(shared: College) -> None:
    lin = program(shared, "lin")
    for answer in (lin.get("/tasks"), lin.get("/nothing"), Program(lin.http, "").get("/tasks")):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Set-Cookie" not in answer.headers
