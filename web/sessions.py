"""Sessions: signing in and out, the chooser of a demonstration, and changing one's password."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import Rejected
from engine.store.queries import people
from engine.verbs import accounts
from web import visit
from web.language import said
from web.protection import demo_is_open
from web.safe_path import own_path
from web.shell import role_words

pages = Blueprint("sessions", __name__)


@pages.get("/sign-in")
def show() -> ResponseReturnValue:
    if visit.find_actor() is not None:
        return redirect(own_path(request.args.get("next")), 303)
    return _sign_in_page()


@pages.post("/sign-in")
def create() -> ResponseReturnValue:
    login, password = request.form.get("login", ""), request.form.get("password", "")
    try:
        with visit.reading_as_system() as read:
            compared = accounts.compare(read, login=login, password=password)
        with visit.acting_as_system() as unit:
            signed_in = accounts.enter(unit, compared, address=_address(), agent=_agent())
    except Rejected as error:
        return _sign_in_page(login=login, complaint=said(error.sentence)), error.status
    return _enter(signed_in.token)


@pages.post("/sign-in/demo")
def create_demo() -> ResponseReturnValue:
    with visit.acting_as_system() as unit:
        signed_in = accounts.sign_in_demo(unit, person_id=request.form.get("person", ""), address=_address(),
                                          agent=_agent())
    return _enter(signed_in.token)


@pages.post("/sign-out")
def destroy() -> ResponseReturnValue:
    with visit.acting() as unit:
        accounts.sign_out(unit, token=visit.token())
    response = redirect(url_for("sessions.show"), 303)
    visit.forget_cookie(response, visit.session_cookie())
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@pages.get("/password")
def show_password() -> str:
    return _password_page()


@pages.post("/password")
def change_password() -> ResponseReturnValue:
    sent = request.form
    if sent.get("new", "") != sent.get("again", ""):
        return _password_page(complaint=_("两次输入的新密码不一致。")), 422
    try:
        with visit.acting() as unit:
            accounts.change_password(unit, person_id=visit.actor().id, current=sent.get("current", ""),
                                     new=sent.get("new", ""), keep_token=visit.token())
    except Rejected as error:
        return _password_page(complaint=said(error.sentence)), error.status
    return redirect(url_for("inbox.show", said="password"), 303)


def _sign_in_page(*, login: str = "", complaint: str = "") -> str:
    accounts_of_demo: list[tuple[people.AccountRow, list[str]]] = []
    if demo_is_open():
        with visit.reading_as_system() as read:
            accounts_of_demo = [(account, list(filter(None, (role_words(read, role) for role in account.roles))))
                                for account in people.choose_accounts(read)]
    wanted = own_path(request.values.get("next"))
    return render_template("sessions/sign_in.html", login=login, complaint=complaint, next=wanted,
                           accounts=accounts_of_demo)


def _password_page(*, complaint: str = "") -> str:
    return render_template("sessions/password.html", complaint=complaint, forced=visit.must_change_password())


def _enter(token: str) -> Response:
    response = redirect(own_path(request.form.get("next")), 303)
    visit.set_cookie(response, visit.session_cookie(), token)
    visit.forget_cookie(response, visit.visitor_cookie())
    return response


def _address() -> str:
    return request.remote_addr or ""


def _agent() -> str:
    return request.headers.get("User-Agent", "")[:200]
