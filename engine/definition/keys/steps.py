"""The keys of the steps, and which kind of step a map of keys is."""

from __future__ import annotations

from collections.abc import Iterable

from engine.definition.keys.carried import EFFECTS, TRIGGERS
from engine.definition.keys.noun import Noun, keys_of

_ALL = """
title      text      名称
basis      basis     依据条款
"""
_ONWARD = _ALL + """
then       target    转到哪一步
"""
_AUTOMATIC = _ONWARD + EFFECTS + """
end        text      流程到此结束及结果
"""

TASK = Noun("task", "办理步骤", "task", keys_of("""
task!       text       步骤名称
who!        rule       办理人
not         expr*      回避：这些人不得办理
widen       widen*     逾时无人办理时扩大到谁
form!       word       表单
due         moment|due 办理时限
actions     action_word|action*   可选动作，默认 complete
require     gate*      关口：不满足则拒绝
on          boundary*  办理期间的事件
shows       word*      显示哪些步骤的填写内容
changes_of  word       只确认该步骤变更过的内容
end         text       流程到此结束及结果
basis       basis      依据条款
note        text       给办理人的一句话
then        target     转到哪一步
""" + EFFECTS))

SWITCH = Noun("switch", "分支判断", "switch", keys_of("""
switch!    case*   依次判断，第一个成立的生效，最后一个不写 when
""" + _ALL))

CASE = Noun("case", "分支", "case", keys_of("""
when     expr    条件，不写表示其余情况
then!    target  转到哪一步
basis    basis   依据条款
"""))

FORK = Noun("fork", "并行", "fork", keys_of("""
fork!    {steps|branch}   并行分支：分支标识: 步骤列表
join     join_word        汇合方式：all 全部、any 任一，或要几个分支
""" + _ONWARD))

BRANCH = Noun("branch", "有条件的分支", "branch", keys_of("""
when!    expr    成立时才走这个分支
do!      steps   步骤
"""))

DO = Noun("do_step", "一组步骤", "group of steps", keys_of("""
do!      steps                    步骤
on       boundary|request|event*  期间的事件和请求
""" + _ONWARD))

FOR = Noun("for_step", "逐项办理", "loop over a list", keys_of("""
for!         each       对哪个列表的每一项
do!          steps      每一项的步骤
until        expr       成立时提前结束
one_by_one   flag       一项办完再办下一项，默认同时办
collect      names      汇总到哪个变量: 每一项取什么值
on           boundary*  期间的事件
""" + _ONWARD))

EACH = Noun("each", "逐项", "list to loop over", keys_of("""
each!    id      每一项的名字
in!      expr    列表
at       id      序号的名字，从 1 起
"""))

CALL = Noun("call_step", "调用流程", "call", keys_of("""
call!    word       调用哪个流程
with     names      交给它的值
detach   flag       发起后不等待它
on       boundary*  期间的事件
""" + _AUTOMATIC))

WAIT = Noun("wait_step", "等待", "wait", keys_of("""
wait!    moment|until   等多久、等到 =时刻，或等到条件成立
""" + _AUTOMATIC))

UNTIL = Noun("until", "等到", "condition to wait for", keys_of("""
until!   expr    条件
"""))

LISTEN = Noun("listen_step", "等候", "listen", keys_of("""
listen!   way*   等候什么，先到的生效
""" + _AUTOMATIC))

WAY = Noun("way", "等候的一项", "event to listen for", keys_of("""
id       id      标识，带来的内容成为同名变量
title    text    名称
then     target  转到哪一步
basis    basis   依据条款
""" + TRIGGERS))

DECIDE = Noun("decide_step", "查表判定", "decision", keys_of("""
decide!   decide       判定表的名字，或直接写表
with      names        交给判定表的值
""" + _AUTOMATIC))

SERVICE = Noun("service_step", "外部程序", "service", keys_of("""
service!   word       哪一类工作
with       names      交给它的值
on         boundary*  期间的事件
""" + _AUTOMATIC))

RAISE = Noun("raise_step", "发出", "raise", keys_of("""
raise!    raised    错误、升级、信号或消息
with      names     带上的内容
""" + _ONWARD))

RAISED = Noun("raised", "发出的事件", "raised event", keys_of("""
error        word    错误：本流程到此中断
escalation   word    升级：告知外层，流程继续
signal       word    信号：所有等候者都收到
message      word    消息：发给一个事项
key          expr    消息发给键等于此值的等候者
"""))

SET = Noun("set_step", "自动步骤", "automatic step", keys_of(_AUTOMATIC))

END_STEP = Noun("end_step", "结束", "end", keys_of("""
end!       text    结果
terminate  flag    同时结束其他并行的工作
""" + _ALL))

PARTS = (CASE, BRANCH, EACH, UNTIL, WAY, RAISED)
STEPS: dict[str, Noun] = {"task": TASK, "switch": SWITCH, "fork": FORK, "for": FOR, "call": CALL, "wait": WAIT,
                          "listen": LISTEN, "decide": DECIDE, "service": SERVICE, "raise": RAISE, "do": DO}
"""By the key that tells the kind; what has none of them is an end or an automatic step."""
EFFECT_KEYS = ("set", "number", "record", "notify", "end")


def find_step_noun(names: Iterable[str]) -> Noun | None:
    """The kind of step that has these keys; when the telling one is misspelt, the one that most of them belong to."""
    keys = set(names)
    told = next((noun for key, noun in STEPS.items() if key in keys), None)
    if told is not None:
        return told
    likely = END_STEP if "end" in keys and not keys & {"set", "number", "record", "notify"} else SET
    if not keys & set(EFFECT_KEYS):
        return None
    meant = max((likely, *STEPS.values()), key=lambda noun: sum(noun.find(key) is not None for key in keys))
    return meant if _unknown(likely, keys) > _unknown(meant, keys) + 1 else likely


def _unknown(noun: Noun, keys: set[str]) -> int:
    return sum(noun.find(key) is None for key in keys)
