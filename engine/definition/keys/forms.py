"""The keys of forms."""

from __future__ import annotations

from engine.definition.keys.noun import Noun, keys_of

FORM = Noun("form", "表单", "form", keys_of("""
anliu!      count     语言版本，现为 1
form!       id        表单标识
title!      text      表单名称
source      text      所依据的纸质表
note        text      给填写人的一句话
basis       basis     依据条款，字段未写依据时沿用
sections!   section*  各部分
checks      check*    字段之间的检查
"""))

SECTION = Noun("section", "表单的一部分", "section", keys_of("""
title      text     标题
fields!    fields   字段，每个字段是 标识: {…}
"""))

FIELD = Noun("field", "字段", "field", keys_of("""
label!       text      名称，与纸质表一致
type!        type_word      类型
basis        basis     依据条款
required     flag      是否必填：true 或 =条件
shown        expr      何时出现
options      text|option*   选项
columns      fields    表格的列
default      value     默认值
readonly     flag      由系统填写，不可修改
help         text      在哪里能找到要填的内容
example      text      示例
checks       check*    检查
personal     text      属于个人信息时写明用途
max_length   count     最多多少字
"""))

CHECK = Noun("check", "检查", "check", keys_of("""
that!    expr    必须成立的条件
else!    text    不成立时显示的话
basis    basis   依据条款
warn     flag    只提醒，不阻止提交
"""))

OPTION = Noun("option", "选项", "option", keys_of("""
value!   text    值
label    text    显示的字
text     flag    选中后要再填写文字
"""))

FORMS = (FORM, SECTION, FIELD, CHECK, OPTION)
