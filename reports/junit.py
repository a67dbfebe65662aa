"""JUnit XML: one test case a scenario, an invariant and an acceptance criterion, as CI systems read it."""

from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from reports.page import Page
from reports.values import printable

_PASSED = {"PASS", "true"}
_FAILED = {"FAIL", "false"}
_NOT_RUN = {"unknown", ""}


@dataclass(frozen=True, slots=True)
class Case:
    """One line in a CI system's list."""

    suite: str
    name: str
    verdict: str
    message: str
    detail: str = ""


def junit_of(page: Page) -> bytes:
    """The report as JUnit XML. What was not exercised is skipped; what does not suffice for a PASS is no pass."""
    root = Element("testsuites", name=printable(page.overview.label))
    by_suite: dict[str, list[Case]] = {}
    for case in _cases(page):
        by_suite.setdefault(case.suite, []).append(case)
    for name, cases in by_suite.items():
        root.append(_suite(name, cases))
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _cases(page: Page) -> list[Case]:
    cases = [_run_case(page)]
    for one, _ in page.criteria:
        said = f"{one.measured}; asked: {one.asked}; {one.detail}; {one.bounds}"
        cases.append(Case("acceptance", one.id, one.verdict, said, one.advice))
    for found in page.scenarios:
        said = found.reason or f"{found.failures} of {found.journeys} journeys failed"
        cases.append(Case("scenarios", found.name, found.verdict, said, f"seed {found.seed}"))
    for rule in page.invariants:
        detail = "\n".join(part for part in (rule.gap, *rule.witness, rule.traceback) if part)
        name = f"{rule.id} {rule.title}".strip()
        cases.append(Case("invariants", name, rule.verdict, rule.diagnosis, detail))
    return cases


def _run_case(page: Page) -> Case:
    """The run itself, so that a run that never came to a verdict is not green."""
    detail = "\n".join((*page.notes, *page.overview.backend_log, page.overview.repeat))
    return Case("run", "verdict", page.overview.verdict, page.overview.reason, detail)


def _suite(name: str, cases: list[Case]) -> Element:
    kinds = [_kind(case.verdict) for case in cases]
    suite = Element(
        "testsuite",
        name=name,
        tests=str(len(cases)),
        failures=str(kinds.count("failure")),
        errors=str(kinds.count("error")),
        skipped=str(kinds.count("skipped")),
    )
    for case, kind in zip(cases, kinds, strict=True):
        element = SubElement(suite, "testcase", classname=name, name=printable(case.name))
        if kind:
            said = SubElement(element, kind, message=printable(case.message))
            if kind != "skipped":
                said.set("type", case.verdict)
                said.text = printable(case.detail)
    return suite


def _kind(verdict: str) -> str | None:
    """How JUnit calls a verdict: INCONCLUSIVE and INVALID are errors, because they say nothing of the backend."""
    if verdict in _PASSED:
        return None
    if verdict in _FAILED:
        return "failure"
    return "skipped" if verdict in _NOT_RUN else "error"
