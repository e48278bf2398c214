"""Verifying a whole database, and the bundle for whoever would rather do it without us.

It reads and reports in words; what makes a trace whole is said in `engine.trace.verify`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engine import Engine
from engine.actors import SYSTEM
from engine.store.database import open_database
from engine.store.queries import chain
from engine.trace.export import export_lines
from engine.trace.keys import SealedKey
from engine.trace.receipts import Receipt, parse_receipt
from engine.trace.verify import Finding, check_receipts
from engine.verbs.audit import record_export
from web.sources import FileUnreadable


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was looked at, and everything that is not right."""

    chains: int
    records: int
    receipts: int
    findings: tuple[Finding, ...]


def verify_database(url: str, *, sealed: Path | None, receipts: Iterable[Path],
                    public_keys: Mapping[str, bytes]) -> Verdict:
    """Walk every chain to its head; with the sealed key every MAC; and every receipt. Writes nothing."""
    find_key = cache(SealedKey.load(sealed).find_key) if sealed is not None else None
    held = [receipt for path in receipts for receipt in _receipts_at(path)]
    chains = count = 0
    findings: list[Finding] = []
    database = open_database(url)
    try:
        with chain.snapshot(database) as connection:
            for _, length, found in chain.verify_chains(connection, find_key):
                chains, count = chains + 1, count + length
                findings += found
            findings += check_receipts(held, chain.finder_of(connection), public_keys)
    finally:
        database.dispose()
    return Verdict(chains, count, len(held), tuple(findings))


def export_bundle(engine: Engine, out: Path) -> int:
    """Write every chain for the stand-alone verifier; gives the number of records. The export itself is traced."""
    with engine.begin(SYSTEM) as unit:
        record_export(unit, what="bundle", filters={}, rows=_records_so_far(engine))
    keys, lines = engine.means.keys, -1
    # A bundle holds what people wrote: nobody but its owner reads it.
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file, \
            chain.snapshot(engine.database) as connection:
        for line in export_lines(chain.chain_rows(connection), chain.heads_of(connection),
                                 origin=engine.means.origin, public_key=keys.public_key):
            file.write(line + "\n")
            lines += 1
    return lines


def _records_so_far(engine: Engine) -> int:
    with chain.snapshot(engine.database) as connection:
        return chain.count_records(connection)


def _receipts_at(path: Path) -> list[Receipt]:
    """The receipts of one file, or of all text files in a folder."""
    files = sorted(path.glob("*.txt")) if path.is_dir() else [path]
    try:
        return [parse_receipt(file.read_text("utf-8")) for file in files]
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(f"读不到回执 {path} / Cannot read the receipt {path}") from error
