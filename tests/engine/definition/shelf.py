"""A small library and a small definition: what the tests of this room change to make it wrong."""

from __future__ import annotations

SHARED = {
    "processes/roles.yaml": """\
roles:
  unit_head: {title: 单位主要负责人, scope: unit}
  centre_head: {title: 中心负责人, scope: institution}
""",
    "processes/clauses.yaml": """\
clauses:
  A-1: {place: 第一条, summary: 先申请再使用}
  A-2: {place: 第二条, summary: 三日内办结}
""",
    "processes/registers.yaml": """\
registers:
  systems: {title: 台账, key: 编号, fields: {name: {label: 名称, type: text}}}
""",
    "forms/request.yaml": """\
anliu: 1
form: request
title: 申请
basis: A-1
sections:
  - fields:
      - 名称: {label: 名称, type: text, required: true}
      - unit: {label: 单位, type: unit}
      - kind: {label: 种类, type: radio, options: [新建, {value: 其他, text: true}]}
      - rows: {label: 设备, type: table, columns: [{ip: {label: 地址, type: ip_list}}]}
""",
    "forms/opinion.yaml": """\
anliu: 1
form: opinion
title: 意见
sections:
  - fields:
      - words: {label: 意见, type: textarea, basis: A-2}
""",
    "forms/facts.yaml": """\
anliu: 1
form: facts
title: 情况
basis: A-1
sections:
  - fields:
      - name: {label: 名称, type: text}
      - amount: {label: 数量, type: number}
      - since: {label: 开始日期, type: date}
      - found_at: {label: 发现时间, type: datetime}
      - kinds: {label: 种类, type: checkbox, options: [有线, 无线]}
      - contact: {label: 联系人, type: person}
      - hosts: {label: 主机, type: table, columns: [{ip: {label: 地址, type: text}}, {ports: {label: 端口数, type: number}}]}
""",
}

GOOD = """\
anliu: 1
process: demo
title: 示例
profile: test
basis: A-1
subject: =ask.名称
parameters:
  review_time: {value: 3 working days, basis: A-2}
  most: {value: 3, basis: proposed}
starts:
  - id: ask
    title: 申请
    who: {anyone: true}
    form: request
do:
  - review:
      task: 审核
      who: {role: unit_head, unit: =ask.unit}
      not: [=ask.actor]
      form: opinion
      due: {within: review_time, remind: [50%, 1 working day before]}
      actions: [approve, {return: ask}]
      set: {approved: '=review.action = "approve"'}
  - verdict:
      switch:
        - when: review.visit_count > most
          then: refused
        - then: both
  - both:
      fork:
        one:
          - first: {task: 甲, who: {role: centre_head}, form: opinion}
        two:
          - second: {task: 乙, who: {role: centre_head}, form: opinion}
  - note:
      number: {filing_no: "N-[year]-[000]"}
      record: {register: systems, entry: =filing_no, set: {name: =ask.名称}}
      end: 已办结
  - refused: {end: 未通过}
deadlines:
  first_report:
    title: 初报
    bases: {asked: =ask.completed_at}
    met_at: =review.completed_at
    stages:
      - {within: review_time, otherwise: 迟报}
    confirmed_in: review
on:
  - request: withdraw
    title: 撤回
    who: {person: =ask.actor}
    form: opinion
    interrupting: true
    do:
      - withdrawn: {end: 撤回}
"""

FORM = """\
anliu: 1
form: sample
title: 样表
basis: A-1
sections:
  - title: 一
    fields:
      - name: {label: 名称, type: text, required: true}
      - scope: {label: 范围, type: radio, options: [校内, 校外]}
      - icp: {label: 备案号, type: text, shown: =scope = "校外", required: =scope = "校外"}
      - hosts:
          label: 主机
          type: table
          columns:
            - ip: {label: 地址, type: ip_list, required: true}
checks:
  - {that: name != "x", else: 名称不对}
"""

TABLE = """\
anliu: 1
table: sample
title: 事件级别
basis: A-1
inputs:
  people: {from: =report.people, label: 影响人数, type: whole number, allowed: ">= 0"}
  harm: {label: 危害程度, type: text, allowed: [特别严重, 严重, 较大, 一般]}
outputs:
  level: {label: 级别, type: text, allowed: [Ⅰ级, Ⅱ级, Ⅲ级, Ⅳ级]}
rules:
  - {when: {people: ">= 10000"}, then: Ⅰ级, note: 特别重大, basis: A-2}
  - {when: {people: "< 10000", harm: 特别严重}, then: Ⅰ级}
  - {when: {people: 1000..9999, harm: not(特别严重)}, then: Ⅱ级}
  - {when: {people: "< 1000", harm: 严重}, then: Ⅱ级}
  - {when: {people: 100..999, harm: [较大, 一般]}, then: Ⅲ级}
  - {when: {people: "< 100", harm: 较大}, then: Ⅲ级}
  - {when: {people: "< 100", harm: 一般}, then: Ⅳ级}
"""

NEIGHBOURS = {
    "processes/checking.test.yaml": """\
anliu: 1
process: checking
title: 核查
profile: test
basis: A-1
subject: =given.what
starts: [{id: given, called: true, takes: [what, since]}]
returns: {verdict: =look.words, days: 3}
do:
  - look: {task: 核查, who: {role: centre_head}, form: opinion}
  - overdue: {switch: [{when: given.since < today(), then: late}, {then: over}]}
  - late: {end: 逾期}
  - over: {end: 通过}
""",
    "processes/bell.test.yaml": """\
anliu: 1
process: bell
title: 响铃
profile: test
basis: A-1
subject: 响铃
starts: [{id: rung, message: ring, takes: [who]}]
do:
  - echo: {raise: {message: echo}, with: {name: =rung.who}}
  - door: {listen: {message: opened, takes: [key_no]}, end: 已开门}
""",
}
"""Processes beside the one that is made wrong."""
