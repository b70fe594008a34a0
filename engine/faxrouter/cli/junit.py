"""The results of rule tests as JUnit XML, for CI. Adds no word to a result."""

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from faxrouter.analysis.rule_tests import TestResult, TestStatus
from faxrouter.model.problem import Problem, Severity

# how JUnit names what is not green: the element of the case, and the count in its suite
_ELEMENTS = {
    TestStatus.FAILED: ("failure", "failures"),
    TestStatus.EMPTY: ("error", "errors"),
    TestStatus.SKIPPED: ("skipped", "skipped"),
}
# what XML 1.0 cannot say
_UNSAYABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(results: Sequence[TestResult], *, refused: Sequence[Problem] = ()) -> bytes:
    """A suite for each rules file. Rules that were refused are one case with an error: nothing was tested."""
    root = ElementTree.Element("testsuites")
    if refused:
        suite = ElementTree.SubElement(
            root, "testsuite", name="rules", tests="1", failures="0", errors="1", skipped="0"
        )
        case = ElementTree.SubElement(suite, "testcase", classname="rules", name="the rules are read")
        errors = [str(problem) for problem in refused if problem.severity is Severity.ERROR]
        ElementTree.SubElement(case, "error", message=_sayable("; ".join(errors)))
    for file in sorted({result.file for result in results}):
        of_file = [result for result in results if result.file == file]
        suite = ElementTree.SubElement(root, "testsuite", name=_sayable(file), tests=str(len(of_file)))
        for status, (_, counted) in _ELEMENTS.items():
            suite.set(counted, str(sum(result.status is status for result in of_file)))
        for result in of_file:
            case = ElementTree.SubElement(suite, "testcase", classname=_sayable(file), name=_sayable(result.name))
            case.set("file", _sayable(result.place.file))
            case.set("line", str(result.place.line))
            if result.status in _ELEMENTS:
                element, _ = _ELEMENTS[result.status]
                ElementTree.SubElement(case, element, message=_sayable("; ".join(result.reasons)))
    ElementTree.indent(root)
    whole: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return whole


def _sayable(text: str) -> str:
    return _UNSAYABLE.sub("\N{REPLACEMENT CHARACTER}", text)
