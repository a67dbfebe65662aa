"""What a person sees while a run is under way."""

from io import StringIO

from scenarios.progress import reporting


class Terminal(StringIO):
    """A stream that a person watches."""

    def isatty(self) -> bool:
        return True


def test_a_log_gets_about_ten_lines_for_each_count() -> None:
    """Plain lines, complete ones, and not one for every journey."""
    log = StringIO()

    with reporting(log) as reporter:
        for done in range(101):
            reporter.count("load", done, 100)

    lines = log.getvalue().splitlines()
    assert lines[0] == "load: 0/100"
    assert lines[-1] == "load: 100/100"
    assert len(lines) == 11


def test_a_failure_is_told_at_once() -> None:
    """A log does not keep bad news for later."""
    log = StringIO()

    with reporting(log) as reporter:
        reporter.count("load", 3, 100, failed=1)

    assert log.getvalue() == "load: 3/100, 1 failed\n"


def test_a_terminal_gets_a_bar() -> None:
    """What is said stands above the bar, as it is."""
    screen = Terminal()

    with reporting(screen) as reporter:
        reporter.count("regression", 1, 3, failed=1)
        reporter.say("[not markup]")

    assert "regression (1 failed)" in screen.getvalue()
    assert "1/3" in screen.getvalue()
    assert "[not markup]" in screen.getvalue()
