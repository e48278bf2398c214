"""The keys of what definitions share: roles, clauses, registers; and of packs, which fit definitions to an institution."""

from __future__ import annotations

from engine.definition.keys.noun import Noun, keys_of

ROLES = Noun("roles", "角色表", "roles file", keys_of("""
anliu     count           语言版本
roles!    {role_entry}    角色
"""))
ROLE = Noun("role_entry", "角色", "role", keys_of("""
title!     text         名称
scope!     scope_word   unit（每个单位都有）或 institution
title_en   text         英文名称
note       text         说明
basis      basis        依据条款
"""))
CLAUSES = Noun("clauses", "条款表", "clauses file", keys_of("""
anliu       count            语言版本
clauses!    {clause_entry}   条款
"""))
CLAUSE = Noun("clause_entry", "条款", "clause", keys_of("""
place!      text     在制度中的位置
summary!    text     一句话大意
"""))
REGISTERS = Noun("registers", "台账表", "registers file", keys_of("""
anliu         count              语言版本
registers!    {register_entry}   台账
"""))
REGISTER = Noun("register_entry", "台账", "register", keys_of("""
title!     text               名称
key!       text               条目的键
fields!    {register_field}   字段
note       text               说明
basis      basis              依据条款
"""))
REGISTER_FIELD = Noun("register_field", "台账字段", "register field", keys_of("""
label!      text        名称
type!       type_word   类型
personal    text        属于个人信息时写明用途
basis       basis       依据条款
"""))
PACK = Noun("pack", "单位包", "pack", keys_of("""
anliu!       count             语言版本，现为 1
pack!        id                包的标识，成为单位配置
title!       text              单位名称
takes!       word*             采用哪些流程
parameters   {pack_values}     各流程中改动的参数
roles        {text}            角色在本单位的名称
"""))

SHARED = (ROLES, ROLE, CLAUSES, CLAUSE, REGISTERS, REGISTER, REGISTER_FIELD, PACK)
