"""The only door to flask-smorest: how a route of the API is declared, and the OpenAPI document that comes of it.

A route names its schemas once: what is read, what is checked, what is answered and what is documented are the same.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from typing import Any, ClassVar

from flask import Flask, Request, request
from flask_smorest import Api, Blueprint

from engine import canonical
from engine.directory.tokens import SCOPES
from web.access import POLICY
from web.api import problems
from web.api.schemas.shapes import KeyHeader, Problem

PREFIX = "/api/v1"
DEEPEST = 32
_FILE = {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
_WRONG = {400: "not readable", 401: "no valid token", 403: "not allowed", 404: "not there, or not for this token",
          409: "not in this state, or the key was used for something else", 413: "too large", 415: "not JSON",
          422: "something is wrong, each field named", 429: "too often"}
_DESCRIPTION = """\
外部程序的接口。每个请求带 `Authorization: Bearer <令牌>`；改变状态的请求另带 `Idempotency-Key`，同一编号重发只办理一次。
What programs use. Every request carries `Authorization: Bearer <token>`; one that changes something an `Idempotency-Key` too:
sent again under the same key, it is done once.
"""


class JsonReader(type(Blueprint.ARGUMENTS_PARSER)):  # type: ignore[misc]
    """Reads bodies by our own rules of what JSON may hold; unknown names are mistakes wherever they stand."""

    DEFAULT_UNKNOWN_BY_LOCATION: ClassVar = {"json": "raise", "query": "raise", "headers": "exclude", "path": "raise"}

    def _raw_load_json(self, req: Request) -> object:
        if req.mimetype != "application/json":
            raise problems.RequestUnreadable(415, "请求正文须是 application/json", "The body must be application/json")
        return read_json(req.get_data())

    def handle_error(self, error: Any, req: Request, schema: Any, *, error_status_code: Any, error_headers: Any) -> None:
        raise problems.invalid(error.normalized_messages())


class ApiPages(Blueprint):
    """The routes of one noun."""

    ARGUMENTS_PARSER = JsonReader()

    def __init__(self, noun: str, description: str) -> None:
        super().__init__(f"api_{noun}", f"web.api.{noun}", url_prefix=PREFIX, description=description)

    @staticmethod
    def _generate_etag(etag_data: Any, extra_data: Any = None) -> str:
        return hashlib.sha256(canonical.encode(etag_data)).hexdigest()[:32]

    def offers(self, method: str, path: str, answer: type, *, status: int = 200, query: type | None = None,
               body: type | None = None, has_tag: bool = False, is_file: bool = False) -> Callable[[Any], Any]:
        """Declare a route. The view gets the query, the body, and for what changes something the key, in this order.

        A body that `is_file` it reads itself.
        """
        def declare(view: Callable[..., Any]) -> Callable[..., Any]:
            made = self.response(status, answer)(view)
            for code, words in _WRONG.items():
                if _may_answer(code, method, has_body=body is not None or is_file):
                    made = self.alt_response(code, schema=Problem, content_type=problems.MEDIA_TYPE, description=words)(made)
            if method != "GET":
                made = self.arguments(KeyHeader, location="headers")(made)
            if body is not None:
                made = self.arguments(body, location="json")(made)
            if query is not None:
                made = self.arguments(query, location="query")(made)
            made = self.etag(made) if has_tag else made
            made = self.doc(requestBody=_FILE)(_taking_a_file(made)) if is_file else made
            scope = POLICY[f"{self.name}.{view.__name__}", method].scope
            made = self.doc(security=[{"token": [scope]}])(made)
            return self.route(path, methods=[method])(made)
        return declare


def read_json(text: bytes) -> object:
    """What a body holds. RequestUnreadable for what is no JSON, holds a NUL (PostgreSQL keeps none) or is nested too deep."""
    try:
        value = canonical.decode(text)
    except ValueError:
        raise problems.RequestUnreadable(400, "请求正文不是 JSON", "The body is not JSON") from None
    level, deep = [value], 0
    while level:
        deep += 1
        if deep > DEEPEST:
            raise problems.RequestUnreadable(400, "请求正文嵌套太深", "The body is nested too deep")
        if any(isinstance(each, str) and "\0" in each for each in level):
            raise problems.RequestUnreadable(400, "请求中有不能使用的字符", "The request holds a character that cannot be kept")
        level = [inner for each in level for inner in _inside(each)]
    return value


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, list) else []


def _taking_a_file(view: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(view)
    def checked(*given: Any, **names: Any) -> Any:
        if request.mimetype != "application/octet-stream":
            raise problems.RequestUnreadable(415, "正文须是 application/octet-stream", "The body must be application/octet-stream")
        return view(*given, **names)
    return checked


def _may_answer(code: int, method: str, *, has_body: bool) -> bool:
    if code in (409, 403):
        return method != "GET"
    return has_body if code in (413, 415) else True


class AnliuApi(Api):
    """Errors are answered by our own table, and documents are served by our own pages."""

    ERROR_SCHEMA = Problem
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Every error has its place in web/errors.py already."""

    def _register_doc_blueprint(self) -> None:
        """web/reference.py shows the document."""


def install_api(app: Flask, nouns: tuple[Any, ...]) -> None:
    """Register the routes of the API and write their document."""
    app.config.update(API_TITLE="安流 Anliu", API_VERSION="v1", OPENAPI_VERSION="3.1.0")
    api = AnliuApi(app, spec_kwargs={"info": {"description": _DESCRIPTION}, "servers": [{"url": "/"}]})
    scopes = "；".join(f"`{name}` {words.zh} / {words.en}" for name, words in SCOPES.items())
    api.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer", "description": scopes})
    for noun in nouns:
        api.register_blueprint(noun.pages)
    app.extensions["anliu_openapi"] = api.spec.to_dict()
