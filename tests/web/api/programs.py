"""A college with programs beside its people: each has a token and a plain HTTP client, and a process that asks for work."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.actors import SYSTEM
from engine.directory.tokens import SCOPES
from engine.verbs import deployments, people, registers, tokens
from tests.web.college import College, build_college, shipped

SCAN = """\
anliu: 1
process: scanning
title: 资产扫描
profile: test
basis: ZZUT-ART33a
subject: =given.host
starts:
  - {id: given, message: scan_wanted, takes: [host]}
do:
  - scan: {service: scan, with: {host: =given.host}, set: {found: =scan.found}, on: [{id: broken, error: unreachable, then: gave_up}]}
  - told: {listen: {message: seen, key: =given.host, takes: [by]}, end: 已核对}
  - gave_up: {end: 不可达}
"""


@dataclass
class Program:
    """An HTTP client with a token; every change has a fresh key unless one is given."""

    http: FlaskClient
    token: str

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.http.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {self.token}", **headers})

    def post(self, path: str, body: object | None = None, *, key: str = "", **headers: str) -> TestResponse:
        sent: dict[str, Any] = {"json": body} if body is not None else {}
        return self.http.post(f"/api/v1{path}", headers={
            "Authorization": f"Bearer {self.token}", "Idempotency-Key": key or secrets.token_hex(8), **headers}, **sent)


def build(folder: Path, **settings: Any) -> College:
    college = build_college(folder, **settings)
    with college.engine.begin(SYSTEM) as unit:
        deployments.deploy(unit, main_file="processes/scanning.test.yaml",
                           files={**shipped(), "processes/scanning.test.yaml": SCAN})
        robot = people.add_person(unit, login="robot", name="扫描器", unit_id=None, kind="service")
        people.hold_post(unit, person_id=robot, role="program")
        for number in range(3):
            registers.import_entry(unit, register="systems", key=f"S-{number}", values={"name": f"系统{number}"})
    college.ids = {**college.ids, "robot": robot}
    return college


def program(college: College, login: str = "robot", scopes: Collection[str] = tuple(SCOPES)) -> Program:
    with college.engine.begin(SYSTEM) as unit:
        issued = tokens.issue(unit, person_id=college.ids[login], title="测试", scopes=scopes)
    return Program(college.app.test_client(), issued.text)


REPORTED: Mapping[str, object] = {
    "affected_unit": "CIE", "summary": "首页被篡改", "discovered_at": "2026-11-18T09:50:00",
    "occurred_at": "2026-11-18T09:40:00", "occurred_precision": "估计", "contact_tel": "13800001234"}


def reported(lin: Program) -> str:
    """An incident that was reported through the API."""
    made = lin.post("/starts/incident/event", {"answers": REPORTED})
    assert made.status_code == 201, made.get_data(as_text=True)
    return str(made.json["instance"])  # type: ignore[index]
