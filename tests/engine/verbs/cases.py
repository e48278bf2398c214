"""Definitions whose cases reach each other, and short words to let the worker carry what passes between them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from engine.actors import SYSTEM
from engine.jobs.worker import run_due
from engine.store.tables import instances as instance_rows
from engine.verbs import jobs
from tests.engine.verbs.constructs import definition, deployed
from tests.engine.verbs.small import FILES
from tests.world import World

CHECK = """\
anliu: 1
process: checking
title: 核查
profile: test
basis: A-1
subject: =given.what
starts: [{id: given, called: true, takes: [what]}]
returns: {verdict: =check.words}
do:
  - check: {task: 核查, who: {role: office}, form: request, actions: [complete, {reject: bad}]}
  - good: {end: 通过}
  - bad: {raise: {error: not_ours}}
"""
CALLS = """\
  - asked:
      call: checking
      with: {what: =ask.name}
      set: {heard: '=asked.outcome + asked.verdict'}
      on:
        - {id: refused, error: not_ours, then: alone}
        - {id: late, timer: 1 calendar day, basis: A-2, then: alone}
  - last: {task: 汇总, who: {role: centre}, form: opinion, end: 办结}
  - alone: {task: 自办, who: {role: centre}, form: opinion}
on:
  - request: stop
    title: 终止
    who: {role: centre}
    form: opinion
    interrupting: true
    do:
      - stopped: {end: 终止}
"""
WITH_CHECK = {"processes/checking.yaml": CHECK.replace("form: request", "form: opinion")}
WAITER = """\
  - answer: {listen: {message: answer, key: =ask.name, takes: [text]}, set: {heard: =answer.text}}
  - last: {task: 收到, who: {role: centre}, form: opinion}
"""
SENDER = """\
  - say: {raise: {message: answer, key: =ask.name}, with: {text: ="好的，" + ask.name}}
  - shout: {raise: {signal: all_clear}, with: {why: =ask.name}}
"""
SHOUTED = """\
  - work:
      task: 值守
      who: {role: centre}
      form: opinion
      on:
        - {id: cleared, signal: all_clear, then: over}
  - kept: {end: 照常}
  - over: {set: {why: =cleared.why}, end: 解除}
"""
SERVICE = """\
  - scan:
      service: scan
      with: {what: =ask.name}
      set: {found: =scan.found}
      on: [{id: broken, error: unreachable, then: by_hand}]
  - last: {task: 处理, who: {role: centre}, form: opinion}
  - by_hand: {task: 手工, who: {role: centre}, form: opinion}
"""
WEEKLY = "starts: [{id: weekly, every: week}]\n"
PATROL = "  - patrol: {task: 巡检, who: {role: centre}, form: opinion}\n"
ONE_EACH = """\
  - each:
      for: {each: part, in: '=["甲", "乙"]'}
      do:
        - asked: {call: checking, with: {what: =part}}
  - last: {task: 汇总, who: {role: centre}, form: opinion, set: {said: =for r in each.results return r.part + r.asked.verdict}}
"""


def carry(world: World) -> World:
    """Let the worker do what is due."""
    run_due(world.engine)
    return world


def cases_of(world: World, process: str) -> list[str]:
    with world.engine.database.reading.connect() as connection:
        return list(connection.execute(select(instance_rows.c.id).where(instance_rows.c.process == process).order_by(
            instance_rows.c.number)).scalars())


def look_at(world: World, process: str, number: int = 0) -> World:
    world.last = cases_of(world, process)[number]
    return world


def calling(world: World, steps: str = CALLS) -> tuple[World, str]:
    world.deploy("processes/checking.yaml", files={**FILES, **WITH_CHECK})
    deployed(world, "calling", steps, files=WITH_CHECK).start("calling", "ask", by="ann", name="主页")
    return carry(world), world.last


def sent(world: World, name: str = "主页") -> World:
    return deployed(world, "sender", SENDER).start("sender", "ask", by="zoe", name=name)


def begun_alone(world: World, process: str, starts: str, subject: str) -> World:
    files = definition(process, PATROL, starts=starts)
    files[f"processes/{process}.yaml"] = files[f"processes/{process}.yaml"].replace("subject: =ask.name", f"subject: {subject}")
    return world.deploy(f"processes/{process}.yaml", files=files)


def fetched(world: World, worker: str = "w1") -> list[jobs.Job]:
    """What an outside program gets when it asks for work now."""
    with world.engine.begin(SYSTEM) as unit:
        return list(jobs.fetch(unit, job_type="scan", worker=worker, most=5, lease=timedelta(minutes=5)))
