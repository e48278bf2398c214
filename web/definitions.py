"""Definitions: administrators list them, edit one as text beside its diagram, and publish a version."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.bpmn.svg import draw_svg
from engine.errors import DefinitionInvalid
from engine.store.queries import deployments as deployment_queries
from engine.verbs import deployments
from web import visit
from web.downloads import download
from web.drafting import Drafting, drafting_of, received_drafting
from web.language import language
from web.pictures import picture

pages = Blueprint("definitions", __name__)


@pages.get("/definitions")
def index() -> str:
    with visit.reading() as read:
        rows = deployment_queries.list_processes(read)
    return render_template("definitions/list.html", rows=rows)


@pages.get("/definitions/<process>")
def versions(process: str) -> str:
    with visit.reading() as read:
        rows = deployment_queries.versions_of(read, process)
    return render_template("definitions/versions.html", rows=rows, process=process)


@pages.get("/definitions/versions/<version_hash>")
def show(version_hash: str) -> str:
    with visit.reading() as read:
        version = deployment_queries.get_version(read, version_hash)
    return _page(drafting_of(version, request.args.get("file", version.main_file)))


@pages.post("/definitions/versions/<version_hash>")
def create(version_hash: str) -> ResponseReturnValue:
    with visit.reading() as read:
        version = deployment_queries.get_version(read, version_hash)
    drafting = received_drafting(version)
    if request.form.get("intent") != "publish" or drafting.has_errors:
        return _page(drafting), 422 if drafting.has_errors else 200
    try:
        with visit.acting() as unit:
            made = deployments.deploy(unit, main_file=version.main_file, files=drafting.files)
    except DefinitionInvalid as error:
        return _page(drafting.with_problems(error.problems)), 422
    return redirect(url_for("definitions.versions", process=made.process, said="published"), 303)


@pages.post("/definitions/versions/<version_hash>/check")
def check(version_hash: str) -> Response:
    with visit.reading() as read:
        version = deployment_queries.get_version(read, version_hash)
    drafting = received_drafting(version)
    return jsonify(problems=[problem.as_json(language()) for problem in drafting.shown], diagram=drafting.diagram)


@pages.get("/definitions/versions/<version_hash>/diagram.svg")
def diagram(version_hash: str) -> Response:
    with visit.reading() as read:
        return picture(draw_svg(deployment_queries.bpmn_of(read, version_hash)))


@pages.get("/definitions/versions/<version_hash>/diagram.bpmn")
def bpmn(version_hash: str) -> Response:
    with visit.reading() as read:
        xml = deployment_queries.bpmn_of(read, version_hash)
    return download(xml, name=f"{version_hash[:12]}.bpmn", media_type="application/xml; charset=utf-8")


def _page(drafting: Drafting) -> str:
    return render_template("definitions/edit.html", drafting=drafting)
