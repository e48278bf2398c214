"""The keys of decision tables."""

from __future__ import annotations

from engine.definition.keys.noun import Noun, keys_of

_TABLE = """
hit       hit_word   几条规则同时成立时怎么办，默认 unique（只许一条成立）
basis     basis      依据条款
inputs    {expr|table_input}    判断的依据，每项是 标识: {…}
outputs!  {text|table_output}   判定的结果，每项是 标识: {…}
rules!    table_rule*           规则，一条一行
"""

TABLE = Noun("decision_table", "判定表", "decision table", keys_of("""
anliu!    count      语言版本，现为 1
table!    id         判定表标识，与文件名相同
title!    text       名称
note      text       说明
""" + _TABLE))

INLINE_TABLE = Noun("inline_table", "判定表", "decision table", keys_of(_TABLE))

TABLE_INPUT = Noun("table_input", "判定表的输入", "input of a table", keys_of("""
from      expr          取什么值，不写则取同名的值
label     text          名称
type      column_word   类型：text、number、whole number、boolean、date、time、datetime、duration、period
allowed   cell          允许的值
"""))

TABLE_OUTPUT = Noun("table_output", "判定表的输出", "output of a table", keys_of("""
label     text          名称
type      column_word   类型
allowed   cell          允许的值，按优先次序
default   value         没有规则成立时的结果
"""))

TABLE_RULE = Noun("table_rule", "规则", "rule", keys_of("""
when      cells     条件：输入标识: 值，不写的输入不作要求
then!     result    结果：一个值，或 输出标识: 值
note      text      说明
basis     basis     依据条款
"""))

TABLES = (TABLE, INLINE_TABLE, TABLE_INPUT, TABLE_OUTPUT, TABLE_RULE)
