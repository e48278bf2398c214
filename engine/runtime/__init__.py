"""Tokens: the only room that knows SpiffWorkflow. It moves tokens and knows where they are.

Refuses to know people, forms, variables, time and storage: it asks its hooks, and waits to be told.
"""

from engine.runtime.case import MAIN_SCOPE, STEP_LIMIT, Case
from engine.runtime.failures import ExecutionFailed, Failure, SnapshotInvalid
from engine.runtime.program import Program, compile_program
from engine.runtime.tokens import Hooks, Token

__all__ = ["MAIN_SCOPE", "STEP_LIMIT", "Case", "ExecutionFailed", "Failure", "Hooks", "Program",
           "SnapshotInvalid", "Token", "compile_program"]
