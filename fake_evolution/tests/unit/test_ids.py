"""Tests of identities: their shapes are those of the recordings, and the seed decides them."""

import re

from fake_evolution.ids import Ids
from fake_evolution.rng import Rng

SHAPES = {
    "uuid": r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
    "token": r"[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}",
    "database": r"cm[0-9a-z]{23}",
    "message": r"3EB0[0-9A-F]{18}",
    "received_message": r"3A[0-9A-F]{18}",
    "pairing_code": r"[1-9A-HJ-NP-TV-Z]{8}",
    "qr_keys": r"[\w+/]{43}=,[\w+/]{43}=,[\w+/]{43}=",
    "qr_code": r"2@[\w+/]{100},[\w+/]{43}=,[\w+/]{43}=,[\w+/]{43}=",
}


def handed_out(seed: int) -> dict[str, str]:
    """One of each kind for the instance sales."""
    ids = Ids(Rng(seed))
    return {
        "uuid": ids.uuid("instance", "sales"),
        "token": ids.identity("sales")[1],
        "database": ids.database("Webhook", "sales"),
        "message": ids.message("sales"),
        "received_message": ids.received_message("sales"),
        "pairing_code": ids.pairing_code("sales"),
        "qr_keys": ids.qr_keys("sales"),
        "qr_code": ids.qr_code("sales", ids.qr_keys("sales")),
    }


def test_shapes_are_those_of_the_recordings() -> None:
    """Ids, tokens and codes look like the real server's, the pairing string down to its length."""
    found = handed_out(1)

    assert [kind for kind, shape in SHAPES.items() if not re.fullmatch(shape, found[kind])] == []
    assert len(found["qr_code"]) == 237


def test_seed_decides_them() -> None:
    """The same seed gives the same identities, another seed gives none of them."""
    assert handed_out(1) == handed_out(1)
    assert not set(handed_out(1).values()) & set(handed_out(2).values())


def test_no_identity_comes_twice() -> None:
    """Codes and ids of one owner are all different."""
    ids = Ids(Rng(1))

    codes = {ids.qr_code("sales", "keys") for _ in range(500)}
    tokens = {ids.identity("sales")[1] for _ in range(500)}

    assert (len(codes), len(tokens)) == (500, 500)


def test_owners_do_not_disturb_each_other() -> None:
    """What one instance is given does not depend on how many others there are."""
    alone, crowded = Ids(Rng(1)), Ids(Rng(1))
    for number in range(10):
        crowded.identity(f"other-{number}")

    assert crowded.identity("sales") == alone.identity("sales")
