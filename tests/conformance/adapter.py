"""The driver's interface on the in-memory engine; `adapter` is the driver's own module, found when it runs."""

from __future__ import annotations

from collections.abc import Mapping

from adapter import DeployError, EngineAdapter, OpenTask
from adapter import EngineError as CallFailed

from engine.errors import EngineError
from tests.conformance.memory import Memory


class Adapter(EngineAdapter):
    """One engine for one case."""

    dialect = "feel"
    name = "anliu"

    def __init__(self) -> None:
        self.engine = Memory()
        self.failed = ""

    @property
    def err(self) -> str:
        return self.failed or "; ".join(each.trouble for each in self.engine.instances.values() if each.trouble)

    def deploy(self, files: Mapping[str, bytes]) -> list[str]:
        try:
            return self.engine.deploy(files)
        except EngineError as error:
            raise DeployError(str(error)) from error

    def start(self, process_id: str, variables: dict[str, object]) -> None:
        try:
            self.engine.start(process_id, variables)
        except EngineError as error:
            self.failed = str(error)

    def tasks(self) -> list[OpenTask]:
        return [OpenTask(f"{instance.id}/{token.id}", token.element_id, self.engine.titles.get(token.element_id, ""))
                for instance in self.engine.instances.values() for token in instance.case.open_tokens()]

    def complete(self, task_id: str, variables: dict[str, object]) -> None:
        try:
            self.engine.complete(*task_id.split("/"), variables)
        except EngineError as error:
            raise CallFailed(str(error)) from error

    def advance(self, seconds: float) -> None:
        self.engine.advance(seconds)

    def trace(self) -> list[str]:
        return list(self.engine.trace)

    def state(self) -> str:
        if self.err:
            return "error"
        first = self.engine.instances.get("0")
        return "completed" if first is not None and first.case.ended else "active"

    def message(self, name: str, variables: dict[str, object]) -> None:
        if not self.engine.message(self.engine.message_names.get(name, name), variables):
            raise CallFailed(f"nobody waits for message {name}")

    def signal(self, name: str, variables: dict[str, object]) -> None:
        self.engine.signal(self.engine.message_names.get(name, name), variables)

    def data(self) -> dict[str, object]:
        first = self.engine.instances.get("0")
        return {} if first is None else first.variables

    def restart(self) -> None:
        self.engine.restart()


def make() -> Adapter:
    return Adapter()
