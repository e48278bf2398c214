"""Killed at any moment, the server loses no action that it acknowledged, and does none twice."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from bench import stage as stages
from engine.store.queries import chain
from engine.trace.keys import KeyRing, SealedKey, sealed_path
from engine.trace.receipts import Receipt, parse_receipt
from engine.trace.verify import check_receipts
from tests.torture.victim import READERS, Try, live, open_installation

CYCLES = 20
LONGEST_LIFE = 0.5
STILLBORN = 0.2
"""How often a victim is killed while it starts."""
PATIENCE = 60
INSTANCES = 3


@dataclass
class Heard:
    """What the victims said: what they tried, what is acknowledged, what was refused."""

    tried: dict[str, Try] = field(default_factory=dict)
    acknowledged: dict[str, Receipt] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    def listen(self, post: Connection) -> None:
        """Until the line is dead; a message cut off by the kill is no message."""
        try:
            while True:
                self._note(post.recv())
        except (EOFError, ConnectionResetError, OSError):
            return

    def _note(self, words: tuple[str, ...]) -> None:
        if words[0] == "try":
            self.tried[words[3]] = (words[1], words[2], words[3])
        elif words[0] == "refused":
            self.refused.add(words[1])
        elif words[0] == "done":
            receipt = parse_receipt(words[2])
            assert self.acknowledged.setdefault(words[1], receipt) == receipt, "a second answer to the same key"

    def unanswered(self) -> list[Try]:
        return [attempt for key, attempt in self.tried.items() if key not in self.acknowledged and key not in self.refused]


def test_a_killed_server_keeps_every_acknowledged_completion_exactly_once(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seed = int(os.environ.get("ANLIU_SEED") or random.SystemRandom().getrandbits(32))
    print(f"ANLIU_SEED={seed}")
    dice, heard = random.Random(seed), Heard()
    build(tmp_path)
    # Victims are forked from a process that has imported everything, found by this path only.
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.torture.victim"])
    for _ in range(CYCLES):
        with living(processes, tmp_path, heard) as (process, post):
            life = dice.uniform(0, LONGEST_LIFE)
            if dice.random() > STILLBORN:
                assert post.poll(PATIENCE), "the victim never began"
            process.join(life)
            assert process.is_alive(), "the victim died by itself"
    assert len(heard.acknowledged) > CYCLES
    check_rows(tmp_path, heard)
    check_trace(tmp_path, heard)


def build(folder: Path) -> None:
    """The college with a few instances that ask for the next reading for ever, and a key file one day old."""
    keys = KeyRing.create(folder / "keys.json", (stages.MOMENT - timedelta(days=1)).date())
    stage = stages.build(folder, keys=keys, definitions=(stages.READING,))
    for _ in range(INSTANCES):
        stage.start("meter_reading", "begin", READERS[0], {"room": ["机房A-07"]})
    stage.engine.close()


@contextmanager
def living(processes: multiprocessing.context.ForkServerContext, folder: Path,
           heard: Heard) -> Iterator[tuple[multiprocessing.context.ForkServerProcess, Connection]]:
    """A victim that is killed at the end of the block; everything that it said before is heard."""
    post, its_end = processes.Pipe(duplex=False)
    process = processes.Process(target=live, args=(folder, its_end, heard.unanswered()), daemon=True)
    process.start()
    its_end.close()
    try:
        yield process, post
    finally:
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
        heard.listen(post)
        post.close()


def check_rows(folder: Path, heard: Heard) -> None:
    with sqlite3.connect(folder / "stage.db") as database:
        assert database.execute("pragma integrity_check").fetchall() == [("ok",)]
        [(completed, recorded)] = database.execute(
            "select (select count(*) from tasks where status = 'completed'),"
            " (select count(*) from records where type = 'TaskCompleted')").fetchall()
        assert completed == recorded
        open_now = database.execute("select count(*) from tasks where status = 'open' group by instance_id").fetchall()
        assert open_now == [(1,)] * INSTANCES
        for key, receipt in heard.acknowledged.items():
            _, task_id, _ = heard.tried[key]
            found = database.execute("select status, instance_id from tasks where id = ?", (task_id,)).fetchall()
            assert found == [("completed", receipt.instance)]
            kind = database.execute("select type from records where stream = ? and seq = ?",
                                    (receipt.instance, receipt.seq)).fetchall()
            assert kind == [("TaskCompleted",)]
    proven = [(receipt.instance, receipt.seq) for receipt in heard.acknowledged.values()]
    assert len(proven) == len(set(proven))


def check_trace(folder: Path, heard: Heard) -> None:
    """Every chain is whole to its head and MACed, every receipt still true."""
    engine = open_installation(folder)
    keys, find_key = engine.means.keys, SealedKey.load(sealed_path(folder / "keys.json")).find_key
    with chain.snapshot(engine.database) as connection:
        for stream, _, findings in chain.verify_chains(connection, find_key):
            assert findings == (), stream
        assert check_receipts(heard.acknowledged.values(), chain.finder_of(connection),
                              {keys.signing_key_id: keys.public_key}) == ()
    engine.close()
