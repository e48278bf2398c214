"""The bundle an auditor takes away: JSON lines that the stand-alone verifier reads without any of our code.

First line: origin, public key and the head of every chain. Then one line per record, in the order of each chain.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from engine.trace.chain import canonical_json
from engine.trace.keys import key_id_of
from engine.trace.verify import ChainRow

BUNDLE = "anliu-trace"
FORMAT = 1
VERIFIER = Path(__file__).parent / "standalone" / "verify_trace.py"
"""The stand-alone verifier, to be handed out beside the bundle."""


def export_lines(rows: Iterable[ChainRow], heads: Mapping[str, bytes], *, origin: str,
                 public_key: bytes) -> Iterator[str]:
    """The lines of a bundle, without line ends. `heads`: last hash of every exported instance."""
    yield canonical_json({
        "bundle": BUNDLE, "format": FORMAT, "origin": origin,
        "keys": {key_id_of(public_key): base64.b64encode(public_key).decode()},
        "heads": {instance: head.hex() for instance, head in heads.items()},
    }).decode()
    for row in rows:
        yield canonical_json({
            "header": row.header, "prev": row.prev.hex(), "commitment": row.commitment.hex(),
            "hash": row.hash.hex(), "mac": row.mac.hex(), "key_id": row.key_id, "algorithm": row.algorithm,
            "salt": None if row.salt is None else row.salt.hex(),
            "body": None if row.body is None else row.body.decode(),
        }).decode()
