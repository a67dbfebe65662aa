"""Plans out of chance: a Hypothesis state machine whose rules add to a plan, as far as it makes sense.

The machine's state is the plan so far, and what a channel in it can still be: nothing is asked of a channel that is
deleted, one part breaks down at a time.
"""

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from scenarios.search import pieces
from scenarios.search.plan import Plan

PARTS_MAX = 6
CHANNELS = 3


def draw_plans(number: int, *, count: int) -> list[Plan]:
    """Up to `count` plans of this seed, always the same ones.

    They are drawn before any is tried, because a try takes seconds and several backends try at once; shrinking is ours
    for the same reason, and because what a live backend does is not always the same.
    """
    plans: list[Plan] = []

    class Machine(_Machine):
        def ready(self, plan: Plan) -> None:
            plans.append(replace(plan, seed=number))

    options = settings(
        max_examples=count,
        stateful_step_count=PARTS_MAX + 1,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    run_state_machine_as_test(seed(number)(Machine), settings=options)
    return [plan for nth, plan in enumerate(plans) if plan not in plans[:nth]]


class _Machine(RuleBasedStateMachine):
    """The plan so far."""

    def __init__(self) -> None:
        super().__init__()
        self.plan = Plan(seed=0, channels=CHANNELS)
        self._is_gone = False
        self._breaks_down = False

    def ready(self, plan: Plan) -> None:
        """What happens to a whole plan."""

    @initialize(journey=pieces.journeys(), whatsapp=pieces.timings())
    def begins(self, journey: Any, whatsapp: Any) -> None:
        """A journey, in a world where WhatsApp has habits."""
        self.plan = replace(self.plan, journey=journey, whatsapp=whatsapp)

    @precondition(lambda self: self.has_room)
    @rule(fault=pieces.faults())
    def something_happens_on_the_way(self, fault: Any) -> None:
        """A fault rule."""
        self.plan = replace(self.plan, faults=(*self.plan.faults, fault))

    @precondition(lambda self: self.has_room and not self._is_gone)
    @rule(step=pieces.people())
    def somebody_clicks(self, step: Any) -> None:
        """A click beside the journey."""
        self._is_gone = step["do"] in {"delete-channel", "recreate-channel"}
        self._add(step)

    @precondition(lambda self: self.has_room and not self._is_gone)
    @rule(step=pieces.phones())
    def the_phone_has_a_life_of_its_own(self, step: Any) -> None:
        """Something happens to the phone."""
        self._add(step)

    @precondition(lambda self: self.has_room and not self._is_gone)
    @rule(step=pieces.conversations())
    def people_talk(self, step: Any) -> None:
        """Messages come and go."""
        self._add(step)

    @precondition(lambda self: self.has_room and not self._breaks_down)
    @rule(step=pieces.outages())
    def something_breaks_down(self, step: Any) -> None:
        """A part of the stack goes away and comes back."""
        self._breaks_down = True
        self._add(step)

    @property
    def has_room(self) -> bool:
        """Whether the plan may get longer."""
        return len(self.plan.steps) + len(self.plan.faults) < PARTS_MAX

    def teardown(self) -> None:
        """A plan is whole."""
        self.ready(self.plan)

    def _add(self, step: Any) -> None:
        self.plan = replace(self.plan, steps=(*self.plan.steps, step))
