"""One installation as the command line knows it: database, keys, files, and how it is served.

It opens the engine and runs servers and workers; what they do it does not know.
"""

from __future__ import annotations

import hashlib
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from waitress.server import create_server

from engine import Engine, open_engine
from engine.actors import SYSTEM
from engine.clock import SystemClock
from engine.errors import EngineError
from engine.jobs.worker import Worker
from engine.store.queries.people import is_demo
from engine.trace.keys import KeyRing, KeysUnusable, sealed_path
from web.application import create_app
from web.settings import Settings, SettingsUnsafe

THREADS = 8
_FORM_TOKENS = b"anliu/web form tokens"


class ServerUnable(EngineError):
    """The server cannot be started there."""


@dataclass(frozen=True, slots=True)
class Installation:
    """Where an installation keeps its things. `origin` is its name on every receipt."""

    database: str
    keys: Path
    files: Path
    origin: str

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """The engine, its schema brought up to date; closed at the end of the block."""
        if not self.origin or any(map(str.isspace, self.origin)):
            raise SettingsUnsafe("本站名称须是一个不含空格的词 / The name of this installation is one word without spaces")
        opened = open_engine(self.database, keys=self.key_ring(), files=self.files, origin=self.origin)
        try:
            yield opened
        finally:
            opened.close()

    def key_ring(self) -> KeyRing:
        """The keys of the file. KeysUnusable says how a new installation gets them."""
        if not self.keys.is_file():
            raise KeysUnusable(f"找不到密钥文件 {self.keys}；新安装请先执行 anliu keys create",
                               f"There is no key file {self.keys}; a new installation begins with `anliu keys create`")
        return KeyRing.load(self.keys)

    def create_keys(self) -> Path:
        """Write a new key file; gives the sealed file that the auditor takes away."""
        self.keys.parent.mkdir(parents=True, exist_ok=True)
        KeyRing.create(self.keys, SystemClock().now().date())
        return sealed_path(self.keys)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens, and how it is reached."""

    host: str
    port: int
    sites: tuple[str, ...] = ()
    https: bool = False


def settings_for(engine: Engine, address: Address) -> Settings:
    """How this database may be served at this address."""
    with engine.read(SYSTEM) as read:
        demo = is_demo(read)
    return Settings(secret_key=form_secret(engine.means.keys), host=address.host, https=address.https, demo=demo,
                    trusted_hosts=address.sites)


def form_secret(keys: KeyRing) -> str:
    """The secret of form tokens: the same on every server that has the keys, and kept nowhere.

    Ed25519 signatures are deterministic, and this one is never shown.
    """
    return hashlib.sha256(keys.sign(_FORM_TOKENS)).hexdigest()


def serve(engine: Engine, address: Address, *, worker: Worker | None, say: Callable[[str], None]) -> None:
    """Serve until SIGTERM or Ctrl-C; `say` is told the address once connections are accepted."""
    app = create_app(engine, settings_for(engine, address))
    signal.signal(signal.SIGTERM, _leave)
    try:
        # Forwarding headers must reach the application: it closes the demonstration's chooser when it sees one.
        server = create_server(app, host=address.host, port=address.port, threads=THREADS, ident="anliu",
                               clear_untrusted_proxy_headers=False)
    except OSError as error:
        where, why = f"{address.host}:{address.port}", error.strerror or error
        raise ServerUnable(f"不能在 {where} 提供服务：{why} / Cannot serve at {where}: {why}") from error
    try:
        if worker is not None:
            worker.start()
        say(f"http://{address.host}:{getattr(server, 'effective_port', address.port)}/")
        server.run()
    finally:
        server.close()
        if worker is not None:
            worker.stop()


def work(worker: Worker, *, say: Callable[[], None]) -> None:
    """Run the worker until SIGTERM or Ctrl-C. ServerUnable when it dies."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopping.set())
    worker.start()
    say()
    while not stopping.is_set():
        if not worker.wait(0.2):
            raise ServerUnable("后台进程意外停止，原因见上文 / The worker stopped unexpectedly, for the reason shown above")
    worker.stop()


def _leave(_number: int, _frame: FrameType | None) -> None:
    """Waitress finishes the requests it has and returns from `run`."""
    raise SystemExit(0)
