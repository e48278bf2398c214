"""The whole trace as chains: every record in stored order, every head on file, for verification and export.

Knows rows only; what makes a chain whole is said in `engine.trace.verify`. Everything is read in one snapshot,
so that what is written meanwhile never looks like tampering.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, String, bindparam, func, inspect, select, type_coerce

from engine.store.database import Database, DatabaseUnusable
from engine.store.tables import records, streams
from engine.trace.verify import ChainRow, Finding, FindKey, verify_chain

FETCHED_AT_ONCE = 500

# Moments as the text they are stored as: one that was tampered with need not even be a moment any more.
_columns = [type_coerce(column, String).label(column.name) if column.name.endswith("_at") else column
            for column in records.c]
_all_rows = select(*_columns).order_by(records.c.stream, records.c.seq)
_row = select(*_columns).where(records.c.stream == bindparam("stream"), records.c.seq == bindparam("number"))
_rows_of = select(*_columns).where(records.c.stream == bindparam("stream"), records.c.seq > bindparam("number")).order_by(
    records.c.seq).limit(bindparam("most"))
_heads = select(streams.c.id, streams.c.head).order_by(streams.c.id)


@contextmanager
def snapshot(database: Database) -> Iterator[Connection]:
    """A read-only connection that sees the database of one moment, however long it is read. DatabaseUnusable when it is not ours."""
    reading = database.reading if database.is_sqlite else database.reading.execution_options(
        isolation_level="REPEATABLE READ")
    with reading.connect() as connection:
        if not inspect(connection).has_table(streams.name):
            raise DatabaseUnusable("这个数据库里没有安流的数据", "This database holds nothing of Anliu")
        yield connection


def heads_of(connection: Connection) -> dict[str, bytes]:
    """The last hash of every chain, as its stream has it on file."""
    return {row.id: bytes(row.head) for row in connection.execute(_heads)}


def count_records(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(records)).scalar_one()


def chain_rows(connection: Connection) -> Iterator[ChainRow]:
    """Every record, chain by chain in order; fetched little by little."""
    with connection.execution_options(yield_per=FETCHED_AT_ONCE).execute(_all_rows) as result:
        for row in result:
            yield chain_row(row)


def find_chain_row(connection: Connection, stream: str, seq: int) -> ChainRow | None:
    """One record, for the receipt that speaks of it."""
    row = connection.execute(_row, {"stream": stream, "number": seq}).first()
    return chain_row(row) if row is not None else None


def verify_chains(connection: Connection, find_key: FindKey | None) -> Iterator[tuple[str, int, tuple[Finding, ...]]]:
    """Chain by chain: its id, how many records it has, and what is wrong with it."""
    heads = heads_of(connection)
    for stream, grouped in groupby(chain_rows(connection), key=_stream_of):
        rows = tuple(grouped)
        yield stream, len(rows), verify_chain(rows, head=heads.pop(stream, b""), find_key=find_key, instance=stream)
    for stream, head in heads.items():
        yield stream, 0, verify_chain((), head=head, find_key=find_key, instance=stream)


def finder_of(connection: Connection) -> Callable[[str, int], ChainRow | None]:
    """Finds records by stream and number."""
    return lambda stream, seq: find_chain_row(connection, stream, seq)


def chain_row(row: Row[Any]) -> ChainRow:
    """A stored record with its header as it was hashed."""
    return ChainRow(_header(row), _bytes(row.prev) or b"", _bytes(row.commitment) or b"", _bytes(row.hash) or b"",
                    _bytes(row.mac) or b"", row.key_id, row.algorithm, _bytes(row.salt), _bytes(row.body))


def _header(row: Row[Any]) -> Mapping[str, object]:
    return {
        "instance": row.stream, "seq": row.seq, "type": row.type, "actor": row.actor_id,
        "acting_for": row.acting_for, "element": row.element_id, "occurred_at": row.occurred_at,
        "learnt_at": row.learnt_at, "recorded_at": row.recorded_at,
        "clauses": _clauses(row.clauses), "definition": row.definition_hash,
    }


def _clauses(text: str) -> object:
    """The cited clauses; text that is no JSON any more goes into the hash as it stands, and will not fit."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _bytes(value: bytes | memoryview | str | None) -> bytes | None:
    """SQLite lets anybody put text where bytes belong."""
    return value.encode() if isinstance(value, str) else None if value is None else bytes(value)


def _stream_of(row: ChainRow) -> str:
    return row.instance


def rows_of(connection: Connection, stream: str, *, after: int, limit: int) -> list[ChainRow]:
    """The records of one chain behind a number, as they were hashed, oldest first."""
    return [chain_row(row) for row in connection.execute(_rows_of, {"stream": stream, "number": after, "most": limit})]
