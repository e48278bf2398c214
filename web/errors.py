"""The one error table: what a person sees when something was refused, missing or too large.

Forbidden and missing give the same bytes. A page that can keep what was typed shows its own errors instead
(filling.py).
"""

from __future__ import annotations

from flask import Flask, Response, g, make_response, render_template
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from engine.errors import NotFound, Rejected
from web import visit
from web.api import problems
from web.language import language
from web.protection import RequestRefused


def install_errors(app: Flask) -> None:
    app.register_error_handler(Rejected, show_rejected)
    app.register_error_handler(RequestRefused, show_refused)
    app.register_error_handler(problems.RequestUnreadable, problems.of_unreadable)
    app.register_error_handler(HTTPException, show_http)
    app.register_error_handler(500, show_failure)


def missing() -> Response:
    """The one page for what does not exist, or not for you."""
    g.is_missing = True
    return make_response(render_template("errors/missing.html"), 404)


def show_rejected(error: Rejected) -> Response:
    if visit.is_for_programs():
        return problems.of_rejection(error)
    if isinstance(error, NotFound):
        return missing()
    return _page(error.sentence.in_language(language()), error.status, clauses=error.clauses)


def show_refused(error: RequestRefused) -> Response:
    if visit.is_for_programs():
        return problems.problem(400)
    return _page(error.sentence, 400)


def show_http(error: HTTPException) -> Response:
    if visit.is_for_programs():
        return problems.of_http(error)
    if error.code in (404, 405):
        return missing()
    sentences = {413: _("提交的内容太大，请减小附件后再试。"), 400: _("这个请求不完整，请返回后重试。")}
    return _page(sentences.get(error.code or 0, _("这个请求无法处理。")), error.code or 400)


def show_failure(error: Exception) -> Response:
    if visit.is_for_programs():
        return problems.problem(500)
    return _page(_("系统出了差错，您的操作没有完成。请稍后再试；如果再次出现，请告诉管理员时间和您当时的操作。"), 500)


def _page(sentence: str, status: int, *, clauses: tuple[str, ...] = ()) -> Response:
    return make_response(render_template("errors/refused.html", sentence=sentence, clauses=clauses), status)
