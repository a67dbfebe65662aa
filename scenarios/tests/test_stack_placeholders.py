"""Variables and commands name the parts of a stack before those have addresses."""

import pytest

from scenarios.adapters.images import ImageRecipe, recipe_for, recipes_of
from scenarios.errors import ScenarioError
from scenarios.stack.errors import StackError
from scenarios.stack.placeholders import Server, filled, filled_env, postgres_values, redis_values

POSTGRES = Server("db", 5432, user="me", password="p@ss", database="own")


def test_every_part_of_an_address_has_its_name() -> None:
    """A backend that wants one URL and one that wants five variables both get what they want."""
    env = {
        "URL": "{postgres.url}",
        "HOST": "{postgres.host}:{postgres.port}",
        "REDIS": "{redis.url}",
        "JSON": '{"a":1}',
    }

    found = filled_env(env, postgres_values(POSTGRES) | redis_values(Server("cache", 6379)))

    assert found == {
        "URL": "postgresql://me:p%40ss@db:5432/own",
        "HOST": "db:5432",
        "REDIS": "redis://cache:6379/",
        "JSON": '{"a":1}',
    }


def test_unknown_name_lists_the_known_ones() -> None:
    """A typo is told with where it stands."""
    with pytest.raises(
        StackError, match=r"variable A has \{redis.hots\}; known here: redis.host, redis.port, redis.url"
    ):
        filled_env({"A": "{redis.hots}"}, redis_values(Server("cache", 6379)))


def test_image_says_which_recipe_is_its_own() -> None:
    """The label chooses; without it the adapter's first recipe does."""
    assert recipe_for("zechat", {}).name == "zechat"
    assert recipe_for("zechat", {"fake-evolution.recipe": "channel-backend"}).makes_admin
    assert recipes_of("nobody's") == (ImageRecipe(name="nobody's"),)


def test_label_that_nobody_knows_is_refused() -> None:
    """The line names the label, what it says and what is known."""
    with pytest.raises(
        ScenarioError, match=r"is 'other', which adapter 'zechat' does not know; known: zechat, channel"
    ):
        recipe_for("zechat", {"fake-evolution.recipe": "other"})


def test_recipes_use_only_names_that_exist() -> None:
    """Every recipe can be filled in from what a stack knows."""
    own = ("backend.url", "backend.port", "run.secret", "admin.email", "admin.password")
    values = postgres_values(POSTGRES) | redis_values(POSTGRES)
    values |= dict.fromkeys((*own, "evolution.url", "evolution.api_key"), "x")

    for recipe in recipes_of("zechat"):
        filled_env(recipe.env, values)
        for command in recipe.init:
            filled(command, values, where=recipe.name)
        assert "{" not in "".join(filled_env(recipe.env, values).values())
