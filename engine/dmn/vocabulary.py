"""Words of DMN files: namespaces of the versions we read, what stands where, what is read past.

Knows names only.
"""

from __future__ import annotations

DMN_1_5 = "https://www.omg.org/spec/DMN/20230324/MODEL/"
VERSIONS = {"https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3", "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
            DMN_1_5: "1.5"}
ANLIU = "urn:anliu:dmn:1"
EXPORTER = "Anliu"
PREFIXES = {"dmn": DMN_1_5, "anliu": ANLIU}

WITHOUT_EFFECT = frozenset({
    "description", "extensionElements", "itemDefinition", "inputData", "knowledgeSource", "decision", "businessKnowledgeModel",
    "textAnnotation", "association", "group", "artifact", "elementCollection", "performanceIndicator", "organizationUnit"})
"""What a file may hold beside its decisions and what they are decided from; everything else is refused by name."""
OF_A_DECISION = frozenset({
    "description", "extensionElements", "question", "allowedAnswers", "variable", "informationRequirement", "knowledgeRequirement",
    "authorityRequirement", "supportedObjective", "impactedPerformanceIndicator", "decisionMaker", "decisionOwner",
    "usingProcess", "usingTask"})
OF_AN_EXPRESSION = frozenset({"description", "extensionElements"})
OF_A_TABLE = OF_AN_EXPRESSION | {"input", "output", "annotation", "rule"}
OF_A_RULE = OF_AN_EXPRESSION | {"inputEntry", "outputEntry", "annotationEntry"}
OF_A_MODEL = frozenset({"description", "extensionElements", "variable", "knowledgeRequirement", "authorityRequirement",
                        "encapsulatedLogic"})
"""What a business knowledge model may hold."""
ANNOTATION, BASIS = "说明", "依据"
"""The annotation columns of a table that we wrote."""
CLAUSE = "clause_"
"""What the id of a knowledge source begins with when it stands for a clause."""
