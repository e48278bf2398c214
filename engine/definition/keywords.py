"""The Chinese keywords: one for every key and every closed word of the language, and back.

Two closed, one-to-one tables; a test holds them against the keys. FEEL and the ways of writing limits are in neither:
expressions stay FEEL, and a limit may be written either way in any file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Language = Literal["en", "zh"]


def _pairs(text: str) -> dict[str, str]:
    parts = text.split()
    return {english.replace("~", " "): chinese for english, chinese in zip(parts[::2], parts[1::2], strict=True)}


KEYS = _pairs("""
anliu 安流  process 流程  title 名称  profile 单位配置  category 分类  description 说明  basis 依据  subject 摘要
parameters 参数  starts 发起  do 步骤  deadlines 法定时限  on 事件  returns 交还  value 值  id 标识  who 办理人  form 表单
require 关口  due 时限  then 转到  note 提示  set 写入  number 编号  record 登记  notify 通知  every 每隔  for_each 逐条
entry 条目  when 当  message 消息  signal 信号  called 被调用  takes 接收  bases 起算时刻  met_at 完成时刻  rebase 重新起算
in_time 按时结论  stages 各级  confirmed_in 确认于  within 期限  by 截止  otherwise 逾期结论  remind 提醒  request 请求
not 回避  repeat 重复  interrupting 中断  end 结束  task 任务  widen 扩大  actions 可选动作  shows 显示  changes_of 只看变更
switch 判断  fork 并行  join 汇合  for 逐项  until 直到  one_by_one 逐个办理  call 调用  with 带上  detach 不等待  wait 等待
listen 等候  decide 判定  service 外部程序  raise 发出  terminate 全部结束  each 每一项  in 取自  at 序号  timer 定时
condition 条件  key 键  error 错误  escalation 升级  that 须满足  else 否则  discard 不留存  base 起算  overdue 逾期
soft 仅提示  after 之后  to 至  action 动作  label 标签  complete 完成  approve 同意  reject 不同意  return 退回  register 台账
text 内容  role 角色  unit 单位  tree 含下级  person 人员  anyone 任何人  on_duty 当班  first 依次  any 任一  source 出处
sections 部分  checks 检查  fields 字段  type 类型  required 必填  shown 出现  options 选项  columns 列  default 默认
readonly 只读  help 帮助  example 示例  personal 个人信息  max_length 字数上限  warn 仅提醒  roles 角色表  scope 范围
title_en 英文名称  clauses 条款表  place 位置  summary 大意  registers 台账表  pack 单位包  table 判定表  hit 命中  inputs 输入
outputs 输出  rules 规则  from 取值  allowed 允许  collect 汇总
""")
WORDS = _pairs("""
complete 完成  approve 同意  reject 不同意  return 退回  all 全部  any 任一  unit 单位  institution 全校  end 结束
proposed 拟定  own 本单位  true 是  false 否
text 文字  textarea 多行文字  tel 电话  email 邮箱  date 日期  datetime 日期时间  number 数字  ip_list IP列表  port_list 端口列表
url 网址  domain 域名  radio 单选  checkbox 多选  select 下拉  table 表格  person 人员  signature 签名  seal 公章  file 附件
static 说明文字  whole~number 整数  boolean 是否  time 时间  duration 时长  period 年月时长
unique 唯一  first 首个  priority 优先  rule~order 按规则次序  output~order 按结果次序  collect 汇总  collect~sum 求和
collect~min 最小  collect~max 最大  collect~count 计数
""")
KEYS_IN_ENGLISH: Mapping[str, str] = {chinese: english for english, chinese in KEYS.items()}
WORDS_IN_ENGLISH: Mapping[str, str] = {chinese: english for english, chinese in WORDS.items()}


def in_english(text: str, *, is_key: bool) -> str:
    """A keyword of either language in English; whatever is none stays as it is."""
    return (KEYS_IN_ENGLISH if is_key else WORDS_IN_ENGLISH).get(text, text)


def in_chinese(text: str, *, is_key: bool) -> str:
    """An English keyword in Chinese; whatever is none stays as it is."""
    return (KEYS if is_key else WORDS).get(text, text)
