import re

import pytest

from engine.errors import DefinitionInvalid
from tests.engine.runtime.drawing import Drawing, sheet

LOOP = "multiInstanceLoopCharacteristics"

# an element that stands behind the task `t`, and what is said of it
REFUSED_NODES = {
    "call of nothing": ('<callActivity id="odd"/>', "which process it calls"),
    "instantiating gateway": ('<eventBasedGateway id="odd" instantiate="true"/>', "instantiate is not supported"),
    "gateway without events": ('<eventBasedGateway id="odd"/>', "at least two different events"),
    "parallel event gateway": ('<eventBasedGateway id="odd" eventGatewayType="Parallel"/>', "only an exclusive"),
    "empty ad-hoc": ('<adHocSubProcess id="odd"/>', "no activity in it"),
    "ordered ad-hoc": ('<adHocSubProcess id="odd" ordering="Sequential"><userTask id="x"/></adHocSubProcess>', "sequential"),
    "transaction without content": ('<transaction id="odd"/>', "neither a start event nor an activity"),
    "two starts": ('<subProcess id="odd"><startEvent id="x"/><startEvent id="y"/></subProcess>', "2 start events"),
    "endless number": (f'<userTask id="odd"><{LOOP}/></userTask>', "either a cardinality or a collection"),
    "told nothing": (f'<userTask id="odd"><{LOOP} behavior="One"><loopCardinality>2</loopCardinality></{LOOP}></userTask>',
                     "names no event"),
    "endless loop": ('<userTask id="odd"><standardLoopCharacteristics/></userTask>', "neither a condition nor a maximum"),
    "negative maximum": ('<userTask id="odd"><standardLoopCharacteristics loopMaximum="-1"/></userTask>', "loopMaximum"),
    "no quantity": ('<userTask id="odd" startQuantity="0"/>', "startQuantity is not a positive number"),
    "odd quantity": ('<userTask id="odd" completionQuantity="two"/>', "completionQuantity is not a positive number"),
    "assignment": ('<userTask id="odd"><dataInputAssociation><assignment/></dataInputAssociation></userTask>', "assignments"),
    "stray part": ('<userTask id="odd"><script>x</script></userTask>', "its script is not supported"),
    "javascript": ('<scriptTask id="odd" scriptFormat="javascript"><script>x</script></scriptTask>', "not FEEL"),
    "received nothing": ('<receiveTask id="odd"/>', "which message it receives"),
    "thrown error without name": ('<endEvent id="odd"><errorEventDefinition/></endEvent>', "which error it throws"),
    "thrown signal without name": ('<endEvent id="odd"><signalEventDefinition/></endEvent>', "which signal it throws"),
    "error on the way": ('<intermediateThrowEvent id="odd"><errorEventDefinition errorRef="E"/></intermediateThrowEvent>',
                         "not supported here (error)"),
    "cancel outside": ('<endEvent id="odd"><cancelEventDefinition/></endEvent>', "in a transaction only"),
    "compensation not waited for": ('<endEvent id="odd"><compensateEventDefinition waitForCompletion="false"/></endEvent>',
                                    "not waited for"),
    "awaited link": ('<intermediateCatchEvent id="odd"><linkEventDefinition name="L"/></intermediateCatchEvent>',
                     "has no throw event"),
    "thrown link": ('<intermediateThrowEvent id="odd"><linkEventDefinition name="L"/></intermediateThrowEvent>',
                    "has not one catch event"),
    "nothing awaited": ('<intermediateCatchEvent id="odd"/>', "not supported here (-)"),
    "message without name": ('<intermediateCatchEvent id="odd"><messageEventDefinition/></intermediateCatchEvent>',
                             "does not name its message"),
    "no condition": ('<intermediateCatchEvent id="odd"><conditionalEventDefinition/></intermediateCatchEvent>',
                     "has no condition"),
    "no time": ('<intermediateCatchEvent id="odd"><timerEventDefinition/></intermediateCatchEvent>', "has no time"),
    "condition among several": ('<intermediateCatchEvent id="odd"><conditionalEventDefinition><condition>x</condition>'
                                '</conditionalEventDefinition><signalEventDefinition signalRef="S"/></intermediateCatchEvent>',
                                "cannot be one of several"),
    "dead reference": ('<intermediateCatchEvent id="odd"><eventDefinitionRef>gone</eventDefinitionRef>'
                       "</intermediateCatchEvent>", "not supported here (eventDefinitionRef)"),
    "default that is no flow": ('<exclusiveGateway id="odd" default="gone"/>', "its default is not one of its flows"),
    "choreography": ('<choreographyTask id="odd"/>', "does not connect|not executed by the engine"),
}

