"""Choosing the language of the pages."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from web import visit
from web.language import COOKIE, LANGUAGES
from web.safe_path import own_path

pages = Blueprint("languages", __name__)
_A_YEAR = 365 * 24 * 3600


@pages.post("/language")
def choose() -> ResponseReturnValue:
    response = redirect(own_path(request.form.get("next")), 303)
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        visit.set_cookie(response, COOKIE, wanted, max_age=_A_YEAR)
    return response
