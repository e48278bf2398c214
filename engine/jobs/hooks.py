"""Telling programs what happened: letters are taken in one transaction, sent outside of any, settled in another.

A program that fails keeps the others waiting for no more than one answer of its own.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from engine import Engine
from engine.actors import SYSTEM
from engine.jobs.post import post
from engine.verbs import webhooks
from engine.verbs.webhooks import Letter


def send_due(engine: Engine, send: Callable[[Letter], str] = post, *, is_over: Callable[[], bool] = lambda: False) -> int:
    """Send everything that is due now; gives how many letters were received. `send` gives why one was not, or nothing."""
    received, failing = 0, set[str]()
    while letters := () if is_over() else engine.carry_out(SYSTEM, webhooks.take):
        for letter in letters:
            if letter.webhook_id in failing:
                continue  # its lease runs out by itself
            why = send(letter)
            if why:
                failing.add(letter.webhook_id)
                engine.carry_out(SYSTEM, functools.partial(webhooks.put_off, letter=letter, why=why))
            else:
                received += 1
                engine.carry_out(SYSTEM, functools.partial(webhooks.delivered, delivery_id=letter.id))
    return received
