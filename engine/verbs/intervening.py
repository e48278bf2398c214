"""The way of every operation on a running case: whose power it is, why, once only, and from then on like any other verb.

Case operators (运行管理) intervene, with a reason that stays in the trace; never in a case in which they take part
themselves, for nobody opens his own gates. Which operations there are is said in their own modules.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.actors import CASE_OPERATOR
from engine.errors import FieldError, NotAllowed, NotFound, SubmissionInvalid, WrongState
from engine.records import StoredRecord
from engine.store import directory_rows, instance_rows
from engine.store.unit import UnitOfWork
from engine.verbs.flow import Flow, lock_flow
from engine.verbs.once import Done, content_of, done_with, find_done, keep_done

REASON_LENGTH = 2000
Act = Callable[[Flow, str], StoredRecord]
"""What an operation does with the locked case and the reason; gives the record that says so."""


def intervene(unit: UnitOfWork, act: Act, *, operation: str, instance_id: str, reason: str, key: str,
              content: str = "") -> Done:
    """Carry out an operation on a running case, suspended or not. The same key gives the same answer.

    Raises NotFound, NotAllowed (traced), WrongState for a case that has ended, SubmissionInvalid without a reason.
    """
    unit.lock(instance_id)
    _check_power(unit, instance_id)
    verb = f"operations.{operation}/{instance_id}/{content_of({'reason': reason}, content)}"
    done = find_done(unit, key, verb)
    if done is not None:
        return done
    said = reason_of(reason)
    flow = lock_flow(unit, instance_id)
    if flow.status != "running":
        raise WrongState("事项已经结束，不能再干预", "The case has ended: there is nothing left to intervene in",
                         instance_id=instance_id)
    return keep_done(unit, key, verb, done_with(unit, act(flow, said)))


def reason_of(text: str) -> str:
    """The reason as it will stand in the trace. Raises SubmissionInvalid."""
    said = text.strip()
    if not said:
        raise SubmissionInvalid([FieldError("reason", "请写明理由", "Say why")])
    if len(said) > REASON_LENGTH or "\0" in said:
        raise SubmissionInvalid([FieldError("reason", f"理由请控制在 {REASON_LENGTH} 字以内，不含控制字符",
                                            "The reason is too long or holds characters that nobody can type")])
    return said


def _check_power(unit: UnitOfWork, instance_id: str) -> None:
    """The posts are those held now, under the lock. To whoever may not see the case it looks like missing."""
    if unit.actor.is_system:
        return
    unit.actor = directory_rows.load_actor(unit.connection, unit.actor.id, unit.now)
    if not directory_rows.may_see(unit.connection, unit.actor, instance_id):
        raise NotFound()
    if not unit.actor.has_power(CASE_OPERATOR):
        raise NotAllowed("只有运行管理可以干预运行中的事项", "Only case operators may intervene in a running case",
                         instance_id=instance_id, traced=True)
    if instance_rows.takes_part(unit.connection, unit.actor.id, instance_id):
        raise NotAllowed("您是此事项的参与人，按岗位分离要求应由其他运行管理干预",
                         "Separation of duty: you take part in this case, so another case operator has to intervene",
                         instance_id=instance_id, traced=True)