# anything else in the process
REFUSED_PARTS = {
    "unreached": ('<userTask id="odd"/>', "no flow leads to it"),
    "compensation for nothing": ('<userTask id="odd" isForCompensation="true"/>', "no compensation event is associated"),
    "boundary compensation without handler": (
        '<boundaryEvent id="odd" attachedToRef="t"><compensateEventDefinition/></boundaryEvent>', "an activity for compensation"),
    "error that does not interrupt": ('<boundaryEvent id="odd" attachedToRef="t" cancelActivity="false"><errorEventDefinition/>'
                                      "</boundaryEvent>", "always interrupts"),
    "cancel at a task": ('<boundaryEvent id="odd" attachedToRef="t"><cancelEventDefinition/></boundaryEvent>',
                         "attached to a transaction only"),
    "signal without name": ('<boundaryEvent id="odd" attachedToRef="t"><signalEventDefinition/></boundaryEvent>',
                            "does not name its signal"),
    "free boundary": ('<boundaryEvent id="odd" attachedToRef="x"><errorEventDefinition/></boundaryEvent>',
                      "not attached to an activity of its level"),
    "condition on a start's flow": ('<sequenceFlow id="odd" sourceRef="s" targetRef="e"><conditionExpression>x'
                                    "</conditionExpression></sequenceFlow>", "only flows out of activities"),
    "empty condition": ('<sequenceFlow id="odd" sourceRef="t" targetRef="e"><conditionExpression/></sequenceFlow>',
                        "its condition is empty"),
    "condition in another language": ('<sequenceFlow id="odd" sourceRef="t" targetRef="e"><conditionExpression language="groovy">'
                                      "x</conditionExpression></sequenceFlow>", "its condition is not FEEL"),
    "flow to nowhere": ('<sequenceFlow id="odd" sourceRef="t" targetRef="gone"/>', "does not connect two elements"),
    "flow out of an end": ('<sequenceFlow id="odd" sourceRef="e" targetRef="t"/>', "leaves an end event"),
    "flow into a start": ('<sequenceFlow id="odd" sourceRef="t" targetRef="s"/>', "enters a start"),
    "scope without an event": ('<subProcess id="r" triggeredByEvent="1"><startEvent id="odd"/></subProcess>',
                               "has no event definition"),
    "scope without a start": ('<subProcess id="odd" triggeredByEvent="1"><endEvent id="x"/></subProcess>', "0 start events"),
    "conditional start of a process": ('<startEvent id="odd"><conditionalEventDefinition><condition>x</condition>'
                                       "</conditionalEventDefinition></startEvent>", "not supported here (condition)"),
    "two gateways in one": ('<complexGateway id="odd"/><sequenceFlow sourceRef="t" targetRef="odd"/>'
                            '<sequenceFlow sourceRef="s" targetRef="odd"/>', "no activation condition"),
    "used twice": ('<sequenceFlow id="odd" sourceRef="t" targetRef="e"/><sequenceFlow id="odd" sourceRef="t" targetRef="e"/>',
                   "its id is used twice"),
}


def straight() -> Drawing:
    return sheet().tasks("t").flow("s", "t", "e")


def prefixed(content: str) -> str:
    return re.sub(r"<(/?)(?=\w)", r"<\1bpmn:", content)


def problem_of(drawing: Drawing) -> str:
    with pytest.raises(DefinitionInvalid) as caught:
        drawing.program()
    problems = [problem for problem in caught.value.problems if " odd:" in problem.en]
    assert all(" odd：" in problem.zh and problem.place.line > 2 for problem in problems)
    return "; ".join(problem.en for problem in problems)


@pytest.mark.parametrize(("content", "said"), REFUSED_NODES.values(), ids=REFUSED_NODES.keys())
def test_a_node_that_is_not_executed_is_refused_by_element_and_id(content: str, said: str) -> None:
    drawing = straight().flow("t", "odd")
    drawing.parts.append(prefixed(content))
    assert any(each in problem_of(drawing) for each in said.split("|"))


@pytest.mark.parametrize(("content", "said"), REFUSED_PARTS.values(), ids=REFUSED_PARTS.keys())
def test_a_part_that_does_not_fit_is_refused_by_element_and_id(content: str, said: str) -> None:
    drawing = straight()
    drawing.parts.append(prefixed(content))
    assert said in problem_of(drawing)
