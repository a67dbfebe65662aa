"""Where packages of npm cannot be had the tests that need them skip and say why; broken metadata is no such reason."""

import shutil
from pathlib import Path

import pytest

from contracts.tests.clients import node_packages

pytestmark = pytest.mark.stack


def test_no_node_is_a_skip_with_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without node runs the rest, and the report says what was not looked at."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(pytest.skip.Exception, match="NO NODE"):
        node_packages.node_packages(tmp_path)


@pytest.mark.skipif(shutil.which("npm") is None, reason="NO NODE: npm is not installed")
def test_no_registry_is_a_skip_with_a_reason(
    tmp_path: Path, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A registry that nobody answers for is told apart, and nothing half-made stays in the cache."""
    cache = tmp_path / "packages"
    cache.mkdir()
    monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{unused_tcp_port}/")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm"))

    with pytest.raises(pytest.skip.Exception, match="NO REGISTRY: npm says ECONNREFUSED"):
        node_packages.node_packages(cache)

    assert list(cache.iterdir()) == []


@pytest.mark.skipif(shutil.which("npm") is None, reason="NO NODE: npm is not installed")
def test_broken_metadata_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What npm refuses for another reason than the network fails the test, with the end of npm's log."""
    for name in node_packages.FILES:
        shutil.copy(node_packages.CLIENTS / name, tmp_path)
    (tmp_path / "package.json").write_text("{")
    monkeypatch.setattr(node_packages, "CLIENTS", tmp_path)

    with pytest.raises(AssertionError, match="npm ci failed"):
        node_packages.node_packages(tmp_path)
