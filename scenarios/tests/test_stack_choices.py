"""What is chosen about a stack is checked before anything starts."""

import argparse
from pathlib import Path

import pytest

from scenarios.stack.choices import StackChoices, add_stack_options, stack_choices, without_secrets
from scenarios.stack.errors import StackError
from scenarios.stack.place import FakePlace, fake_place


def chosen(stack: str, *arguments: str) -> StackChoices:
    """What these arguments choose."""
    parser = argparse.ArgumentParser()
    add_stack_options(parser)
    return stack_choices(parser.parse_args(arguments), stack)


def test_image_is_chosen_with_all_it_needs(tmp_path: Path) -> None:
    """Variables of a file come first, those of the command line win."""
    file = tmp_path / "team.env"
    file.write_text("# ours\nexport A=1\nB='two words'\n")

    choices = chosen(
        "containers", "--image", "team/backend:1", "--env-file", str(file), "--env", "A=2", "--init-command", "migrate"
    )

    assert choices == StackChoices(image="team/backend:1", env={"A": "2", "B": "two words"}, init_commands=("migrate",))


@pytest.mark.parametrize(
    ("stack", "arguments", "says"),
    [
        ("containers", (), "--stack containers needs --image"),
        ("compose", ("--compose", __file__), "--stack compose needs --service"),
        ("external", (), "--stack external needs --url"),
        ("embedded", ("--image", "x"), "--image is for --stack containers, not for embedded"),
        ("embedded", ("--url", "http://x"), "--url is for --stack external, not for embedded"),
        ("external", ("--url", "x:1"), r"--url is 'x:1'; legal: http://HOST\[:PORT\], or https"),
        ("external", ("--url", "http://x:99999"), "--url is 'http://x:99999'; legal"),
        ("external", ("--url", "http://x", "--email", "a@b"), "--email and --password go together"),
        ("external", ("--url", "http://x", "--email", "a@b", "--token", "t"), "legal: one of them"),
        ("containers", ("--image", "x", "--env", "A"), "--env is 'A'; legal: KEY=VALUE"),
        ("containers", ("--image", "x", "--env-file", "no-such.env"), "no-such.env cannot be read"),
        ("containers", ("--image", "x", "--image-port", "0"), "--image-port is 0; legal: 1 to 65535"),
        ("containers", ("--image", "x", "--health-path", "health"), "legal: a path that begins with /"),
        ("containers", ("--image", "x", "--healthy-s-max", "0"), "--healthy-s-max is 0; legal: above 0"),
        ("compose", ("--compose", "no.yaml", "--service", "x"), "--compose is no.yaml, and there is no such file"),
    ],
)
def test_bad_choice_is_one_line(
    stack: str, arguments: tuple[str, ...], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is lacking, has no use or is not legal is named with its option."""
    monkeypatch.delenv("SUT_PASSWORD", raising=False)

    with pytest.raises(StackError, match=says) as refused:
        chosen(stack, *arguments)

    assert "\n" not in str(refused.value)


def test_token_stands_for_a_login(monkeypatch: pytest.MonkeyPatch) -> None:
    """A token may come from the command line or from its variable."""
    given = chosen("external", "--url", "http://x", "--token", "t1").credentials
    monkeypatch.setenv("SUT_TOKEN", "t2")
    inherited = chosen("external", "--url", "http://x").credentials

    assert given is not None
    assert inherited is not None
    assert (given.token, inherited.token) == ("t1", "t2")
    assert "t1" not in repr(given)


def test_secrets_stay_out_of_what_is_written_down() -> None:
    """Both spellings of an option lose their value, and the variable is named instead."""
    arguments = ["run", "x", "--password", "p1", "--token=t1", "--url", "http://x"]

    assert without_secrets(arguments) == (
        ["run", "x", "--url", "http://x"],
        {"SUT_PASSWORD": "...", "SUT_TOKEN": "..."},
    )


def test_fake_is_seen_where_the_backend_looks() -> None:
    """On loopback by default; under another name, or another URL altogether, where one is given."""
    elsewhere = FakePlace(seen_as="host.docker.internal")
    far = fake_place("external", StackChoices(fake_host="0.0.0.0", fake_url="https://fake.example"))

    assert fake_place("embedded", StackChoices()) == FakePlace()
    assert FakePlace().as_the_backend_sees("http://127.0.0.1:7") == "http://127.0.0.1:7"
    assert elsewhere.as_the_backend_sees("http://127.0.0.1:7") == "http://host.docker.internal:7"
    assert far.as_the_backend_sees("http://0.0.0.0:7") == "https://fake.example"
