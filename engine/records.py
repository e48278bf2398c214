"""What can happen: the closed set of record types, and the record itself.

Only records change state. A verb is refused, or it becomes records; the store chains them, commits to their
payload by hash and projects them into rows. Vocabulary: imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class RecordType(StrEnum):
    """Past participles; the value is what stands in the trace for ever, so a name is never reused."""

    INSTANCE_STARTED = "InstanceStarted"
    INSTANCE_ENDED = "InstanceEnded"
    INSTANCE_SUSPENDED = "InstanceSuspended"
    INSTANCE_RESUMED = "InstanceResumed"
    INSTANCE_CANCELLED = "InstanceCancelled"
    CASE_MOVED = "CaseMoved"
    CASE_MIGRATED = "CaseMigrated"
    TOKENS_MOVED = "TokensMoved"
    VARIABLES_SET = "VariablesSet"
    VARIABLE_CHANGED = "VariableChanged"
    TASK_CREATED = "TaskCreated"
    TASK_CLAIMED = "TaskClaimed"
    TASK_RELEASED = "TaskReleased"
    TASK_COMPLETED = "TaskCompleted"
    COMPLETION_WITHDRAWN = "CompletionWithdrawn"
    TASK_CANCELLED = "TaskCancelled"
    TASK_WIDENED = "TaskWidened"
    TASK_REMINDED = "TaskReminded"
    TASK_OVERDUE = "TaskOverdue"
    REQUEST_RAISED = "RequestRaised"
    DEADLINE_STARTED = "DeadlineStarted"
    DEADLINE_REBASED = "DeadlineRebased"
    DEADLINE_LIFTED = "DeadlineLifted"
    DEADLINE_MET = "DeadlineMet"
    DEADLINE_MISSED = "DeadlineMissed"
    DEADLINE_REASSESSED = "DeadlineReassessed"
    DEADLINE_REMINDED = "DeadlineReminded"
    FINDING_MADE = "FindingMade"
    CORRECTION_PROPOSED = "CorrectionProposed"
    CORRECTION_CONFIRMED = "CorrectionConfirmed"
    CORRECTION_DECLINED = "CorrectionDeclined"
    PROCESS_CALLED = "ProcessCalled"
    EVENT_RAISED = "EventRaised"
    EVENT_RECEIVED = "EventReceived"
    EVENT_HELD = "EventHeld"
    SCHEDULE_TRIGGERED = "ScheduleTriggered"
    BEGINNING_PLANNED = "BeginningPlanned"
    BEGINNING_MADE = "BeginningMade"
    BEGINNING_PUT_OFF = "BeginningPutOff"
    BEGINNING_DROPPED = "BeginningDropped"
    DECISION_MADE = "DecisionMade"
    NUMBER_ISSUED = "NumberIssued"
    ENTRY_WRITTEN = "EntryWritten"
    NOTIFIED = "Notified"
    TIMER_TRIGGERED = "TimerTriggered"
    TIMER_PUT_OFF = "TimerPutOff"
    ATTACHMENT_ADDED = "AttachmentAdded"
    ACTION_REFUSED = "ActionRefused"
    INCIDENT_RAISED = "IncidentRaised"
    INCIDENT_RESOLVED = "IncidentResolved"
    DEFINITION_DEPLOYED = "DefinitionDeployed"
    UNIT_ADDED = "UnitAdded"
    PERSON_ADDED = "PersonAdded"
    PERSON_DISABLED = "PersonDisabled"
    POST_HELD = "PostHeld"
    POST_LEFT = "PostLeft"
    SHIFT_SET = "ShiftSet"
    SHIFT_WITHDRAWN = "ShiftWithdrawn"
    PASSWORD_CHANGED = "PasswordChanged"
    SIGNED_IN = "SignedIn"
    SIGNED_OUT = "SignedOut"
    SIGN_IN_REFUSED = "SignInRefused"
    TRACE_EXPORTED = "TraceExported"
    TOKEN_ISSUED = "TokenIssued"
    TOKEN_WITHDRAWN = "TokenWithdrawn"
    WEBHOOK_ADDED = "WebhookAdded"
    WEBHOOK_REMOVED = "WebhookRemoved"


@dataclass(frozen=True, slots=True)
class Record:
    """Something that happened, before it is chained.

    `occurred_at` is when it happened in the world, `learnt_at` when the institution got to know; both default
    to the moment it is recorded. `payload` holds FEEL values (see `engine.feel.values`) under string keys.
    """

    type: RecordType
    payload: Mapping[str, object] = field(default_factory=dict)
    element_id: str | None = None
    clauses: tuple[str, ...] = ()
    acting_for: str | None = None
    occurred_at: datetime | None = None
    learnt_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record in its stream: sequence number, who, when, and its place in the hash chain."""

    stream: str
    seq: int
    record: Record
    actor_id: str
    recorded_at: datetime
    definition_hash: str | None
    hash: bytes
    body: bytes
    """The payload as committed to: canonical JSON."""
    parts: Mapping[str, object]
    """The same as JSON types: rows keep some of its parts."""
