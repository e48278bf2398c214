"""Definitions: administrators list them, edit one as text beside its diagram, and publish a version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.bpmn.portable import portable
from engine.bpmn.svg import draw_svg
from engine.definition.schema import definition_schema, form_schema, in_chinese_words, table_schema
from engine.errors import DefinitionInvalid, NotFound
from engine.store.queries import deployments as deployment_queries
from engine.verbs import deployments
from web import visit
from web.downloads import download
from web.drafting import EDITED, Drafting, drafting_of, overtaken, received_drafting, taken_name
from web.language import language
from web.pictures import picture

pages = Blueprint("definitions", __name__)

NEW = "new"
"""Stands in an address where the hash of a version stands, for a process that is written in the browser."""

SCHEMAS = {"definition": definition_schema, "form": form_schema, "table": table_schema}


@pages.get("/definitions")
def index() -> str:
    with visit.reading() as read:
        rows = deployment_queries.list_processes(read)
    return render_template("definitions/list.html", rows=rows)


@pages.get("/definitions/schemas/<kind>.json")
def schema(kind: str) -> Response:
    """The JSON Schema of the language, for the editor's completion."""
    if kind not in SCHEMAS:
        raise NotFound()
    made = SCHEMAS[kind]()
    return jsonify(in_chinese_words(made) if request.args.get("keywords") == "zh" else made)


@pages.get("/definitions/<process>")
def versions(process: str) -> str:
    with visit.reading() as read:
        rows = deployment_queries.versions_of(read, process)
    return render_template("definitions/versions.html", rows=rows, process=process)


@pages.get("/definitions/versions/<version_hash>")
def show(version_hash: str) -> str:
    version, beside = _stored(version_hash)
    return _page(drafting_of(version, beside, request.args.get("file", "")))


@pages.post("/definitions/versions/<version_hash>")
def create(version_hash: str) -> ResponseReturnValue:
    drafting = received_drafting(*_stored(version_hash))
    if request.form.get("intent") != "publish":
        return _page(drafting), 422 if drafting.has_errors and request.form.get("intent") == "check" else 200
    if not drafting.has_errors and drafting.version is None and _is_taken(drafting.process):
        drafting = drafting.with_problems([taken_name(drafting)])
    if drafting.has_errors:
        return _page(drafting), 422
    current = _current_of(drafting)
    if current is not None and request.form.get("over") != current.hash:
        return _page(drafting.with_problems([overtaken(drafting, current)]), over=current.hash), 409
    main_file, files = drafting.to_deploy()
    try:
        with visit.acting() as unit:
            made = deployments.deploy(unit, main_file=main_file, files=files)
    except DefinitionInvalid as error:
        return _page(drafting.with_problems(error.problems)), 422
    return redirect(url_for("definitions.versions", process=made.process, said="published"), 303)


@pages.post("/definitions/versions/<version_hash>/check")
def check(version_hash: str) -> Response:
    drafting = received_drafting(*_stored(version_hash))
    return jsonify(problems=[problem.as_json(language()) for problem in drafting.shown], diagram=drafting.diagram)


@pages.get("/definitions/versions/<version_hash>/diagram.svg")
def diagram(version_hash: str) -> Response:
    with visit.reading() as read:
        return picture(draw_svg(deployment_queries.bpmn_of(read, version_hash)))


@pages.get("/definitions/versions/<version_hash>/diagram.bpmn")
def bpmn(version_hash: str) -> Response:
    with visit.reading() as read:
        xml = portable(deployment_queries.bpmn_of(read, version_hash))
    return download(xml, name=f"{version_hash[:12]}.bpmn", media_type="application/xml; charset=utf-8")


def _stored(version_hash: str) -> tuple[Any, Mapping[str, str]]:
    """A version (none for a new process), and what all current versions define."""
    with visit.reading() as read:
        version = None if version_hash == NEW else deployment_queries.get_version(read, version_hash)
        return version, deployment_queries.all_sources(read)


def _is_taken(process: str) -> bool:
    with visit.reading() as read:
        return any(row.process == process for row in deployment_queries.list_processes(read))


def _current_of(drafting: Drafting) -> Any:
    """The current version when it is not the one being edited; None when nothing would be replaced unseen."""
    if drafting.version is None or drafting.version.is_current or drafting.files == drafting.base:
        return None
    with visit.reading() as read:
        rows = deployment_queries.versions_of(read, drafting.version.process)
    return next((row for row in rows if row.is_current), None)


def _page(drafting: Drafting, *, over: str = "") -> str:
    here = drafting.version.hash if drafting.version is not None else NEW
    return render_template("definitions/edit.html", drafting=drafting, version=drafting.version, here=here, prefix=EDITED,
                           over=over)
