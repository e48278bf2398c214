"""The one error table of the API: RFC 9457 problem details, in Chinese and English, every wrong field named.

Forbidden and missing give the same bytes, as on the pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response, request
from werkzeug.exceptions import HTTPException

from engine import canonical
from engine.errors import EngineError, FieldError, Rejected, Sentence, StaleInstance, SubmissionInvalid

MEDIA_TYPE = "application/problem+json"
_TYPES: Mapping[int, tuple[str, str, str]] = {
    400: ("bad-request", "请求不完整或写错了", "The request is incomplete or malformed"),
    401: ("no-token", "需要有效的令牌", "A valid token is needed"),
    403: ("not-allowed", "不允许", "Not allowed"),
    404: ("not-found", "没有找到", "Not found"),
    409: ("wrong-state", "现在不能这样做", "This cannot be done now"),
    413: ("too-large", "请求太大", "The request is too large"),
    415: ("wrong-kind", "请求正文的类型不对", "The body is of the wrong kind"),
    422: ("invalid", "有内容需要修改", "Something in the request is wrong"),
    429: ("too-many-requests", "请求太频繁", "Too many requests"),
    500: ("fault", "系统出了差错，操作没有完成", "A fault of the server; nothing was done"),
}

_WORDS = tuple((re.compile(pattern), zh) for pattern, zh in (
    ("Missing data for required field.", "必须提供"), ("Unknown field.", "不是这里的参数"), ("Field may not be null.", "不能为空"),
    ("Not a valid integer.", "须是整数"), ("Not a valid string.", "须是文字"), ("Not a valid boolean.", "须是 true 或 false"),
    ("Not a valid list.", "须是列表"), ("Not a valid mapping type.|Invalid input type.", "须是对象"),
    ("Not a valid moment.", "须是时刻，如 2026-11-18T09:50:00+08:00"), ("Not printable ASCII.", "只能用可见的 ASCII 字符"),
    ("Must be one of: (.*).", "须是其中之一：{}"), ("Longer than maximum length (.*).", "最多 {} 个字符"),
    ("Shorter than minimum length (.*).", "至少 {} 个字符"), ("Length must be between (.*) and (.*).", "长度须在 {} 与 {} 之间"),
    ("Must be greater than or equal to (.*) and less than or equal to (.*).", "须在 {} 与 {} 之间")))


class RequestUnreadable(EngineError):
    """A request that cannot be read as one of the API; `status` says how it is answered."""

    def __init__(self, status: int, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.status = status
        self.sentence = Sentence(zh, en)


def of_rejection(error: Rejected) -> Response:
    """A refused verb. What is missing says nothing about itself."""
    if error.status == 404:
        return missing()
    more: dict[str, object] = {"clauses": list(error.clauses)} if error.clauses else {}
    if isinstance(error, SubmissionInvalid):
        more["errors"] = [_field(wrong) for wrong in error.errors]
    name = "stale" if isinstance(error, StaleInstance) else None
    return problem(error.status, error.sentence, name=name, **more)


def of_unreadable(error: RequestUnreadable) -> Response:
    return problem(error.status, error.sentence)


def of_http(error: HTTPException) -> Response:
    """What Flask itself refuses. A method that a path does not have is missing."""
    if error.code is not None and error.code < 400:
        return Response(status=error.code, headers=[pair for pair in error.get_headers() if pair[0] != "Content-Type"])
    return missing() if error.code in (404, 405) else problem(error.code or 500)


def missing() -> Response:
    """What does not exist, or not for this token."""
    return problem(404)


def no_token() -> Response:
    """The same for no token and a wrong, expired or withdrawn one."""
    answer = problem(401)
    answer.headers["WWW-Authenticate"] = 'Bearer realm="anliu"'
    return answer


def too_many(seconds: int) -> Response:
    answer = problem(429, Sentence(f"请求太频繁，请在 {seconds} 秒后再试", f"Too many requests: try again in {seconds} seconds"))
    answer.headers["Retry-After"] = str(seconds)
    return answer


def problem(status: int, sentence: Sentence | None = None, *, name: str | None = None, **more: object) -> Response:
    """One problem: type, title, status and detail as RFC 9457 has them; `zh` and `en` say the detail in both languages."""
    kind, zh, en = _TYPES.get(status, _TYPES[400 if status < 500 else 500])
    title, detail = Sentence(zh, en), sentence or Sentence(zh, en)
    language = request.accept_languages.best_match(["zh", "en"], "zh") or "zh"
    body: dict[str, Any] = {"type": f"urn:anliu:problem:{name or kind}", "title": title.in_language(language), "status": status,
                            "detail": detail.in_language(language), "zh": detail.zh, "en": detail.en, **more}
    return Response(canonical.encode(body), status, content_type=MEDIA_TYPE)


def invalid(messages: Mapping[str, Any]) -> SubmissionInvalid:
    """What the schemas of the API found wrong, every field named; the names of the places they were sent in are dropped."""
    return SubmissionInvalid(wrong for place in messages.values() for wrong in _flat(place, ()))


def _flat(messages: Any, path: tuple[str, ...]) -> Iterable[FieldError]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from _flat(inner, (*path, str(name)))
        return
    for message in messages if isinstance(messages, list) else [messages]:
        name = ".".join(part for part in path if part != "_schema")
        yield FieldError(name, f"“{name}”{_in_chinese(str(message))}", f"{name}: {message}")


def _in_chinese(message: str) -> str:
    """What the schemas say in English."""
    for pattern, zh in _WORDS:
        found = pattern.fullmatch(message)
        if found:
            return zh.format(*found.groups())
    return "不符合要求"


def _field(wrong: FieldError) -> dict[str, object]:
    return {"field": wrong.field, "zh": wrong.zh, "en": wrong.en, **({"clauses": list(wrong.clauses)} if wrong.clauses else {})}
