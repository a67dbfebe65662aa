"""Tests of which texts are taken for the address of a webhook, by version of the server."""

import pytest

from fake_evolution.domain.addresses import has_http_prefix, passes_validator

# address, stored by 2.2.3, called globally by 2.2.3, called since 2.3.0
ADDRESSES = [
    ("http://localhost:3000/h", True, False, True),
    ("http://backend:3000/h", True, False, True),
    ("http://my_backend:3000/h", False, False, True),
    ("http://host.docker.internal:3000/h", True, True, True),
    ("http://10.0.0.7:3000/h", True, True, True),
    ("http://[::1]:3000/h", True, True, True),
    ("HTTP://x.com/h", True, True, False),
    ("example.com/h", True, True, False),
    ("foo", True, False, False),
    ("ftp://x.com/h", True, True, False),
    ("gopher://x.com/h", False, False, False),
    ("", False, False, False),
    ("mailto:a@x.com", False, False, False),
    ("//x.com", False, False, False),
    ("http://x.com/a b", False, False, True),
    ("http://x.com:70000/", False, False, True),
    ("http://user:secret@x.com/?q=1#top", True, True, True),
    ("http://-x.com/", False, False, True),
    ("http://x.com/" + "a" * 2100, False, False, True),
]


@pytest.mark.parametrize(("url", "stored", "called", "called_later"), ADDRESSES)
def test_addresses_are_judged_by_the_rule_of_the_version(
    url: str,
    stored: bool,  # noqa: FBT001  a column of the table
    called: bool,  # noqa: FBT001
    called_later: bool,  # noqa: FBT001
) -> None:
    """The older rule looks at the parts of an address, the later one only at its beginning."""
    judged = (
        passes_validator(url, needs_top_level_domain=False),
        passes_validator(url, needs_top_level_domain=True),
        has_http_prefix(url),
    )

    assert judged == (stored, called, called_later)
