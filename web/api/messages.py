"""Messages and signals from outside, to whatever cases wait for them."""

from __future__ import annotations

from typing import Any

from engine.verbs import messages
from engine.verbs.once import content_of, only_once
from web import visit
from web.api.door import ApiPages
from web.api.replies import values_in
from web.api.schemas.outside import MessageIn, SignalIn
from web.api.schemas.shapes import Nothing

pages = ApiPages("messages", "消息与信号 / messages and signals")


@pages.offers("POST", "/messages", Nothing, body=MessageIn)
def send(body: dict[str, Any], header: dict[str, str]) -> Any:
    """发送消息：交给等待此名称和标识的事项 / Send a message to the case that waits for this name and key."""
    values = values_in(body["values"])
    return _once(header["key"], "messages.send", body,
                 lambda unit: messages.send(unit, name=body["name"], key=body["key"], values=values))


@pages.offers("POST", "/signals", Nothing, body=SignalIn)
def signal(body: dict[str, Any], header: dict[str, str]) -> Any:
    """发送信号：所有等待者都收到 / Send a signal to everybody who listens."""
    values = values_in(body["values"])
    return _once(header["key"], "messages.signal", body,
                 lambda unit: messages.send_signal(unit, name=body["name"], values=values))


def _once(key: str, verb: str, body: dict[str, Any], send_out: Any) -> Any:
    def act(unit: Any) -> dict[str, object]:
        send_out(unit)
        return {"done": True}
    return visit.engine().carry_out(visit.actor(), lambda unit: only_once(
        unit, key, f"{verb}/{content_of(body)}", lambda: act(unit)))
