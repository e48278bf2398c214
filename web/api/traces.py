"""Traces: records in words with the links that prove their place, and receipts.

The payloads themselves stay in the house, and with them their salts: whoever must check those takes a bundle.
"""

from __future__ import annotations

from typing import Any

from engine.store.queries.cases import get_head
from engine.store.queries.trace import TraceEntry, page_of_trace, receipt
from engine.trace.verify import ChainRow
from web import visit
from web.api.door import ApiPages
from web.api.replies import receipt_out
from web.api.schemas.cases import TraceOut, TraceQuery
from web.api.schemas.shapes import ReceiptOut

pages = ApiPages("traces", "痕迹与回执 / traces and receipts")


@pages.offers("GET", "/instances/<instance_id>/trace", TraceOut, query=TraceQuery)
def index(query: dict[str, Any], instance_id: str) -> Any:
    """一个事项的痕迹，旧的在前 / The trace of a case, oldest first."""
    after, limit = query["after"], query["limit"]
    with visit.reading() as read:
        get_head(read, instance_id)
        found = page_of_trace(read, instance_id, after=after, limit=limit + 1)
    items = [_record(entry, link) for entry, link in found[:limit]]
    return {"items": items, "next": items[-1]["seq"] if len(found) > limit else None}


@pages.offers("GET", "/instances/<instance_id>/receipts/<int:seq>", ReceiptOut, has_tag=True)
def show(instance_id: str, seq: int) -> Any:
    """一条记录的回执 / The receipt of a record."""
    with visit.reading() as read:
        return receipt_out(receipt(read, instance_id, seq))


def _record(entry: TraceEntry, link: ChainRow) -> dict[str, Any]:
    changes = [{"id": name, "label": entry.labels.get(name, ""), "old": old, "new": new} for name, old, new in entry.changes]
    return {"seq": entry.seq, "sentence": entry.sentence, "actor_name": entry.actor_name, "changes": changes,
            "is_erased": entry.payload_erased, "header": dict(link.header), "prev": link.prev.hex(),
            "commitment": link.commitment.hex(), "hash": link.hash.hex(), "mac": link.mac.hex(), "key_id": link.key_id,
            "algorithm": link.algorithm}
