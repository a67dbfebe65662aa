"""The backend dies at random moments of a run, and nothing is lost."""

from pathlib import Path

import pytest

from scenarios.killing import Plan, kill_run

pytestmark = pytest.mark.stack


async def test_a_few_kills_lose_nothing(tmp_path: Path) -> None:
    """SIGKILL while channels are linked and messages come: all channels and all messages are there, once."""
    lost = await kill_run(Plan(channels=6, kills=4, seed=7, limit_s=200.0), tmp_path)

    assert lost == []
