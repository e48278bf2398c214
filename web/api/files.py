"""Files for the file fields of forms: stored first, then named in the answers by id."""

from __future__ import annotations

import hashlib
import io
from typing import Any

from flask import request

from engine.verbs import attachments
from engine.verbs.once import content_of, only_once
from web import visit
from web.api.door import ApiPages
from web.api.schemas.outside import FileOut, FileQuery

pages = ApiPages("files", "附件 / files")


@pages.offers("POST", "/files", FileOut, status=201, query=FileQuery, is_file=True)
def create(query: dict[str, Any], header: dict[str, str]) -> Any:
    """上传附件：正文就是文件内容 / Store a file: the body is its content."""
    content = request.get_data()

    def act(unit: Any) -> dict[str, object]:
        stored = attachments.add(unit, field=query["field"], name=query["name"], stream=io.BytesIO(content))
        return {"id": stored.id, "name": stored.name, "size": stored.size, "sha256": stored.sha256}
    verb = f"files.create/{content_of(query, hashlib.sha256(content).hexdigest())}"
    return visit.engine().carry_out(visit.actor(), lambda unit: only_once(unit, header["key"], verb, lambda: act(unit)))
