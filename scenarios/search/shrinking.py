"""Makes a plan short: fewer parts by delta debugging, then plainer ones. Pure: what fails is asked of `fails`.

ddmin is Zeller and Hildebrandt's ("Simplifying and Isolating Failure-Inducing Input", IEEE TSE 28, 2002): remove ever
smaller pieces as long as what is left still fails; the result is 1-minimal, no single part can be left out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from scenarios.search.plan import Plan

T = TypeVar("T")
Fails = Callable[[Plan], bool]

# From a plan's values to plainer ones, the plainest first.
_PLAINER_JOURNEY: Mapping[str, Sequence[Any]] = {
    "again": (False,),
    "qr_by": ("start",),
    "ends": ("delete",),
    "stay": ("2s", "4s"),
    "reaction": ("1s", "200ms"),
}
_PLAINER_STEP: Mapping[str, Sequence[Any]] = {
    "after": ("0s", "500ms", "1s", "2s"),
    "count": (1, 2, 3),
    "same_text": (False,),
    "down": ("1s",),
    "for": ("1s", "2s", "4s"),
}
_PLAINER_FAULT: Mapping[str, Sequence[Any]] = {
    "probability": (1.0,),
    "select": ({},),
    "copies": (1,),
    "gap": ("0s", "1s"),
    "delay": ("1s", "2s", "4s"),
    "past": (1,),
    "after": ("1s",),
}


def shrink(plan: Plan, fails: Fails) -> Plan:
    """The shortest, plainest plan found on the way down that fails; `plan` itself if nothing shorter does."""
    while True:
        before = plan
        plan = _fewer_parts(plan, fails)
        plan = _fewer_channels(plan, fails)
        for candidates in (_plainer_journeys, _plainer_steps, _plainer_faults):
            plan = _plainest(plan, fails, candidates)
        if plan == before:
            return plan


def ddmin(parts: Sequence[T], fails: Callable[[Sequence[T]], bool]) -> list[T]:
    """A 1-minimal sublist that still fails, given that the whole list does."""
    left, pieces = list(parts), 2
    while left:
        size = max(1, len(left) // pieces)
        chunks = [(start, start + size) for start in range(0, len(left), size)]
        for start, end in chunks:
            rest = left[:start] + left[end:]
            if fails(rest):
                left, pieces = rest, max(2, pieces - 1)
                break
        else:
            if size == 1:
                return left
            pieces = min(len(left), pieces * 2)
    return left


def _fewer_parts(plan: Plan, fails: Fails) -> Plan:
    """Steps, faults and WhatsApp's habits together, because what fails may need one of each."""
    parts: list[tuple[str, Any]] = [("step", one) for one in plan.steps]
    parts += [("fault", one) for one in plan.faults]
    parts += [("habit", item) for item in plan.whatsapp.items()]

    def made_of(some: Sequence[tuple[str, Any]]) -> Plan:
        return replace(
            plan,
            steps=tuple(one for kind, one in some if kind == "step"),
            faults=tuple(one for kind, one in some if kind == "fault"),
            whatsapp=dict(one for kind, one in some if kind == "habit"),
        )

    return made_of(ddmin(parts, lambda some: fails(made_of(some))))


def _fewer_channels(plan: Plan, fails: Fails) -> Plan:
    for count in range(1, plan.channels):
        fewer = replace(plan, channels=count)
        if fails(fewer):
            return fewer
    return plan


def _plainest(plan: Plan, fails: Fails, candidates: Callable[[Plan], Iterator[Plan]]) -> Plan:
    """Take the first plainer plan that fails, and go on from there."""
    while True:
        plainer = next((one for one in candidates(plan) if fails(one)), None)
        if plainer is None:
            return plan
        plan = plainer


def _plainer_journeys(plan: Plan) -> Iterator[Plan]:
    for journey in _plainer(plan.journey, _PLAINER_JOURNEY):
        yield replace(plan, journey=journey)


def _plainer_steps(plan: Plan) -> Iterator[Plan]:
    for nth, step in enumerate(plan.steps):
        for plainer in _plainer(step, _PLAINER_STEP):
            yield replace(plan, steps=(*plan.steps[:nth], plainer, *plan.steps[nth + 1 :]))


def _plainer_faults(plan: Plan) -> Iterator[Plan]:
    for nth, fault in enumerate(plan.faults):
        for plainer in _plainer(fault, _PLAINER_FAULT):
            yield replace(plan, faults=(*plan.faults[:nth], plainer, *plan.faults[nth + 1 :]))


def _plainer(piece: Mapping[str, Any], known: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """The piece with one value plainer: only ever further down its list, so that it ends."""
    for key, values in known.items():
        if key in piece:
            here = values.index(piece[key]) if piece[key] in values else len(values)
            for value in values[:here]:
                yield {**piece, key: value}
