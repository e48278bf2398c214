"""The keys of what steps carry: people, gates, limits, effects, events."""

from __future__ import annotations

from engine.definition.keys.noun import Noun, keys_of

EFFECTS = """
set        names       随本步一起写入的变量
number     {text}      发放编号：变量: 编号格式，如 XZTC-[year]-[0000]
record     record*     写入台账
notify     notify*     通知
"""
TRIGGERS = """
timer      moment     时限到时，或 =时刻
repeat     flag       时限到时之后再来一次，一直重复
condition  expr       条件成立时
message    word       收到这个消息时
key        expr       消息（或台账条目）的键等于此值才算
takes      id*        消息带来哪些内容
signal     word       有人发出这个信号时
error      any_word   里面出现这个错误时，any 表示任何错误
escalation any_word   里面上报这个升级时，any 表示任何升级
"""

GATE = Noun("gate", "关口", "gate", keys_of("""
that!     expr    必须成立的条件
else!     text    不成立时显示的话
basis     basis   依据条款
discard   flag    拒绝时填写的内容一概不保存
"""))

DUE = Noun("due", "办理时限", "due", keys_of("""
within    limit     时限或参数名
by        expr      到哪一时刻为止，代替 within
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
action     action_word     complete、approve、reject 或 return
to         word            转到哪一步
label      text            按钮上的字
complete   word            办理后转到哪一步
approve    word            同意后转到哪一步
reject     word            不同意后转到哪一步
return     word            退回到哪一步
"""))

BOUNDARY = Noun("boundary", "办理期间的事件", "boundary event", keys_of("""
id             id      标识，消息带来的内容成为同名变量
title          text    名称
interrupting   flag    是否中断本步，默认中断
then           target  转到哪一步
do             steps   接着做的步骤，代替 then
basis          basis   依据条款
""" + TRIGGERS))

EVENT = Noun("event", "流程旁的事件", "event", keys_of("""
id             id      标识，带来的内容成为同名变量
title          text    名称
interrupting   flag    是否中断其余工作，默认不中断
entry          word    这个台账有变更时
when           expr    变更后条目符合此条件才算
do!            steps   接着做的步骤
basis          basis   依据条款
""" + TRIGGERS))

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
role      word        角色
unit      unit_word   哪个单位（=表达式），发起时可写 own
tree      flag        下级单位也算
person    expr        人员（=表达式）
anyone    flag        任何有帐号的人
on_duty   word        这个角色现在当班的人，按值班表
first     rule*       依次找，第一个找得到人的
any       rule*       其中任何一个
"""))

CARRIED = (GATE, DUE, OVERDUE, WIDEN, ACTION, BOUNDARY, EVENT, RECORD, NOTIFY, RULE)
