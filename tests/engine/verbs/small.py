"""A small college and small definitions: everything a verb can do, in a form of three fields and a few steps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from uuid import uuid4

from sqlalchemy import select

from engine import Engine, open_engine
from engine.actors import SYSTEM
from engine.clock import HandClock
from engine.store.queries.chain import snapshot, verify_chains
from engine.store.tables import OUTSIDE_THE_TRACE, metadata, records, streams
from engine.trace.keys import KeyRing, SealedKey
from engine.verbs import instances, people
from tests.world import World, china, typed

MORNING = "2026-11-02 09:00"
"""A Monday at nine."""

SHARED = {
    "processes/roles.yaml": """\
roles:
  applicant: {title: 申请人, scope: unit}
  unit_head: {title: 单位负责人, scope: unit}
  unit_deputy: {title: 单位分管领导, scope: unit}
  centre: {title: 中心, scope: institution}
  office: {title: 办公室, scope: institution}
""",
    "processes/clauses.yaml": """\
clauses:
  A-1: {place: 第一条, summary: 先申请再使用}
  A-2: {place: 第二条, summary: 三日内办结}
  A-3: {place: 第三条, summary: 涉密的不得上网}
""",
    "processes/registers.yaml": """\
registers:
  systems: {title: 台账, key: 编号, fields: {name: {label: 名称, type: text}, state: {label: 状态, type: text}}}
""",
    "forms/request.yaml": """\
anliu: 1
form: request
title: 申请
basis: A-1
sections:
  - fields:
      - name: {label: 名称, type: text, required: true}
      - secret: {label: 涉密, type: radio, options: [是, 否]}
      - found_at: {label: 发现时间, type: datetime}
      - proof: {label: 证明, type: file}
""",
    "forms/opinion.yaml": """\
anliu: 1
form: opinion
title: 意见
basis: A-1
sections:
  - fields:
      - words: {label: 意见, type: textarea}
""",
}

FILING = "processes/filing.yaml"
FILING_TEXT = """\
anliu: 1
process: filing
title: 备案
profile: test
basis: A-1
subject: =ask.name
parameters:
  review_time: {value: 1 hour, basis: A-2}
  absent: {value: 10 minutes, basis: proposed}
starts:
  - id: ask
    title: 申请
    who: {role: applicant, unit: own}
    form: request
    require: [{that: ask.secret != "是", else: 涉密系统不得接入, basis: A-3, discard: true}]
do:
  - review:
      task: 审核
      who: {any: [{role: unit_head, unit: =ask.actor.unit}, {role: applicant, unit: =ask.actor.unit}]}
      not: [=ask.actor]
      widen: {after: absent, to: {role: unit_deputy, unit: =ask.actor.unit}}
      form: opinion
      due: {within: review_time, remind: [50%], overdue: {notify: {role: office}}}
      require: [{that: 'review.words != "空话"', else: 请写明意见, basis: A-2}]
      actions: [approve, {return: ask}, {reject: refused}]
      set: {verdict: =review.action}
  - both:
      fork:
        one:
          - first: {task: 甲, who: {role: centre}, form: opinion}
        two:
          - second: {task: 乙, who: {role: office}, form: opinion}
  - note:
      number: {filing_no: "N-[year]-[000]"}
      set: {state: 已备案}
      record: {register: systems, entry: =filing_no, set: {name: =ask.name, state: =state}}
      notify: {to: {person: =ask.actor}, text: ="已备案，编号 " + filing_no}
      end: 已办结
  - refused: {end: 未通过}
on:
  - request: withdraw
    title: 撤回
    who: {person: =ask.actor}
    form: opinion
    interrupting: true
    do:
      - withdrawn: {end: 已撤回}
  - request: remark
    title: 补充说明
    who: {role: office}
    form: opinion
    repeat: true
    do:
      - read: {task: 阅知, who: {person: =ask.actor}, form: opinion}
  - request: hurry
    title: 催办
    who: {person: =ask.actor}
    form: opinion
    when: review = null
    do:
      - hurried: {set: {urgent: true}}
"""

LIMITS = "processes/limits.yaml"
LIMITS_TEXT = """\
anliu: 1
process: limits
title: 时限
profile: test
basis: A-1
subject: =event.name
parameters:
  oral: {value: 30 minutes, basis: A-2}
  omitted: {value: 1 hour, basis: A-2}
  silence: {value: 2 hours, basis: proposed}
starts:
  - id: event
    title: 登记
    who: {anyone: true}
    form: request
    notify: {to: {role: office}, text: 新登记}
do:
  - report:
      task: 报告
      who: {role: centre}
      form: request
      on:
        - {condition: =level = "低", title: 免报, then: judge}
        - {timer: silence, title: 无人报告, then: judge}
      set: {told_at: =report.found_at}
  - judge:
      task: 认定
      who: {role: office}
      form: opinion
      actions: [complete]
      end: 已认定
deadlines:
  first_report:
    title: 初报
    when: level = null or level != "低"
    bases: {discovered: =event.found_at, registered: =event.completed_at}
    met_at: =told_at
    rebase: =raised_at
    stages:
      - {within: oral, otherwise: 迟报, remind: [50%], notify: {role: office}}
      - {within: omitted, otherwise: 漏报, notify: {role: office}}
    confirmed_in: judge
