"""The suite passes a correct adapter and names what is wrong with any other."""

from dataclasses import replace
from typing import Any

import pytest

from scenarios.adapters import Adapter, AdapterError, Announcement, Answer, Channel, Seen, Tenant, open_adapter
from scenarios.adapters.base import adapters
from scenarios.adapters.conformance import Problem, check_adapter
from scenarios.adapters.echo import EchoAdapter
from scenarios.errors import ScenarioError

# The adapters that a test of this folder runs through the suite.
CONFORMING = {"echo", "zechat"}


class Deaf(EchoAdapter):
    """Never hears a deletion."""

    def _send(self, entry: Any, announcement: Announcement) -> None:
        if announcement.action != "delete":
            super()._send(entry, announcement)


class Unshared(EchoAdapter):
    """Gives every announcement to the first listener only."""

    def _send(self, entry: Any, announcement: Announcement) -> None:  # noqa: ARG002  overrides
        for listener in list(self._listeners)[:1]:
            listener.put(announcement)


class Socketless(EchoAdapter):
    """Cannot listen."""

    def events(self, tenant: Tenant) -> Any:
        raise AdapterError(f"no socket for tenant {tenant.id}")


class Translating(EchoAdapter):
    """Shows its own words instead of the backend's."""

    async def read(self, tenant: Tenant, channel: Channel) -> Answer:
        answer = await super().read(tenant, channel)
        return replace(answer, seen=answer.seen and replace(answer.seen, status="connected"))


class Blind(EchoAdapter):
    """Never shows an image."""

    async def read(self, tenant: Tenant, channel: Channel) -> Answer:
        answer = await super().read(tenant, channel)
        return replace(answer, seen=answer.seen and replace(answer.seen, qr_image=None))


class Careless(EchoAdapter):
    """Lists everybody's channels to everybody."""

    async def list_channels(self, tenant: Tenant) -> tuple[Answer, tuple[Seen, ...]]:
        answer, channels = await super().list_channels(tenant)
        return answer, (*channels, Seen("99", "DISCONNECTED", None, None, "foreign", None))


class Unlimited(EchoAdapter):
    """Does not hand on how many channels a tenant may have."""

    async def provision(self, label: str, *, channels_max: int) -> Tenant:
        return await super().provision(label, channels_max=channels_max + 100)


class Shared(EchoAdapter):
    """Gives everybody the same tenant."""

    async def provision(self, label: str, *, channels_max: int) -> Tenant:
        self._limits["1"] = 100 + channels_max
        return Tenant("1", label)


async def problems_of(adapter: EchoAdapter, unreachable: Adapter | None = None) -> tuple[Problem, ...]:
    return await check_adapter(adapter, adapter, within_s=0.2, unreachable=unreachable)


async def test_a_correct_adapter_has_no_problems() -> None:
    """The backend in memory passes."""
    assert await problems_of(EchoAdapter()) == ()


@pytest.mark.parametrize(
    ("adapter", "step"),
    [
        (Deaf(), "events: deletion announced"),
        (Unshared(), "events: a second listener of the tenant hears the same"),
        (Socketless(), "journey"),
        (Translating(), "scan: seen by reading"),
        (Blind(), "start: a QR that can be read: seen by reading"),
        (Careless(), "list_channels"),
        (Unlimited(), "channels_max=1"),
        (Shared(), "provision"),
    ],
)
async def test_names_what_is_wrong(adapter: EchoAdapter, step: str) -> None:
    """Each fault is reported under the step that shows it."""
    problems = await problems_of(adapter)

    assert step in [problem.step for problem in problems]


async def test_a_backend_that_is_not_there_must_be_an_answer() -> None:
    """An adapter that invents an answer of nobody is caught."""
    problems = await problems_of(EchoAdapter(), unreachable=EchoAdapter())

    assert [problem.step for problem in problems] == ["list_channels without a backend"]
    assert "status_code=200" in str(problems[0])


def test_no_adapter_goes_without_the_suite() -> None:
    """A new adapter comes with a test that runs it through the suite."""
    assert set(adapters.names()) == CONFORMING


def test_an_unknown_adapter_lists_the_known_ones() -> None:
    """A typing error is answered with what would be legal."""
    with pytest.raises(ScenarioError, match="unknown adapter 'zecat'; known: echo, zechat"):
        open_adapter("zecat", url="http://127.0.0.1")
