"""Who may come where: every route and method, as every person, at an own, another's and a missing object.

The addresses come from the address map, the gates from the policy; who has a part in which case is told here.
"""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from engine.actors import SYSTEM
from engine.directory.tokens import SCOPES
from engine.verbs import tokens
from tests.web.college import STAFF, Browser, College, build_college
from web.access import POLICY, Rule

INCIDENT = {"lin", "he", "du", "zhong", "ban", "shen", "yun"}
"""Who has a part in the incident of CIE, or reads all."""
FILING = {"wei", "bei", "shen", "yun"}
POWERS = {"pan": "process_admin", "shen": "auditor", "yun": "case_operator", "ping": "platform_admin"}
MISSING = "0" * 32
OBJECTS = ("incident", "filing", "missing")
ACTED = {"tasks.complete", "tasks.claim", "tasks.release", "tasks.withdraw"}
CANDIDATES = {"incident": {"lin", "du"}, "filing": {"bei"}, "missing": set[str]()}
"""Who may do the task that is tried."""
OFFERED = {"sys_admin", "unit_head", "unit_deputy", "emergency_contact"}
"""Roles to whom the correction of times is offered in a case they have a part in."""


@dataclass
class Scene:
    """A college with an incident in one unit and a filing in another."""

    college: College
    browsers: dict[str, Browser]
    ids: dict[str, dict[str, str]]
    bytes_of_missing: dict[str, bytes]


def seen_ids(college: College, login: str, instance_id: str, title: str) -> dict[str, str]:
    page = college.browser(login).get(f"/instances/{instance_id}").get_data(as_text=True)
    task = re.search(rf'/tasks/(\w+)">{title}<', page)
    file = re.search(r"/attachments/(\w+)", page)
    return {"instance_id": instance_id, "task_id": task[1] if task else MISSING, "attachment_id": file[1] if file else MISSING,
            "request_id": "correct_times", "seq": "2"}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    college = build_college(tmp_path_factory.mktemp("matrix"))
    png = b"\x89PNG\r\n\x1a\n" + bytes(13) + b"IHDR" + bytes(40)
    incident = college.report("lin", screenshot=(io.BytesIO(png), "shot.png"))  # type: ignore[arg-type]
    filing = college.file_system("wei").headers["Location"].split("/")[2]
    version = re.search(r"/definitions/versions/(\w+)", college.browser("pan").get("/definitions/incident").get_data(as_text=True))
    assert version is not None
    fixed = {"version_hash": version[1], "process": "incident", "start_id": "event", "notice_id": MISSING,
             "incident_id": MISSING, "shift_id": MISSING, "planned_id": MISSING, "filename": "none.css", "kind": "definition",
             "register": "systems", "job_id": MISSING}
    ids = {"incident": {**fixed, **seen_ids(college, "lin", incident, "保存证据")},
           "filing": {**fixed, **seen_ids(college, "wei", filing, "单位负责人意见")},
           "missing": {**dict.fromkeys(fixed, MISSING), "instance_id": MISSING, "task_id": MISSING, "attachment_id": MISSING,
                       "request_id": MISSING, "seq": "2"}}
    browsers = {login: college.browser(login) for login in STAFF}
    missing = {login: browser.get("/nothing-at-all").data for login, browser in browsers.items()}
    yield Scene(college, browsers, ids, missing)
    college.engine.close()


def address(scene: Scene, endpoint: str, values: dict[str, str], method: str) -> str:
    rule = next(rule for rule in scene.college.app.url_map.iter_rules() if rule.endpoint == endpoint and method in (rule.methods or ()))
    wanted = {name: int(values[name]) if name == "seq" else values[name] for name in rule.arguments}
    return str(scene.college.app.url_map.bind("localhost").build(endpoint, wanted, method=method))


def expects_missing(endpoint: str, rule: Rule, login: str, which: str) -> bool:
    """What the policy and the parts people have say, told without asking the engine."""
    if rule.gate == "power" and POWERS.get(login) not in rule.powers:
        return True
    if endpoint == "sessions.create_demo":
        return True  # no person is named
    noun, names = endpoint.split(".")[0], STAFF[login][2]
    part = {"incident": INCIDENT, "filing": FILING, "missing": set[str]()}[which]
    if endpoint in ("drafts.create", "forms.preview"):
        return login not in CANDIDATES[which]
    if noun == "attachments":
        return which != "incident" or login not in INCIDENT
    if noun == "requests":
        return which != "incident" or not ({role for role, _ in names} & OFFERED and login in INCIDENT)
    if noun in ("tasks", "instances"):
        return login not in part
    if noun == "operations":
        return which == "missing"
    if noun == "starts" and endpoint != "starts.index":
        return which == "missing"
    if noun == "definitions" and endpoint != "definitions.index":
        return which == "missing"
    return noun == "incidents" or endpoint in ("roster.destroy", "planned.retry", "planned.drop")


FOR_PROGRAMS = sorted(key for key, rule in POLICY.items() if rule.gate == "token")
ROUTES = sorted(key for key in POLICY if key not in FOR_PROGRAMS and key[0] not in ("static", "sessions.destroy", "notices.read"))


@pytest.mark.parametrize(("endpoint", "method"), ROUTES)
def test_each_route_opens_to_whom_the_policy_says(scene: Scene, endpoint: str, method: str) -> None:
    rule = POLICY[endpoint, method]
    for which in OBJECTS:
        path = address(scene, endpoint, scene.ids[which], method)
        fields = {"operation": "suspend", "form-place": f"task:{scene.ids[which]['task_id']}", "new": "a", "again": "b"}
        check_stranger(scene, rule, path, method, fields)
        for login, browser in scene.browsers.items():
            answer = browser.get(path) if method == "GET" else browser.post(path, fields)
            seen = (endpoint, method, login, which, answer.status_code)
            if expects_missing(endpoint, rule, login, which):
                assert (answer.status_code, answer.data == scene.bytes_of_missing[login]) == (404, True), seen
            else:
                assert answer.status_code in (200, 303, 400, 403, 409, 422, 204), seen
            if endpoint in ACTED and login not in CANDIDATES[which]:
                assert answer.status_code in (403, 404, 409, 422), seen