on:
  - request: grade
    title: 定级
    who: {role: office}
    form: request
    repeat: true
    do:
      - graded: {set: {level: =grade.name, raised_at: =grade.found_at}}
"""

FORKED = "processes/forked.yaml"
FORKED_TEXT = """\
anliu: 1
process: forked
title: 分支
profile: test
basis: A-1
subject: =ask.name
starts:
  - {id: ask, title: 申请, who: {anyone: true}, form: request, notify: {to: {role: office}, text: 新申请}}
do:
  - verdict:
      switch:
        - {when: if ask.secret = "是" then true else missing, then: told}
        - {then: silent}
  - told: {task: 告知, who: {role: centre}, form: opinion, then: end}
  - silent: {task: 静默, who: {role: office}, form: opinion}
on:
  - request: mend
    title: 补正
    who: {role: office}
    form: request
    repeat: true
    do:
      - mended: {set: {missing: '=if mend.secret = "否" then false else mend.name'}}
"""

FILES = {**SHARED, FILING: FILING_TEXT, LIMITS: LIMITS_TEXT, FORKED: FORKED_TEXT}

UNITS = ("A", "B", "centre")
RESIDENTS = (
    ("ann", "安", "A", ("applicant",)), ("ada", "艾", "A", ("applicant",)), ("bob", "包", "A", ("unit_head",)),
    ("dan", "邓", "A", ("unit_deputy",)), ("zoe", "周", "B", ("applicant", "unit_head")),
    ("eve", "易", "centre", ("centre",)), ("fay", "范", "centre", ("centre",)),
    ("gus", "顾", "centre", ("office",)), ("hal", "何", "centre", ("office",)),
    ("aud", "审", "centre", ("auditor",)), ("caseop", "运", "centre", ("case_operator",)),
    ("padm", "平", "centre", ("platform_admin",)), ("pedit", "编", "centre", ("process_admin",)),
    ("pedit2", "辑", "centre", ("process_admin",)),
)
POWERS = ("auditor", "case_operator", "platform_admin", "process_admin")


def open_small(url: str, folder: Path, moment: str = MORNING) -> World:
    """An empty database with its engine, a clock and the keys of the tests."""
    clock = HandClock(china(moment))
    ring = KeyRing.in_memory(date(2026, 11, 1), b"small")
    return World(open_engine(url, clock=clock, keys=ring, files=folder / "files", origin="anliu.test"), clock, {})


def build_small(url: str, folder: Path, moment: str = MORNING) -> World:
    """The small college with the small definitions deployed."""
    world = open_small(url, folder, moment)
    world.ids = settle(world.engine)
    return world.deploy(FILING, LIMITS, FORKED, files=FILES)


def settle(engine: Engine) -> dict[str, str]:
    """Units, people and posts; gives the id of each login."""
    ids = {}
    with engine.begin(SYSTEM) as unit:
        for unit_id in UNITS:
            people.add_unit(unit, unit_id=unit_id, name=f"{unit_id}单位")
        for login, name, unit_id, roles in RESIDENTS:
            ids[login] = people.add_person(unit, login=login, name=name, unit_id=unit_id)
            for role in roles:
                people.hold_post(unit, person_id=ids[login], role=role, unit_id="" if role in POWERS else unit_id)
    return ids


def begin_filing(world: World, name: str = "主页", **answers: object) -> World:
    return world.start("filing", "ask", by="ann", name=name, **answers)


def begin_limits(world: World, name: str = "篡改", **answers: object) -> World:
    return world.start("limits", "event", by="ann", name=name, **answers)


def filed(world: World, name: str = "主页") -> World:
    """One filing carried to its end."""
    begin_filing(world, name).complete("审核", by="bob", action="approve", words="同意")
    return world.complete("甲", by="eve", words="好").complete("乙", by="gus", words="好")


def types_of(world: World) -> list[str]:
    return [entry.type for entry in world.trace()]


def rows_of(engine: Engine, *, without: frozenset[str] = frozenset()) -> dict[str, list[str]]:
    """Every row of every table as text, sorted: two databases with equal rows are equal."""
    with engine.database.reading.connect() as connection:
        return {table.name: sorted(json.dumps(list(map(_plain, row)), ensure_ascii=False)
                                   for row in connection.execute(select(table)))
                for table in metadata.sorted_tables if table.name not in without}


OUTSIDE = frozenset(table.name for table in (*OUTSIDE_THE_TRACE, records, streams))


def _plain(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else str(value) if value is not None else None


def broken_chains(world: World) -> list[str]:
    """What the verifier says against any chain of this database; nothing when all is well."""
    sealed = SealedKey(KeyRing.in_memory(date(2026, 11, 1), b"small").current)
    with snapshot(world.engine.database) as connection:
        return [finding.en for _, _, findings in verify_chains(connection, sealed.find_key) for finding in findings]


def start_typed(world: World, *, by: str, key: str = "", name: str = "主页", process: str = "filing",
                start_id: str = "ask", **answers: object):
    """Start with a key of one's own choosing."""
    return world.engine.carry_out(world.actor(by), lambda unit: instances.start(
        unit, process=process, start_id=start_id, typed=typed({"name": name, **answers}), key=key or uuid4().hex))


def with_change(text: str, old: str, new: str) -> Mapping[str, str]:
    """The files with one definition edited."""
    assert old in text, old
    return {path: found.replace(old, new) if found == text else found for path, found in FILES.items()}
