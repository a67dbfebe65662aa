"""The settings."""

import pytest

from channel_backend.config import known_variables, read_config, read_database_url
from channel_backend.errors import ConfigError

GOOD = {
    "CHANNEL_BACKEND_DATABASE_URL": "postgresql://me:pw@127.0.0.1:5432/x",
    "CHANNEL_BACKEND_REDIS_URL": "redis://127.0.0.1:6379/0",
    "CHANNEL_BACKEND_JWT_SECRET": "a-secret-of-at-least-32-characters",
    "CHANNEL_BACKEND_EVOLUTION_URL": "http://127.0.0.1:8080/",
    "CHANNEL_BACKEND_EVOLUTION_API_KEY": "key",
}


def test_defaults_and_given_values() -> None:
    """What is given counts, the rest has defaults, other programs' variables are none of our business."""
    config = read_config({**GOOD, "CHANNEL_BACKEND_PORT": "0", "PATH": "/bin"})

    assert (config.port, config.host, config.evolution_url) == (0, "127.0.0.1", "http://127.0.0.1:8080")
    assert config.patience.start_s == 60.0


@pytest.mark.parametrize("missing", GOOD)
def test_a_missing_setting_is_named_with_its_meaning(missing: str) -> None:
    """The line says which variable, and what it is for."""
    environ = {name: value for name, value in GOOD.items() if name != missing}

    with pytest.raises(ConfigError, match=f"{missing} is not set: "):
        read_config(environ)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("DATABASE_URL", "mysql://x", "expected a URL postgresql://"),
        ("REDIS_URL", "127.0.0.1", "expected a URL redis://"),
        ("JWT_SECRET", "short", "expected at least 32 characters, found 5"),
        ("EVOLUTION_URL", "localhost:8080", "expected a URL http://"),
        ("EVOLUTION_API_KEY", " ", "expected a text that is not empty"),
        ("PORT", "-1", "expected a whole number from 0 to 65535, found '-1'"),
        ("PORT", "٣", "expected a whole number"),
        ("LOG_LEVEL", "loud", "expected one of DEBUG, INFO, WARNING, ERROR, found 'loud'"),
        ("QR_WAIT_S", "nan", "expected a number of seconds above 0, found 'nan'"),
        ("CHECK_S", "0", "expected a number of seconds above 0, found '0'"),
        ("ALLOWED_ORIGINS", "https://a.example/path", "expected origins like https://app.example.com"),
        ("LOGIN_WINDOW_S", "0", "expected a whole number from 1 to 86400, found '0'"),
        ("PROXIES", "many", "expected a whole number from 0 to 10, found 'many'"),
        ("PUBLIC_URL", "ftp://x", "expected a URL http:// … or https://".replace(" …", "…")),
    ],
)
def test_a_wrong_setting_says_what_would_be_legal(name: str, value: str, says: str) -> None:
    """Variable, what was found, what is expected."""
    with pytest.raises(ConfigError) as caught:
        read_config({**GOOD, f"CHANNEL_BACKEND_{name}": value})

    assert str(caught.value).startswith(f"CHANNEL_BACKEND_{name}: ")
    assert says in str(caught.value)


def test_an_unknown_name_lists_the_known_ones() -> None:
    """A typo has no silent effect, in no command."""
    for read in (read_config, read_database_url):
        with pytest.raises(ConfigError) as caught:
            read({**GOOD, "CHANNEL_BACKEND_QR_WAIT": "3"})
        assert "did you mean CHANNEL_BACKEND_QR_WAIT_S?" in str(caught.value)
        assert all(name in str(caught.value) for name in known_variables())


def test_listening_beyond_this_machine_needs_a_public_url() -> None:
    """Evolution could not reach `http://0.0.0.0`; with a public URL it is fine."""
    everywhere = {**GOOD, "CHANNEL_BACKEND_HOST": "0.0.0.0"}

    with pytest.raises(ConfigError, match="CHANNEL_BACKEND_PUBLIC_URL is not set"):
        read_config(everywhere)
    public = "http://backend.internal:3100"
    assert read_config({**everywhere, "CHANNEL_BACKEND_PUBLIC_URL": public}).public_url == public


def test_secrets_are_not_in_the_representation() -> None:
    """A config that ends in a log line gives nothing away."""
    shown = repr(read_config(GOOD))

    assert GOOD["CHANNEL_BACKEND_JWT_SECRET"] not in shown
    assert "api_key" not in shown
