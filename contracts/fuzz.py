"""Asks a running fake whatever the contract allows, and much that it does not, and judges every answer.

Calls are generated from openapi.yaml: alone, each route for itself, and in sequences along the links of the
document. A 5xx that the contract does not declare, an answer that does not fit its schema, and a body that breaks
the contract and is accepted all the same are violations.
"""

import asyncio
import logging
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from contracts.documents import bundled, operation_of
from contracts.fuzz_stage import CLOSED, OPEN, WORLD, Stage
from fake_evolution import Config, FakeServer

RATE = 200.0
"""Fixed waits of seconds take milliseconds."""

STEPS_A_SEQUENCE = 10
SHARE_OF_SEQUENCES = 0.1
DELAY_MS_MAX = 1000
CHECKS: tuple[Any, ...] = (
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
)
ENDING = ("instanceLogout", "instanceDelete", "instanceRestart", "chatRemoveProfilePicture")
"""Routes that may take the instances away which other calls are made in front of."""

_TEXT_CHARACTERS_MAX = 300


@dataclass(frozen=True, slots=True)
class Violation:
    """A call whose answer is not as the contract says."""

    route: str
    what: str
    call: str

    def line(self) -> str:
        """Route, what is wrong, and the first call that shows it."""
        return f"{self.route}: {self.what}; seen with: {self.call}"


