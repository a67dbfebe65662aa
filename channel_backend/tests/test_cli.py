"""The command line where it refuses before it does anything."""

import pytest

from channel_backend.cli import main

ELSEWHERE = "postgresql://a:pw@127.0.0.1:9/x"


@pytest.mark.parametrize(
    ("arguments", "settings", "says"),
    [
        (["serve"], {}, "CHANNEL_BACKEND_DATABASE_URL is not set"),
        (["serve"], {"PROT": "1"}, "CHANNEL_BACKEND_PROT is not a setting (did you mean CHANNEL_BACKEND_PORT?)"),
        (["serve"], {"DATABASE_URL": ELSEWHERE, "PORT": "70000"}, "CHANNEL_BACKEND_"),
        (["migrate"], {}, "CHANNEL_BACKEND_DATABASE_URL is not set"),
        (["migrate"], {"DATABASE_URL": ELSEWHERE}, "postgresql+psycopg://a:***@127.0.0.1:9/x cannot be migrated"),
        (
            ["create-admin", "--email", "a@b.c"],
            {"DATABASE_URL": ELSEWHERE},
            "CHANNEL_BACKEND_ADMIN_PASSWORD is not set",
        ),
        (
            ["create-admin", "--email", "a@b.c"],
            {"DATABASE_URL": ELSEWHERE, "ADMIN_PASSWORD": "short"},
            "password: expected 8 to 200 characters, found 5",
        ),
        (
            ["create-admin", "--email", "nobody"],
            {"DATABASE_URL": ELSEWHERE, "ADMIN_PASSWORD": "long-enough"},
            "email: expected an address",
        ),
    ],
)
def test_what_is_wrong_is_one_line_and_exit_4(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    settings: dict[str, str],
    says: str,
) -> None:
    """Never a traceback, never a password."""
    monkeypatch.setattr("os.environ", {f"CHANNEL_BACKEND_{name}": value for name, value in settings.items()})

    code = main(arguments)

    err = capsys.readouterr().err
    assert code == 4
    assert says in err
    assert (err.count("\n"), "pw@" in err) == (1, False)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["serve", "--fast"], "unrecognized arguments: --fast"),
        ([], "the following arguments are required: command"),
        (["dance"], "invalid choice: 'dance'"),
    ],
)
def test_a_wrong_argument_is_exit_4(capsys: pytest.CaptureFixture[str], arguments: list[str], says: str) -> None:
    """Also what the argument parser finds is one line."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)

    err = capsys.readouterr().err
    assert caught.value.code == 4
    assert says in err
    assert err.count("\n") == 1
