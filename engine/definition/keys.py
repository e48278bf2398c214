"""Every key of the language, once: the reader refuses what is not here, the JSON Schema is written from here.

A kind is one of the scalars below or the name of a noun; `*` after it means one of them or a list of them.
It refuses to know how a value is read.

    text, id, word      a text; an id that is declared; a name that is mentioned
    value, expr, either anything incl. expressions; always an expression; a text or an expression
    flag, count, basis, limit, remind, rule, names     what they say; `names` maps an id to a value
    any                 read by hand in its module
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    name: str
    kind: str
    zh: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Noun:
    name: str
    zh: str
    en: str
    keys: tuple[Key, ...]

    def find(self, name: str) -> Key | None:
        return next((key for key in self.keys if key.name == name), None)


def keys_of(text: str) -> tuple[Key, ...]:
    """Lines `name kind description`; `!` after the name means required."""
    rows = (line.split(None, 2) for line in text.splitlines() if line.strip())
    return tuple(Key(name.rstrip("!"), kind, zh, name.endswith("!")) for name, kind, zh in rows)


_EFFECTS = """
set        names       随本步一起写入的变量
number     any         发放编号：变量: 编号格式，如 XZTC-[year]-[0000]
record     record*     写入台账
notify     notify*     通知
"""

DEFINITION = Noun("definition", "流程定义", "definition", keys_of("""
anliu!       count      语言版本，现为 1
process!     id         流程标识
title!       text       流程名称
profile!     id         单位配置
category     text       发起页上的分类
description  text       一句话说明
basis        basis      依据条款，步骤未写依据时沿用
subject      either     收件箱里显示的一行字
parameters   any        参数：制度中的数字及其依据
starts!      start*     怎样发起
do!          steps      步骤，自上而下依次进行
deadlines    any        跨步骤的法定时限
on           request*   随时可以提出的请求
"""))

PARAMETER = Noun("parameter", "参数", "parameter", keys_of("""
value!     value   时限或数字
basis!     basis   依据条款，自拟的写 proposed
title      text    名称
"""))

START = Noun("start", "发起", "start", keys_of("""
id!        id       标识，填写内容成为同名变量
title!     text     名称
who!       rule     谁可以发起
form!      word     表单
require    gate*    关口：不满足则拒绝
due        any      填写时限
basis      basis    依据条款
note       text     给填写人的一句话
then       word     转到哪一步
""" + _EFFECTS))

TASK = Noun("task", "办理步骤", "task", keys_of("""
task!       text       步骤名称
who!        rule       办理人
not         expr*      回避：这些人不得办理
widen       widen*     逾时无人办理时扩大到谁
form!       word       表单
due         any        办理时限
actions     action*    可选动作，默认 complete
require     gate*      关口：不满足则拒绝
on          boundary*  办理期间的条件或定时
shows       word*      显示哪些步骤的填写内容
changes_of  word       只确认该步骤变更过的内容
end         text       流程到此结束及结果
basis       basis      依据条款
note        text       给办理人的一句话
then        word       转到哪一步
""" + _EFFECTS))

SWITCH = Noun("switch", "分支判断", "switch", keys_of("""
switch!    case*   依次判断，第一个成立的生效，最后一个不写 when
title      text    名称
basis      basis   依据条款
"""))

CASE = Noun("case", "分支", "case", keys_of("""
when     expr    条件，不写表示其余情况
then!    word    转到哪一步
basis    basis   依据条款
"""))

FORK = Noun("fork", "并行", "fork", keys_of("""
fork!    any     并行分支：分支标识: 步骤列表
join     any     汇合方式，现在只有 all
title    text    名称
basis    basis   依据条款
then     word    转到哪一步
"""))

SET = Noun("set_step", "自动步骤", "automatic step", keys_of("""
title    text    名称
basis    basis   依据条款
end      text    流程到此结束及结果
then     word    转到哪一步
""" + _EFFECTS))

END_STEP = Noun("end_step", "结束", "end", keys_of("""
end!       text    结果
terminate  flag    同时结束其他并行的工作
title      text    名称
basis      basis   依据条款
"""))

GATE = Noun("gate", "关口", "gate", keys_of("""
that!     expr    必须成立的条件
else!     text    不成立时显示的话
basis     basis   依据条款
discard   flag    拒绝时填写的内容一概不保存
"""))

DUE = Noun("due", "办理时限", "due", keys_of("""
within!   limit     时限或参数名
basis     basis     依据条款
base      expr      起算时刻，默认从任务产生起
remind    remind*   提醒
overdue   overdue   逾期时通知谁
soft      flag      仅作提示
"""))

OVERDUE = Noun("overdue", "逾期", "overdue", keys_of("""
notify!   rule*   通知谁
"""))

WIDEN = Noun("widen", "扩大办理人", "widening", keys_of("""
after!    limit   多久无人办结
to!       rule    扩大到谁
basis     basis   依据条款
"""))

ACTION = Noun("action", "动作", "action", keys_of("""
action     any     complete、approve、reject 或 return
to         word    转到哪一步
label      text    按钮上的字
complete   word    办理后转到哪一步
approve    word    同意后转到哪一步
reject     word    不同意后转到哪一步
return     word    退回到哪一步
"""))

BOUNDARY = Noun("boundary", "办理期间的条件或定时", "boundary event", keys_of("""
id             id      标识
condition      expr    条件成立时
timer          limit   时限到时
title          text    名称
interrupting   flag    是否中断本任务
then           word    转到哪一步
basis          basis   依据条款
"""))

RECORD = Noun("record", "写入台账", "register entry", keys_of("""
register!   word    台账
entry!      expr    条目的键
set         names   写入的字段
basis       basis   依据条款
"""))

NOTIFY = Noun("notify", "通知", "notification", keys_of("""
to!      rule     通知谁
text!    either   内容
"""))

RULE = Noun("rule", "人员规则", "rule of who", keys_of("""
role      word    角色
unit      any     哪个单位（=表达式），发起时可写 own
person    expr    人员（=表达式）
anyone    flag    任何有帐号的人
first     rule*   依次找，第一个找得到人的
any       rule*   其中任何一个
"""))

DEADLINE = Noun("deadline", "法定时限", "deadline", keys_of("""
title!        text     名称
when          expr     条件不成立时时限免除
bases!        any      起算时刻，第一个为准，其余并列显示
met_at!       expr     完成时刻，未完成时为 null
rebase        expr     重新起算时刻
in_time       text     按时完成时的结论
stages!       stage*   各级时限
confirmed_in  word     在哪个任务中由人确认结论
basis         basis    依据条款
"""))

STAGE = Noun("stage", "时限的一级", "stage", keys_of("""
within!      limit     时限或参数名
otherwise!   text      超过时建议的结论
basis        basis     依据条款
remind       remind*   提醒
notify       rule*     超过时通知谁
"""))

REQUEST = Noun("request", "请求", "request", keys_of("""
request!       id      标识，填写内容成为同名变量
title!         text    名称
who!           rule    谁可以提出
not            expr*   回避：这些人不得提出
form!          word    表单
when           expr    何时可以提出
repeat         flag    可以多次提出
interrupting   flag    是否中断主流程
require        gate*   关口：不满足则拒绝
do             steps   提出后的步骤
end            text    没有步骤时，流程到此结束及结果
basis          basis   依据条款
note           text    给填写人的一句话
""" + _EFFECTS))

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
fields!    any      字段，每个字段是 标识: {…}
"""))

FIELD = Noun("field", "字段", "field", keys_of("""
label!       text      名称，与纸质表一致
type!        type      类型
basis        basis     依据条款
required     any       是否必填：true 或 =条件
shown        expr      何时出现
options      option*   选项
columns      any       表格的列
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

NOUNS: dict[str, Noun] = {noun.name: noun for noun in (
    DEFINITION, PARAMETER, START, TASK, SWITCH, CASE, FORK, SET, END_STEP, GATE, DUE, OVERDUE, WIDEN, ACTION,
    BOUNDARY,
    RECORD, NOTIFY, RULE, DEADLINE, STAGE, REQUEST, FORM, SECTION, FIELD, CHECK, OPTION)}

LATER_STEPS = ("for", "do", "call", "wait", "listen", "decide", "service", "raise")
"""Step kinds of the language that this version does not run yet."""
