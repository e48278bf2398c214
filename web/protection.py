"""What keeps other sites and careless requests out: form tokens, origins, doubled parameters, headers.

It does not know who may do what (access.py).
"""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlsplit

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from web import visit
from web.controls import CONTROLS, CSRF
from web.settings import is_loopback

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FORWARDING = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Forwarded-Prefix",
              "X-Forwarded-Server", "Forwarded", "Via", "X-Real-IP")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                               "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
                               "base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class RequestRefused(Exception):
    """A request that no page of ours would send; `sentence` may be shown."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def form_token() -> str:
    """The token of this visit's forms: bound to the session, so another's or an old one does not fit."""
    secret = visit.settings().secret_key.encode()
    return hmac.new(secret, b"form:" + visit.secret_of_visit().encode(), hashlib.sha256).hexdigest()


def check_request() -> None:
    """Raise RequestRefused for a request that another site could have made, or that says a thing twice."""
    _check_doubles(request.args, every_key=request.args)
    _check_text(request.path, *request.args.values())
    if request.method in SAFE_METHODS or visit.is_for_programs():
        return  # a program brings a token, which no browser sends by itself
    _check_origin()
    offered = request.headers.get("X-CSRF-Token") or request.form.get(CSRF, "")
    if not hmac.compare_digest(offered.encode(), form_token().encode()):
        raise RequestRefused(_("这个页面已经过期，请返回并刷新后再提交。") if visit.find_actor() is not None else
                             _("您已退出，或太久没有操作：请重新登录再提交。自动保存过的内容还在草稿里。"))
    _check_doubles(request.form, every_key=[key for key in request.form if key in CONTROLS])
    _check_text(*(value for values in request.form.listvalues() for value in values))


def _check_text(*values: str) -> None:
    """A NUL is no character that anybody types, and PostgreSQL keeps none."""
    if any("\0" in value for value in values):
        raise RequestRefused(_("请求中有不能使用的字符。"))


def _check_doubles(values: MultiDict[str, str], *, every_key: object) -> None:
    keys = [str(key) for key in every_key] if isinstance(every_key, list) else list(values)
    if any(len(values.getlist(key)) > 1 for key in keys):
        raise RequestRefused(_("请求中有重复的参数。"))


def _check_origin() -> None:
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    own = ("https" if visit.settings().https else request.scheme, request.host)
    if site not in (None, "same-origin") or (origin is not None and urlsplit(origin)[:2] != own):
        raise RequestRefused(_("请求来自别的网站，已拒绝。"))


def demo_is_open() -> bool:
    """The sign-in chooser: only for a demonstration database, on this very machine, never behind a proxy."""
    settings = visit.settings()
    return (settings.demo and settings.is_loopback and is_loopback(request.remote_addr)
            and not any(name in request.headers for name in FORWARDING))


def protect(response: Response) -> Response:
    """Put the headers on every response; pages of signed-in people are kept by nobody."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if visit.settings().https:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "private, no-cache" if "ETag" in response.headers else "no-store")
        response.vary.add("Cookie")
    return response
