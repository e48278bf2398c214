// The editor's words. The left side of `phrases` is CodeMirror's own text.
export const phrases = {
  "Control character": "控制字符",
  "Fold line": "折叠", "Unfold line": "展开", "folded code": "已折叠", "unfold": "展开",
  "Find": "查找", "Replace": "替换", "next": "下一个", "previous": "上一个", "all": "全部",
  "match case": "区分大小写", "by word": "整词", "regexp": "正则表达式",
  "replace": "替换", "replace all": "全部替换", "close": "关闭",
  "current match": "当前匹配", "on line": "在行",
  "replaced $ matches": "已替换 $ 处", "replaced match on line $": "已替换第 $ 行的匹配",
  "Go to line": "转到行", "go": "转到",
  "Completions": "补全", "Diagnostics": "问题", "No diagnostics": "没有问题",
};

const CHINESE = {
  none: "没有问题，可以发布。",
  fine: "没有错误，可以发布。请先看下面的提示。",
  warning: "提示：",
  unreachable: "现在无法检查，请确认网络和登录状态；已输入的内容没有丢失。",
  diagram: "按左侧文字生成的流程图",
};

const ENGLISH = {
  none: "No problems: it can be published.",
  fine: "No mistakes: it can be published. Please read the warnings first.",
  warning: "Warning: ",
  unreachable: "The text cannot be checked now: look at the network and whether you are signed in. Nothing typed is lost.",
  diagram: "Diagram of the text beside it",
};

export const sentences = (isEnglish) => (isEnglish ? ENGLISH : CHINESE);
