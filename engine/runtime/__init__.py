"""Tokens: the only room that knows SpiffWorkflow. It moves tokens and knows where they are.

Refuses to know people, forms, variables, time and storage: it asks its hooks, and waits to be told.
"""

from engine.runtime.borders import BORDERS, Border, CannotMove
from engine.runtime.case import MAIN_SCOPE, STEP_LIMIT, Case
from engine.runtime.drawn import Event, Loop
from engine.runtime.failures import HERE, ExecutionFailed, Failure, SnapshotInvalid, Thrown
from engine.runtime.inspection import find_unexecutable
from engine.runtime.locals import Locals
from engine.runtime.moving import Move
from engine.runtime.program import Program, compile_program
from engine.runtime.snapshot import last_id_in
from engine.runtime.tokens import Hooks, Token
from engine.runtime.transfer import Transfer, transfer

__all__ = ["BORDERS", "HERE", "MAIN_SCOPE", "STEP_LIMIT", "Border", "CannotMove", "Case", "Event", "ExecutionFailed",
           "Failure", "Hooks", "Locals", "Loop", "Move", "Program", "SnapshotInvalid", "Thrown", "Token", "Transfer", "compile_program",
           "find_unexecutable", "last_id_in", "transfer"]
