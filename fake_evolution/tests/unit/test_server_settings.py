"""Tests of the imitated server's own settings."""

from datetime import UTC, datetime

import pytest

from fake_evolution import ConfigError
from fake_evolution.delivery.retry import RetryPolicy
from fake_evolution.server_settings import from_environment, iso_utc, without_effect

MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678_999, UTC)


def test_official_image_is_the_default() -> None:
    """What the published image ships: its key, exposed tokens, local time of São Paulo, a minute for an attempt."""
    settings = from_environment({})

    assert (settings.api_key, settings.server_url, settings.expose_token, settings.zone) == (
        "429683C4C977415CAAFCCE10F7D57E11",
        "http://localhost:8080",
        True,
        "America/Sao_Paulo",
    )
    assert settings.retry == RetryPolicy(timeout_s=60.0)
    assert settings.qrcode_limit == 30


def test_code_defaults_expose_nothing() -> None:
    """Without an image's environment the token is hidden, the time is UTC, and an attempt has 30 s."""
    settings = from_environment({}, named_set="code-defaults")

    assert (settings.server_url, settings.expose_token, settings.zone) == ("", False, "UTC")
    assert settings.retry == RetryPolicy()


def test_variables_come_on_top() -> None:
    """Each known variable changes what it names in the real server."""
    settings = from_environment(
        {
            "AUTHENTICATION_API_KEY": "key",
            "QRCODE_LIMIT": "3",
            "WEBHOOK_REQUEST_TIMEOUT_MS": "1500",
            "WEBHOOK_RETRY_MAX_ATTEMPTS": "2",
            "WEBHOOK_RETRY_INITIAL_DELAY_SECONDS": "1",
            "WEBHOOK_RETRY_MAX_DELAY_SECONDS": "8",
            "WEBHOOK_RETRY_JITTER_FACTOR": "0.5",
            "WEBHOOK_RETRY_USE_EXPONENTIAL_BACKOFF": "false",
            "WEBHOOK_RETRY_NON_RETRYABLE_STATUS_CODES": "404, 500",
        }
    )

    assert (settings.api_key, settings.qrcode_limit) == ("key", 3)
    assert settings.retry == RetryPolicy(1.5, 2, 1.0, False, 8.0, 0.5, frozenset({404, 500}))


@pytest.mark.parametrize("text", ["", "0"])
def test_zero_and_empty_fall_back_to_the_default(text: str) -> None:
    """As in the real server a jitter of 0 is impossible, and so is an empty key."""
    settings = from_environment(
        {"WEBHOOK_RETRY_JITTER_FACTOR": text, "QRCODE_LIMIT": text, "AUTHENTICATION_API_KEY": ""}
    )

    assert (settings.retry.jitter, settings.qrcode_limit, settings.api_key) == (0.2, 30, "BQYHJGJHJ")


@pytest.mark.parametrize(
    ("variable", "value", "legal"),
    [
        ("QRCODE_LIMIT", "many", "a number, default 30"),
        ("QRCODE_LIMIT", "-1", "a number that is not negative, default 30"),
        ("QRCODE_LIMIT", "inf", "a number that is not negative, default 30"),
        ("QRCODE_LIMIT", "nan", "a number that is not negative, default 30"),
        ("QRCODE_COLOR", "green", "# and six hexadecimal digits, as #198754"),
        ("TZ", "Mars/Olympus", "the name of a time zone, as America/Sao_Paulo"),
        ("TZ", "../etc/passwd", "the name of a time zone, as America/Sao_Paulo"),
        ("WEBHOOK_RETRY_NON_RETRYABLE_STATUS_CODES", "4xx", "statuses joined by commas, as 400,404"),
    ],
)
def test_wrong_value_names_the_variable_and_what_is_legal(variable: str, value: str, legal: str) -> None:
    """A variable that cannot be used is one sentence: found and legal."""
    with pytest.raises(ConfigError) as refusal:
        from_environment({variable: value})

    assert str(refusal.value) == f"{variable} is '{value}'; legal: {legal}"


def test_unknown_set_lists_the_known_ones() -> None:
    """A misspelt set of settings is answered with the nearest."""
    with pytest.raises(ConfigError, match=r"did you mean 'official-image'\? \(known: code-defaults, official-image\)"):
        from_environment({}, named_set="oficial-image")


def test_global_webhook_needs_switch_event_and_address() -> None:
    """An event goes out globally when all three say so, and never the four without a switch."""
    switches = {"WEBHOOK_EVENTS_QRCODE_UPDATED": "true", "WEBHOOK_EVENTS_LOGOUT_INSTANCE": "true"}
    given = {"WEBHOOK_GLOBAL_ENABLED": "true", "WEBHOOK_GLOBAL_URL": "http://x", **switches}

    settings = from_environment(given, named_set="code-defaults")
    without_address = from_environment({**given, "WEBHOOK_GLOBAL_URL": "x"})

    names = ("QRCODE_UPDATED", "LOGOUT_INSTANCE", "CONNECTION_UPDATE")
    assert [settings.sends_globally(name) for name in names] == [True, False, False]
    assert [without_address.sends_globally(name) for name in names] == [False, False, False]


def test_variables_without_effect_are_listed() -> None:
    """What this fake does not look at is named, so that nobody believes in it."""
    given = {"REDIS_URI": "x", "QRCODE_LIMIT": "3", "LANGUAGE": "en", "CACHE_REDIS_SAVE_INSTANCES": "true"}

    assert without_effect(given) == ("CACHE_REDIS_SAVE_INSTANCES", "LANGUAGE", "REDIS_URI")


def test_local_time_ends_in_a_false_z() -> None:
    """date_time is the local clock, three hours behind, and still says Z; the API's own stamps are UTC."""
    assert from_environment({}).local_time(MOMENT) == "2026-01-02T00:04:05.678Z"
    assert iso_utc(MOMENT) == "2026-01-02T03:04:05.678Z"
