"""The keys of a definition: how it begins, its numbers, its clocks, what people may ask for."""

from __future__ import annotations

from engine.definition.keys.carried import EFFECTS
from engine.definition.keys.noun import Noun, keys_of

DEFINITION = Noun("definition", "流程定义", "definition", keys_of("""
anliu!       count           语言版本，现为 1
process!     id              流程标识
title!       text            流程名称
profile!     id              单位配置
category     text            发起页上的分类
description  text            一句话说明
basis        basis           依据条款，步骤未写依据时沿用
subject      either          收件箱里显示的一行字
parameters   {parameter}     参数：制度中的数字及其依据
starts!      start|event_start*   怎样发起
do!          steps           步骤，自上而下依次进行
deadlines    {deadline}      跨步骤的法定时限
on           request|event*  随时可以提出的请求，流程旁的事件
returns      names           交还给调用者的值
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
due        moment|due   填写时限
basis      basis    依据条款
note       text     给填写人的一句话
then       target   转到哪一步
""" + EFFECTS))

EVENT_START = Noun("event_start", "自动发起", "start without a person", keys_of("""
id!        id       标识，条目、期间或带来的内容成为同名变量
title      text     名称
every      every    每隔多久发起一次
for_each   word     对这个台账的每个条目
entry      word     这个台账有变更时
when       expr     条目符合此条件时
message    word     收到这个消息时
signal     word     有人发出这个信号时
called     flag     被其他流程调用时
takes      id*      消息或调用带来哪些内容
basis      basis    依据条款
then       target   转到哪一步
""" + EFFECTS))

DEADLINE = Noun("deadline", "法定时限", "deadline", keys_of("""
title!        text     名称
when          expr     条件不成立时时限免除
bases!        {expr}   起算时刻，第一个为准，其余并列显示
met_at!       expr     完成时刻，未完成时为 null
rebase        expr     重新起算时刻
in_time       text     按时完成时的结论
stages!       stage*   各级时限
confirmed_in  word     在哪个任务中由人确认结论
basis         basis    依据条款
"""))

STAGE = Noun("stage", "时限的一级", "stage", keys_of("""
within       limit     时限或参数名
by           expr      到哪一时刻为止，代替 within
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
""" + EFFECTS))

PROCESS = (DEFINITION, PARAMETER, START, EVENT_START, DEADLINE, STAGE, REQUEST)