def check_stranger(scene: Scene, rule: Rule, path: str, method: str, fields: dict[str, str]) -> None:
    stranger = scene.college.stranger()
    answer = stranger.get(path) if method == "GET" else stranger.post(path, fields)
    to_sign_in = answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in")
    assert to_sign_in or rule.gate in ("anyone", "demo"), (path, answer.status_code)


def test_signing_out_is_one_s_own(scene: Scene) -> None:
    for login in STAFF:
        browser = scene.college.browser(login)
        assert browser.get("/inbox").status_code == 200
        stolen = browser.http.get_cookie("anliu-session")
        assert stolen is not None
        browser.post("/sign-out")
        browser.http.set_cookie("anliu-session", stolen.value)
        assert browser.get("/inbox").headers["Location"].startswith("/sign-in")


def test_the_matrix_has_a_thousand_cells_and_every_route(scene: Scene) -> None:
    """Each route of the policy is walked as everybody on every object, but for three named ones tested elsewhere."""
    assert {key[0] for key in POLICY} - {key[0] for key in (*ROUTES, *FOR_PROGRAMS)} == {"static", "sessions.destroy", "notices.read"}
    people_and_the_stranger = len(scene.browsers) + 1
    assert len(ROUTES) * people_and_the_stranger * len(OBJECTS) >= 1_000


# ---------------------------------------------------------------- tokens

BODIES: dict[str, object] = {
    "api_starts.create": {"answers": {}}, "api_tasks.complete": {}, "api_messages.send": {"name": "x"},
    "api_messages.signal": {"name": "x"}, "api_jobs.fetch": {"type": "x", "worker": "w"},
    "api_jobs.complete": {"worker": "w"}, "api_jobs.fail": {"worker": "w", "message": "m"}}
QUERIES = {"api_registers.show": "?key=x", "api_files.create": "?field=proof&name=a.txt"}
READS_REGISTERS = {"shen", "yun"}
IS_OPERATOR = {"yun"}


def token_of(scene: Scene, login: str, scopes: list[str]) -> str:
    with scene.college.engine.begin(SYSTEM) as unit:
        return tokens.issue(unit, person_id=scene.college.ids[login], title="matrix", scopes=scopes).text


def asked(scene: Scene, endpoint: str, method: str, which: str, token: str | None) -> tuple[int, bytes]:
    http = scene.college.app.test_client()
    headers = {"Idempotency-Key": secrets.token_hex(8), **({"Authorization": f"Bearer {token}"} if token else {})}
    path = address(scene, endpoint, scene.ids[which], method) + QUERIES.get(endpoint, "")
    body = {"json": BODIES[endpoint]} if endpoint in BODIES else {}
    if endpoint == "api_files.create":
        body = {"data": b"text", "content_type": "application/octet-stream"}
    answer = http.open(path, method=method, headers=headers, **body)  # type: ignore[arg-type]
    return answer.status_code, answer.data


def expects_missing_for_token(endpoint: str, login: str, which: str) -> bool:
    """What the policy and the parts people have say, for a token that has every scope."""
    noun, _, act = endpoint.partition(".")
    part = {"incident": INCIDENT, "filing": FILING, "missing": set[str]()}[which]
    if noun == "api_registers":
        return login not in READS_REGISTERS or act == "show" or (act != "index" and which == "missing")
    if noun in ("api_tasks", "api_instances", "api_traces") and not (act == "index" and noun != "api_traces"):
        return login not in part
    if noun == "api_jobs":
        return login in IS_OPERATOR and act != "fetch"
    return (noun == "api_starts" and act != "index" and which == "missing") or (
        endpoint == "api_messages.send" and login in IS_OPERATOR)


@pytest.mark.parametrize(("endpoint", "method"), FOR_PROGRAMS)
def test_each_route_of_programs_opens_to_the_tokens_the_policy_says(scene: Scene, endpoint: str, method: str) -> None:
    scope = POLICY[endpoint, method].scope
    others = [name for name in SCOPES if name != scope]
    nobody = asked(scene, endpoint, method, "incident", None)
    assert nobody == asked(scene, endpoint, method, "missing", "anliu_" + "0" * 12 + "_" + "0" * 64)
    assert nobody[0] == 401
    for login in STAFF:
        mine, lacking = token_of(scene, login, list(SCOPES)), token_of(scene, login, others)
        missing = scene.college.app.test_client().get("/api/v1/none", headers={"Authorization": f"Bearer {mine}"}).data
        for which in OBJECTS:
            seen = (endpoint, login, which, *asked(scene, endpoint, method, which, mine))
            if scope:
                assert asked(scene, endpoint, method, which, lacking) == (404, missing), seen
            if expects_missing_for_token(endpoint, login, which):
                assert seen[3:] == (404, missing), seen
            else:
                assert seen[3] in (200, 201, 403, 409, 422), seen
            if endpoint.startswith(("api_jobs.", "api_messages.")) and login not in IS_OPERATOR:
                assert seen[3] == 403, seen
            if method == "POST" and endpoint.startswith("api_tasks.") and login not in CANDIDATES[which]:
                assert seen[3] in (403, 404, 409, 422), seen
