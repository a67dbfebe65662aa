"""What the steps of a run cannot do without, asked before anything starts."""

from collections.abc import Iterable, Mapping

from scenarios.adapters.base import Adapter, Conversations, Reconciling, Usage, open_adapter
from scenarios.dsl import Scenario, Step
from scenarios.errors import ScenarioError
from scenarios.script import action_of
from scenarios.stack.base import hands_of
from scenarios.stack.controls import Link
from scenarios.steps.base import LINK_NEEDS, PART_NEEDS, Need

_OF_ADAPTERS: Mapping[Need, type] = {
    Need.CONVERSATIONS: Conversations,
    Need.USAGE: Usage,
    Need.RECONCILING: Reconciling,
}
# Nobody is asked: it is only looked at what the adapter could ask.
_NOWHERE = "http://127.0.0.1:9"


def refuse_what_cannot_be_done(scenarios: Iterable[Scenario], *, adapter: str, stack: str) -> None:
    """ScenarioError for the first step that this adapter or this stack cannot do; it names both."""
    able = _of_adapter(open_adapter(adapter, url=_NOWHERE)) | _of_stack(stack)
    for scenario in scenarios:
        for index, step in enumerate(scenario.script):
            missing = sorted(need.value for need in action_of(step).needs() - able)
            if missing:
                raise ScenarioError(_refusal(scenario, index, step, missing[0], adapter=adapter, stack=stack))


def wanted_links(scenarios: Iterable[Scenario]) -> frozenset[Link]:
    """The links that some step of the run slows down or cuts."""
    needs = {need for scenario in scenarios for step in scenario.script for need in action_of(step).needs()}
    return frozenset(link for link, need in LINK_NEEDS.items() if need in needs)


def _of_adapter(adapter: Adapter) -> frozenset[Need]:
    return frozenset({Need.PHONE, *(need for need, kind in _OF_ADAPTERS.items() if isinstance(adapter, kind))})


def _of_stack(stack: str) -> frozenset[Need]:
    hands = hands_of(stack)
    parts = (need for part, need in PART_NEEDS.items() if part in hands.parts)
    links = (need for link, need in LINK_NEEDS.items() if link in hands.links)
    return frozenset({*parts, *links})


def _refusal(scenario: Scenario, index: int, step: Step, missing: str, *, adapter: str, stack: str) -> str:
    where = scenario.path or scenario.name
    return (
        f"{where}: script[{index}] '{step.do}' needs {missing}, which --sut {adapter} on --stack {stack} is not; "
        "leave the step away, or choose another adapter or stack"
    )
