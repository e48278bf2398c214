"""Where the benchmark plays: the demonstration college in a SQLite file, and stories that are told again and again."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from engine import Engine, open_engine
from engine.actors import SYSTEM, Actor
from engine.clock import CHINA, HandClock
from engine.demo import college
from engine.store.queries.people import find_by_login
from engine.trace.keys import KeyRing
from engine.verbs import deployments, instances, tasks
from engine.views import tasks as views
from web.sources import shipped_folder, sources_around

MOMENT = datetime(2026, 11, 18, 10, tzinfo=CHINA)
READING = Path(__file__).parent / "definitions" / "processes" / "meter_reading.bench.yaml"
FILING = shipped_folder() / "processes" / "filing_system.xztc.yaml"
Typed = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Turn:
    """One completion of a story: who finishes the task of which title, and how."""

    login: str
    title: str
    typed: Typed
    action: str = "complete"


@dataclass(slots=True)
class Stage:
    """An engine on a college of its own."""

    engine: Engine
    path: Path
    actors: dict[str, Actor]

    def actor(self, login: str) -> Actor:
        if login not in self.actors:
            with self.engine.read(SYSTEM) as read:
                person_id = find_by_login(read, login)
            self.actors[login] = self.engine.actor(person_id or "")
        return self.actors[login]

    def start(self, process: str, start_id: str, login: str, typed: Typed) -> str:
        with self.engine.begin(self.actor(login)) as unit:
            return instances.start(unit, process=process, start_id=start_id, typed=typed, key=uuid4().hex).instance_id

    def task_id(self, turn: Turn, instance_id: str) -> str:
        """The open task that this turn finishes."""
        with self.engine.read(self.actor(turn.login)) as read:
            rows = (row for tab in ("todo", "claim") for row in views.inbox(read, tab).rows)
            return next(row.task_id or "" for row in rows if (row.title, row.instance_id) == (turn.title, instance_id))

    def complete(self, turn: Turn, task_id: str) -> None:
        with self.engine.begin(self.actors[turn.login]) as unit:
            tasks.complete(unit, task_id=task_id, typed=turn.typed, action=turn.action, key=uuid4().hex)


def build(folder: Path, *, keys: KeyRing | None = None, definitions: tuple[Path, ...] = (READING, FILING)) -> Stage:
    """A fresh college with the benchmark's own definition and the shipped filing process."""
    folder.mkdir(parents=True, exist_ok=True)
    stage = _open(folder, keys)
    college.settle(stage.engine)
    for path in definitions:
        sources = sources_around(path)
        with stage.engine.begin(SYSTEM) as unit:
            deployments.deploy(unit, main_file=sources.name, files=sources.files)
    return stage


def copy(stage: Stage, folder: Path) -> Stage:
    """The same college once more, in another folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(flushed(stage), folder / "stage.db")
    return _open(folder, None)


def flushed(stage: Stage) -> Path:
    """The database file with everything in it, nothing left in the write-ahead log."""
    with sqlite3.connect(stage.path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return stage.path


def _open(folder: Path, keys: KeyRing | None) -> Stage:
    path = folder / "stage.db"
    engine = open_engine(f"sqlite:///{path}", clock=HandClock(MOMENT), files=folder / "files", origin="anliu.bench",
                         keys=keys or KeyRing.in_memory(MOMENT.date(), b"bench"))
    return Stage(engine, path, {})


# ---------------------------------------------------------------- stories

def reading_turns(stage: Stage) -> Iterator[tuple[str, Turn]]:
    """One instance that asks for the next reading for ever: (instance, turn)."""
    instance_id = stage.start("meter_reading", "begin", "app_cie", {"room": ["机房A-07"]})
    turn = Turn("app_cie", "抄表", {"read_at": ["2026-11-18T09:50"], "value": ["12.5"], "meter": ["M-7"],
                                  "remark": ["一切正常"], "last": ["否"]})
    while True:
        yield instance_id, turn


def filing_turns(stage: Stage) -> Iterator[tuple[str, Turn]]:
    """System after system is filed, four completions each."""
    people = {login: stage.actor(login).id for login in ("head_cie", "app_cie")}
    for number in range(1, 1_000_000):
        instance_id = stage.start("filing_system", "filing", "app_cie", _filing(number, people))
        yield instance_id, Turn("head_cie", "单位负责人意见", {
            "opinion": ["情况属实"], "head_signature": ["yes"], "unit_seal.sealed": ["是"],
            "unit_seal.sealed_on": ["2026-11-18"]}, "approve")
        yield instance_id, Turn("c_filing", "形式审查", {"checked": ["栏目填写完整", "签字盖章齐全", "提示已有说明"],
                                                     "paper_received": ["2026-11-18"]}, "approve")
        yield instance_id, Turn("c_net", "接入审批", {"ports_confirmed": ["80，443"], "scope_confirmed": ["仅校园网"]}, "approve")
        yield instance_id, Turn("c_head", "备案登记", {"findings_decision": ["一个月内补齐"]}, "approve")


def _filing(number: int, people: Mapping[str, str]) -> Typed:
    address = f"10.{number // 62_500 % 250}.{number // 250 % 250}.{number % 250 + 1}"
    return {name: [value] if isinstance(value, str) else value for name, value in {
        "classified": "否", "filled_on": "2026-11-18", "unit": "CIE", "unit_head_name": people["head_cie"],
        "unit_head_tel": "13800000001", "admin_name": people["app_cie"], "admin_tel": "13800000002",
        "system_name": f"实验室管理系统{number}", "url": f"https://lab{number}.example.edu.cn/", "ip": address,
        "open_ports": "80，443", "deploy_env": ["Linux"], "deploy_env_Linux": "openEuler 22.03",
        "launch_date": "2026-12-01", "location": "机房A-07", "developer": "自主开发", "nda_signed": "否",
        "om_form": "自行运维", "om_mode": ["现场运维"], "backup_mode": ["本地", "异地"], "backup_cycle": "每周",
        "protection_level": "第二级", "access_scope": "仅校园网", "description": "预约实验室",
    }.items()}
