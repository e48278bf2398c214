"""The world of a story: the demonstration college, a clock moved by hand, and short sentences to act in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import select

from engine import Engine, open_engine
from engine.actors import SYSTEM, Actor
from engine.clock import CHINA, HandClock, in_china
from engine.demo import college
from engine.jobs.worker import run_due
from engine.store.tables import timers as timer_table
from engine.trace.keys import KeyRing
from engine.verbs import deployments, instances, requests, tasks
from engine.verbs.once import Done
from engine.views import instances as instance_views
from engine.views import tasks as task_views
from engine.views.instances import InstanceView
from engine.views.tasks import InboxRow

ROOT = Path(__file__).parent.parent
INCIDENT, FILING = "processes/incident.zzut.yaml", "processes/filing_system.xztc.yaml"


def shipped_files() -> dict[str, str]:
    """All shipped definitions and forms by path."""
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
            for folder in ("processes", "forms") for path in sorted((ROOT / folder).glob("*.yaml"))}


def china(text: str) -> datetime:
    """`2026-10-03 02:10` or with seconds, as people in China read it."""
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@dataclass
class World:
    """One engine and its people; `last` is the instance the story is about."""

    engine: Engine
    clock: HandClock
    ids: Mapping[str, str]
    last: str = ""
    receipts: list[Done] = field(default_factory=list)

    def deploy(self, *main_files: str, files: Mapping[str, str] | None = None) -> World:
        with self.engine.begin(SYSTEM) as unit:
            for main_file in main_files:
                deployments.deploy(unit, main_file=main_file, files=files or shipped_files())
        return self

    def actor(self, login: str) -> Actor:
        return self.engine.actor(self.ids[login])

    def at(self, moment: str) -> World:
        """Let time pass: every timer on the way is triggered at its own moment."""
        target = china(moment)
        while (due := self._next_timer()) is not None and due <= target:
            self.clock.move_to(max(due, self.clock.now()))
            assert run_due(self.engine), f"a timer due at {due} could not be triggered"
        self.clock.move_to(target)
        run_due(self.engine)
        return self

    def start(self, process: str, start_id: str, *, by: str, **answers: object) -> World:
        with self.engine.begin(self.actor(by)) as unit:
            done = instances.start(unit, process=process, start_id=start_id, typed=typed(answers), key=uuid4().hex)
        self.last = done.instance_id
        self.receipts.append(done)
        return self

    def complete(self, title: str, /, *, by: str, action: str = "complete", marked: Sequence[str] = (),
                 comment: str = "", **answers: object) -> World:
        """Finish the open task of this title in the story's instance."""
        with self.engine.begin(self.actor(by)) as unit:
            done = tasks.complete(unit, task_id=self.task_id(title), typed=typed(answers), action=action,
                                  marked=marked, comment=comment, key=uuid4().hex)
        self.receipts.append(done)
        return self

    def request(self, request_id: str, *, by: str, **answers: object) -> World:
        with self.engine.begin(self.actor(by)) as unit:
            requests.raise_request(unit, instance_id=self.last, request_id=request_id, typed=typed(answers),
                                   key=uuid4().hex)
        return self

    def task_id(self, title: str) -> str:
        found = [task.id for task in self.view().open_tasks if task.title == title]
        assert len(found) == 1, f"expected one open task {title}, open are {self.open_titles()}"
        return found[0]

    def view(self, *, by: str = "caseop") -> InstanceView:
        with self.engine.read(self.actor(by)) as read:
            return instance_views.get_instance(read, self.last)

    def open_titles(self) -> list[str]:
        return sorted(task.title for task in self.view().open_tasks)

    def inbox(self, login: str) -> list[InboxRow]:
        """Open tasks this person may do, of all cases."""
        with self.engine.read(self.actor(login)) as read:
            return [row for tab in ("todo", "claim") for row in task_views.inbox(read, tab).rows]

    def titles_for(self, login: str) -> list[str]:
        return [row.title for row in self.inbox(login) if row.instance_id == self.last]

    def due(self, title: str) -> str:
        """The due moment of an open task, in China time with seconds."""
        task = next(task for task in self.view().open_tasks if task.title == title)
        assert task.due_at is not None
        return f"{in_china(task.due_at):%Y-%m-%d %H:%M:%S}"

    def deadline(self, deadline_id: str):
        return next(row for row in self.view().deadlines if row.id == deadline_id)

    def stage_dues(self, deadline_id: str) -> list[str]:
        return [f"{in_china(stage.due_at):%Y-%m-%d %H:%M:%S}" for stage in self.deadline(deadline_id).stages]

    def trace(self):
        with self.engine.read(self.actor("aud")) as read:
            return instance_views.trace_of(read, self.last)

    def _next_timer(self) -> datetime | None:
        with self.engine.database.reading.connect() as connection:
            return connection.execute(select(timer_table.c.due_at).order_by(timer_table.c.due_at).limit(1)).scalar()


def build_world(url: str, folder: Path, moment: str = "2026-09-01 08:00") -> World:
    """A fresh college in a fresh database."""
    clock = HandClock(china(moment))
    engine = open_engine(url, clock=clock, keys=KeyRing.in_memory(date(2026, 1, 1), b"world"), files=folder / "files",
                         origin="anliu.test")
    return World(engine, clock, college.settle(engine))


def typed(answers: Mapping[str, object]) -> dict[str, object]:
    """Answers as a browser sends them: lists of texts."""
    return {name: [str(item) for item in value] if isinstance(value, list) else [str(value)]
            for name, value in answers.items()}


def canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
