"""A small college with both shipped processes, a clock that stands still, and a browser without a screen per person."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine import Engine, open_engine
from engine.actors import SYSTEM
from engine.clock import CHINA, HandClock
from engine.store import account_rows
from engine.trace.keys import KeyRing
from engine.verbs import accounts, deployments, people
from web import Settings, create_app

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=CHINA)
TOKEN = re.compile(r'name="csrf-token" (?:value|content)="([0-9a-f]+)"')
KEY = re.compile(r'name="form-key" value="([^"]+)"')
STAFF: Mapping[str, tuple[str, str | None, tuple[tuple[str, str], ...]]] = {
    "lin": ("林管理", "CIE", (("sys_admin", "CIE"), ("applicant", "CIE"))),
    "he": ("何院长", "CIE", (("unit_head", "CIE"),)),
    "du": ("杜副院长", "CIE", (("unit_deputy", "CIE"), ("emergency_contact", "CIE"))),
    "wei": ("魏馆长", "LIB", (("unit_head", "LIB"), ("applicant", "LIB"))),
    "bei": ("贝备案", "CENTRE", (("centre_filing", ""),)),
    "zhong": ("钟主任", "CENTRE", (("centre_head", ""), ("centre_net", ""))),
    "ban": ("班办公", None, (("lead_group_office", ""),)),
    "ling": ("凌组长", None, (("lead_group", ""),)),
    "pan": ("潘流程", "CENTRE", (("process_admin", ""),)),
    "shen": ("沈审计", None, (("auditor", ""),)),
    "yun": ("云运行", "CENTRE", (("case_operator", ""),)),
    "ping": ("平管理", "CENTRE", (("platform_admin", ""),)),
    "lu": ("路同学", "LIB", ()),
}

FILED = {
    "classified": "否", "filled_on": "2026-11-18", "unit_head_tel": "13800001111", "admin_tel": "13800002222",
    "system_name": "座位预约", "url": "https://seat.example.edu.cn/", "ip": "10.20.30.41", "open_ports": "80，443",
    "deploy_env": ["Linux"], "deploy_env_Linux": "openEuler 22.03", "launch_date": "2026-12-01", "location": "机房A-07",
    "developer": "自主开发", "nda_signed": "否", "om_form": "自行运维", "om_mode": ["现场运维"], "backup_mode": ["异地"],
    "backup_cycle": "每周", "protection_level": "第二级", "access_scope": "仅校园网", "description": "预约自习座位",
}


def shipped() -> Mapping[str, str]:
    return {f"{folder}/{path.name}": path.read_text(encoding="utf-8")
            for folder in ("processes", "forms") for path in sorted((ROOT / folder).glob("*.yaml"))}


@dataclass
class Browser:
    """One person's browser: remembers cookies, sends the form token of the last page."""

    http: FlaskClient
    token: str = ""
    last: TestResponse | None = field(default=None, repr=False)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self._seen(self.http.get(path, **options))

    def post(self, path: str, fields: Mapping[str, Any] | None = None, **options: Any) -> TestResponse:
        if not self.token:
            self.get("/password")
        if not self.token:
            self.get("/sign-in")
        return self._seen(self.http.post(path, data={"csrf-token": self.token, **(fields or {})}, **options))

    def send(self, path: str, fields: Mapping[str, Any], *, at: str | None = None) -> TestResponse:
        """Open a form's page, then send it, as a person does."""
        page = self.get(path).get_data(as_text=True)
        key = KEY.search(page)
        return self.post(at or path, {"form-key": key[1] if key else secrets.token_hex(8), **fields})

    def _seen(self, response: TestResponse) -> TestResponse:
        found = TOKEN.search(response.data.decode(errors="replace"))
        self.token = found[1] if found else self.token
        self.last = response
        return response


@dataclass
class College:
    engine: Engine
    clock: HandClock
    app: Flask
    ids: Mapping[str, str]

    def stranger(self) -> Browser:
        return Browser(self.app.test_client())

    def browser(self, login: str) -> Browser:
        """Somebody signed in."""
        with self.engine.begin(SYSTEM) as unit:
            signed_in = accounts.sign_in_demo(unit, person_id=self.ids[login], address="127.0.0.1", agent="test")
        browser = self.stranger()
        browser.http.set_cookie("anliu-session", signed_in.token)
        return browser

    def password_of(self, login: str) -> str:
        with self.engine.begin(SYSTEM) as unit:
            return accounts.issue_password(unit, person_id=self.ids[login])

    def report(self, login: str = "lin", **answers: str) -> str:
        """Report a security incident; gives the instance's id."""
        sent = {"affected_unit": "CIE", "summary": "首页被篡改", "discovered_at": "2026-11-18T09:50:00",
                "occurred_at": "2026-11-18T09:40:00", "occurred_precision": "估计", "contact_tel": "13800001234", **answers}
        done = self.browser(login).send("/starts/incident/event", sent)
        assert done.status_code == 303, done.get_data(as_text=True)
        return done.headers["Location"].split("/")[2]

    def file_system(self, login: str = "lin", **answers: Any) -> TestResponse:
        """Send the filing of a system; everything required is filled in."""
        unit = STAFF[login][1] or ""
        return self.browser(login).send("/starts/filing_system/filing", {
            "own-unit": unit, "unit": unit, "unit_head_name": self.ids[login], "admin_name": self.ids[login], **FILED,
            **answers})


def build_college(folder: Path, **settings: Any) -> College:
    clock = HandClock(NOW)
    engine = open_engine(f"sqlite:///{folder}/anliu.db", clock=clock, files=folder / "files",
                         keys=KeyRing.in_memory(NOW.astimezone(UTC).date(), b"college"))
    ids = {}
    with engine.begin(SYSTEM) as unit:
        account_rows.set_setting(unit.connection, "demo", "yes" if settings.get("demo", True) else "no")
        for unit_id, name in (("CIE", "信息工程学院"), ("LIB", "图书馆"), ("CENTRE", "信息网络中心")):
            people.add_unit(unit, unit_id=unit_id, name=name)
        for login, (name, home, posts) in STAFF.items():
            ids[login] = people.add_person(unit, login=login, name=name, unit_id=home)
            for role, place in posts:
                people.hold_post(unit, person_id=ids[login], role=role, unit_id=place)
        for main_file in ("processes/incident.zzut.yaml", "processes/filing_system.xztc.yaml"):
            deployments.deploy(unit, main_file=main_file, files=shipped())
    app = create_app(engine, Settings(secret_key=secrets.token_hex(32), **{"demo": True, **settings}))
    return College(engine, clock, app, ids)
