"""Composition: one Flask application from an engine and its settings, refused if it would not be safe."""

from __future__ import annotations

from flask import Flask

from engine import Engine
from web import (
    attachments,
    audit,
    definitions,
    drafts,
    forms,
    health,
    inbox,
    incidents,
    instances,
    languages,
    notices,
    operations,
    planned,
    reference,
    requests,
    roster,
    sessions,
    starts,
    tasks,
)
from web.access import check_policy
from web.api import files as api_files
from web.api import instances as api_instances
from web.api import jobs as api_jobs
from web.api import messages as api_messages
from web.api import registers as api_registers
from web.api import starts as api_starts
from web.api import tasks as api_tasks
from web.api import traces as api_traces
from web.api.door import install_api
from web.api.throttle import Throttle
from web.errors import install_errors
from web.guard import install_guard
from web.language import install_language
from web.moments import install_moments
from web.settings import Settings, check_settings
from web.shell import install_shell

_BLUEPRINTS = (attachments, audit, definitions, drafts, forms, health, inbox, incidents, instances, languages,
               notices, operations, planned, reference, requests, roster, sessions, starts, tasks)
_FOR_PROGRAMS = (api_starts, api_tasks, api_files, api_messages, api_instances, api_traces, api_registers, api_jobs)
_MOST_PARTS = 2_000
_MOST_FORM_TEXT = 2 * 1024 * 1024


def create_app(engine: Engine, settings: Settings) -> Flask:
    """The application; SettingsUnsafe or RouteUnlisted when it must not start."""
    check_settings(settings)
    app = Flask("web", static_folder="static", static_url_path="/static")
    app.config.update(
        SECRET_KEY=settings.secret_key, MAX_CONTENT_LENGTH=settings.largest_upload + _MOST_FORM_TEXT,
        MAX_FORM_MEMORY_SIZE=_MOST_FORM_TEXT, MAX_FORM_PARTS=_MOST_PARTS,
        TRUSTED_HOSTS=list(settings.answers_to) or None, PREFERRED_URL_SCHEME="https" if settings.https else "http")
    app.extensions["anliu_engine"] = engine
    app.extensions["anliu_settings"] = settings
    app.extensions["anliu_throttle"] = Throttle(settings.api_rate)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    for install in (install_language, install_moments, install_shell, install_errors, install_guard):
        install(app)
    for noun in _BLUEPRINTS:
        app.register_blueprint(noun.pages)
    app.register_blueprint(reference.for_programs)
    install_api(app, _FOR_PROGRAMS)
    check_policy(app)
    return app
