"""Everything that is checked, in a row; what each check finds, and why, stands in its own module."""

from __future__ import annotations

from engine.definition.bundle import Bundle
from engine.definition.model import Definition
from engine.definition.neighbours import Neighbours
from engine.definition.problems import Problems
from engine.errors import Problem
from engine.soundness.calls import check_calls
from engine.soundness.chart import Chart, chart_of
from engine.soundness.cover import check_cover
from engine.soundness.dataflow import Knowledge, check_reads
from engine.soundness.duties import Posts, check_duties
from engine.soundness.flow import check_reached, check_way_out
from engine.soundness.limits import check_limits
from engine.soundness.loops import check_loops
from engine.soundness.storms import check_storms
from engine.soundness.tokens import check_tokens


def check_soundness(bundle: Bundle, *, posts: Posts | None = None,
                    neighbours: Neighbours | None = None) -> tuple[Problem, ...]:
    """Errors and warnings of a definition that could be read; DefinitionInvalid when it cannot be drawn.

    With `posts`, what depends on who holds which post now is told as well; with the neighbours, that a called process
    is missing, and that cases would begin cases without end.
    """
    problems = Problems()
    chart = chart_of(bundle.definition)
    check_flow(chart, problems)
    check_loops(chart, problems)
    if neighbours is not None:
        check_calls(bundle.definition, neighbours, problems)
        check_storms(bundle.definition, chart, neighbours, problems)
    check_limits(bundle.definition, chart, problems)
    check_duties(bundle.definition, chart, problems, roles=bundle.library.roles, posts=posts)
    knowledge = Knowledge(chart)
    check_reads(knowledge, problems)
    check_cover(bundle, chart, knowledge, problems)
    return problems.everything()


def check_shape(definition: Definition) -> tuple[Problem, ...]:
    """What the flow alone shows, of a definition in which names, limits or expressions are still wrong."""
    problems = Problems()
    chart = chart_of(definition)
    check_flow(chart, problems)
    check_loops(chart, problems)
    return problems.everything()


def check_flow(chart: Chart, problems: Problems) -> None:
    """The flow of every scope."""
    for scope in chart.scopes():
        if not scope or chart.elements[scope].kind != "adHocSubProcess":
            check_reached(chart, scope, problems)
            is_lost = check_way_out(chart, scope, problems)
            check_tokens(chart, scope, problems, may_be_endless=is_lost or chart.is_ended_from_outside(scope))