@dataclass(slots=True)
class Fuzzed:
    """What a run asked and found."""

    seed: int
    cases: int
    routes: int = 0
    calls: int = 0
    sequences: int = 0
    duration_s: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    found: dict[tuple[str, str], Violation] = field(default_factory=dict)

    @property
    def violations(self) -> tuple[Violation, ...]:
        """One for each way in which a route is not as the contract says."""
        return tuple(self.found.values())

    def note(self, route: str, failures: Iterator[Failure], call: str) -> None:
        """Keeps the first call for each new kind of failure."""
        for failure in failures:
            what = _short(f"{failure.title}: {failure.message}")
            self.found.setdefault((route, failure.title), Violation(route, what, _short(call)))

    def note_fault(self, fault: Exception) -> None:
        """Keeps an exception of the fake's own, once for each place that it comes from."""
        place = traceback.extract_tb(fault.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        what = _short(f"{type(fault).__name__}: {fault}")
        self.found.setdefault((where, what), Violation("a fault of the fake itself", what, where))

    def lines(self) -> Iterator[str]:
        """The violations, then the sum, then how to repeat it."""
        yield from (violation.line() for violation in self.violations)
        told = ", ".join(f"{count} of {status}" for status, count in sorted(self.statuses.items()))
        yield f"{self.calls} calls of {self.routes} routes, {self.sequences} sequences, {self.duration_s:.0f} s: {told}"
        yield f"{len(self.found)} violations; repeat with: fuzz --cases {self.cases} --seed {self.seed}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _TEXT_CHARACTERS_MAX else f"{line[:_TEXT_CHARACTERS_MAX]}…"


async def fuzz(*, cases: int, seed: int) -> Fuzzed:
    """About so many calls to a fake of its own."""
    result = Fuzzed(seed, cases)
    config = Config(api_key="Fuzz", rate=RATE, seed=seed)
    try:
        async with FakeServer(config, world=WORLD) as fake:
            run = Run(Stage(fake.url, fake.control_url, fake.api_key), result)
            with _quiet():
                await asyncio.to_thread(run.everything)
    except ExceptionGroup as faults:
        for fault in faults.exceptions:
            result.note_fault(fault)
    return result


@contextmanager
def _quiet() -> Iterator[None]:
    """The HTTP library logs every broken header that is meant to be broken."""
    logger = logging.getLogger("aiohttp.server")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


@dataclass(slots=True)
class Run:
    """Generates the calls, one after the other."""

    stage: Stage
    result: Fuzzed
    schema: Any = field(default_factory=lambda: schemathesis.openapi.from_dict(bundled()))

    def everything(self) -> None:
        """Every route for itself, then sequences."""
        began = time.monotonic()
        operations = [found.ok() for found in self.schema.get_all_operations()]
        self.result.routes = len(operations)
        each = max(1, int(self.result.cases * (1 - SHARE_OF_SEQUENCES)) // len(operations))
        for operation in operations:
            self.stage.prepare()
            self.route(operation, each)
        self.stage.prepare()
        self.sequences(max(1, int(self.result.cases * SHARE_OF_SEQUENCES) // STEPS_A_SEQUENCE))
        self.result.duration_s = time.monotonic() - began

    def route(self, operation: Any, cases: int) -> None:
        """Calls of one route: bodies that fit and, where there is something to break, bodies that do not."""
        modes = ["positive", "negative"] if operation.body else ["positive"]
        strategies = [operation.as_strategy(generation_mode=schemathesis.GenerationMode(mode)) for mode in modes]
        ending = operation.definition.raw.get("operationId") in ENDING

        @hypothesis.seed(self.result.seed)
        @_settings(cases)
        @given(case=st.one_of(strategies), name=st.sampled_from([OPEN, OPEN, OPEN, CLOSED, None]))
        def ask(case: Any, name: str | None) -> None:
            if ending:
                self.stage.prepare()
            self.call(case, name)

        ask()

    def call(self, case: Any, name: str | None) -> None:
        """One call, to the instance of that name where the route has one."""
        if name is not None and "instanceName" in (case.path_parameters or {}):
            case.path_parameters["instanceName"] = name
        self.judge(case, self.send(case, name))

    def send(self, case: Any, name: str | None) -> Any:
        """Sends it; an instance is created with a name of its own, so that later calls find it."""
        if name == OPEN and isinstance(case.body, dict) and "/instance/create" in case.path:
            case.body |= {"instanceName": f"made-{self.result.calls}", "integration": "WHATSAPP-BAILEYS"}
        shorten_delay(case.body)
        return case.call(base_url=self.stage.url, headers=self.stage.headers, session=self.stage.session)

    def judge(self, case: Any, response: Any) -> None:
        """Holds an answer against the contract."""
        self.result.calls += 1
        self.result.statuses[response.status_code] += 1
        if may_be_empty(case, response):
            return
        try:
            case.validate_response(response, checks=checks_for(case))
        except (Failure, FailureGroup) as found:
            failures = found.exceptions if isinstance(found, FailureGroup) else (found,)
            call = f"{response.request.method} {response.request.url} {response.request.body!r}"
            self.result.note(case.operation.label, iter(failures), call)

    def sequences(self, count: int) -> None:
        """Calls that use what earlier ones answered."""
        run = self

        class Machine(self.schema.as_state_machine()):  # type: ignore[misc]  # made at run time
            """Follows the links of the document."""

            def call(self, case: Any, **_: Any) -> Any:
                """Makes the call as every other one is made."""
                return run.send(case, OPEN)

            def validate_response(self, response: Any, case: Any, *_: Any, **__: Any) -> None:
                """Notes what is wrong, and goes on."""
                run.judge(case, response)

        self.result.sequences = count
        Machine.run(settings=_settings(count, stateful_step_count=STEPS_A_SEQUENCE))


def may_be_empty(case: Any, response: Any) -> bool:
    """Whether an answer without a body is what the contract says; nothing else of it can be judged then."""
    operation = operation_of(case.operation.method.upper(), case.operation.path)
    return not response.content and operation is not None and response.status_code in operation.may_be_empty


def checks_for(case: Any) -> list[Any]:
    """All checks; an array counts as an empty object, so that taking one is no mistake."""
    pointless = negative_data_rejection if isinstance(case.body, list) else None
    return [check for check in CHECKS if check is not pointless]


def _settings(cases: int, **more: Any) -> hypothesis.settings:
    """Nothing is shrunk: what is wrong is noted and the run goes on."""
    return hypothesis.settings(
        max_examples=cases,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        **more,
    )


def shorten_delay(body: Any) -> None:
    """A call that shall take years to write its text is cut short before it is made."""
    if isinstance(body, dict) and isinstance(body.get("delay"), int) and not isinstance(body["delay"], bool):
        body["delay"] = max(-DELAY_MS_MAX, min(body["delay"], DELAY_MS_MAX))
