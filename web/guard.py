"""The door of every request: who is here, is the request one of ours, does the policy let them in."""

from __future__ import annotations

from flask import Flask, Response, redirect, request, url_for
from werkzeug.exceptions import SecurityError
from werkzeug.wrappers import Response as AnyResponse

from web import visit
from web.access import find_rule, may_come
from web.api import admission
from web.errors import missing
from web.language import choose_language
from web.protection import check_request, demo_is_open, protect
from web.safe_path import own_path


def install_guard(app: Flask) -> None:
    app.before_request(refuse_foreign_host)
    app.before_request(visit.arrive)
    app.before_request(choose_language)
    app.before_request(check_request)
    app.before_request(admit)
    app.after_request(visit.remember_visitor)
    app.after_request(protect)


def refuse_foreign_host() -> AnyResponse | None:
    """A name this server does not answer to: no page can be built for it, so one line says so."""
    if isinstance(request.routing_exception, SecurityError):
        return Response("400 unknown host\n", 400, mimetype="text/plain")
    return None


def admit() -> AnyResponse | None:
    """Let the request through (None), or answer it: sign in first, change the password first, or not found."""
    if visit.is_for_programs():
        return admission.admit()
    rule = find_rule(request.endpoint, request.method)
    actor = visit.find_actor()
    if rule is not None and request.routing_exception is None and may_come(rule, actor, demo_is_open=demo_is_open()):
        must_change = actor is not None and visit.must_change_password() and not rule.while_password_is_old
        return redirect(url_for("sessions.show_password"), 303) if must_change else None
    # A stranger learns nothing about which addresses exist: every one of them asks to sign in.
    return missing() if actor is not None else ask_to_sign_in()


def ask_to_sign_in() -> AnyResponse:
    wanted = own_path(request.full_path.rstrip("?")) if request.method == "GET" else "/"
    address = url_for("sessions.show", **({"next": wanted} if wanted != "/" else {}))
    if "HX-Request" in request.headers or request.accept_mimetypes.best == "application/json":
        return Response(status=401, headers={"HX-Redirect": url_for("sessions.show")})
    return redirect(address, 303)
